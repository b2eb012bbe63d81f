package memory

import (
	"context"
	"iter"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/store"
)

type outbox struct{ x *tx }

func (s outbox) After(ctx context.Context, cursor store.Token) iter.Seq2[store.Event, error] {
	number, err := store.EventNumber(s.x.tenant, cursor, s.x.records.committed)
	return s.after(ctx, err, number)
}

func (s outbox) Pending(ctx context.Context, consumer rapport.ID) iter.Seq2[store.Event, error] {
	done, _ := s.x.records.done.get(string(consumer))
	return s.after(ctx, store.ValidateConsumer(consumer), done)
}

// after streams the events with a number above the given one.
func (s outbox) after(ctx context.Context, valid error, number int64) iter.Seq2[store.Event, error] {
	return func(yield func(store.Event, error) bool) {
		next := number // of this loop: a stream may be ranged over again
		for row, err := range stream(ctx, s.x, valid, func(visit func(store.EntryRow) bool) {
			s.x.records.outbox.from(numberKey(number+1), func(_ string, e store.EntryRow) bool { return visit(e) })
		}) {
			var event store.Event
			if err == nil {
				next++
				event.Cursor = store.EventCursor(s.x.tenant, next)
				event.Entry, err = decodeEntry(row)
			}
			if !yield(event, err) || err != nil {
				return
			}
		}
	}
}

func (s outbox) Acknowledge(ctx context.Context, consumer rapport.ID, cursor store.Token) error {
	if err := s.x.write(ctx); err != nil {
		return err
	}
	if err := store.ValidateConsumer(consumer); err != nil {
		return err
	}
	number, err := store.EventNumber(s.x.tenant, cursor, s.x.records.committed)
	if err != nil {
		return err
	}
	s.x.records.done = acknowledged(s.x, s.x.records.done, consumer, number)
	return nil
}
