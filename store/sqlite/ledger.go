package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"iter"
	"time"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/store"
)

// entry is what transactions and interactions have in common.
type entry interface {
	Key() customer.ExternalKey
	Customer() rapport.ID
	At() time.Time
	Fingerprint() customer.Fingerprint
}

// ledger reads and writes the entries of one table.
type ledger[T entry] struct {
	x                 *tx
	insert, get, page statement
	kind              string
	zero              func(row *T) bool
	bind              func(args []any, row *T) // all parameters but the tenant
	scan              func(scanner) (T, error)
}

// checkEvery is after how many rows an ingestion looks at its context.
const checkEvery = 64

func (l ledger[T]) ingest(ctx context.Context, batch []T, columns int) (store.Ingestion[T], error) {
	if err := l.x.write(ctx); err != nil {
		return store.Ingestion[T]{}, err
	}
	// By pointer, here and in bind: rows are large, and a batch of them is larger
	// than the processor's caches.
	for i := range batch {
		if l.zero(&batch[i]) {
			return store.Ingestion[T]{}, &store.RowError{Row: i, Err: errors.New("zero value")}
		}
	}
	in := store.Ingestion[T]{Outcomes: make([]store.Outcome, 0, len(batch))}
	steady := context.WithoutCancel(ctx)
	args := make([]any, 1+columns)
	args[0] = string(l.x.tenant)
	for i := range batch {
		row := &batch[i]
		if i%checkEvery == checkEvery-1 {
			if err := ctx.Err(); err != nil {
				return store.Ingestion[T]{}, l.abandon(ctx, err)
			}
		}
		l.bind(args[1:], row)
		inserted, err := l.x.execSteady(steady, l.insert, args)
		if err != nil {
			return store.Ingestion[T]{}, err
		}
		if inserted == 1 {
			in.Record(store.Inserted)
			continue
		}
		key := (*row).Key()
		stored, found, err := l.stored(steady, key)
		switch {
		case err != nil:
			return store.Ingestion[T]{}, l.abandon(ctx, err)
		case !found:
			return store.Ingestion[T]{}, l.abandon(ctx, errors.New("store: a row was neither inserted nor found"))
		case stored.Fingerprint() == (*row).Fingerprint():
			in.Record(store.Same)
		default:
			in.RecordDifference(key, stored)
		}
	}
	return in, nil
}

// abandon spoils the transaction: part of a batch is written, and the caller was
// promised all or nothing.
func (l ledger[T]) abandon(ctx context.Context, err error) error {
	l.x.broken = fault(ctx, "ingest", err)
	return l.x.broken
}

func (l ledger[T]) stored(ctx context.Context, key customer.ExternalKey) (row T, found bool, err error) {
	stmt, err := l.x.stmt(ctx, l.get)
	if err != nil {
		return row, false, err
	}
	row, err = l.scan(stmt.QueryRowContext(ctx, string(l.x.tenant), key.System, key.ID))
	if errors.Is(err, sql.ErrNoRows) {
		return row, false, nil
	}
	return row, err == nil, err
}

func (l ledger[T]) one(ctx context.Context, key customer.ExternalKey) (T, error) {
	var none T
	if err := l.x.read(ctx); err != nil {
		return none, err
	}
	row, found, err := l.stored(ctx, key)
	if errors.Is(err, store.ErrCorrupt) {
		return none, fault(ctx, "read", err) // the row, not the medium
	}
	if err != nil {
		return none, l.x.failed(ctx, err)
	}
	if !found {
		return none, &store.NotFoundError{Tenant: l.x.tenant, Kind: l.kind, Key: key.String()}
	}
	return row, nil
}

// chosen says which rows of the table a query reads.
type chosen struct {
	customer rapport.ID
	period   rapport.Interval
	listing  []string
	invalid  error
}

// window returns the parameters of [lineWindow] for the rows past a position.
func (c chosen) window(tenant rapport.ID, after *store.Position, limit int) []any {
	from, to := store.Bounds(c.period)
	start, last := store.Position{Customer: c.customer, At: from}, lastID
	if c.customer != "" {
		last = string(c.customer)
	}
	if after != nil {
		start = *after
	}
	return []any{string(tenant), string(start.Customer), start.At, start.Key.System, start.Key.ID, last, from, to, limit}
}

func (l ledger[T]) list(ctx context.Context, c chosen, r store.PageRequest) (store.Page[T], error) {
	if err := l.x.read(ctx); err != nil {
		return store.Page[T]{}, err
	}
	if c.invalid != nil {
		return store.Page[T]{}, c.invalid
	}
	limit, err := r.Rows()
	if err != nil {
		return store.Page[T]{}, err
	}
	var after *store.Position
	if r.After != "" {
		p, err := r.After.Position(l.x.tenant, c.listing)
		if err != nil {
			return store.Page[T]{}, err
		}
		if c.customer != "" && p.Customer != c.customer {
			return store.Page[T]{}, store.ErrPageToken // forged: lineWindow would start at another customer
		}
		after = &p
	}
	return collect(rows(ctx, l.x, func() (*sql.Rows, error) {
		return l.x.query(ctx, l.page, c.window(l.x.tenant, after, limit+1)...)
	}, l.scan), limit, func(row T) store.Token {
		return store.Position{Customer: row.Customer(), At: row.At().UnixNano(), Key: row.Key()}.Token(l.x.tenant, c.listing)
	})
}

func (l ledger[T]) all(ctx context.Context, c chosen) iter.Seq2[T, error] {
	if c.invalid != nil {
		return refuse[T](c.invalid)
	}
	return rows(ctx, l.x, func() (*sql.Rows, error) {
		return l.x.executor.QueryContext(ctx, l.page.text(), c.window(l.x.tenant, nil, noLimit)...)
	}, l.scan)
}
