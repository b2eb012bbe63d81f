package btyd

import (
	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/scoring"
)

// Rows are summaries with equal (x, t_x, T) merged into one row with a weight: all
// that the fit of a transaction model reads. Make them once with [Compress] when
// fitting several times. They are immutable and safe to share.
type Rows struct {
	unit      rapport.Unit
	customers int
	repeaters int
	sumX      float64
	atEnd     bool // every repeat customer has t_x = T

	// Repeat customers, one element a distinct row. kind indexes counts.
	kind          []int32
	recency, age  []float64
	weight        []float64
	count, copies []float64 // distinct x, and the customers that have it
	// Distinct ages of all customers: their number and their purchases.
	ages, ageWeight, agePurchases []float64
}

// given stands in for summaries that are nil, as when an error was overlooked:
// nobody.
func given(summaries *scoring.Summaries) *scoring.Summaries {
	if summaries == nil {
		return &scoring.Summaries{}
	}
	return summaries
}

// Compress merges equal rows. It takes time proportional to the customers and, for
// the result, 28 bytes a repeat customer.
func Compress(summaries *scoring.Summaries) *Rows {
	summaries = given(summaries)
	n := summaries.Len()
	r := &Rows{unit: summaries.Unit(), customers: n, atEnd: true}
	for i := range n {
		if x, _, _ := summaries.History(i); x > 0 {
			r.repeaters++
		}
	}
	r.kind = make([]int32, 0, r.repeaters)
	r.recency, r.age = make([]float64, 0, r.repeaters), make([]float64, 0, r.repeaters)
	r.weight = make([]float64, 0, r.repeaters)
	rows, ages := newIndex(r.repeaters), newIndex(min(n, 1024))
	kinds := newCounts(r)
	// In blocks: the slots that a block needs are loaded before they are used, so
	// that the waits for memory overlap.
	var block [64]row
	var hashes [64]uint64
	for from := 0; from < n; from += len(block) {
		k := 0
		for i := from; i < min(from+len(block), n); i++ {
			x, recency, age := summaries.History(i)
			kind := kinds.find(x)
			r.sumX += float64(x)
			r.copies[kind]++
			if x == 0 {
				r.addAge(ages, age, 1, 0)
				continue
			}
			block[k], hashes[k] = row{kind, recency, age}, hash(recency, age)+uint64(x)*mix
			k++
		}
		for _, h := range hashes[:k] {
			rows.load(h)
		}
		for i := range k {
			r.add(rows, hashes[i], block[i])
		}
	}
	for i, w := range r.weight {
		r.addAge(ages, r.age[i], w, w*r.count[r.kind[i]])
	}
	return r
}

// row is what the fit reads of a repeat customer.
type row struct {
	kind         int32
	recency, age float64
}

// add counts a repeat customer.
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
	r.weight[at]++
}

// counts finds the position of a count x among the distinct ones of rows, small x
// without hashing.
type counts struct {
	rows  *Rows
	small [256]int32 // position + 1
	large map[int]int32
}

func newCounts(r *Rows) *counts { return &counts{rows: r, large: map[int]int32{}} }

func (c *counts) find(x int) int32 {
	if x < len(c.small) {
		if c.small[x] == 0 {
			c.small[x] = c.add(x) + 1
		}
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

func (r *Rows) addAge(ages *index, age, customers, purchases float64) {
	at := ages.find(hash(age, 0), func(at int32) bool { return r.ages[at] == age })
	if int(at) == len(r.ages) {
		r.ages = append(r.ages, age)
		r.ageWeight, r.agePurchases = append(r.ageWeight, 0), append(r.agePurchases, 0)
	}
	r.ageWeight[at] += customers
	r.agePurchases[at] += purchases
}

// Len returns the number of distinct rows among the repeat customers.
func (r *Rows) Len() int { return len(r.kind) }

// Customers returns the number of customers behind the rows.
func (r *Rows) Customers() int { return r.customers }

// Unit returns the unit of time.
func (r *Rows) Unit() rapport.Unit { return r.unit }

// meanAge is where the search for α starts.
func (r *Rows) meanAge() float64 {
	sum := 0.0
	for i, t := range r.ages {
		sum += t * r.ageWeight[i]
	}
	return sum / float64(r.customers)
}

// sample returns every stride-th distinct row and age, weighted up to the totals
// of all: a cheap stand-in from which to start.
func (r *Rows) sample(stride int) *Rows {
	s := *r
	s.kind, s.recency, s.age, s.weight = nil, nil, nil, nil
	total, kept := 0.0, 0.0
	for i, w := range r.weight {
		total += w
		if i%stride == 0 {
			kept += w
			s.kind = append(s.kind, r.kind[i])
			s.recency, s.age = append(s.recency, r.recency[i]), append(s.age, r.age[i])
			s.weight = append(s.weight, w)
		}
	}
	for i := range s.weight {
		s.weight[i] *= total / kept
	}
	if len(r.ages) < 100*stride {
		return &s
	}
	s.ages, s.ageWeight, s.agePurchases = nil, nil, nil
	var customers, purchases float64
	for i := 0; i < len(r.ages); i += stride {
		customers += r.ageWeight[i]
		purchases += r.agePurchases[i]
		s.ages = append(s.ages, r.ages[i])
		s.ageWeight, s.agePurchases = append(s.ageWeight, r.ageWeight[i]), append(s.agePurchases, r.agePurchases[i])
	}
	for i := range s.ages {
		s.ageWeight[i] *= float64(r.customers) / customers
		if purchases > 0 {
			s.agePurchases[i] *= r.sumX / purchases
		}
	}
	return &s
}
