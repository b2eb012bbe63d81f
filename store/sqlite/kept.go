package sqlite

import (
	"context"
	"database/sql"
	"iter"
	"time"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/pipeline"
	"github.com/rapport-crm/rapport/store"
)

// kept are the deals or the cases: all of them, or those of a partner.
type kept[T store.Kept] struct {
	x       *tx
	scoped  bool
	partner rapport.ID
}

func (kept[T]) kind() store.RecordKind { return store.KindOf[T]() }

func (s kept[T]) Partner(id rapport.ID) store.RecordReader[T] {
	return kept[T]{x: s.x, scoped: true, partner: id}
}

// valid reports why records cannot be asked for.
func (s kept[T]) valid() error {
	if !s.scoped {
		return nil
	}
	return store.ValidatePartner(s.partner)
}

func (s kept[T]) Get(ctx context.Context, id rapport.ID) (T, error) {
	var none T
	if err := s.x.read(ctx); err != nil {
		return none, err
	}
	if err := s.valid(); err != nil {
		return none, err
	}
	row, err := s.x.record(ctx, id)
	if err != nil {
		return none, err
	}
	if row.Kind != s.kind() || s.scoped && row.Partner != s.partner {
		return none, &store.NotFoundError{Tenant: s.x.tenant, Kind: string(s.kind()), Key: string(id)}
	}
	return store.DecodeRecord[T](row.Doc)
}

// record returns the stored record without the columns by which it is listed, the zero
// row if there is none.
func (x *tx) record(ctx context.Context, id rapport.ID) (store.RecordRow, error) {
	row := store.RecordRow{ID: id, Due: store.NoDue}
	var due *int64
	found, err := x.one(ctx, recordGet, []any{string(x.tenant), string(id)},
		(*string)(&row.Kind), &row.Version, (*string)(&row.Partner), &due, &row.Doc)
	if err != nil || !found {
		return store.RecordRow{}, err
	}
	if due != nil {
		row.Due = *due
	}
	return row, nil
}

func (s kept[T]) Commit(ctx context.Context, record T, due time.Time, entries ...pipeline.Entry) (store.Outcome, error) {
	if err := s.x.write(ctx); err != nil {
		return 0, err
	}
	c, err := store.NewCommitment(record, due, entries)
	if err != nil {
		return 0, err
	}
	return s.x.commit(ctx, c)
}

func (s kept[T]) Page(ctx context.Context, q store.RecordQuery, r store.PageRequest) (store.Page[T], error) {
	if err := s.x.read(ctx); err != nil {
		return store.Page[T]{}, err
	}
	if err := s.check(q); err != nil {
		return store.Page[T]{}, err
	}
	listing := q.Listing(s.kind(), s.partner)
	limit, after, err := r.Start(s.x.tenant, listing, 1)
	if err != nil {
		return store.Page[T]{}, err
	}
	start := ""
	if after != nil {
		start = after[0]
	}
	found, err := collect(s.after(ctx, q, start, limit+1), limit, func(last listed[T]) store.Token {
		return store.NewToken(s.x.tenant, listing, last.id)
	})
	page := store.Page[T]{Next: found.Next}
	for _, row := range found.Items {
		page.Items = append(page.Items, row.record)
	}
	return page, err
}

func (s kept[T]) All(ctx context.Context, q store.RecordQuery) iter.Seq2[T, error] {
	if err := s.check(q); err != nil {
		return refuse[T](err)
	}
	return func(yield func(T, error) bool) {
		for row, err := range s.after(ctx, q, "", noLimit) {
			if !yield(row.record, err) {
				return
			}
		}
	}
}

func (s kept[T]) check(q store.RecordQuery) error {
	if err := s.valid(); err != nil {
		return err
	}
	return q.Validate()
}

// listed is a record of a listing.
type listed[T any] struct {
	id     string
	record T
}

// after yields the chosen records with an id above the given one.
func (s kept[T]) after(ctx context.Context, q store.RecordQuery, id string, limit int) iter.Seq2[listed[T], error] {
	text, args := s.query(q, id, limit)
	return rows(ctx, s.x, func() (*sql.Rows, error) { return s.x.executor.QueryContext(ctx, text, args...) },
		func(row scanner) (found listed[T], err error) {
			var doc string
			if err := row.Scan(&found.id, &doc); err != nil {
				return found, corrupt(string(s.kind()), err)
			}
			found.record, err = store.DecodeRecord[T](doc)
			return found, err
		})
}

// query returns the SQL of a listing and its arguments. It names the index of the
// narrowest condition, in which the rows lie in the order of the listing.
func (s kept[T]) query(q store.RecordQuery, id string, limit int) (text string, args []any) {
	index, where := "", "WHERE tenant = ?"
	args = []any{string(s.x.tenant)}
	limitTo := func(by, condition string, value any) {
		if index == "" {
			index = by
		}
		where += " AND " + condition
		args = append(args, value)
	}
	if s.scoped {
		limitTo("partner", "partner <> '' AND partner = ?", string(s.partner))
	}
	if q.Customer != "" {
		limitTo("customer", "customer <> '' AND customer = ?", string(q.Customer))
	}
	if q.Owner != "" {
		limitTo("owner", "owner <> '' AND owner = ?", q.Owner)
	}
	if q.Stage != "" {
		limitTo("stage", "stage = ?", string(q.Stage))
	}
	if q.Version != 0 {
		limitTo("version", "definition_version = ?", q.Version)
	}
	if q.Definition != "" {
		limitTo("kind", "definition = ?", q.Definition)
	}
	limitTo("kind", "kind = ?", string(s.kind()))
	return "SELECT id, doc FROM rapport_records INDEXED BY rapport_records_" + index + " " + where +
		" AND id > ? ORDER BY id LIMIT ?", append(args, id, limit)
}

// dueColumn is what the column of timers holds.
func dueColumn(due int64) any {
	if due == store.NoDue {
		return nil
	}
	return due
}
