package scoring

import (
	"fmt"
	"math"

	"github.com/shopspring/decimal"

	"github.com/rapport-crm/rapport"
)

// RoundMoney returns a value that a model gave in major units (yuan, not fen) as
// money, rounded half-even to the minor unit: the one door from the models'
// float64 to amounts that are added exactly. The float64 is read as its shortest
// decimal form, so 2.675 is a tie and becomes 2.68.
//
// The error is an [*InputError] for a value that is not finite, a
// [*rapport.CurrencyError], or a [*rapport.AmountError] for a value beyond the
// bounds of money.
func RoundMoney(value float64, currency rapport.Currency) (rapport.Money, error) {
	if math.IsNaN(value) || math.IsInf(value, 0) {
		return rapport.Money{}, &InputError{Name: "value", Value: value, Reason: "want a finite amount"}
	}
	m, err := rapport.NewMoney(decimal.NewFromFloat(value).Truncate(rapport.MaxAmountDigits), currency)
	if err != nil {
		return rapport.Money{}, fmt.Errorf("scoring: value %v: %w", value, err)
	}
	return m.Round(rapport.RoundHalfEven), nil
}

// purse turns amounts of one currency into whole minor units, in which they are
// added, and back. It takes the currency of the first amount that has one.
type purse struct{ currency rapport.Currency }

// take returns an amount in minor units. The error is a
// [*rapport.CurrencyMismatchError] or, for a fraction of a minor unit or an
// amount that does not fit in 64 bits, a [*rapport.AmountError].
func (p *purse) take(m rapport.Money) (int64, error) {
	switch c := m.Currency(); {
	case c == 0:
		return 0, nil // nothing in no currency
	case p.currency == 0:
		p.currency = c
	case p.currency != c:
		return 0, &rapport.CurrencyMismatchError{Left: p.currency, Right: c}
	}
	return m.Minor()
}

// takeCost is take for an amount that must not be negative: [*InputError].
func (p *purse) takeCost(name string, m rapport.Money) (int64, error) {
	minor, err := p.take(m)
	if err == nil && minor < 0 {
		err = &InputError{Name: name, Value: major(m), Reason: "want no negative amount"}
	}
	return minor, err
}

// named puts the name of a field before the error of its amount.
func named(name string, err error) error {
	if _, ok := err.(*InputError); err == nil || ok {
		return err
	}
	return fmt.Errorf("scoring: %s: %w", name, err)
}

// major returns an amount in major units, as models take it.
func major(m rapport.Money) float64 { return m.Amount().InexactFloat64() }

// money returns minor units as money.
func (p *purse) money(minor int64) rapport.Money {
	m, err := rapport.MoneyFromMinor(minor, p.currency)
	if err != nil { // no amount had a currency, so all were nothing
		return rapport.Money{}
	}
	return m
}

// rounded returns minor units that were computed in float64 as money, a tie
// rounded to the even neighbour. The error is an [*OverflowError].
func (p *purse) rounded(sum string, minor float64) (rapport.Money, error) {
	whole, err := round(sum, minor)
	if err != nil {
		return rapport.Money{}, err
	}
	return p.money(whole), nil
}

// summed returns the exact sum of minor units as money, or an [*OverflowError].
func (p *purse) summed(sum string, all wideSum) (rapport.Money, error) {
	minor, ok := all.int64()
	if !ok {
		return rapport.Money{}, &OverflowError{Sum: sum}
	}
	return p.money(minor), nil
}

func round(sum string, minor float64) (int64, error) {
	rounded := math.RoundToEven(minor)
	if !(math.Abs(rounded) < 1<<63) { // so written to catch NaN
		return 0, &OverflowError{Sum: sum}
	}
	return int64(rounded), nil
}

// settle rounds parts in minor units so that they add up to a whole exactly: each
// is rounded half-even, and what is then missing goes to the greatest in size, of
// several the first.
func settle(sum string, whole int64, parts []float64) ([]int64, error) {
	settled := make([]int64, len(parts))
	greatest := 0
	var missing wideSum
	missing.add(whole)
	for i, part := range parts {
		var err error
		if settled[i], err = round(sum, part); err != nil {
			return nil, err
		}
		missing.sub(settled[i])
		if math.Abs(part) > math.Abs(parts[greatest]) {
			greatest = i
		}
	}
	rest, ok := missing.int64()
	if ok {
		settled[greatest], ok = addChecked(settled[greatest], rest)
	}
	if !ok {
		return nil, &OverflowError{Sum: sum}
	}
	return settled, nil
}
