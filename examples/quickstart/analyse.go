package main

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/internal/market"
	"github.com/rapport-crm/rapport/scoring"
	"github.com/rapport-crm/rapport/segment"
)

// analysis is all that the table and the page show.
type analysis struct {
	first, tested, last time.Time // start of the history, end of what the test's model saw, end
	lines, repeated     int       // transaction lines stored, and recognised as sent twice
	test                test
	weekly              weekly
	customers           []scored // most valuable first
	tiers               []segment.Group
	slipping            []slipping
	truth               []band
	names               map[rapport.ID]string // of the customers who are shown
}

// listed is how many customers the lists of the page name.
const listed = 10

// analyse first tests a model on weeks it has not seen, then fits one to the
// whole history and scores everybody with it.
func analyse(ctx context.Context, h *history, shop *market.World) (*analysis, error) {
	last := shop.Until()
	tested := last.AddDate(0, 0, -7*weeksHeldOut)
	a := &analysis{first: shop.Config().From, tested: tested, last: last, lines: h.lines, repeated: h.repeated}

	early, err := h.summarize(ctx, scoring.Window{Unit: rapport.Week, Currency: currency, Until: tested, Holdout: weeksHeldOut})
	if err != nil {
		return nil, err
	}
	trained, err := fitModels(ctx, early)
	if err != nil {
		return nil, err
	}
	if a.test, err = testForecast(ctx, trained, early); err != nil {
		return nil, err
	}
	if a.weekly, err = h.trackWeeks(ctx, trained, early, a.first); err != nil {
		return nil, err
	}

	now, err := h.summarize(ctx, scoring.Window{Unit: rapport.Week, Currency: currency, Until: last})
	if err != nil {
		return nil, err
	}
	final, err := fitModels(ctx, now)
	if err != nil {
		return nil, err
	}
	if a.customers, a.tiers, err = scoreCustomers(final, now); err != nil {
		return nil, err
	}
	a.truth = compareWithTruth(a.customers, shop)
	a.slipping = findSlipping(final, a.customers, early)
	slices.SortFunc(a.customers, func(x, y scored) int {
		return cmp.Or(cmp.Compare(y.value, x.value), cmp.Compare(x.id, y.id))
	})
	a.names, err = h.names(ctx, a.shown())
	return a, err
}

// shown are the customers whom the lists name.
func (a *analysis) shown() []rapport.ID {
	var ids []rapport.ID
	for _, c := range a.customers[:min(listed, len(a.customers))] {
		ids = append(ids, c.id)
	}
	for _, c := range a.slipping[:min(listed, len(a.slipping))] {
		ids = append(ids, c.id)
	}
	return ids
}
