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
	maxX      int
	atEnd     bool // every repeat customer has t_x = T

	// Repeat customers, one element a distinct row. kind indexes counts.
	kind          []int32
	recency, age  []float64
	weight        []float64
	count, copies []float64 // distinct x, and the customers that have it
	// Distinct ages of all customers: their number and their purchases.
	ages, ageWeight, agePurchases []float64
}

// Compress merges equal rows. It takes time proportional to the customers, with
// about 40 bytes for each distinct row.
func Compress(summaries *scoring.Summaries) *Rows {
	n := summaries.Len()
	r := &Rows{unit: summaries.Unit(), customers: n, atEnd: true}
	rows, ages, kinds := newIndex(n), newIndex(n/4), newIndex(64)
	for i := range n {
		_, s := summaries.At(i)
		x := float64(s.X)
		r.sumX += x
		r.maxX = max(r.maxX, s.X)
		kind := kinds.find(hash(x, 0), func(at int32) bool { return r.count[at] == x })
		if int(kind) == len(r.count) {
			r.count, r.copies = append(r.count, x), append(r.copies, 0)
		}
		r.copies[kind]++
		if s.X == 0 {
			r.addAge(ages, s.T, 1, 0)
			continue
		}
		r.repeaters++
		r.atEnd = r.atEnd && s.TX == s.T
		row := rows.find(hash(s.TX, s.T)+uint64(s.X)*mix, func(at int32) bool {
			return r.recency[at] == s.TX && r.age[at] == s.T && r.kind[at] == kind
		})
		if int(row) == len(r.kind) {
			r.kind = append(r.kind, kind)
			r.recency, r.age = append(r.recency, s.TX), append(r.age, s.T)
			r.weight = append(r.weight, 0)
		}
		r.weight[row]++
	}
	for i, w := range r.weight {
		r.addAge(ages, r.age[i], w, w*r.count[r.kind[i]])
	}
	return r
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
