package sqlite

import (
	"context"
	"database/sql"
	"iter"
	"math"
	"time"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/store"
)

type timers struct{ x *tx }

func (s timers) Get(ctx context.Context, record rapport.ID) (store.Timer, error) {
	if err := s.x.read(ctx); err != nil {
		return store.Timer{}, err
	}
	row, err := s.x.record(ctx, record)
	if err == nil && (row.Version == 0 || row.Due == store.NoDue) {
		err = s.missing(record)
	}
	if err != nil {
		return store.Timer{}, err
	}
	return store.Timer{Record: record, Kind: row.Kind, Version: row.Version, Due: instant(row.Due)}, nil
}

func (s timers) missing(record rapport.ID) error {
	return &store.NotFoundError{Tenant: s.x.tenant, Kind: "timer", Key: string(record)}
}

func (s timers) Set(ctx context.Context, record rapport.ID, version int64, due time.Time) error {
	if err := s.x.write(ctx); err != nil {
		return err
	}
	nanos, err := store.DueNanos(due)
	if err != nil {
		return err
	}
	had, err := s.x.record(ctx, record)
	switch {
	case err != nil:
		return err
	case had.Version == 0:
		return s.missing(record)
	case had.Version != version:
		return &store.VersionConflictError{Kind: had.Kind, ID: record, Have: had.Version, Want: version}
	}
	_, err = s.x.exec(ctx, timerSet, string(s.x.tenant), string(record), dueColumn(nanos))
	return err
}

func (s timers) Page(ctx context.Context, q store.TimerQuery, r store.PageRequest) (store.Page[store.Timer], error) {
	if err := s.x.read(ctx); err != nil {
		return store.Page[store.Timer]{}, err
	}
	limit, due, record, err := q.Start(s.x.tenant, r)
	if err != nil {
		return store.Page[store.Timer]{}, err
	}
	return collect(rows(ctx, s.x, func() (*sql.Rows, error) {
		return s.x.query(ctx, timerPage, string(s.x.tenant), due, string(record), q.Last(), limit+1)
	}, scanTimer), limit, func(t store.Timer) store.Token { return q.Token(s.x.tenant, t) })
}

func (s timers) All(ctx context.Context, q store.TimerQuery) iter.Seq2[store.Timer, error] {
	return rows(ctx, s.x, func() (*sql.Rows, error) {
		return s.x.executor.QueryContext(ctx, timerPage.text(), string(s.x.tenant), int64(math.MinInt64), "", q.Last(), noLimit)
	}, scanTimer)
}

func scanTimer(row scanner) (store.Timer, error) {
	var t store.Timer
	var due int64
	if err := row.Scan((*string)(&t.Record), (*string)(&t.Kind), &t.Version, &due); err != nil {
		return store.Timer{}, corrupt("timer", err)
	}
	t.Due = instant(due)
	return t, nil
}
