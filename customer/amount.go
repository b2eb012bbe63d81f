package customer

import "github.com/rapport-crm/rapport"

// Limits of the amounts of this package, narrower than those of [rapport.Money]:
// in whole minor units an amount fits 64 bits.
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
	case !amount.IsZero() && amount.NumDigits()+exponent+digits > MaxMinorDigits:
		c.report(p, OutOfRange)
	default:
		return true
	}
	return false
}
