package main

import (
	"context"
	"time"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/identity"
	"github.com/rapport-crm/rapport/customer/quality"
	"github.com/rapport-crm/rapport/store"
)

// view is what is known of one customer: the card, and what stands behind it.
type view struct {
	Card     customer.Card
	IDs      []rapport.ID // the current one first
	Golden   identity.GoldenRecord
	Life     customer.Derivation
	Timeline []customer.Event
	Apart    map[rapport.ID][]customer.ConsentStanding // consents of each id, if it were a customer by itself
}

// readView reads everything in one transaction, so that all of it is of one moment. Any
// id that the customer ever had will do.
func (b *book) readView(ctx context.Context, id rapport.ID, asOf time.Time) (view, error) {
	var v view
	err := b.tenant.View(ctx, func(tx store.Tx) error {
		registry, err := readRegistry(ctx, tx, id)
		if err != nil {
			return err
		}
		if v.IDs, err = store.Identities(ctx, tx, id); err != nil {
			return err
		}
		if v.Golden, err = registry.Golden(id); err != nil {
			return err
		}
		if v.Life, err = lifecycle(ctx, tx, v.IDs, asOf); err != nil {
			return err
		}
		// The laws ask who is one since when, and who is a child.
		options := customer.ConsentOptions{Merges: registry.ConsentMerges(id), Born: make(map[rapport.ID]time.Time)}
		if born, known := v.Golden.Customer.BirthDate(asOf); known {
			for _, id := range v.IDs {
				options.Born[id], _ = born.Bounds()
			}
		}
		laws, err := customer.NewConsentLedger(nil, &options)
		if err != nil {
			return err
		}
		stored, err := store.NewCardReader(tx, &store.CardOptions{Laws: laws})
		if err != nil {
			return err
		}
		if v.Card, err = customer.ReadCard(ctx, cardReader{stored, &v, asOf}, id, asOf, nil); err != nil {
			return err
		}
		v.Timeline, err = timeline(ctx, tx, v.IDs, asOf)
		return err
	})
	return v, err
}

// cardReader adds to what the store reads what the host knows: the stage, the quality of
// the record, and where its fields come from.
type cardReader struct {
	stored customer.CardReader
	view   *view
	asOf   time.Time
}

// CardInputs implements [customer.CardReader].
func (r cardReader) CardInputs(ctx context.Context, id rapport.ID) (customer.CardInputs, error) {
	in, err := r.stored.CardInputs(ctx, id)
	if err != nil {
		return in, err
	}
	if r.view.Apart, err = apart(in.Consents, r.view.IDs, r.asOf); err != nil {
		return in, err
	}
	// The stage is derived anew from the purchases under all ids, and not stored: so there
	// is nothing to take back at an unmerge.
	life, err := customer.NewLifecycle(in.Customer.ID())
	if err != nil {
		return in, err
	}
	if _, in.Changes, err = life.Apply(&r.view.Life, customer.ApplyOptions{IDs: rapport.NewSequential("stage-"), RecordedAt: r.asOf}); err != nil {
		return in, err
	}
	in.Provenance = r.view.Golden.CardSources()
	report, err := measure(r.asOf, []quality.Row{quality.CustomerRow(in.Customer, r.asOf)}, false)
	in.Figures.Quality = report.Total.Overall
	return in, err
}

// apart judges consents as if nobody had been merged.
func apart(consents []customer.Consent, ids []rapport.ID, at time.Time) (map[rapport.ID][]customer.ConsentStanding, error) {
	ledger, err := customer.NewConsentLedger(consents, nil)
	if err != nil {
		return nil, err
	}
	standings := make(map[rapport.ID][]customer.ConsentStanding)
	for _, id := range ids {
		standings[id] = ledger.Standings(id, at)
	}
	return standings, nil
}

// lifecycle derives the stage from what was bought and said under all ids.
func lifecycle(ctx context.Context, tx store.Tx, ids []rapport.ID, asOf time.Time) (customer.Derivation, error) {
	var b customer.Behaviour
	events, err := contacts(ctx, tx, ids, asOf)
	if err != nil {
		return customer.Derivation{}, err
	}
	for _, e := range events {
		switch e.Kind {
		case customer.FileTransaction:
			b.Purchases = append(b.Purchases, e.At)
		case customer.FileInteraction:
			b.LastContact = e.At
		}
	}
	return customer.Derive(customer.Standing{}, &b, asOf, nil)
}
