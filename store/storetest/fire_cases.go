package storetest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/pipeline"
	"github.com/rapport-crm/rapport/store"
)

func fireCases() []Case {
	return []Case{
		{Name: "fire/stores all that belongs to a move", Needs: pipelines(), Run: fireStores},
		{Name: "fire/timer is when a limit runs out", Needs: pipelines(), Run: fireTimer},
		{Name: "fire/request comes again", Needs: pipelines(), Run: fireAgain},
		{Name: "fire/refusal comes back and writes nothing", Needs: pipelines(), Run: fireRefused},
		{Name: "fire/many at once lose nothing", Needs: pipelines(), Run: fireMany},
		{Name: "fire/tries again after a lost turn", Needs: pipelines(), Run: fireRetry},
		{Name: "change/any change of any record", Needs: pipelines(), Run: changeAny},
	}
}

func fireStores(t *testing.T, b Backend) {
	d, e := began(t, "d1")
	updatePipes(t, b.DB, acme, func(tx store.PipelineTx) { keep(t, tx, d, e) })
	got, err := store.Fire(t.Context(), b.DB.Tenant(acme), selling(t), "d1", "design", pipeline.Input{By: "li.wei"}, day(2), &store.FireOptions{
		RecordedAt: day(3), Due: func(d pipeline.Deal) (time.Time, error) { return d.Entered.Since.Time().AddDate(0, 0, 5), nil },
	})
	require.NoError(t, err)
	require.Equal(t, store.Inserted, got.Outcome)
	require.Equal(t, day(3), got.Entry.RecordedAt)
	require.Equal(t, pipeline.StageID("design"), got.Record.Stage)
	viewPipes(t, b.DB, acme, func(tx store.PipelineTx) {
		stored, err := tx.Deals().Get(t.Context(), "d1")
		require.NoError(t, err)
		same(t, got.Record, stored)
		same(t, []pipeline.Entry{e, got.Entry}, collect(t, tx.Histories().All(t.Context(), store.HistoryQuery{})))
		timer, err := tx.Timers().Get(t.Context(), "d1")
		require.NoError(t, err)
		require.Equal(t, day(7), timer.Due)
		events, _ := cursors(collect(t, tx.Outbox().After(t.Context(), "")))
		require.Equal(t, []pipeline.Effect{{Name: "plan", When: pipeline.OnTransition}, {Name: "tell", When: pipeline.OnEnter, Stage: "design"}}, events[1].Effects)
	})
}

// fireTimer: the timer is set by the limits of the machine, and cleared where there are none.
func fireTimer(t *testing.T, b Backend) {
	d, e := began(t, "d1")
	updatePipes(t, b.DB, acme, func(tx store.PipelineTx) { keep(t, tx, d, e) })
	m, tenant := selling(t), b.DB.Tenant(acme)
	_, err := store.Fire(t.Context(), tenant, m, "d1", "design", pipeline.Input{}, day(2), nil)
	require.NoError(t, err)
	viewPipes(t, b.DB, acme, func(tx store.PipelineTx) {
		timer, err := tx.Timers().Get(t.Context(), "d1")
		require.NoError(t, err)
		require.Equal(t, day(12), timer.Due)
	})
	late := errors.New("late")
	_, err = store.Fire(t.Context(), tenant, m, "d1", "win", pipeline.Input{}, day(3), &store.FireOptions{
		Due: func(pipeline.Deal) (time.Time, error) { return time.Time{}, late },
	})
	require.ErrorIs(t, err, late)
	_, err = store.Fire(t.Context(), tenant, m, "d1", "win", pipeline.Input{}, day(3), nil)
	require.NoError(t, err)
	viewPipes(t, b.DB, acme, func(tx store.PipelineTx) {
		_, err := tx.Timers().Get(t.Context(), "d1")
		require.ErrorIs(t, err, store.ErrNotFound)
	})
}

// fireAgain: the second time the deal stands where the trigger is not even permitted.
func fireAgain(t *testing.T, b Backend) {
	d, e := began(t, "d1")
	updatePipes(t, b.DB, acme, func(tx store.PipelineTx) { keep(t, tx, d, e) })
	m, tenant := selling(t), b.DB.Tenant(acme)
	in := pipeline.Input{By: "li.wei", Request: "r1"}
	first, err := store.Fire(t.Context(), tenant, m, "d1", "design", in, day(2), nil)
	require.NoError(t, err)
	_, err = store.Fire(t.Context(), tenant, m, "d1", "win", pipeline.Input{Request: "r2"}, day(3), nil)
	require.NoError(t, err)
	second, err := store.Fire(t.Context(), tenant, m, "d1", "design", in, day(4), nil)
	require.NoError(t, err)
	require.Equal(t, store.Same, second.Outcome)
	same(t, first.Record, second.Record)
	same(t, first.Entry, second.Entry)
	in.By = "chen.yu"
	_, err = store.Fire(t.Context(), tenant, m, "d1", "design", in, day(4), nil)
	wantAs(t, err, store.ErrConflict, store.RequestConflictError{Record: "d1", Request: "r1", Seq: 2},
		func(e *store.RequestConflictError) store.RequestConflictError { return *e })
	viewPipes(t, b.DB, acme, func(tx store.PipelineTx) {
		require.Len(t, collect(t, tx.Histories().All(t.Context(), store.HistoryQuery{})), 3)
		require.Len(t, collect(t, tx.Outbox().After(t.Context(), "")), 3)
	})
}

func fireRefused(t *testing.T, b Backend) {
	d, e := began(t, "d1")
	updatePipes(t, b.DB, acme, func(tx store.PipelineTx) { keep(t, tx, d, e) })
	m, tenant := selling(t), b.DB.Tenant(acme)
	_, err := store.Fire(t.Context(), tenant, m, "d1", "win", pipeline.Input{}, day(2), nil)
	_, refused := errors.AsType[*pipeline.NotPermittedError](err)
	require.True(t, refused, "%T", err)
	_, err = store.Fire(t.Context(), tenant, m, "d1", "design", pipeline.Input{Version: 7}, day(2), nil)
	_, stale := errors.AsType[*pipeline.ConflictError](err)
	require.True(t, stale, "%T", err)
	_, err = store.Fire(t.Context(), tenant, m, "d2", "design", pipeline.Input{Request: "r"}, day(2), nil)
	require.ErrorIs(t, err, store.ErrNotFound)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = store.Fire(ctx, tenant, m, "d1", "design", pipeline.Input{}, day(2), nil)
	require.ErrorIs(t, err, context.Canceled)
	viewPipes(t, b.DB, acme, func(tx store.PipelineTx) {
		same(t, []pipeline.Deal{d}, collect(t, tx.Deals().All(t.Context(), store.RecordQuery{})))
		require.Len(t, collect(t, tx.Outbox().After(t.Context(), "")), 1)
	})
}

func fireMany(t *testing.T, b Backend) { fireAtOnce(t, 64, func(int) store.DB { return b.DB }) }

// fireAtOnce lets writers fire at one deal at once, each on a DB of its own choice and
// every request twice, and checks that no request is lost and none carried out twice.
func fireAtOnce(t *testing.T, writers int, db func(writer int) store.DB) {
	d, e := began(t, "d1")
	updatePipes(t, db(0), acme, func(tx store.PipelineTx) { keep(t, tx, d, e) })
	m, errs := selling(t), make([]error, writers)
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			in := pipeline.Input{By: "li.wei", Request: fmt.Sprint("request ", w/2)}
			for {
				if _, errs[w] = store.Fire(t.Context(), db(w).Tenant(acme), m, "d1", "call", in, day(2), nil); !errors.Is(errs[w], store.ErrBusy) {
					return
				}
			}
		})
	}
	wg.Wait()
	require.NoError(t, errors.Join(errs...))
	viewPipes(t, db(0), acme, func(tx store.PipelineTx) {
		entries := collect(t, tx.Histories().All(t.Context(), store.HistoryQuery{Record: "d1"}))
		_, err := pipeline.NewHistory(entries...)
		require.NoError(t, err)
		names := map[string]bool{}
		for _, e := range entries[1:] {
			names[e.Request] = true
		}
		require.Len(t, names, writers/2)
		require.Len(t, entries, writers/2+1)
		got, err := tx.Deals().Get(t.Context(), "d1")
		require.NoError(t, err)
		require.EqualValues(t, len(entries), got.Version)
	})
}

// hasty is a tenant whose transactions do not take the write lock before they read: the
// first ones lose to another writer.
type hasty struct {
	store.Tenant
	lose int
}

func (h *hasty) Update(ctx context.Context, fn func(store.Tx) error) error {
	if h.lose > 0 {
		h.lose--
		return fmt.Errorf("commit: %w", &store.VersionConflictError{Kind: store.KindDeal, ID: "d1", Have: 2, Want: 1})
	}
	return h.Tenant.Update(ctx, fn)
}

func fireRetry(t *testing.T, b Backend) {
	d, e := began(t, "d1")
	updatePipes(t, b.DB, acme, func(tx store.PipelineTx) { keep(t, tx, d, e) })
	got, err := store.Fire(t.Context(), &hasty{b.DB.Tenant(acme), 3}, selling(t), "d1", "call", pipeline.Input{}, day(2), nil)
	require.NoError(t, err)
	require.EqualValues(t, 2, got.Record.Version)
	endless := &hasty{b.DB.Tenant(acme), 1_000_000}
	_, err = store.Fire(t.Context(), endless, selling(t), "d1", "call", pipeline.Input{}, day(2), nil)
	wantConflict(t, err, store.KindDeal, "d1", 2, 1)
	require.Greater(t, endless.lose, 999_000, "the number of attempts has a bound")
}

func changeAny(t *testing.T, b Backend) {
	d, e := began(t, "d1")
	w, first := workOrder(t, "w1")
	updatePipes(t, b.DB, acme, func(tx store.PipelineTx) {
		keep(t, tx, d, e)
		_, err := tx.Cases().Commit(t.Context(), w, time.Time{}, first)
		require.NoError(t, err)
	})
	m, tenant := selling(t), b.DB.Tenant(acme)
	edit := func(d pipeline.Deal) (pipeline.Deal, pipeline.Entry, time.Time, error) {
		next, e, err := d.Edit(m, pipeline.Input{Request: "r"}, day(2), pipeline.Touch{})
		return next, e, day(4), err
	}
	edited, err := store.Change(t.Context(), tenant, "d1", edit)
	require.NoError(t, err)
	require.Equal(t, day(2), edited.Record.TouchedAt)
	again, err := store.Change(t.Context(), tenant, "d1", edit)
	require.NoError(t, err)
	require.Equal(t, store.Same, again.Outcome)
	same(t, edited.Record, again.Record)
	same(t, edited.Entry, again.Entry)
	moved, err := store.Change(t.Context(), tenant, "w1", func(w store.Case) (store.Case, pipeline.Entry, time.Time, error) {
		in := pipeline.Input{Record: &w}
		p, move, err := m.Fire(w.Position, "design", in, day(2))
		if err != nil {
			return w, pipeline.Entry{}, time.Time{}, err
		}
		w.Position = p
		e, err := pipeline.NewEntry("w1", p, move, in)
		return w, e, time.Time{}, err
	})
	require.NoError(t, err)
	viewPipes(t, b.DB, acme, func(tx store.PipelineTx) {
		got, err := tx.Cases().Get(t.Context(), "w1")
		require.NoError(t, err)
		same(t, moved.Record, got)
		require.Equal(t, []string{"d1/1", "w1/1", "d1/2", "w1/2"}, func() []string {
			entries, _ := cursors(collect(t, tx.Outbox().After(t.Context(), "")))
			return seqs(entries)
		}())
	})
	host := errHost()
	_, err = store.Change(t.Context(), tenant, "d1", func(d pipeline.Deal) (pipeline.Deal, pipeline.Entry, time.Time, error) {
		return d, pipeline.Entry{}, time.Time{}, host
	})
	require.Same(t, host, err)
}
