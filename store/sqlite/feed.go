package sqlite

import (
	"context"
	"iter"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/store"
)

type feed struct{ x *tx }

func (s feed) log() numbered[store.FeedEvent] {
	return numbered[store.FeedEvent]{
		x: s.x, last: feedNumber, after: feedAfter, done: feedConsumerGet, mark: feedConsumerPut, number: store.FeedNumber,
		scan: func(row scanner) (e store.FeedEvent, err error) {
			var number, change int64
			err = row.Scan(&number, (*string)(&e.Kind), (*string)(&e.ID), &e.Version, &change)
			e.Change, e.Cursor = store.FeedChange(change), store.FeedCursor(s.x.tenant, number)
			return e, corrupt("event", err)
		},
	}
}

func (s feed) After(ctx context.Context, cursor store.Token) iter.Seq2[store.FeedEvent, error] {
	return s.log().since(ctx, cursor)
}

func (s feed) Pending(ctx context.Context, consumer rapport.ID) iter.Seq2[store.FeedEvent, error] {
	return s.log().pending(ctx, consumer)
}

func (s feed) Acknowledge(ctx context.Context, consumer rapport.ID, cursor store.Token) error {
	return s.log().acknowledge(ctx, consumer, cursor)
}

// tell adds an event to the feed.
func (x *tx) tell(ctx context.Context, kind store.RecordKind, id rapport.ID, version int64, change store.FeedChange) error {
	_, err := x.exec(ctx, feedInsert, string(x.tenant), string(kind), string(id), version, int64(change))
	return err
}
