package segment

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/internal/numeric"
)

// MaxValue is the greatest size of a value that this package takes: sums of any number
// of them stay finite.
const MaxValue = 1e290

// LengthError reports ids and values that are not equally many.
type LengthError struct {
	IDs, Values int
}

// Error gives both lengths.
func (e *LengthError) Error() string {
	return fmt.Sprintf("segment: %d ids with %d values: want one value for each id", e.IDs, e.Values)
}

// ValueError reports a value that cannot be ranked: NaN, an infinity or one
// beyond [MaxValue].
type ValueError struct {
	Index int // the row it was found in, from 0
	ID    rapport.ID
	Field string // what the value is of the customer: "value", "current", "profit", …
	Value float64
}

// Error gives the value, its id and its row.
func (e *ValueError) Error() string {
	return fmt.Sprintf("segment: %s %v of %q (row %d) is not a number of size up to %g", e.Field, e.Value, e.ID, e.Index, MaxValue)
}

// checkValue returns a [*ValueError] for a value that is none.
func checkValue(row int, id rapport.ID, field string, v float64) error {
	if math.Abs(v) <= MaxValue { // false for NaN
		return nil
	}
	return &ValueError{Index: row, ID: id, Field: field, Value: v}
}

// IDError reports an id that is not valid or that comes twice.
type IDError struct {
	Index int        // the row it was found in, from 0
	ID    rapport.ID // as given
	First int        // the earlier row with the same id, -1 if the id itself is not valid
	Err   error      // the [*rapport.IDError] of an id that is not valid, else nil
}

// Error gives the id and its row, and the earlier row if it comes twice.
func (e *IDError) Error() string {
	if e.Err != nil {
		return fmt.Sprintf("segment: row %d: %v", e.Index, e.Err)
	}
	return fmt.Sprintf("segment: %q in row %d is in row %d already", e.ID, e.Index, e.First)
}

// Unwrap returns the error about the id itself, nil if the id comes twice.
func (e *IDError) Unwrap() error { return e.Err }

// Group is what one tier came to.
type Group struct {
	Name  string
	Count int // customers in the tier
	// Value is the sum of their values over the sum of all values, N the customers
	// in the tier. It has no value if all values sum to zero; with negative values
	// it may lie outside 0 to 1.
	Value rapport.Ratio
	// Lowest is the value of the last customer in the tier, 0 if Count is 0.
	Lowest float64
}

// Assignment is the answer of [Tiers.Assign]: an immutable value, safe to share
// between goroutines.
type Assignment struct {
	of     []uint8 // the tier of each customer, in the order of the input
	groups []Group // by tier, the highest first
}

// Assign ranks the customers by value, the greatest first, and cuts the ranking
// into the tiers of t. The two slices run in parallel and are only read; the
// answer does not depend on their order. No customers is no error.
//
// Values must be finite and at most [MaxValue] in size ([*ValueError]), ids valid
// and each there once ([*IDError]); the two lengths must agree ([*LengthError]). The
// zero Tiers is no scheme ([*SchemeError]).
//
// It takes 33 bytes a customer while it works and keeps 1. Ids in ascending order, as
// scoring.Summaries gives them, are the fast case; others take 16 bytes more
// each, for the check that none comes twice.
func (t *Tiers) Assign(ids []rapport.ID, values []float64) (*Assignment, error) {
	if len(t.tiers) == 0 {
		return nil, &SchemeError{Tier: -1, Reason: "no tiers"}
	}
	ascending, err := checkColumn(ids, "value", values)
	if err != nil {
		return nil, err
	}
	return t.cut(rank(ids, values, ascending)), nil
}

// checkColumn checks ids and the values beside them, and tells whether the ids ascend.
func checkColumn(ids []rapport.ID, field string, values []float64) (ascending bool, err error) {
	if len(ids) != len(values) {
		return false, &LengthError{IDs: len(ids), Values: len(values)}
	}
	return checkRows(len(ids), func(i int) (rapport.ID, error) {
		return ids[i], checkValue(i, ids[i], field, values[i])
	})
}

// place is a customer in the ranking.
type place struct {
	value float64
	row   int
}

// rank sorts by value descending, then id ascending. Where the ids ascend, so do the
// rows of equal values, and no id is compared.
func rank(ids []rapport.ID, values []float64, ascending bool) []place {
	places := make([]place, len(ids))
	for i, v := range values {
		places[i] = place{value: v, row: i}
	}
	numeric.RadixSort(places, func(p *place) uint64 { return ^numeric.FloatKey(p.value) })
	for from := 0; from < len(places) && !ascending; {
		to := from + 1
		for to < len(places) && places[to].value == places[from].value {
			to++
		}
		slices.SortFunc(places[from:to], func(a, b place) int { return cmp.Compare(ids[a.row], ids[b.row]) })
		from = to
	}
	return places
}

func (t *Tiers) cut(places []place) *Assignment {
	a := &Assignment{of: make([]uint8, len(places)), groups: make([]Group, len(t.tiers))}
	n := len(places)
	var all sum
	var parts int64
	next := 0
	for i, tier := range t.tiers {
		parts += tier.Parts
		end := max(next, Share{parts, t.whole}.of(n)) // a tie may have gone beyond
		for t.ties == TiesUp && end > 0 && end < n && places[end].value == places[end-1].value {
			end++
		}
		group := Group{Name: tier.Name, Count: end - next}
		var own sum
		for _, p := range places[next:end] {
			a.of[p.row] = uint8(i)
			own.add(p.value)
			all.add(p.value)
			group.Lowest = p.value + 0 // never minus zero, which of equal values might come last
		}
		group.Value = rapport.Ratio{Num: own.total(), N: group.Count}
		a.groups[i] = group
		next = end
	}
	for i := range a.groups {
		a.groups[i].Value.Den = all.total()
	}
	return a
}

// sum adds with Neumaier's compensation, so that many small values after a few
// great ones are not lost. Reference: A. Neumaier, ZAMM 54 (1974), 39–51.
type sum struct {
	value, lost float64
}

func (s *sum) add(v float64) {
	next := s.value + v
	if math.Abs(s.value) >= math.Abs(v) {
		s.lost += (s.value - next) + v
	} else {
		s.lost += (v - next) + s.value
	}
	s.value = next
}

func (s *sum) total() float64 { return s.value + s.lost }

// Len returns how many customers there are.
func (a *Assignment) Len() int { return len(a.of) }

// Tier returns the tier of the customer in row i of the input: 0 is the highest,
// as in [Assignment.Groups]. Like a slice it panics if i is not in 0 … Len()-1.
func (a *Assignment) Tier(i int) int { return int(a.of[i]) }

// Name returns the name of the tier of the customer in row i of the input; i as
// in [Assignment.Tier].
func (a *Assignment) Name(i int) string { return a.groups[a.of[i]].Name }

// Groups returns what each tier came to, the highest first.
func (a *Assignment) Groups() []Group { return slices.Clone(a.groups) }
