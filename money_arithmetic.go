package rapport

import "github.com/shopspring/decimal"

// Sum returns the sum of the amounts, the zero Money for none. The errors are
// those of [Money.Add].
func Sum(amounts ...Money) (Money, error) {
	var sum Money
	for _, m := range amounts {
		var err error
		if sum, err = sum.Add(m); err != nil {
			return Money{}, err
		}
	}
	return sum, nil
}

// Add returns m + other. The error is a [*CurrencyMismatchError], or an
// [*AmountError] if the sum is beyond the bounds of Money.
func (m Money) Add(other Money) (Money, error) {
	switch {
	case m.currency == 0:
		return other, nil
	case other.currency == 0:
		return m, nil
	case m.currency != other.currency:
		return Money{}, &CurrencyMismatchError{Left: m.currency, Right: other.currency}
	}
	return NewMoney(m.amount.Add(other.amount), m.currency)
}

// Sub returns m - other; the errors are those of [Money.Add].
func (m Money) Sub(other Money) (Money, error) { return m.Add(other.Neg()) }

// Neg returns -m.
func (m Money) Neg() Money {
	if m.IsZero() {
		return m
	}
	return Money{amount: m.amount.Neg(), currency: m.currency}
}

// Abs returns m without its sign.
func (m Money) Abs() Money {
	if m.Sign() < 0 {
		return m.Neg()
	}
	return m
}

// Mul returns m × factor exactly, with all digits: a price times 2.5 kg, an
// amount times a rate of tax. [Money.Round] the result where a payable amount is
// wanted. The error is an [*AmountError] if the factor or the product is beyond
// the bounds of Money, which products of products reach unless they are rounded
// on the way.
func (m Money) Mul(factor decimal.Decimal) (Money, error) {
	factor, err := boundAmount(factor)
	if err != nil {
		return Money{}, err
	}
	if m.currency == 0 {
		return Money{}, nil
	}
	return NewMoney(m.amount.Mul(factor), m.currency)
}

// Cmp returns -1, 0 or 1 as m is less than, equal to or greater than other. The
// zero Money compares as 0 of the other's currency. Two currencies are a
// [*CurrencyMismatchError].
func (m Money) Cmp(other Money) (int, error) {
	if m.currency != other.currency && m.currency != 0 && other.currency != 0 {
		return 0, &CurrencyMismatchError{Left: m.currency, Right: other.currency}
	}
	return m.amount.Cmp(other.amount), nil
}

// Equal reports whether m and other are the same amount in the same currency;
// 12.3 and 12.30 are the same amount. Unlike [Money.Cmp] it tells 0.00 CNY from
// the zero Money.
func (m Money) Equal(other Money) bool {
	return m.currency == other.currency && m.amount.Equal(other.amount)
}
