package sqlite

import (
	"context"
	"iter"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/store"
)

type outbox struct{ x *tx }

func (s outbox) log() numbered[store.Event] {
	return numbered[store.Event]{
		x: s.x, last: entryNumber, after: outboxAfter, done: consumerGet, mark: consumerPut, number: store.EventNumber, scan: s.scan,
	}
}

func (s outbox) After(ctx context.Context, cursor store.Token) iter.Seq2[store.Event, error] {
	return s.log().since(ctx, cursor)
}

func (s outbox) Pending(ctx context.Context, consumer rapport.ID) iter.Seq2[store.Event, error] {
	return s.log().pending(ctx, consumer)
}

func (s outbox) Acknowledge(ctx context.Context, consumer rapport.ID, cursor store.Token) error {
	return s.log().acknowledge(ctx, consumer, cursor)
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
