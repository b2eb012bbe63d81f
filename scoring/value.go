package scoring

import (
	"fmt"
	"time"

	"github.com/rapport-crm/rapport"
)

// Value is what a customer is worth, in three parts that never overlap.
type Value struct {
	Historic  rapport.Money // earned before the current window
	Current   rapport.Money // earned in the window up to the as-of date
	Potential rapport.Money // expected from the as-of date on, discounted to it
}

// Total returns the sum of the three parts. The errors are those of
// [rapport.Money.Add].
func (v Value) Total() (rapport.Money, error) {
	return rapport.Sum(v.Historic, v.Current, v.Potential)
}

// ValueWindow says where the parts of a [Value] meet and how the years between
// are counted.
type ValueWindow struct {
	// AsOf is the first instant that is not past: what is dated before it was
	// earned, what is dated at it or later is expected. For "end of 2025" it is
	// the first instant of 2026.
	AsOf time.Time
	// Months is the length of the current window, which ends just before AsOf; 0
	// stands for 12. It starts at the same day of the month and time of day, in the
	// location of Discount, or on the last day of a shorter month.
	Months int
	// Discount brings expected flows to AsOf, and earned ones if Compound is set.
	Discount Discount
	// Compound states historic margins at their worth on AsOf, (1+Rate)^years times
	// what they were. Current ones stay plain.
	Compound bool
}

// Value divides the flows of a customer by their dates, in any order: before
// the current window, in it, and from AsOf on. Each flow is in exactly one part.
// A host that looks back to an earlier date leaves out what was earned since.
//
// Amounts are whole minor units of one currency and may be negative. Plain parts
// are added exactly; a part that is compounded or discounted is computed in
// float64 and rounded once, half-even, to the minor unit. The error is an
// [*InputError], a [*RowError] for a flow that cannot be used, an
// [*OverflowError], or wraps [ErrDate] if AsOf is no date.
func (w ValueWindow) Value(flows ...CashFlow) (Value, error) {
	start, err := w.start()
	if err != nil {
		return Value{}, err
	}
	if err := w.Discount.validate(); err != nil {
		return Value{}, err
	}
	history := Discount{}
	if w.Compound {
		history = w.Discount
	}
	var p purse
	parts := [3]part{{name: "historic value", discount: history}, {name: "current value"}, {name: "potential value", discount: w.Discount}}
	days := newCalendar(w.Discount.Location)
	asOf, _ := days.date(w.AsOf)
	for i, flow := range flows {
		at, ok := days.date(flow.At)
		if !ok {
			return Value{}, &RowError{Row: i + 1, Err: ErrDate}
		}
		amount, err := p.take(flow.Amount)
		if err != nil {
			return Value{}, &RowError{Row: i + 1, At: flow.At, Err: err}
		}
		switch {
		case flow.At.Before(start):
			parts[0].add(amount, asOf, at)
		case flow.At.Before(w.AsOf):
			parts[1].add(amount, asOf, at)
		default:
			parts[2].add(amount, asOf, at)
		}
	}
	var sums [3]rapport.Money
	for i := range parts {
		if sums[i], err = parts[i].total(&p); err != nil {
			return Value{}, err
		}
	}
	return Value{Historic: sums[0], Current: sums[1], Potential: sums[2]}, nil
}

// start returns the first instant of the current window.
func (w ValueWindow) start() (time.Time, error) {
	months := w.Months
	if months == 0 {
		months = 12
	}
	if months < 0 || months > 12*9999 {
		return time.Time{}, &InputError{Name: "Months", Value: float64(w.Months), Reason: "want a number of months, or 0 for 12"}
	}
	days := newCalendar(w.Discount.Location)
	if _, ok := days.date(w.AsOf); !ok {
		return time.Time{}, fmt.Errorf("scoring: AsOf: %w", ErrDate)
	}
	location := w.Discount.Location
	if location == nil {
		location = time.UTC
	}
	asOf := w.AsOf.In(location)
	year, month, day := asOf.Date()
	month -= time.Month(months)
	lastDay := time.Date(year, month+1, 0, 0, 0, 0, 0, time.UTC).Day()
	hour, minute, second := asOf.Clock()
	return time.Date(year, month, min(day, lastDay), hour, minute, second, asOf.Nanosecond(), location), nil
}

// part adds up one part of a value: exactly as long as nothing is discounted.
type part struct {
	name       string
	discount   Discount
	exact      wideSum
	discounted float64
}

func (s *part) add(amount int64, asOf, at date) {
	switch {
	case s.discount.Rate == 0:
		s.exact.add(amount)
	case amount != 0: // 0 × an infinite factor is no number
		s.discounted += float64(amount) * s.discount.factor(asOf, at)
	}
}

func (s *part) total(p *purse) (rapport.Money, error) {
	if s.discount.Rate == 0 {
		return p.summed(s.name, s.exact)
	}
	return p.rounded(s.name, s.discounted)
}
