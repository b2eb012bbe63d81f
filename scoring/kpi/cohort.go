package kpi

import (
	"fmt"
	"iter"
	"math/bits"
	"slices"
	"time"

	"github.com/rapport-crm/rapport"
)

// CohortCell is what a cohort did in the period of one age.
type CohortCell struct {
	Active  rapport.Ratio // customers with an order in the period, of all of the cohort
	Orders  int
	Revenue int64 // in minor units, less returns
}

// Interval returns the rate with the interval of Wilson (1927) at the level, 0 for 0.95;
// false for a cohort without customers. The error is an [*InputError] for a level that is
// not between 0 and 1.
func (c CohortCell) Interval(level float64) (rapport.Estimate, bool, error) {
	return Figure{Code: "cohort", Unit: UnitRate, Ratio: c.Active}.Interval(level)
}

// Cohort is the customers whose first order lies in one period.
type Cohort struct {
	Period    rapport.Interval // of the first orders
	Customers int
	// Cells are by age, in periods since the first order: Cells[0] is the period of the
	// first order itself, of which the rate is 1. Ages that were not over when the log
	// was taken have no cell.
	Cells []CohortCell
}

// CohortTable is the cohorts of an order log: an immutable value, made by [ReadCohorts].
type CohortTable struct {
	cohorts  []Cohort
	left     []Excluded
	averages []CohortCell
}

// ReadCohorts reads an order log of rows by customer in ascending order ([Purchase]) into
// acquisition cohorts by age. The calendar has the periods; until is when the log was
// taken: a period that is not over then has no cells, since a part of a period looks like
// a loss. Cohorts of periods that are not over are left out whole.
//
// Customers whose first order lies before the calendar are among the excluded as
// "before_calendar", those whose first order comes too late as "period_not_over", those
// with nothing but returns as "no_order". The log should reach back to the beginning:
// otherwise old customers pass for new ones.
//
// It takes one pass, and memory for the table and one customer. The error is a
// [*PurchaseError], an [*InputError] for a calendar without periods or a sum beyond 64
// bits, or that of the rows.
func ReadCohorts(calendar Calendar, until time.Time, log iter.Seq2[Purchase, error]) (*CohortTable, error) {
	n := calendar.Len()
	if n == 0 {
		return nil, &InputError{Subject: "cohorts", Name: "periods", Value: 0, Reason: "want at least one"}
	}
	over := 0 // periods
	for over < n && !calendar.periods[over].End().After(until) {
		over++
	}
	t := &CohortTable{cohorts: make([]Cohort, over)}
	for c := range t.cohorts {
		t.cohorts[c] = Cohort{Period: calendar.Period(c), Cells: make([]CohortCell, over-c)}
	}
	before, late, none, internal := 0, 0, 0, 0
	r := cohortReader{calendar: calendar, over: over, active: make([]uint64, (over+63)/64)}
	err := eachCustomer(log, func(rows []Purchase) error {
		if slices.ContainsFunc(rows, func(p Purchase) bool { return p.Internal }) {
			internal++
			return nil
		}
		first, ordered := r.periods(rows)
		switch {
		case !ordered:
			none++
			return nil
		case first < 0:
			before++
			return nil
		case first >= over:
			late++
			return nil
		}
		return r.add(&t.cohorts[first], first, rows)
	})
	if err != nil {
		return nil, err
	}
	t.left = []Excluded{{"before_calendar", before}, {"period_not_over", late}, {"no_order", none}, {InternalParties, internal}}
	if err := t.finish(over); err != nil {
		return nil, err
	}
	return t, nil
}

// cohortReader has room for one customer, used again for the next.
type cohortReader struct {
	calendar Calendar
	over     int
	at       []int    // the period of each row
	active   []uint64 // a bit for each period with an order
}

// periods finds the period of each row and the earliest with an order.
func (r *cohortReader) periods(rows []Purchase) (first int, ordered bool) {
	r.at = r.at[:0]
	for i := range rows {
		period := r.calendar.index(rows[i].At)
		r.at = append(r.at, period)
		if rows[i].Amount >= 0 && (!ordered || period < first) {
			first, ordered = period, true
		}
	}
	return first, ordered
}

// add counts a customer in its cohort.
func (r *cohortReader) add(c *Cohort, first int, rows []Purchase) error {
	c.Customers++
	for i := range rows {
		period := r.at[i]
		if period < first || period >= r.over { // a return before the first order has no age
			continue
		}
		cell := &c.Cells[period-first]
		if err := addMinor(&cell.Revenue, rows[i].Amount); err != nil {
			return err
		}
		if rows[i].Amount >= 0 {
			cell.Orders++
			r.active[period/64] |= 1 << (period % 64)
		}
	}
	for w, word := range r.active {
		for ; word != 0; word &= word - 1 {
			c.Cells[w*64+bits.TrailingZeros64(word)-first].Active.Num++
		}
		r.active[w] = 0
	}
	return nil
}

// addMinor adds minor units, or says that the sum is beyond 64 bits.
func addMinor(sum *int64, amount int64) error {
	next := *sum + amount
	if (next > *sum) != (amount > 0) && amount != 0 {
		return &InputError{Subject: "cohorts", Name: "revenue", Value: float64(*sum) + float64(amount), Reason: "beyond 64 bits of minor units"}
	}
	*sum = next
	return nil
}

// finish sets what the rates are of, and the averages.
func (t *CohortTable) finish(ages int) error {
	t.averages = make([]CohortCell, ages)
	for i := range t.cohorts {
		c := &t.cohorts[i]
		for age := range c.Cells {
			cell, sum := &c.Cells[age], &t.averages[age]
			cell.Active.Den, cell.Active.N = float64(c.Customers), c.Customers
			sum.Active.Num += cell.Active.Num
			sum.Active.Den += cell.Active.Den
			sum.Active.N += c.Customers
			sum.Orders += cell.Orders
			if err := addMinor(&sum.Revenue, cell.Revenue); err != nil {
				return fmt.Errorf("kpi: age %d: %w", age, err)
			}
		}
	}
	return nil
}

// All yields the cohorts, the oldest first.
func (t *CohortTable) All() iter.Seq[Cohort] {
	return func(yield func(Cohort) bool) {
		for _, c := range t.cohorts {
			c.Cells = slices.Clone(c.Cells)
			if !yield(c) {
				return
			}
		}
	}
}

// Averages returns what all cohorts that were seen at an age came to, by age: each weighs
// as many as its customers are. Ages differ in which cohorts they are of, the later ones
// only the older; so the rates need not fall from age to age as those of one cohort would.
func (t *CohortTable) Averages() []CohortCell { return slices.Clone(t.averages) }

// Excluded returns how many customers are in no cohort, and why.
func (t *CohortTable) Excluded() []Excluded { return slices.Clone(t.left) }
