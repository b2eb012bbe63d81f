package satisfaction

import (
	"fmt"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/internal/numeric"
)

// MarginTiming says when the first margin of a customer is paid.
type MarginTiming string

const (
	// MarginAtEnd: at the end of the first period, if the customer is kept until then.
	// It is the default, which the empty string stands for too.
	MarginAtEnd MarginTiming = "period_end"
	// MarginNow: at once, and then at the end of each period.
	MarginNow MarginTiming = "first_now"
)

// mostPeriods bounds a finite horizon: sums over it are done term by term.
const mostPeriods = 10_000

// CustomerMargin is what a customer brings for as long as it is kept.
type CustomerMargin struct {
	Margin   rapport.Money // per period; may be negative
	Discount float64       // per period, above −1
	Timing   MarginTiming
	// Periods is the horizon, at most 10 000: margins at the ends of so many periods
	// count, beside the one now if there is one. 0: without end.
	Periods int
}

// Worth returns what a customer is worth that is kept from period to period with
// the probability retention. Without end that is m·r/(1+i−r), or m·(1+i)/(1+i−r)
// with the first margin now. (S. Gupta and D. R. Lehmann, Customers as Assets,
// Journal of Interactive Marketing 17(1), 2003.) It is rounded once, half-even.
//
// The error is an [*EconomicsError] for a retention outside 0 to 1 or a field out
// of its range; it wraps [ErrInfiniteWorth] where retention ≥ 1 + discount without
// end, or a [*rapport.AmountError].
func (c CustomerMargin) Worth(retention float64) (rapport.Money, error) {
	factor, err := c.factor(retention)
	if err != nil {
		return rapport.Money{}, err
	}
	return scaled("value at retention "+fmt.Sprint(retention), c.Margin, 1, factor)
}

// RetentionGain is what a better retention does to the worth of a customer.
type RetentionGain struct {
	From, To      float64 // retention
	Timing        MarginTiming
	Before, After rapport.Money // [CustomerMargin.Worth]
	// Gain is After − Before exactly: what may be spent once, now, on the customer to
	// break even.
	Gain rapport.Money
	// PerPeriod is what may be spent now and at the end of each period of the horizon
	// for as long as the customer is kept, to break even: the gain over the value of
	// one unit so paid, rounded half-even.
	PerPeriod rapport.Money
	// Change is the gain over the value before, free of the margin and of rounding to
	// cents; without a value if there was none before. N is 0: nothing was observed.
	Change rapport.Ratio
}

// Gain compares two retentions. The errors are those of [CustomerMargin.Worth] at
// either.
func (c CustomerMargin) Gain(from, to float64) (RetentionGain, error) {
	g := RetentionGain{From: from, To: to, Timing: c.Timing}
	if g.Timing == "" {
		g.Timing = MarginAtEnd
	}
	var err error
	if g.Before, err = c.Worth(from); err != nil {
		return RetentionGain{}, err
	}
	if g.After, err = c.Worth(to); err != nil {
		return RetentionGain{}, err
	}
	if g.Gain, err = added("gain", g.After, g.Before.Neg()); err != nil {
		return RetentionGain{}, err
	}
	paid := 1 + numeric.Annuity(c.periods(), to, c.Discount)
	if g.PerPeriod, err = scaled("PerPeriod", g.Gain, 1, 1/paid); err != nil {
		return RetentionGain{}, err
	}
	before, err := c.factor(from)
	if err != nil {
		return RetentionGain{}, err
	}
	g.Change = rapport.Ratio{Num: c.raise(from, to), Den: before}
	return g, nil
}

func (c CustomerMargin) periods() int {
	if c.Periods == 0 {
		return numeric.Forever
	}
	return c.Periods
}

// check returns the error of a field.
func (c CustomerMargin) check() error {
	switch {
	case c.Timing != "" && c.Timing != MarginAtEnd && c.Timing != MarginNow:
		return &TimingError{Timing: c.Timing}
	case c.Periods < 0 || c.Periods > mostPeriods:
		return &EconomicsError{Name: "Periods", Value: float64(c.Periods), Reason: fmt.Sprintf("want 1 to %d, or 0 for no end", mostPeriods)}
	}
	return wantDiscount(c.Discount)
}

// factor returns what a margin of 1 is worth.
func (c CustomerMargin) factor(retention float64) (float64, error) {
	if err := c.check(); err != nil {
		return 0, err
	}
	if err := wantShare("retention", retention); err != nil {
		return 0, err
	}
	if c.Periods == 0 && retention > 0 && c.Discount+(1-retention) <= 0 {
		return 0, fmt.Errorf("satisfaction: retention %v for ever at discount %v: %w", retention, c.Discount, ErrInfiniteWorth)
	}
	factor := numeric.Annuity(c.periods(), retention, c.Discount)
	if c.Timing == MarginNow {
		factor++
	}
	return factor, nil
}

// raise returns factor(to) − factor(from), which does not depend on the timing.
func (c CustomerMargin) raise(from, to float64) float64 {
	if c.Periods == 0 {
		return numeric.AnnuityRaise(from, to, c.Discount)
	}
	return numeric.Annuity(c.Periods, to, c.Discount) - numeric.Annuity(c.Periods, from, c.Discount)
}

// TimingError reports a [MarginTiming] that does not exist.
type TimingError struct{ Timing MarginTiming }

// Error names the timing.
func (e *TimingError) Error() string {
	return fmt.Sprintf("satisfaction: timing %q: want %q or %q", string(e.Timing), string(MarginAtEnd), string(MarginNow))
}
