package main

import (
	"context"
	"iter"
	"time"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/store"
)

// timeline returns all that happened with a customer up to an instant, over every channel
// and under every id.
func timeline(ctx context.Context, tx store.Tx, ids []rapport.ID, asOf time.Time) ([]customer.Event, error) {
	files, err := store.Files(tx)
	if err != nil {
		return nil, err
	}
	var filed []customer.Event
	for row, err := range files.Files().All(ctx, store.FileQuery{Customers: ids}) {
		if err != nil {
			return nil, err
		}
		event, shown, err := eventOf(row)
		if err != nil {
			return nil, err
		}
		if shown {
			filed = append(filed, event)
		}
	}
	return merge(ctx, tx, ids, asOf, filed)
}

// contacts is the timeline of purchases and interactions only.
func contacts(ctx context.Context, tx store.Tx, ids []rapport.ID, asOf time.Time) ([]customer.Event, error) {
	return merge(ctx, tx, ids, asOf, nil)
}

// merge joins filed records with the streams of the store, each of one id in order.
func merge(ctx context.Context, tx store.Tx, ids []rapport.ID, asOf time.Time, filed []customer.Event) ([]customer.Event, error) {
	period, err := rapport.NewInterval(time.Time{}, asOf)
	if err != nil {
		return nil, err
	}
	query := customer.TimelineQuery{Customer: ids[0], Also: ids[1:], Period: period}
	sources := []iter.Seq2[customer.Event, error]{query.Source(filed)}
	for _, id := range ids {
		sources = append(sources,
			customer.EventsOf(tx.Transactions().All(ctx, store.TransactionQuery{Customer: id, Period: period})),
			customer.EventsOf(tx.Interactions().All(ctx, store.InteractionQuery{Customer: id, Period: period})))
	}
	var events []customer.Event
	for e, err := range query.Merge(sources...) {
		if err != nil {
			return nil, err
		}
		events = append(events, e)
	}
	return events, nil
}

// eventOf reads a filed record as an event; it is false for what is no event in the life
// of a customer, such as a source record or a merge.
func eventOf(row store.FileRow) (e customer.Event, shown bool, err error) {
	switch row.Kind {
	case customer.FileConsent:
		return decoded[customer.Consent](row)
	case customer.FileNeed:
		return decoded[customer.Need](row)
	case customer.FileMembership:
		return decoded[customer.Membership](row)
	case customer.FilePoints:
		return decoded[customer.PointsEntry](row)
	case customer.FileCase:
		return decoded[customer.Case](row)
	}
	return e, false, nil
}

func decoded[T customer.Filed](row store.FileRow) (customer.Event, bool, error) {
	record, err := store.DecodeFile[T](row)
	if err != nil {
		return customer.Event{}, false, err
	}
	return customer.EventOf(record), true, nil
}
