package scoring

import (
	"fmt"
	"math"
	"time"

	"github.com/rapport-crm/rapport"
)

// CashFlow is an amount at a date: a margin that was earned, or one that is
// expected. Amounts may be negative.
type CashFlow struct {
	At     time.Time
	Amount rapport.Money
}

// Discount brings amounts of other dates to one date. The zero value leaves
// amounts as they are.
type Discount struct {
	// Rate is per year, 0.10 for ten percent, above −1.
	Rate float64
	// DayCount says how long a year is.
	DayCount DayCount
	// Location says whose calendar days count; nil is UTC.
	Location *time.Location
}

// validate returns an [*InputError] for a rate or a day count that cannot be used.
func (d Discount) validate() error {
	if !d.DayCount.IsValid() {
		return &InputError{Name: "DayCount", Value: float64(d.DayCount), Reason: "want one of the constants"}
	}
	return checkRate("Rate", d.Rate)
}

// Factor returns what one unit of money at a date is worth on another,
// (1+Rate)^−years: below 1 for a later date at a positive rate, above 1 for an
// earlier one. The error is an [*InputError], an [*OverflowError], or wraps
// [ErrDate].
func (d Discount) Factor(asOf, at time.Time) (float64, error) {
	if err := d.validate(); err != nil {
		return 0, err
	}
	days := newCalendar(d.Location)
	from, ok := days.date(asOf)
	if !ok {
		return 0, fmt.Errorf("scoring: asOf: %w", ErrDate)
	}
	to, ok := days.date(at)
	if !ok {
		return 0, fmt.Errorf("scoring: at: %w", ErrDate)
	}
	factor := d.factor(from, to)
	if math.IsInf(factor, 0) {
		return 0, &OverflowError{Sum: "discount factor"}
	}
	return factor, nil
}

func (d Discount) factor(from, to date) float64 {
	return math.Exp(-math.Log1p(d.Rate) * d.DayCount.years(from, to))
}

// NPV returns the net present value of the flows at asOf, Σ amount·(1+Rate)^−years.
// A flow on the day of asOf counts in full, earlier ones are compounded. Amounts
// are whole minor units of one currency (round them first); at a rate of 0 they are
// added exactly, else the value is computed in float64 and rounded once, half-even,
// to the minor unit.
//
// The error is an [*InputError], a [*RowError] for a flow that cannot be used, an
// [*OverflowError], or wraps [ErrDate] if asOf is no date.
func (d Discount) NPV(asOf time.Time, flows ...CashFlow) (rapport.Money, error) {
	if err := d.validate(); err != nil {
		return rapport.Money{}, err
	}
	days := newCalendar(d.Location)
	from, ok := days.date(asOf)
	if !ok {
		return rapport.Money{}, fmt.Errorf("scoring: asOf: %w", ErrDate)
	}
	var p purse
	value := part{name: "present value", discount: d}
	for i, flow := range flows {
		to, ok := days.date(flow.At)
		if !ok {
			return rapport.Money{}, &RowError{Row: i + 1, Err: ErrDate}
		}
		amount, err := p.take(flow.Amount)
		if err != nil {
			return rapport.Money{}, &RowError{Row: i + 1, At: flow.At, Err: err}
		}
		value.add(amount, from, to)
	}
	return value.total(&p)
}

// NPV returns the net present value of amounts at the times 0, 1, 2, …,
// Σ amountₜ/(1+rate)^t, rate per period and above −1: the first amount is not
// discounted. Of a customer, amount 0 is what winning it costs (negative) and the
// others are the margins of the periods that follow; the result is the customer's
// lifetime value. Rounding and errors are those of [Discount.NPV].
func NPV(rate float64, amounts ...rapport.Money) (rapport.Money, error) {
	if err := checkRate("rate", rate); err != nil {
		return rapport.Money{}, err
	}
	var p purse
	minor := make([]int64, len(amounts))
	for i, amount := range amounts {
		var err error
		if minor[i], err = p.take(amount); err != nil {
			return rapport.Money{}, &RowError{Row: i + 1, Err: err}
		}
	}
	if rate == 0 {
		var sum wideSum
		for _, amount := range minor {
			sum.add(amount)
		}
		return p.summed("present value", sum)
	}
	var value float64
	for i := len(minor) - 1; i >= 0; i-- { // Horner's scheme
		value = value/(1+rate) + float64(minor[i])
	}
	return p.rounded("present value", value)
}
