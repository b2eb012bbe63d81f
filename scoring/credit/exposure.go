package credit

import (
	"fmt"
	"time"

	"github.com/rapport-crm/rapport"
)

// Part says which part of an exposure an amount belongs to: a stable code.
type Part string

// The parts. The first three add to the exposure, the others take from it.
const (
	Receivables Part = "receivables" // invoiced and not paid; negative for a balance in the customer's favour
	Unbilled    Part = "unbilled"    // delivered, not invoiced
	OpenOrders  Part = "open_orders" // accepted, not delivered
	Deposits    Part = "deposits"    // paid in advance or held as security
	Insured     Part = "insured"     // what an insurer or guarantor would pay
)

// Item is an amount of one part, in the currency of its document.
type Item struct {
	Part   Part
	Amount rapport.Money
}

// Conversion is how amounts of other currencies are brought to that of a limit.
type Conversion struct {
	Rates    rapport.Rates
	At       time.Time        // of the rates
	Rounding rapport.Rounding // to the minor unit, once per amount
}

// ConvertedItem states a conversion that was made.
type ConvertedItem struct {
	Item
	Into rapport.Money
	Rate rapport.Rate // as [rapport.Rates.Lookup] shows it
}

// Exposure is what a seller stands to lose with one customer, in one currency. A part
// that is the zero Money is nothing.
type Exposure struct {
	Receivables rapport.Money
	Unbilled    rapport.Money // not negative, as are the following
	OpenOrders  rapport.Money
	Deposits    rapport.Money
	Insured     rapport.Money
	// Converted lists the amounts that were of another currency, in the order given.
	Converted []ConvertedItem
}

func (e *Exposure) part(p Part) *rapport.Money {
	switch p {
	case Receivables:
		return &e.Receivables
	case Unbilled:
		return &e.Unbilled
	case OpenOrders:
		return &e.OpenOrders
	case Deposits:
		return &e.Deposits
	case Insured:
		return &e.Insured
	}
	return nil
}

// NewExposure adds the items up in a currency, by part. Items of another currency are
// a [*rapport.CurrencyMismatchError] without a conversion, and are listed with one.
// Other errors are a [*RowError] for an unknown part, and those of the amounts.
func NewExposure(currency rapport.Currency, items []Item, c *Conversion) (Exposure, error) {
	nothing, err := rapport.MoneyFromMinor(0, currency)
	if err != nil {
		return Exposure{}, err
	}
	e := Exposure{Receivables: nothing, Unbilled: nothing, OpenOrders: nothing, Deposits: nothing, Insured: nothing}
	for i, item := range items {
		sum := e.part(item.Part)
		if sum == nil {
			return Exposure{}, &RowError{Row: i, Err: &InputError{Name: "part", Value: fmt.Sprintf("%q", item.Part), Want: "one of the constants"}}
		}
		amount, err := c.to(item.Amount, currency)
		if err != nil {
			return Exposure{}, &RowError{Row: i, Err: err}
		}
		if from := item.Amount.Currency(); from != 0 && from != currency {
			rate, err := c.Rates.Lookup(from, currency, c.At)
			if err != nil {
				return Exposure{}, &RowError{Row: i, Err: err}
			}
			e.Converted = append(e.Converted, ConvertedItem{item, amount, rate})
		}
		if *sum, err = sum.Add(amount); err != nil {
			return Exposure{}, &RowError{Row: i, Err: err}
		}
	}
	if _, err := e.Total(); err != nil {
		return Exposure{}, err
	}
	return e, nil
}

// Total returns receivables + unbilled + open orders − deposits − insured part. It is
// negative where deposits and cover are more than what is at stake: they then make
// room beyond the limit. The error is an [*InputError] for a negative part other than
// receivables, or a [*rapport.CurrencyMismatchError] for parts of several currencies.
func (e Exposure) Total() (rapport.Money, error) {
	total := e.Receivables
	for _, p := range []Part{Unbilled, OpenOrders, Deposits, Insured} {
		amount := *e.part(p)
		if amount.Sign() < 0 {
			return rapport.Money{}, &InputError{Name: string(p), Value: amount.String(), Want: "an amount that is not negative"}
		}
		if p == Deposits || p == Insured {
			amount = amount.Neg()
		}
		var err error
		if total, err = total.Add(amount); err != nil {
			return rapport.Money{}, fmt.Errorf("credit: exposure: %s: %w", p, err)
		}
	}
	return total, nil
}

// to returns the amount in a currency. Nothing in no currency is 0 of it; without a
// conversion another currency is an error. An amount of the currency keeps its digits.
func (c *Conversion) to(m rapport.Money, currency rapport.Currency) (rapport.Money, error) {
	switch {
	case m.Currency() == currency:
		return m, nil
	case m.Currency() == 0:
		return rapport.MoneyFromMinor(0, currency)
	case c == nil:
		return rapport.Money{}, &rapport.CurrencyMismatchError{Left: m.Currency(), Right: currency}
	}
	return c.Rates.Convert(m, currency, c.At, c.Rounding)
}
