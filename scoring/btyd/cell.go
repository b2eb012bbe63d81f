package btyd

import (
	"fmt"
	"math"
)

// maxPeriods bounds the renewals and horizons that the models of discrete time look at,
// maxObserved the opportunities of a history and maxBand the horizons over which a whole
// distribution is computed.
const (
	maxPeriods  = 1_000_000
	maxObserved = 100_000
	maxBand     = 10_000
)

// Cell is a purchase history in discrete time, as the [BGBB] model reads it, and how
// many customers share it: X transactions in N opportunities, the last of them at
// opportunity TX. What happened before the first opportunity, such as the
// transaction that made somebody a customer, does not count.
type Cell struct {
	X  int // transactions, 0 to TX
	TX int // the opportunity of the last one, 1 to N; 0 without transaction
	N  int // opportunities observed, 0 to 100,000
	// Customers is the number of customers with this history, which need not be
	// whole: any weight of 0 or more. Only fits and totals read it.
	Customers float64
}

// Validate returns an [*InputError] that names what makes c a cell that cannot be, or nil.
func (c Cell) Validate() error { return c.validate("") }

func (c Cell) validate(prefix string) error {
	wrong := func(name string, value float64, reason string) error {
		return &InputError{Name: prefix + name, Value: value, Reason: reason}
	}
	switch {
	case c.N < 0 || c.N > maxObserved:
		return wrong("N", float64(c.N), "want 0 to 100000 opportunities")
	case c.TX < 0 || c.TX > c.N:
		return wrong("TX", float64(c.TX), fmt.Sprintf("want 0 to N = %d", c.N))
	case c.X < 0 || c.X > c.TX:
		return wrong("X", float64(c.X), fmt.Sprintf("want 0 to TX = %d", c.TX))
	case c.X == 0 && c.TX > 0:
		return wrong("TX", float64(c.TX), "want 0 without transaction")
	case !(c.Customers >= 0 && c.Customers <= math.MaxFloat64):
		return wrong("Customers", c.Customers, "want a finite weight of 0 or more")
	}
	return nil
}

// valid is Validate for the history alone.
func (c Cell) valid() bool {
	return 0 <= c.X && c.X <= c.TX && c.TX <= c.N && c.N <= maxObserved && (c.X > 0) == (c.TX > 0)
}

// order is a number that sorts valid histories by N, TX and X.
func (c Cell) order() int64 {
	return (int64(c.N)*(maxObserved+1)+int64(c.TX))*(maxObserved+1) + int64(c.X)
}

// PeriodDiscount converts a discount rate a year into the rate for one of the
// periodsPerYear periods, (1+annual)^(1/periodsPerYear) − 1: 0.10 a year is 0.0080
// a month. The models of discrete time count periods and take the rate of one. The
// error is an [*InputError].
func PeriodDiscount(annual, periodsPerYear float64) (float64, error) {
	if !(annual > -1 && annual <= largest) {
		return 0, &InputError{Name: "annual", Value: annual, Reason: "want a rate above -1, at most 1e100"}
	}
	if !(periodsPerYear >= 0.001 && periodsPerYear <= 1e6) {
		return 0, &InputError{Name: "periodsPerYear", Value: periodsPerYear, Reason: "want 0.001 to 1e6"}
	}
	return finite(math.Expm1(math.Log1p(annual) / periodsPerYear))
}

// checkPeriods returns the continuous rate ln(1+discount), or an [*InputError] for a
// horizon that is no whole number of periods and not +Inf, or a rate outside the
// domain.
func checkPeriods(periods, discount float64) (delta float64, err error) {
	if !(periods >= 0 && periods <= maxPeriods && periods == math.Trunc(periods)) && !math.IsInf(periods, 1) {
		return 0, &InputError{Name: "periods", Value: periods, Reason: "want a whole number from 0 to 1000000, or +Inf"}
	}
	delta = math.Log1p(discount)
	if size := math.Abs(delta); !(discount > -1) || !(size == 0 || (size >= 1e-12 && size <= 100)) {
		return 0, &InputError{Name: "discount", Value: discount, Reason: "want 0 or a rate a period of 1e-12 or more in size, above -1 and at most 1e43"}
	}
	return delta, nil
}

// validAhead reports whether m is a number of periods to look ahead.
func validAhead(m int) bool { return m >= 0 && m <= maxPeriods }
