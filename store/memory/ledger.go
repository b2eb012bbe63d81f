package memory

import (
	"context"
	"encoding/binary"
	"errors"
	"hash/maphash"
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
	IsZero() bool
	Fingerprint() customer.Fingerprint
}

// ledger keeps entries by external key and in the order of listings.
type ledger[T entry] struct {
	byKey tree[T] // by externalKey
	lines tree[T] // by lineKey
}

// ingest stores the new ones among rows, calling added for each.
func (l *ledger[T]) ingest(seed maphash.Seed, rows []T, added func(T)) (store.Ingestion[T], error) {
	for i, row := range rows {
		if row.IsZero() {
			return store.Ingestion[T]{}, &store.RowError{Row: i, Err: errors.New("zero value")}
		}
	}
	in := store.Ingestion[T]{Outcomes: make([]store.Outcome, 0, len(rows))}
	for _, row := range rows {
		key := externalKey(row.Key())
		stored, known := l.byKey.get(key)
		switch {
		case !known:
			l.byKey = l.byKey.put(seed, key, row)
			l.lines = l.lines.put(seed, lineKey(position(row)), row)
			added(row)
			in.Record(store.Inserted)
		case stored.Fingerprint() == row.Fingerprint():
			in.Record(store.Same)
		default:
			in.RecordDifference(row.Key(), stored)
		}
	}
	return in, nil
}

// replace puts a row in the place of another one with its key; the zero value removes it.
func (l *ledger[T]) replace(seed maphash.Seed, had, next T) {
	key := externalKey(had.Key())
	l.lines = l.lines.remove(lineKey(position(had)))
	if next.IsZero() {
		l.byKey = l.byKey.remove(key)
		return
	}
	l.byKey = l.byKey.put(seed, key, next)
	l.lines = l.lines.put(seed, lineKey(position(next)), next)
}

// chosen says which part of a ledger a query reads.
type chosen struct {
	customer rapport.ID
	period   rapport.Interval
	listing  []string
}

// after visits the chosen entries past the position in ascending order.
func (l ledger[T]) after(c chosen, start *store.Position, visit func(T) bool) {
	from, to := store.Bounds(c.period)
	lo := ""
	switch {
	case start != nil:
		lo = lineKey(*start)
	case c.customer != "":
		lo = lineKey(store.Position{Customer: c.customer, At: from})
	}
	l.lines.from(lo, func(key string, row T) bool {
		if start != nil && key == lo {
			return true
		}
		if c.customer != "" && row.Customer() != c.customer {
			return false
		}
		if at := row.At().UnixNano(); at < from || at >= to {
			return true
		}
		return visit(row)
	})
}

func page[T entry](x *tx, l ledger[T], c chosen, r store.PageRequest) (store.Page[T], error) {
	limit, err := r.Rows()
	if err != nil {
		return store.Page[T]{}, err
	}
	var start *store.Position
	if r.After != "" {
		p, err := r.After.Position(x.tenant, c.listing)
		if err != nil {
			return store.Page[T]{}, err
		}
		if c.customer != "" && p.Customer != c.customer {
			return store.Page[T]{}, store.ErrPageToken // forged
		}
		start = &p
	}
	var out store.Page[T]
	l.after(c, start, func(row T) bool {
		if len(out.Items) == limit {
			out.Next = position(out.Items[limit-1]).Token(x.tenant, c.listing)
			return false
		}
		out.Items = append(out.Items, row)
		return true
	})
	return out, nil
}

// stream yields what visit passes on until the loop, the transaction or the
// context ends.
func stream[T any](ctx context.Context, x *tx, valid error, each func(visit func(T) bool)) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var none T
		if valid != nil {
			yield(none, valid)
			return
		}
		if err := x.read(ctx); err != nil {
			yield(none, err)
			return
		}
		each(func(row T) bool {
			if err := x.read(ctx); err != nil {
				yield(none, err)
				return false
			}
			return yield(row, nil)
		})
	}
}

func position[T entry](row T) store.Position {
	return store.Position{Customer: row.Customer(), At: row.At().UnixNano(), Key: row.Key()}
}

// lineKey orders as [store.Position] does. The texts hold no control characters,
// so a zero byte ends each below everything that could follow.
func lineKey(p store.Position) string {
	b := make([]byte, 0, len(p.Customer)+len(p.Key.System)+len(p.Key.ID)+10)
	b = append(b, p.Customer...)
	b = append(b, 0)
	b = binary.BigEndian.AppendUint64(b, uint64(p.At)^(1<<63)) // negative times first
	b = append(b, p.Key.System...)
	b = append(b, 0)
	b = append(b, p.Key.ID...)
	return string(b)
}

// externalKey is unique for each key, whatever bytes a caller asks for.
func externalKey(k customer.ExternalKey) string {
	return string(appendSized(appendSized(nil, k.System), k.ID))
}

// identifierKey is what of an identifier is unique.
func identifierKey(i customer.Identifier) string {
	i = i.Key()
	return string(appendSized(appendSized(appendSized(nil, i.System), i.Type), i.Value))
}

// ofKey groups cost lines by the sale they belong to, in order of their own keys:
// with fractions or other currencies the first one that cannot be counted is the
// same in every back end.
func ofKey(cost customer.Transaction) string {
	return externalKey(cost.Of()) + cost.Key().System + "\x00" + cost.Key().ID
}

func appendSized(b []byte, text string) []byte {
	b = binary.AppendUvarint(b, uint64(len(text)))
	return append(b, text...)
}
