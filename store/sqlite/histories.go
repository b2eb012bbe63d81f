package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"iter"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/pipeline"
	"github.com/rapport-crm/rapport/store"
)

type histories struct{ x *tx }

func (s histories) Append(ctx context.Context, entries ...pipeline.Entry) (store.Outcome, error) {
	if err := s.x.write(ctx); err != nil {
		return 0, err
	}
	c, err := store.NewAppending(entries)
	if err != nil {
		return 0, err
	}
	return s.x.commit(ctx, c)
}

func (s histories) Get(ctx context.Context, record rapport.ID, seq int64) (pipeline.Entry, error) {
	return s.one(ctx, "entry", fmt.Sprint(record, "/", seq), entryGet, string(record), seq)
}

func (s histories) Request(ctx context.Context, record rapport.ID, request string) (pipeline.Entry, error) {
	return s.one(ctx, "request", string(record)+"/"+request, entryRequest, string(record), request)
}

func (s histories) one(ctx context.Context, kind, key string, by statement, args ...any) (pipeline.Entry, error) {
	if err := s.x.read(ctx); err != nil {
		return pipeline.Entry{}, err
	}
	row, err := s.x.entry(ctx, by, args...)
	if err == nil && row.Seq == 0 {
		err = &store.NotFoundError{Tenant: s.x.tenant, Kind: kind, Key: key}
	}
	if err != nil {
		return pipeline.Entry{}, err
	}
	return store.DecodeEntry(row.Doc)
}

func (s histories) Page(ctx context.Context, q store.HistoryQuery, r store.PageRequest) (store.Page[pipeline.Entry], error) {
	if err := s.x.read(ctx); err != nil {
		return store.Page[pipeline.Entry]{}, err
	}
	if err := q.Validate(); err != nil {
		return store.Page[pipeline.Entry]{}, err
	}
	limit, record, seq, err := q.Start(s.x.tenant, r)
	if err != nil {
		return store.Page[pipeline.Entry]{}, err
	}
	return collect(rows(ctx, s.x, func() (*sql.Rows, error) {
		return s.x.query(ctx, entryPage, s.window(q, record, seq, limit+1)...)
	}, scanEntry), limit, func(e pipeline.Entry) store.Token { return q.Token(s.x.tenant, e.Record, e.Seq) })
}

func (s histories) All(ctx context.Context, q store.HistoryQuery) iter.Seq2[pipeline.Entry, error] {
	if err := q.Validate(); err != nil {
		return refuse[pipeline.Entry](err)
	}
	return rows(ctx, s.x, func() (*sql.Rows, error) {
		return s.x.executor.QueryContext(ctx, entryPage.text(), s.window(q, q.Record, q.From-1, noLimit)...)
	}, scanEntry)
}

// window returns the parameters of entryPage for the entries past a place.
func (s histories) window(q store.HistoryQuery, record rapport.ID, seq int64, limit int) []any {
	last := lastID
	if q.Record != "" {
		last = string(q.Record)
	}
	return []any{string(s.x.tenant), string(record), seq, last, q.From, q.Last(), limit}
}

func scanEntry(row scanner) (pipeline.Entry, error) {
	var doc string
	if err := row.Scan(&doc); err != nil {
		return pipeline.Entry{}, corrupt("entry", err)
	}
	return store.DecodeEntry(doc)
}
