package btyd

import (
	"fmt"
	"math"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/scoring"
)

// Rows are summaries with equal (x, t_x, T) merged into one row with a weight: all
// that the fit of a transaction model reads. Make them once with [Compress] when
// fitting several times. They are immutable and safe to share.
type Rows struct {
	unit           rapport.Unit
	customers      float64
	repeaters      float64
	sumX           float64
	sumLogInterval float64
	atEnd          bool // every repeat customer has t_x = T

	// Repeat customers, one element a distinct row. kind indexes counts.
	kind          []int32
	recency, age  []float64
	weight        []float64
	count, copies []float64 // distinct x, and the customers that have it
	// Distinct ages of all customers: their number, their purchases, and how many of
	// them have no repeat purchase.
	ages, ageWeight, agePurchases, ageIdle []float64
}

// Row is a group of customers with the same history.
type Row struct {
	scoring.Summary
	Customers float64 // how many; need not be whole. > 0
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
	c := newCompression(summaries.Unit(), n)
	for i := range n {
		x, recency, age := summaries.History(i)
		if x > 0 {
			_, s := summaries.At(i)
			c.rows.sumLogInterval += s.SumLogInterval
		}
		c.add(x, recency, age, 1)
	}
	return c.end()
}

// NewRows merges rows that carry weights: a table of frequencies, or the customers of
// a survey. The error is an [*InputError] that names the row.
func NewRows(unit rapport.Unit, rows []Row) (*Rows, error) {
	if !unit.IsValid() {
		return nil, &InputError{Name: "unit", Value: float64(unit), Reason: "want day, week or month"}
	}
	c := newCompression(unit, len(rows))
	for i, row := range rows {
		if err := Check(row.Summary); err != nil {
			return nil, fmt.Errorf("btyd: row %d: %w", i, err)
		}
		if !(row.Customers > 0 && row.Customers <= maxCustomers) {
			return nil, fmt.Errorf("btyd: row %d: %w", i, &InputError{Name: "Customers", Value: row.Customers, Reason: "want more than 0, up to 1e15"})
		}
		c.rows.sumLogInterval += row.Customers * row.SumLogInterval
		c.add(row.X, row.TX, row.T, row.Customers)
	}
	return c.end(), nil
}

// maxCustomers bounds a weight: counts up to it are whole float64 numbers.
const maxCustomers = 1e15

// MergeRows joins rows of different customers, such as those of several branches or
// tenants: what is fitted to the result is fitted to all of them. The error is
// [ErrUnitMismatch].
func MergeRows(all ...*Rows) (*Rows, error) {
	var merged *compression
	for _, r := range all {
		if r == nil || r.customers == 0 {
			continue
		}
		if merged == nil {
			merged = newCompression(r.unit, len(r.kind))
		}
		if r.unit != merged.rows.unit {
			return nil, fmt.Errorf("btyd: rows in %s and in %s: %w", merged.rows.unit, r.unit, ErrUnitMismatch)
		}
		for i, kind := range r.kind {
			merged.add(int(r.count[kind]), r.recency[i], r.age[i], r.weight[i])
		}
		for i, idle := range r.ageIdle {
			if idle > 0 {
				merged.add(0, 0, r.ages[i], idle)
			}
		}
		merged.rows.sumLogInterval += r.sumLogInterval
	}
	if merged == nil {
		return &Rows{}, nil
	}
	return merged.end(), nil
}

// Len returns the number of distinct rows among the repeat customers.
func (r *Rows) Len() int {
	if r == nil {
		return 0
	}
	return len(r.kind)
}

// Customers returns the number of customers behind the rows, the sum of their
// weights rounded.
func (r *Rows) Customers() int {
	if r == nil {
		return 0
	}
	return int(math.Round(r.customers))
}

// Unit returns the unit of time.
func (r *Rows) Unit() rapport.Unit {
	if r == nil {
		return 0
	}
	return r.unit
}

// warnings returns the codes for what the rows tell before any fit.
func (r *Rows) warnings() []Warning {
	if len(r.ages) == 1 {
		return []Warning{WarningOneCohort}
	}
	return nil
}

// meanAge is where the search for α starts.
func (r *Rows) meanAge() float64 {
	sum := 0.0
	for i, t := range r.ages {
		sum += t * r.ageWeight[i]
	}
	return sum / r.customers
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
	s.ages, s.ageWeight, s.agePurchases, s.ageIdle = nil, nil, nil, nil
	var customers, purchases, idle, allIdle float64
	for _, v := range r.ageIdle {
		allIdle += v
	}
	for i := 0; i < len(r.ages); i += stride {
		customers += r.ageWeight[i]
		purchases += r.agePurchases[i]
		idle += r.ageIdle[i]
		s.ages = append(s.ages, r.ages[i])
		s.ageWeight, s.agePurchases = append(s.ageWeight, r.ageWeight[i]), append(s.agePurchases, r.agePurchases[i])
		s.ageIdle = append(s.ageIdle, r.ageIdle[i])
	}
	for i := range s.ages {
		s.ageWeight[i] *= r.customers / customers
		if purchases > 0 {
			s.agePurchases[i] *= r.sumX / purchases
		}
		if idle > 0 {
			s.ageIdle[i] *= allIdle / idle
		}
	}
	return &s
}
