package btyd

import "github.com/rapport-crm/rapport"

// compression is rows in the making.
type compression struct {
	rows   *Rows
	index  *index
	ages   *index
	counts *counts
	// Repeat customers wait in blocks: the slots that a block needs are loaded before
	// they are used, so that the waits for memory overlap.
	block   [64]row
	hashes  [64]uint64
	waiting int
}

// newCompression expects up to n customers.
func newCompression(unit rapport.Unit, n int) *compression {
	c := &compression{rows: &Rows{unit: unit, atEnd: true}, index: newIndex(n / 2), ages: newIndex(min(n, 1024))}
	c.counts = newCounts(c.rows)
	return c
}

// add counts customers.
func (c *compression) add(x int, recency, age, weight float64) {
	r := c.rows
	kind := c.counts.find(x)
	r.copies[kind] += weight
	if x == 0 {
		c.addAge(age, weight, 0, weight)
		return
	}
	c.block[c.waiting], c.hashes[c.waiting] = row{kind, recency, age, weight}, hash(recency, age)+uint64(x)*mix
	if c.waiting++; c.waiting == len(c.block) {
		c.flush()
	}
}

// flush counts the customers that wait.
func (c *compression) flush() {
	for _, h := range c.hashes[:c.waiting] {
		c.index.load(h)
	}
	for i, row := range c.block[:c.waiting] {
		c.rows.add(c.index, c.hashes[i], row)
	}
	c.waiting = 0
}

// end returns the rows.
func (c *compression) end() *Rows {
	c.flush()
	r := c.rows
	for k, n := range r.copies {
		r.customers += n
		r.sumX += n * r.count[k]
		if r.count[k] > 0 {
			r.repeaters += n
		}
	}
	for i, w := range r.weight {
		c.addAge(r.age[i], w, w*r.count[r.kind[i]], 0)
	}
	return r
}

// row is what the fit reads of a repeat customer.
type row struct {
	kind                 int32
	recency, age, weight float64
}

// add counts repeat customers.
func (r *Rows) add(rows *index, h uint64, c row) {
	r.atEnd = r.atEnd && c.recency == c.age
	at := rows.find(h, func(at int32) bool {
		return r.recency[at] == c.recency && r.age[at] == c.age && r.kind[at] == c.kind
	})
	if int(at) == len(r.kind) {
		r.kind = append(r.kind, c.kind)
		r.recency, r.age = append(r.recency, c.recency), append(r.age, c.age)
		r.weight = append(r.weight, 0)
	}
	r.weight[at] += c.weight
}

// counts finds the position of a count x among the distinct ones of rows, small x
// without hashing.
type counts struct {
	rows  *Rows
	small []int32 // position + 1; nil while there are few distinct ones
	large map[int]int32
}

const (
	fewKinds   = 4   // up to so many counts a table is not worth its memory
	smallCount = 256 // counts below are looked up without hashing
)

func newCounts(r *Rows) *counts { return &counts{rows: r} }

func (c *counts) find(x int) int32 {
	if x < len(c.small) && c.small[x] > 0 {
		return c.small[x] - 1
	}
	return c.findRare(x)
}

// findRare is find for a count that is new, large, or one of few.
func (c *counts) findRare(x int) int32 {
	if c.small == nil {
		for i, count := range c.rows.count {
			if count == float64(x) {
				return int32(i)
			}
		}
		if len(c.rows.count) < fewKinds {
			return c.add(x)
		}
		c.small, c.large = make([]int32, smallCount), map[int]int32{}
		for i, count := range c.rows.count {
			if count < smallCount {
				c.small[int(count)] = int32(i) + 1
			} else {
				c.large[int(count)] = int32(i)
			}
		}
	}
	if x < smallCount {
		c.small[x] = c.add(x) + 1
		return c.small[x] - 1
	}
	kind, ok := c.large[x]
	if !ok {
		kind = c.add(x)
		c.large[x] = kind
	}
	return kind
}

func (c *counts) add(x int) int32 {
	r := c.rows
	r.count, r.copies = append(r.count, float64(x)), append(r.copies, 0)
	return int32(len(r.count) - 1)
}

func (c *compression) addAge(age, customers, purchases, idle float64) {
	r := c.rows
	at := c.ages.find(hash(age, 0), func(at int32) bool { return r.ages[at] == age })
	if int(at) == len(r.ages) {
		r.ages = append(r.ages, age)
		r.ageWeight, r.agePurchases, r.ageIdle = append(r.ageWeight, 0), append(r.agePurchases, 0), append(r.ageIdle, 0)
	}
	r.ageWeight[at] += customers
	r.agePurchases[at] += purchases
	r.ageIdle[at] += idle
}
