package rapport

import (
	"fmt"
	"math"

	"github.com/shopspring/decimal"
)

// Money is an exact amount in one currency. The zero value is nothing in no
// currency: adding it to any money gives that money, so a sum can start from it.
// Money values do not compare with ==; use [Money.Equal] or [Money.Cmp].
type Money struct {
	amount   decimal.Decimal
	currency Currency
}

// CurrencyMismatchError reports arithmetic on amounts of two currencies.
type CurrencyMismatchError struct {
	Left, Right Currency
}

func (e *CurrencyMismatchError) Error() string {
	return fmt.Sprintf("rapport: amounts in %s and %s do not mix", e.Left, e.Right)
}

// NewMoney returns an amount in a currency. The amount may have more digits
// than the currency's minor unit; [Money.Round] cuts them, visibly.
func NewMoney(amount decimal.Decimal, currency Currency) (Money, error) {
	if !currency.IsValid() {
		return Money{}, &CurrencyError{Code: currency.String()}
	}
	return Money{amount: amount, currency: currency}, nil
}

// MoneyFromMinor returns minor units as money: 1250 of CNY is 12.50 CNY.
func MoneyFromMinor(minor int64, currency Currency) (Money, error) {
	return NewMoney(decimal.New(minor, -int32(currency.Digits())), currency)
}

// Amount returns the decimal amount.
func (m Money) Amount() decimal.Decimal { return m.amount }

// Currency returns the currency; 0 for the zero Money.
func (m Money) Currency() Currency { return m.currency }

// Minor returns the amount in minor units. It is an error if the amount has a
// fraction of a minor unit (round first) or does not fit.
func (m Money) Minor() (int64, error) {
	shifted := m.amount.Shift(int32(m.currency.Digits()))
	if !shifted.IsInteger() {
		return 0, fmt.Errorf("rapport: %s %s has a fraction of a minor unit", m.amount, m.currency)
	}
	if shifted.Cmp(decimal.NewFromInt(math.MaxInt64)) > 0 || shifted.Cmp(decimal.NewFromInt(math.MinInt64)) < 0 {
		return 0, fmt.Errorf("rapport: %s %s does not fit in 64 bits of minor units", m.amount, m.currency)
	}
	return shifted.IntPart(), nil
}
