package memory

import (
	"context"
	"iter"
	"time"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/store"
)

type timers struct{ x *tx }

func (s timers) Get(ctx context.Context, record rapport.ID) (store.Timer, error) {
	if err := s.x.read(ctx); err != nil {
		return store.Timer{}, err
	}
	row, ok := s.x.records.kept.get(string(record))
	if !ok || row.Due == store.NoDue {
		return store.Timer{}, s.missing(record)
	}
	return timerOf(row), nil
}

func (s timers) missing(record rapport.ID) error {
	return &store.NotFoundError{Tenant: s.x.tenant, Kind: "timer", Key: string(record)}
}

func timerOf(row store.RecordRow) store.Timer {
	return store.Timer{Record: row.ID, Kind: row.Kind, Version: row.Version, Due: time.Unix(0, row.Due).UTC()}
}

func (s timers) Set(ctx context.Context, record rapport.ID, version int64, due time.Time) error {
	if err := s.x.write(ctx); err != nil {
		return err
	}
	nanos, err := store.DueNanos(due)
	if err != nil {
		return err
	}
	had, ok := s.x.records.kept.get(string(record))
	switch {
	case !ok:
		return s.missing(record)
	case had.Version != version:
		return &store.VersionConflictError{Kind: had.Kind, ID: record, Have: had.Version, Want: version}
	}
	next := had
	next.Due = nanos
	s.x.keep(had, next)
	return nil
}

func (s timers) Page(ctx context.Context, q store.TimerQuery, r store.PageRequest) (store.Page[store.Timer], error) {
	if err := s.x.read(ctx); err != nil {
		return store.Page[store.Timer]{}, err
	}
	limit, due, record, err := q.Start(s.x.tenant, r)
	if err != nil {
		return store.Page[store.Timer]{}, err
	}
	return cut(limit, func(visit func(store.Timer) bool) { s.after(q, timerKey(due, string(record)), visit) },
		func(t store.Timer) (store.Timer, error) { return t, nil },
		func(t store.Timer) store.Token { return q.Token(s.x.tenant, t) })
}

func (s timers) All(ctx context.Context, q store.TimerQuery) iter.Seq2[store.Timer, error] {
	return stream(ctx, s.x, nil, func(visit func(store.Timer) bool) { s.after(q, "", visit) })
}

// after visits the chosen timers with a key above the given one.
func (s timers) after(q store.TimerQuery, start string, visit func(store.Timer) bool) {
	last := q.Last()
	s.x.records.timers.from(start, func(key string, row store.RecordRow) bool {
		if key == start {
			return true
		}
		return row.Due <= last && visit(timerOf(row))
	})
}

// timerKey orders by instant and record.
func timerKey(due int64, record string) string { return numberKey(due) + record }
