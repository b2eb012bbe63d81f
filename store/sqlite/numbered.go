package sqlite

import (
	"context"
	"database/sql"
	"iter"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/store"
)

// numbered reads a table whose rows have numbers in the order of commits, and keeps how
// far its consumers have come.
type numbered[E any] struct {
	x                       *tx
	last, after, done, mark statement
	number                  func(tenant rapport.ID, cursor store.Token, last int64) (int64, error)
	scan                    func(scanner) (E, error)
}

// since streams the events after a cursor.
func (n numbered[E]) since(ctx context.Context, cursor store.Token) iter.Seq2[E, error] {
	return n.from(ctx, func() (int64, error) { return n.of(ctx, cursor) })
}

// pending streams the events that a consumer has not acknowledged.
func (n numbered[E]) pending(ctx context.Context, consumer rapport.ID) iter.Seq2[E, error] {
	return n.from(ctx, func() (done int64, err error) {
		if err := store.ValidateConsumer(consumer); err != nil {
			return 0, err
		}
		_, err = n.x.one(ctx, n.done, []any{string(n.x.tenant), string(consumer)}, &done)
		return done, err
	})
}

// from streams the events with a number above that of start.
func (n numbered[E]) from(ctx context.Context, start func() (int64, error)) iter.Seq2[E, error] {
	return func(yield func(E, error) bool) {
		err := n.x.read(ctx)
		var number int64
		if err == nil {
			number, err = start()
		}
		if err != nil {
			var none E
			yield(none, err)
			return
		}
		rows(ctx, n.x, func() (*sql.Rows, error) {
			return n.x.executor.QueryContext(ctx, n.after.text(), string(n.x.tenant), number)
		}, n.scan)(yield)
	}
}

// of returns the number of the event of a cursor.
func (n numbered[E]) of(ctx context.Context, cursor store.Token) (int64, error) {
	var last int64
	if _, err := n.x.one(ctx, n.last, []any{string(n.x.tenant)}, &last); err != nil {
		return 0, err
	}
	return n.number(n.x.tenant, cursor, last)
}

func (n numbered[E]) acknowledge(ctx context.Context, consumer rapport.ID, cursor store.Token) error {
	if err := n.x.write(ctx); err != nil {
		return err
	}
	if err := store.ValidateConsumer(consumer); err != nil {
		return err
	}
	number, err := n.of(ctx, cursor)
	if err != nil || number == 0 {
		return err
	}
	_, err = n.x.exec(ctx, n.mark, string(n.x.tenant), string(consumer), number)
	return err
}
