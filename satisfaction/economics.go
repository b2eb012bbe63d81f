package satisfaction

import (
	"errors"
	"fmt"
	"math"

	"github.com/shopspring/decimal"

	"github.com/rapport-crm/rapport"
)

// ErrInfiniteWorth says that a value without end is infinite: the retention is not
// below 1 + the discount.
var ErrInfiniteWorth = errors.New("the value is infinite")

// EconomicsError reports a number outside the range that its use allows.
type EconomicsError struct {
	Name   string // of the argument or the field
	Value  float64
	Reason string // what is wanted
}

// Error says which number is wrong, and what is wanted.
func (e *EconomicsError) Error() string {
	return fmt.Sprintf("satisfaction: %s is %v: %s", e.Name, e.Value, e.Reason)
}

// wantShare returns an [*EconomicsError] unless v is from 0 to 1.
func wantShare(name string, v float64) error {
	if !(v >= 0 && v <= 1) {
		return &EconomicsError{Name: name, Value: v, Reason: "want 0 to 1"}
	}
	return nil
}

// wantNumber returns an [*EconomicsError] unless v is finite and from 0.
func wantNumber(name string, v float64) error {
	if !(v >= 0 && v <= math.MaxFloat64) {
		return &EconomicsError{Name: name, Value: v, Reason: "want a finite number from 0"}
	}
	return nil
}

// wantCount returns an [*EconomicsError] for a negative count.
func wantCount(name string, n int) error {
	if n < 0 {
		return &EconomicsError{Name: name, Value: float64(n), Reason: "want no negative count"}
	}
	return nil
}

// wantDiscount returns an [*EconomicsError] unless v is a finite rate above −1.
func wantDiscount(v float64) error {
	if !(v > -1 && v <= math.MaxFloat64) {
		return &EconomicsError{Name: "Discount", Value: v, Reason: "want a finite rate above -1"}
	}
	return nil
}

// wantIndex returns an [*EconomicsError] unless v is from 0 to 100.
func wantIndex(v float64) error {
	if !(v >= 0 && v <= 100) {
		return &EconomicsError{Name: "Index", Value: v, Reason: "want 0 to 100"}
	}
	return nil
}

// wantNoDebt returns an [*EconomicsError] for a negative amount.
func wantNoDebt(name string, m rapport.Money) error {
	if m.Sign() < 0 {
		return &EconomicsError{Name: name, Value: inMajor(m), Reason: "want no negative amount"}
	}
	return nil
}

// factorDigits is how many digits of a factor after the point count. With the
// digits of an amount, at most 16, they fit into the bounds of money.
const factorDigits = rapport.MaxAmountDigits - 16

// stated reads a rate or a ratio that somebody stated as its shortest decimal, to
// 24 digits after the point: 0.1 is a tenth. Differences and products of two are
// then exact.
func stated(v float64) decimal.Decimal { return decimal.NewFromFloat(v).Truncate(factorDigits / 2) }

// inMajor returns an amount in major units (yuan, not fen), as models take it.
func inMajor(m rapport.Money) float64 { return m.Amount().InexactFloat64() }

// scaled returns amount × count × factor, rounded once, half-even, to the minor
// unit: the one door from the models' float64 to money. The factor is read as its
// shortest decimal form to 48 digits after the point, the product is exact. The
// error names what is computed; it is an [*EconomicsError] for a factor that is not
// finite, a [*rapport.AmountError] for an amount beyond the bounds of money or
// with more than 16 digits after the point, or one wraps it.
func scaled(name string, amount rapport.Money, count int, factor float64) (rapport.Money, error) {
	if math.IsNaN(factor) || math.IsInf(factor, 0) {
		return rapport.Money{}, &EconomicsError{Name: "factor of " + name, Value: factor, Reason: "want a finite number"}
	}
	return product(name, amount, count, decimal.NewFromFloat(factor).Truncate(factorDigits))
}

// product is [scaled] for a factor that is decimal already, such as the product of
// two that were [stated].
func product(name string, amount rapport.Money, count int, factor decimal.Decimal) (rapport.Money, error) {
	all, err := amount.Mul(decimal.NewFromInt(int64(count)))
	if err == nil {
		all, err = all.Mul(factor)
	}
	if err != nil {
		return rapport.Money{}, fmt.Errorf("satisfaction: %s: %w", name, err)
	}
	return all.Round(rapport.RoundHalfEven), nil
}

// added returns the exact sum of amounts; the error names what is added.
func added(name string, amounts ...rapport.Money) (rapport.Money, error) {
	sum, err := rapport.Sum(amounts...)
	if err != nil {
		return rapport.Money{}, fmt.Errorf("satisfaction: %s: %w", name, err)
	}
	return sum, nil
}
