package sqlite

import (
	"context"
	"database/sql"
	"iter"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/store"
)

type outbox struct{ x *tx }

func (s outbox) After(ctx context.Context, cursor store.Token) iter.Seq2[store.Event, error] {
	return s.from(ctx, func() (int64, error) { return s.number(ctx, cursor) })
}

func (s outbox) Pending(ctx context.Context, consumer rapport.ID) iter.Seq2[store.Event, error] {
	return s.from(ctx, func() (done int64, err error) {
		if err := store.ValidateConsumer(consumer); err != nil {
			return 0, err
		}
		_, err = s.x.one(ctx, consumerGet, []any{string(s.x.tenant), string(consumer)}, &done)
		return done, err
	})
}

// from streams the events with a number above that of start.
func (s outbox) from(ctx context.Context, start func() (int64, error)) iter.Seq2[store.Event, error] {
	return func(yield func(store.Event, error) bool) {
		err := s.x.read(ctx)
		var number int64
		if err == nil {
			number, err = start()
		}
		if err != nil {
			yield(store.Event{}, err)
			return
		}
		rows(ctx, s.x, func() (*sql.Rows, error) {
			return s.x.executor.QueryContext(ctx, outboxAfter.text(), string(s.x.tenant), number)
		}, s.scan)(yield)
	}
}

func (s outbox) scan(row scanner) (event store.Event, err error) {
	var number int64
	var doc string
	if err := row.Scan(&number, &doc); err != nil {
		return store.Event{}, corrupt("entry", err)
	}
	event.Cursor = store.EventCursor(s.x.tenant, number)
	event.Entry, err = store.DecodeEntry(doc)
	return event, err
}

// number returns the number of the event of a cursor.
func (s outbox) number(ctx context.Context, cursor store.Token) (int64, error) {
	var last int64
	if _, err := s.x.one(ctx, entryNumber, []any{string(s.x.tenant)}, &last); err != nil {
		return 0, err
	}
	return store.EventNumber(s.x.tenant, cursor, last)
}

func (s outbox) Acknowledge(ctx context.Context, consumer rapport.ID, cursor store.Token) error {
	if err := s.x.write(ctx); err != nil {
		return err
	}
	if err := store.ValidateConsumer(consumer); err != nil {
		return err
	}
	number, err := s.number(ctx, cursor)
	if err != nil || number == 0 {
		return err
	}
	_, err = s.x.exec(ctx, consumerPut, string(s.x.tenant), string(consumer), number)
	return err
}
