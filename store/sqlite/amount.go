package sqlite

import (
	"fmt"

	"github.com/shopspring/decimal"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/store"
)

// amountColumns returns what the two columns of an amount hold, one of them NULL:
// whole minor units, or the decimal text of an amount that has a fraction of one.
// digits are those of the currency.
func amountColumns(amount decimal.Decimal, digits int) (minor, exact any) {
	// Package customer keeps an amount below 10^18 minor units, so a whole one
	// fits, and its text is short.
	if shift := int(amount.Exponent()) + digits; shift >= 0 {
		units := amount.CoefficientInt64()
		if units != 0 {
			for range shift {
				units *= 10
			}
		}
		return units, nil
	}
	if units := amount.Shift(int32(digits)); units.IsInteger() {
		return units.IntPart(), nil
	}
	// Not String, whose form depends on settings of the process.
	return nil, amount.StringFixed(-amount.Exponent())
}

// moneyOf is the way back. The currency 0 means no amount at all.
func moneyOf(currency int64, minor *int64, exact *string) (rapport.Money, error) {
	c := rapport.Currency(currency)
	switch {
	case c == 0:
		return rapport.Money{}, nil
	case minor != nil:
		m, err := rapport.MoneyFromMinor(*minor, c)
		return m, corrupt("amount", err)
	case exact != nil:
		amount, err := decimal.NewFromString(*exact)
		if err != nil {
			return rapport.Money{}, corrupt("amount", err)
		}
		m, err := rapport.NewMoney(amount, c)
		return m, corrupt("amount", err)
	}
	return rapport.Money{}, fmt.Errorf("%w: amount is missing", store.ErrCorrupt)
}

// corrupt says that a stored value cannot be read back; nil stays nil.
func corrupt(what string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%w: %s: %w", store.ErrCorrupt, what, err)
}
