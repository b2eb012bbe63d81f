package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"iter"
	"math"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/store"
)

type files struct{ x *tx }

func (s files) Get(ctx context.Context, kind customer.FileKind, id rapport.ID) (store.FileRow, error) {
	if err := s.x.read(ctx); err != nil {
		return store.FileRow{}, err
	}
	row, err := s.stored(ctx, kind, id)
	if err == nil && row.Version == 0 {
		err = s.missing(kind, id)
	}
	return row, err
}

// stored returns the record, the zero row if there is none.
func (s files) stored(ctx context.Context, kind customer.FileKind, id rapport.ID) (store.FileRow, error) {
	return s.find(ctx, fileGet, string(s.x.tenant), string(kind), string(id))
}

func (s files) find(ctx context.Context, query statement, args ...any) (store.FileRow, error) {
	var row store.FileRow
	_, err := s.x.one(ctx, query, args, fileDest(&row)...)
	return row, err
}

// fileDest are the columns of fileColumns.
func fileDest(row *store.FileRow) []any {
	return []any{(*string)(&row.Kind), (*string)(&row.ID), &row.Version, (*string)(&row.Customer), (*string)(&row.With),
		&row.At, &row.RecordedAt, &row.Until, &row.Doc}
}

func scanFile(from scanner) (store.FileRow, error) {
	var row store.FileRow
	err := from.Scan(fileDest(&row)...)
	return row, corrupt("file", err)
}

func (s files) missing(kind customer.FileKind, id rapport.ID) error {
	return &store.NotFoundError{Tenant: s.x.tenant, Kind: "file", Key: store.FileRow{Kind: kind, ID: id}.Key()}
}

func (s files) Put(ctx context.Context, row store.FileRow) (store.FileRow, error) {
	if err := s.x.write(ctx); err != nil {
		return store.FileRow{}, err
	}
	if err := row.Validate(); err != nil {
		return store.FileRow{}, err
	}
	had, err := s.stored(ctx, row.Kind, row.ID)
	if err != nil {
		return store.FileRow{}, err
	}
	return s.put(ctx, had, row)
}

func (s files) put(ctx context.Context, had, row store.FileRow) (store.FileRow, error) {
	var last store.FileRow
	if had.Version == 0 {
		args := []any{string(s.x.tenant), string(row.Kind), string(row.ID)}
		if _, err := s.x.one(ctx, fileLast, args, &last.Version, &last.Until); err != nil {
			return store.FileRow{}, err
		}
	}
	next, err := row.Succeed(had, last)
	if err != nil {
		return store.FileRow{}, err
	}
	write := fileInsert
	if had.Version > 0 {
		write = fileUpdate
		if err := s.end(ctx, had, next.RecordedAt); err != nil {
			return store.FileRow{}, err
		}
	}
	if _, err := s.x.exec(ctx, write, string(s.x.tenant), string(next.Kind), string(next.ID), next.Version,
		string(next.Customer), string(next.With), next.At, next.RecordedAt, next.Doc); err != nil {
		return store.FileRow{}, err
	}
	return next, s.x.tell(ctx, store.RecordKind(next.Kind), next.ID, next.Version, store.Written)
}

// end keeps the stored row among those that were.
func (s files) end(ctx context.Context, had store.FileRow, until int64) error {
	_, err := s.x.exec(ctx, fileEnd, string(s.x.tenant), string(had.Kind), string(had.ID), until)
	return err
}

func (s files) Append(ctx context.Context, row store.FileRow) (store.Outcome, error) {
	if err := s.x.write(ctx); err != nil {
		return 0, err
	}
	if err := row.Validate(); err != nil {
		return 0, err
	}
	had, err := s.stored(ctx, row.Kind, row.ID)
	if err != nil {
		return 0, err
	}
	if had.Version > 0 {
		return row.Appended(had)
	}
	row.Version = 0
	if _, err := s.put(ctx, had, row); err != nil {
		return 0, err
	}
	return store.Inserted, nil
}

func (s files) Remove(ctx context.Context, kind customer.FileKind, id rapport.ID, version, at int64) error {
	if err := s.x.write(ctx); err != nil {
		return err
	}
	had, err := s.stored(ctx, kind, id)
	if err == nil && had.Version == 0 {
		err = s.missing(kind, id)
	}
	if err == nil {
		err = had.Ends(version, at)
	}
	if err == nil {
		err = s.end(ctx, had, at)
	}
	if err == nil {
		_, err = s.x.exec(ctx, fileDelete, string(s.x.tenant), string(kind), string(id))
	}
	if err == nil {
		err = s.x.tell(ctx, store.RecordKind(kind), id, version, store.Removed)
	}
	return err
}

func (s files) AsOf(ctx context.Context, kind customer.FileKind, id rapport.ID, at int64) (store.FileRow, error) {
	if err := s.x.read(ctx); err != nil {
		return store.FileRow{}, err
	}
	row, err := s.stored(ctx, kind, id)
	if err == nil && (row.Version == 0 || !row.StoodAt(at)) {
		row, err = s.find(ctx, fileAsOf, string(s.x.tenant), string(kind), string(id), at)
	}
	if err == nil && row.Version == 0 {
		err = s.missing(kind, id)
	}
	return row, err
}

func (s files) History(ctx context.Context, kind customer.FileKind, id rapport.ID) iter.Seq2[store.FileRow, error] {
	const of = " WHERE tenant = ?1 AND kind = ?2 AND id = ?3"
	return rows(ctx, s.x, func() (*sql.Rows, error) {
		return s.x.executor.QueryContext(ctx, "SELECT "+filePastColumns+" FROM rapport_files_past"+of+
			" UNION ALL SELECT "+fileColumns+" FROM rapport_files"+of+" ORDER BY version",
			string(s.x.tenant), string(kind), string(id))
	}, scanFile)
}

func (s files) Page(ctx context.Context, q store.FileQuery, r store.PageRequest) (store.Page[store.FileRow], error) {
	if err := s.x.read(ctx); err != nil {
		return store.Page[store.FileRow]{}, err
	}
	if err := q.Validate(); err != nil {
		return store.Page[store.FileRow]{}, err
	}
	limit, after, err := q.Start(s.x.tenant, r)
	if err != nil {
		return store.Page[store.FileRow]{}, err
	}
	return collect(rows(ctx, s.x, func() (*sql.Rows, error) {
		text, ready, args, err := s.listing(q, after, limit+1)
		if err != nil {
			return nil, err
		}
		if ready != lockWriter {
			return s.x.query(ctx, ready, args...)
		}
		return s.x.executor.QueryContext(ctx, text, args...)
	}, scanFile), limit, func(last store.FileRow) store.Token { return q.Token(s.x.tenant, last) })
}

func (s files) All(ctx context.Context, q store.FileQuery) iter.Seq2[store.FileRow, error] {
	if err := q.Validate(); err != nil {
		return refuse[store.FileRow](err)
	}
	return rows(ctx, s.x, func() (*sql.Rows, error) {
		text, _, args, err := s.listing(q, q.First(), noLimit)
		if err != nil {
			return nil, err
		}
		return s.x.executor.QueryContext(ctx, text, args...)
	}, scanFile)
}

// listing returns the SQL of a listing past a place, the prepared statement of it or
// lockWriter if there is none, and its arguments.
func (s files) listing(q store.FileQuery, after store.FilePlace, limit int) (text string, ready statement, args []any, err error) {
	from, to := store.Bounds(q.Period)
	end, before := lastID, int64(math.MaxInt64)
	if q.Kind != "" {
		end, before = string(q.Kind), to
	}
	args = []any{string(s.x.tenant), string(after.Kind), after.At, string(after.ID), end, before, from, to, string(q.With), limit}
	owners, by := q.Owners(), byTime
	switch {
	case len(owners) == 1:
		by, ready, args = byCustomer, fileByCustomer, append(args, string(owners[0]))
	case len(owners) > 1:
		set, err := json.Marshal(owners)
		if err != nil {
			return "", 0, nil, fmt.Errorf("store: %w", err)
		}
		by, ready, args = byCustomers, lockWriter, append(args, string(set))
	case q.With != "":
		by, ready = byParty, fileByParty
	default:
		ready = fileByTime
	}
	if at := q.Instant(); at != store.NoEnd {
		return fileListing(by, true), lockWriter, append(args, at), nil
	}
	return fileListing(by, false), ready, args, nil
}
