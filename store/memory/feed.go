package memory

import (
	"context"
	"iter"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/store"
)

type feed struct{ x *tx }

func (s feed) After(ctx context.Context, cursor store.Token) iter.Seq2[store.FeedEvent, error] {
	number, err := store.FeedNumber(s.x.tenant, cursor, s.x.records.fed)
	return s.after(ctx, err, number)
}

func (s feed) Pending(ctx context.Context, consumer rapport.ID) iter.Seq2[store.FeedEvent, error] {
	done, _ := s.x.records.fedTo.get(string(consumer))
	return s.after(ctx, store.ValidateConsumer(consumer), done)
}

// after streams the events with a number above the given one.
func (s feed) after(ctx context.Context, valid error, number int64) iter.Seq2[store.FeedEvent, error] {
	return stream(ctx, s.x, valid, func(visit func(store.FeedEvent) bool) {
		next := number // of this loop: a stream may be ranged over again
		s.x.records.feed.from(numberKey(number+1), func(_ string, e store.FeedEvent) bool {
			next++
			e.Cursor = store.FeedCursor(s.x.tenant, next)
			return visit(e)
		})
	})
}

func (s feed) Acknowledge(ctx context.Context, consumer rapport.ID, cursor store.Token) error {
	if err := s.x.write(ctx); err != nil {
		return err
	}
	if err := store.ValidateConsumer(consumer); err != nil {
		return err
	}
	number, err := store.FeedNumber(s.x.tenant, cursor, s.x.records.fed)
	if err != nil {
		return err
	}
	s.x.records.fedTo = acknowledged(s.x, s.x.records.fedTo, consumer, number)
	return nil
}

// acknowledged moves the mark of a consumer, never back.
func acknowledged(x *tx, done tree[int64], consumer rapport.ID, number int64) tree[int64] {
	if had, _ := done.get(string(consumer)); number > had {
		return done.put(x.seed, string(consumer), number)
	}
	return done
}

// tell adds an event to the feed.
func (x *tx) tell(kind store.RecordKind, id rapport.ID, version int64, change store.FeedChange) {
	r := &x.records
	r.fed++
	r.feed = r.feed.put(x.seed, numberKey(r.fed), store.FeedEvent{Kind: kind, ID: id, Version: version, Change: change})
}
