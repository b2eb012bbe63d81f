package rapport

import (
	"fmt"

	"github.com/shopspring/decimal"
)

// Money is an exact amount in one currency, at most 10^64 in size and with at
// most [MaxAmountDigits] digits after the point. It is an immutable value, safe
// to copy and to share.
//
// The zero value is nothing in no currency: adding it to any money gives that
// money, so a sum can start from it. It is the only Money without a currency.
//
// Money values do not compare with ==; use [Money.Equal] or [Money.Cmp].
//
// In text a Money is "12.30 CNY", in JSON {"amount":"12.30","currency":"CNY"}:
// at least as many digits as the minor unit has, more only where the amount has
// them. The form does not change between versions, and what was written reads
// back to the same bytes.
type Money struct {
	amount   decimal.Decimal
	currency Currency
}

// CurrencyMismatchError reports arithmetic on amounts of two currencies.
type CurrencyMismatchError struct {
	Left, Right Currency
}

// Error names the two currencies.
func (e *CurrencyMismatchError) Error() string {
	return fmt.Sprintf("rapport: amounts in %s and %s do not mix", e.Left, e.Right)
}

// NewMoney returns an amount in a currency. The amount may have more digits
// than the currency's minor unit; [Money.Round] cuts them, visibly. The error is
// a [*CurrencyError], or an [*AmountError] for an amount beyond the bounds.
func NewMoney(amount decimal.Decimal, currency Currency) (Money, error) {
	if !currency.IsValid() {
		return Money{}, &CurrencyError{Code: currency.String()}
	}
	amount, err := boundAmount(amount)
	if err != nil {
		return Money{}, err
	}
	return Money{amount: amount, currency: currency}, nil
}

// MoneyFromMinor returns minor units as money: 1250 of CNY is 12.50 CNY, 1250 of
// JPY is 1250 JPY. The error is a [*CurrencyError].
func MoneyFromMinor(minor int64, currency Currency) (Money, error) {
	if !currency.IsValid() {
		return Money{}, &CurrencyError{Code: currency.String()}
	}
	return moneyFromMinor(minor, currency), nil
}

// moneyFromMinor is MoneyFromMinor for a currency that is known to be valid, or
// for nothing in no currency.
func moneyFromMinor(minor int64, currency Currency) Money {
	if currency == 0 {
		return Money{}
	}
	return Money{amount: decimal.New(minor, -int32(currency.Digits())), currency: currency}
}

// Amount returns the decimal amount.
func (m Money) Amount() decimal.Decimal { return m.amount }

// Currency returns the currency; 0 for the zero Money.
func (m Money) Currency() Currency { return m.currency }

// Sign returns -1, 0 or 1 as the amount is negative, nothing or positive.
func (m Money) Sign() int { return m.amount.Sign() }

// IsZero reports whether the amount is nothing, in any currency or in none.
func (m Money) IsZero() bool { return m.amount.IsZero() }

// Minor returns the amount in minor units: 1250 for 12.50 CNY. The error is an
// [*AmountError]: [ErrAmountFraction] if the amount has digits below the minor
// unit (round first), [ErrAmountRange] if it does not fit in 64 bits.
func (m Money) Minor() (int64, error) {
	digits := int32(m.currency.Digits())
	if m.amount.Exponent() == -digits && m.amount.NumDigits() <= 18 {
		return m.amount.CoefficientInt64(), nil // how most money is held
	}
	shifted := m.amount.Shift(digits)
	if !shifted.IsInteger() {
		return 0, &AmountError{Text: m.String(), Err: ErrAmountFraction}
	}
	whole := shifted.BigInt()
	if !whole.IsInt64() {
		return 0, &AmountError{Text: m.String(), Err: ErrAmountRange}
	}
	return whole.Int64(), nil
}

// Round cuts the amount to the currency's minor unit. What already has no more
// digits than that stays as it is.
func (m Money) Round(r Rounding) Money {
	digits := int32(m.currency.Digits())
	if m.amount.Exponent() >= -digits {
		return m
	}
	return Money{amount: r.divide(m.amount, decimal.New(1, 0), digits), currency: m.currency}
}
