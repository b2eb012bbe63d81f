package customer

import (
	"strings"

	"github.com/rapport-crm/rapport"
)

// Limits of an amount, so that it fits 64 bits with its digits and a hostile
// exponent costs nothing.
const (
	MaxMinorDigits = 18 // digits of the amount in whole minor units: below 10^18
	MaxExtraDigits = 9  // decimal digits beyond the minor unit: unit prices, shared freight
)

// money reports whether m is an amount in a currency within the limits.
func (c *checker) money(field string, m rapport.Money) bool {
	p := path{field: field}
	if !m.Currency().IsValid() {
		c.report(p, NoCurrency)
		return false
	}
	amount, digits := m.Amount(), m.Currency().Digits()
	exponent := int(amount.Exponent())
	switch {
	case exponent < -(digits + MaxExtraDigits):
		c.report(p, TooPrecise)
	case exponent > MaxMinorDigits || amount.NumDigits()+exponent+digits > MaxMinorDigits:
		c.report(p, OutOfRange)
	default:
		return true
	}
	return false
}

// amountText writes a checked amount in its one form: a point, at least the
// digits of the minor unit, no further trailing zeros, no exponent. Amounts that
// are equal in value give the same text. Decimal's own String is not used because
// its form depends on settings of the process.
func amountText(m rapport.Money) string {
	amount, digits := m.Amount(), m.Currency().Digits()
	places := max(digits, -int(amount.Exponent()))
	text := amount.StringFixed(int32(places))
	for places > digits && strings.HasSuffix(text, "0") {
		text = text[:len(text)-1]
		places--
	}
	return strings.TrimSuffix(text, ".")
}

func equalMoney(a, b rapport.Money) bool {
	return a.Currency() == b.Currency() && a.Amount().Equal(b.Amount())
}
