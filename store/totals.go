package store

import (
	"cmp"
	"slices"
	"time"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/customer"
)

// Totals sums up transactions by currency, in order of the currencies' numbers.
type Totals []Total

// Total sums up the transactions in one currency.
type Total struct {
	Currency    rapport.Currency
	Sales       rapport.Money // of sales
	Returns     rapport.Money // of returns: 0 or below
	Costs       rapport.Money // of cost lines
	SaleLines   int
	ReturnLines int
	CostLines   int
	First, Last time.Time // event times of the first and the last sale or return; zero: there is none
}

// Add counts a transaction, for back ends.
func (t *Totals) Add(kind customer.TransactionKind, amount rapport.Money, at time.Time) error {
	one := Total{Currency: amount.Currency()}
	switch kind {
	case customer.Sale:
		one.Sales, one.SaleLines = amount, 1
	case customer.Return:
		one.Returns, one.ReturnLines = amount, 1
	default:
		one.Costs, one.CostLines = amount, 1
	}
	if kind != customer.Cost {
		one.First, one.Last = at, at
	}
	return t.merge(one)
}

func (t *Totals) merge(one Total) error {
	i, found := slices.BinarySearchFunc(*t, one.Currency, func(had Total, c rapport.Currency) int { return cmp.Compare(had.Currency, c) })
	if !found {
		none, err := rapport.MoneyFromMinor(0, one.Currency)
		if err != nil {
			return &ArgumentError{Name: "total", Err: err}
		}
		*t = slices.Insert(*t, i, Total{Currency: one.Currency, Sales: none, Returns: none, Costs: none})
	}
	sum := &(*t)[i]
	for _, part := range []struct {
		into *rapport.Money
		more rapport.Money
	}{{&sum.Sales, one.Sales}, {&sum.Returns, one.Returns}, {&sum.Costs, one.Costs}} {
		if part.more.Currency() == 0 {
			continue
		}
		added, err := part.into.Add(part.more)
		if err != nil {
			return &ArgumentError{Name: "total", Err: err}
		}
		*part.into = added
	}
	sum.SaleLines, sum.ReturnLines, sum.CostLines = sum.SaleLines+one.SaleLines, sum.ReturnLines+one.ReturnLines, sum.CostLines+one.CostLines
	if !one.First.IsZero() && (sum.First.IsZero() || one.First.Before(sum.First)) {
		sum.First = one.First
	}
	if one.Last.After(sum.Last) {
		sum.Last = one.Last
	}
	return nil
}
