package store

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/customer"
)

// Glances reads the newest about one customer, for [ReadCard].
type Glances interface {
	// Kinds returns which sorts of files the customer has, in byte order.
	Kinds(ctx context.Context, of rapport.ID) ([]customer.FileKind, error)
	// Files returns the last files of one kind by event time and id, the last one first.
	Files(ctx context.Context, of rapport.ID, kind customer.FileKind, limit int) ([]FileRow, error)
	// Interactions returns the last interactions by event time, system and external id,
	// the last one first.
	Interactions(ctx context.Context, of rapport.ID, limit int) ([]customer.Interaction, error)
	// Totals sums up the transactions of the customer, by currency.
	Totals(ctx context.Context, of rapport.ID) (Totals, error)
}

// Defaults of [CardLimits].
const (
	DefaultCardFiles        = 20
	DefaultCardInteractions = 20
)

// CardLimits says how much a card shows; nil stands for the zero value, and 0 for the
// default.
type CardLimits struct {
	Files        int // of each kind; up to [MaxPageLimit]
	Interactions int // up to [MaxPageLimit]
}

// CardRows is what is stored about one customer: all that a card shows.
type CardRows struct {
	Customer customer.Customer
	// IDs are all the ids of the customer, the current one first.
	IDs []rapport.ID
	// Files are the last files of each kind: by kind in byte order, the last event first.
	// [FilesIn] picks those of one sort.
	Files []FileRow
	// Interactions are the last ones, the last one first.
	Interactions []customer.Interaction
	Totals       Totals
}

// ReadCard reads what is stored about a customer in one call, under the id that it has
// now and under those that a merge has replaced. The error is [ErrNotFound] if there is no
// such customer; o may be nil.
func ReadCard(ctx context.Context, tx Tx, id rapport.ID, o *CardLimits) (CardRows, error) {
	if o == nil {
		o = &CardLimits{}
	}
	files, interactions := cmp.Or(o.Files, DefaultCardFiles), cmp.Or(o.Interactions, DefaultCardInteractions)
	for _, limit := range []int{files, interactions} {
		if limit < 1 || limit > MaxPageLimit {
			return CardRows{}, &ArgumentError{Name: "card limit", Reason: fmt.Sprintf("%d is outside 1 to %d", limit, MaxPageLimit)}
		}
	}
	f, err := Files(tx)
	if err != nil {
		return CardRows{}, err
	}
	var card CardRows
	if card.IDs, err = Identities(ctx, tx, id); err != nil {
		return CardRows{}, err
	}
	if card.Customer, err = tx.Customers().Get(ctx, card.IDs[0]); err != nil {
		return CardRows{}, err
	}
	for _, id := range card.IDs {
		if err := card.add(ctx, f.Glances(), id, files, interactions); err != nil {
			return CardRows{}, err
		}
	}
	if len(card.IDs) > 1 {
		card.arrange(files, interactions)
	}
	return card, nil
}

// add reads what is filed under one id.
func (c *CardRows) add(ctx context.Context, g Glances, id rapport.ID, files, interactions int) error {
	kinds, err := g.Kinds(ctx, id)
	if err != nil {
		return err
	}
	for _, kind := range kinds {
		rows, err := g.Files(ctx, id, kind, files)
		if err != nil {
			return err
		}
		c.Files = append(c.Files, rows...)
	}
	talks, err := g.Interactions(ctx, id, interactions)
	if err != nil {
		return err
	}
	c.Interactions = append(c.Interactions, talks...)
	totals, err := g.Totals(ctx, id)
	if err != nil {
		return err
	}
	for _, t := range totals {
		if err := c.Totals.merge(t); err != nil {
			return err
		}
	}
	return nil
}

// arrange brings what was read under several ids into the order of one, and cuts it.
func (c *CardRows) arrange(files, interactions int) {
	slices.SortStableFunc(c.Files, func(a, b FileRow) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(b.At, a.At), cmp.Compare(b.ID, a.ID))
	})
	kept := c.Files[:0]
	inKind := 0
	for i, row := range c.Files {
		if i > 0 && c.Files[i].Kind == kept[len(kept)-1].Kind {
			inKind++
		} else {
			inKind = 0
		}
		if inKind < files {
			kept = append(kept, row)
		}
	}
	c.Files = kept
	slices.SortStableFunc(c.Interactions, func(a, b customer.Interaction) int {
		return cmp.Or(b.At().Compare(a.At()), cmp.Compare(b.Key().System, a.Key().System), cmp.Compare(b.Key().ID, a.Key().ID))
	})
	c.Interactions = c.Interactions[:min(len(c.Interactions), interactions)]
}

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
