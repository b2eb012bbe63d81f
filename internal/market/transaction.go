package market

import (
	"fmt"
	"iter"
	"strconv"
	"time"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/customer"
)

// Transactions yields what the shop's system delivers: for every sale a sale
// line and a cost line, for every return the same with the signs turned; at the
// rate [Config.DuplicateRows] a line comes again, recorded a day later under the
// same external key. After a customer has a second record, half of the sales are
// booked there. Lines come by customer, each one's in the order of time.
func (w *World) Transactions() iter.Seq2[customer.Transaction, error] {
	return func(yield func(customer.Transaction, error) bool) {
		l := newLife(w)
		repeats := newChance()
		for i := w.from; i < w.to; i++ {
			l.draw(i)
			events := l.trade()
			l.account(events)
			repeats.seed(w.seed, i, repeating)
			for _, e := range events {
				for _, draft := range l.lines(e) {
					if draft.Amount.Amount().IsZero() && draft.Kind == customer.Cost {
						continue // a cost of nothing is no line
					}
					if !deliver(draft, repeats.happens(w.config.DuplicateRows), yield) {
						return
					}
				}
			}
		}
	}
}

// deliver yields a line once or twice and reports whether to go on.
func deliver(draft customer.TransactionDraft, twice bool, yield func(customer.Transaction, error) bool) bool {
	for range 2 {
		line, err := customer.NewTransaction(draft)
		if err != nil {
			err = fmt.Errorf("market: %w", err)
		}
		if !yield(line, err) || err != nil {
			return false
		}
		if !twice {
			break
		}
		draft.RecordedAt = draft.RecordedAt.AddDate(0, 0, 1)
	}
	return true
}

// account puts each sale on the first or the second record of the customer, and
// its return on the same.
func (l *life) account(events []event) {
	second, ok := l.twin()
	for i := range events {
		events[i].account = l.ID
	}
	if !ok {
		return
	}
	choice := l.chance // goes on in the stream of the second record
	booked := make([]bool, l.Purchases+1)
	for sale := range booked {
		booked[sale] = choice.happens(0.5)
	}
	for i, e := range events {
		if booked[e.sale] && !l.soldAt(e.sale).Before(second.since) {
			events[i].account = second.id
		}
	}
}

func (l *life) soldAt(sale int) time.Time { return l.world.clock.instant(l.moments[sale-1]) }

// lines are the revenue line and the cost line of an event.
func (l *life) lines(e event) [2]customer.TransactionDraft {
	order := string(l.ID) + "-" + strconv.Itoa(e.sale)
	sale := customer.ExternalKey{System: shopSystem, ID: order}
	revenue := customer.TransactionDraft{
		Key:        sale,
		Kind:       customer.Sale,
		Customer:   e.account,
		At:         e.at,
		RecordedAt: e.at,
		Amount:     l.money(e.amount),
		Product:    e.product,
		Channel:    customer.Channel(e.channel),
		Branch:     e.branch,
		Order:      order,
		Line:       "1",
	}
	if e.amount < 0 {
		revenue.Kind, revenue.Key.ID, revenue.Of = customer.Return, order+"-return", sale
	}
	cost := revenue
	cost.Kind = customer.Cost
	cost.Key.ID += "-cost"
	cost.Of = revenue.Key
	cost.Amount = l.money(e.cost)
	return [2]customer.TransactionDraft{revenue, cost}
}

// money is exact: the currency was checked when the world was made, and
// [rapport.MoneyFromMinor] refuses nothing else.
func (l *life) money(minor int64) rapport.Money {
	amount, err := rapport.MoneyFromMinor(minor, l.world.config.Currency)
	if err != nil {
		return rapport.Money{} // the line is then refused, with the reason
	}
	return amount
}
