package storetest

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/pipeline"
	"github.com/rapport-crm/rapport/store"
)

func commitCases() []Case {
	return []Case{
		{Name: "commit/versions count", Needs: pipelines(), Run: commitVersions},
		{Name: "commit/lost update is refused", Needs: pipelines(), Run: commitLost},
		{Name: "commit/one winner among many", Needs: pipelines(), Run: commitRace},
		{Name: "commit/several entries at once", Needs: pipelines(), Run: commitSeveral},
		{Name: "commit/request comes again", Needs: pipelines(), Run: commitAgain},
		{Name: "commit/another request of the name", Needs: pipelines(), Run: commitOther},
		{Name: "commit/entries that do not fit", Needs: pipelines(), Run: commitMisfits},
		{Name: "commit/refused commit changes nothing", Needs: pipelines(), Run: commitNothing},
	}
}

func commitVersions(t *testing.T, b Backend) {
	d, e := began(t, "d1")
	for version := int64(1); version <= 3; version++ {
		updatePipes(t, b.DB, acme, func(tx store.PipelineTx) { keep(t, tx, d, e) })
		viewPipes(t, b.DB, acme, func(tx store.PipelineTx) {
			got, err := tx.Deals().Get(t.Context(), "d1")
			require.NoError(t, err)
			require.Equal(t, version, got.Version)
			require.Len(t, collect(t, tx.Histories().All(t.Context(), store.HistoryQuery{})), int(version))
		})
		d, e = fired(t, d, "design", pipeline.Input{}, day(int(version)+1))
	}
}

func wantConflict(t tb, err error, kind store.RecordKind, id rapport.ID, have, want int64) {
	t.Helper()
	wantAs(t, err, store.ErrConflict, store.VersionConflictError{Kind: kind, ID: id, Have: have, Want: want},
		func(e *store.VersionConflictError) store.VersionConflictError { return *e })
}

func commitLost(t *testing.T, b Backend) {
	d, e := began(t, "d1")
	next, second := fired(t, d, "design", pipeline.Input{By: "first"}, day(2))
	late, third := fired(t, d, "call", pipeline.Input{By: "second"}, day(2))
	updatePipes(t, b.DB, acme, func(tx store.PipelineTx) {
		_, err := tx.Deals().Commit(t.Context(), next, time.Time{}, second)
		wantConflict(t, err, store.KindDeal, "d1", 0, 1) // of nothing
		keep(t, tx, d, e)
		_, err = tx.Deals().Commit(t.Context(), d, time.Time{}, e)
		wantConflict(t, err, store.KindDeal, "d1", 1, 0) // opened twice
		keep(t, tx, next, second)
		_, err = tx.Deals().Commit(t.Context(), late, time.Time{}, third)
		wantConflict(t, err, store.KindDeal, "d1", 2, 1)
	})
	viewPipes(t, b.DB, acme, func(tx store.PipelineTx) {
		got, err := tx.Deals().Get(t.Context(), "d1")
		require.NoError(t, err)
		same(t, next, got)
		same(t, []pipeline.Entry{e, second}, collect(t, tx.Histories().All(t.Context(), store.HistoryQuery{})))
	})
}

// commitRace: all writers see each version before any of them writes the next one, so
// without the check of versions all but one of their moves would be lost.
func commitRace(t *testing.T, b Backend) {
	const writers, rounds = 64, 4
	d, e := began(t, "d1")
	updatePipes(t, b.DB, acme, func(tx store.PipelineTx) { keep(t, tx, d, e) })
	want := []pipeline.Entry{e}
	for round := range rounds {
		var wins atomic.Int32
		errs := make([]error, writers)
		entries := make([]pipeline.Entry, writers)
		var wg sync.WaitGroup
		for w := range writers {
			next, entry := fired(t, d, "call", pipeline.Input{By: fmt.Sprint("writer ", w)}, day(2+round))
			wg.Go(func() {
				err := persist(t.Context(), b.DB.Tenant(acme), func(tx store.Tx) error {
					_, err := pipes(t, tx).Deals().Commit(t.Context(), next, day(9), entry)
					return err
				})
				if err == nil {
					wins.Add(1)
					entries[w] = entry
				} else if conflict, ok := errors.AsType[*store.VersionConflictError](err); !ok || conflict.Want != d.Version || conflict.Have != d.Version+1 {
					errs[w] = err
				}
			})
		}
		wg.Wait()
		require.NoError(t, errors.Join(errs...))
		require.EqualValues(t, 1, wins.Load(), "round %d", round)
		for _, entry := range entries {
			if entry.Seq != 0 {
				want = append(want, entry)
			}
		}
		viewPipes(t, b.DB, acme, func(tx store.PipelineTx) {
			var err error
			d, err = tx.Deals().Get(t.Context(), "d1")
			require.NoError(t, err)
			require.EqualValues(t, round+2, d.Version)
			same(t, want, collect(t, tx.Histories().All(t.Context(), store.HistoryQuery{Record: "d1"})))
			require.Len(t, collect(t, tx.Outbox().After(t.Context(), "")), round+2)
		})
	}
}

func commitSeveral(t *testing.T, b Backend) {
	d, e := rich(t, "d1")
	next, third := fired(t, d, "design", pipeline.Input{}, day(3))
	last, fourth := fired(t, next, "win", pipeline.Input{}, day(3))
	updatePipes(t, b.DB, acme, func(tx store.PipelineTx) {
		keep(t, tx, d, e...)
		keep(t, tx, last, third, fourth)
	})
	viewPipes(t, b.DB, acme, func(tx store.PipelineTx) {
		same(t, append(e, third, fourth), collect(t, tx.Histories().All(t.Context(), store.HistoryQuery{Record: "d1"})))
		got, err := tx.Deals().Get(t.Context(), "d1")
		require.NoError(t, err)
		same(t, last, got)
		require.Len(t, collect(t, tx.Outbox().After(t.Context(), "")), 4)
	})
}

// commitAgain: a client whose answer was lost sends the same once more, at once or when
// the deal has moved on.
func commitAgain(t *testing.T, b Backend) {
	d, e := began(t, "d1")
	in := pipeline.Input{By: "li.wei", Request: "r1"}
	next, second := fired(t, d, "design", in, day(2))
	again, third := fired(t, next, "design", in, day(3))
	updatePipes(t, b.DB, acme, func(tx store.PipelineTx) {
		keep(t, tx, d, e)
		_, err := tx.Deals().Commit(t.Context(), next, day(5), second)
		require.NoError(t, err)
		for range 2 {
			outcome, err := tx.Deals().Commit(t.Context(), next, day(6), second)
			require.NoError(t, err)
			require.Equal(t, store.Same, outcome)
			outcome, err = tx.Deals().Commit(t.Context(), again, day(6), third)
			require.NoError(t, err)
			require.Equal(t, store.Same, outcome)
		}
	})
	viewPipes(t, b.DB, acme, func(tx store.PipelineTx) {
		got, err := tx.Deals().Get(t.Context(), "d1")
		require.NoError(t, err)
		same(t, next, got)
		same(t, []pipeline.Entry{e, second}, collect(t, tx.Histories().All(t.Context(), store.HistoryQuery{})))
		require.Len(t, collect(t, tx.Outbox().After(t.Context(), "")), 2)
		timer, err := tx.Timers().Get(t.Context(), "d1")
		require.NoError(t, err)
		require.Equal(t, day(5), timer.Due)
	})
}

func commitOther(t *testing.T, b Backend) {
	d, e := began(t, "d1")
	next, second := fired(t, d, "design", pipeline.Input{By: "li.wei", Request: "r1"}, day(2))
	other, third := fired(t, next, "design", pipeline.Input{By: "chen.yu", Request: "r1"}, day(3))
	twin, first := began(t, "d2")
	twin, of2 := fired(t, twin, "design", pipeline.Input{By: "chen.yu", Request: "r1"}, day(2))
	updatePipes(t, b.DB, acme, func(tx store.PipelineTx) {
		keep(t, tx, d, e)
		keep(t, tx, next, second)
		_, err := tx.Deals().Commit(t.Context(), other, time.Time{}, third)
		wantAs(t, err, store.ErrConflict, store.RequestConflictError{Record: "d1", Request: "r1", Seq: 2},
			func(e *store.RequestConflictError) store.RequestConflictError { return *e })
		keep(t, tx, twin, first, of2) // a name is one of a record's
	})
}

func commitMisfits(t *testing.T, b Backend) {
	d, e := began(t, "d1")
	next, second := fired(t, d, "design", pipeline.Input{Request: "r"}, day(3))
	_, third := fired(t, next, "call", pipeline.Input{Request: "r"}, day(4))
	change := func(e pipeline.Entry, by func(*pipeline.Entry)) pipeline.Entry {
		by(&e)
		return e
	}
	spoilt := next
	spoilt.Name = "\xff"
	stray := next
	stray.Customer = "a\x00b"
	other := next
	other.ID = "d2"
	updatePipes(t, b.DB, acme, func(tx store.PipelineTx) {
		keep(t, tx, d, e)
		for name, c := range map[string]struct {
			deal    pipeline.Deal
			due     time.Time
			entries []pipeline.Entry
		}{
			"no entry":             {deal: next},
			"of another record":    {deal: other, entries: []pipeline.Entry{second}},
			"no id":                {deal: pipeline.Deal{}, entries: []pipeline.Entry{{}}},
			"entry has moved on":   {deal: next, entries: []pipeline.Entry{second, third}},
			"deal has moved on":    {deal: next, entries: []pipeline.Entry{e}},
			"other stage":          {deal: next, entries: []pipeline.Entry{change(second, func(e *pipeline.Entry) { e.To = "contact" })}},
			"other clock":          {deal: next, entries: []pipeline.Entry{change(second, func(e *pipeline.Entry) { e.Entered.Since = pipeline.MustStamp(day(2)) })}},
			"number left out":      {deal: next, entries: []pipeline.Entry{change(e, func(e *pipeline.Entry) { e.Seq = 0 }), second}},
			"before the last one":  {deal: next, entries: []pipeline.Entry{e, change(second, func(e *pipeline.Entry) { e.At = day(1).Add(-1) })}},
			"begins elsewhere":     {deal: next, entries: []pipeline.Entry{change(second, func(e *pipeline.Entry) { e.From = "won" })}},
			"begins again":         {deal: next, entries: []pipeline.Entry{change(second, func(e *pipeline.Entry) { e.Kind = pipeline.Began })}},
			"no kind":              {deal: next, entries: []pipeline.Entry{change(second, func(e *pipeline.Entry) { e.Kind = 0 })}},
			"text that is no text": {deal: spoilt, entries: []pipeline.Entry{second}},
			"customer is no id":    {deal: stray, entries: []pipeline.Entry{second}},
			"timer out of time":    {deal: next, due: day(1).AddDate(300, 0, 0), entries: []pipeline.Entry{second}},
		} {
			_, err := tx.Deals().Commit(t.Context(), c.deal, c.due, c.entries...)
			require.ErrorIs(t, err, store.ErrInvalid, name)
		}
		_, err := tx.Deals().Commit(t.Context(), other, time.Time{}, change(second, func(e *pipeline.Entry) { e.Record, e.Seq = "d2", 2 }))
		require.ErrorIs(t, err, store.ErrConflict, "of a record that is not there")
		one := other
		one.Version = 1
		_, err = tx.Deals().Commit(t.Context(), one, time.Time{}, change(second, func(e *pipeline.Entry) { e.Record, e.Seq = "d2", 1 }))
		require.ErrorIs(t, err, store.ErrInvalid, "that never began")
		keep(t, tx, next, second)
	})
}

func commitNothing(t *testing.T, b Backend) {
	d, e := began(t, "d1", of("a", "c1", "p1"))
	next, second := fired(t, d, "design", pipeline.Input{Request: "r1", Data: pipeline.Values{pipeline.FieldOwner: pipeline.Text("b")}}, day(2))
	updatePipes(t, b.DB, acme, func(tx store.PipelineTx) {
		_, err := tx.Deals().Commit(t.Context(), d, day(4), e)
		require.NoError(t, err)
	})
	updatePipes(t, b.DB, acme, func(tx store.PipelineTx) {
		late := next
		late.Version, second.Seq = 3, 3
		_, err := tx.Deals().Commit(t.Context(), late, day(5), second)
		wantConflict(t, err, store.KindDeal, "d1", 1, 2)
	})
	viewPipes(t, b.DB, acme, func(tx store.PipelineTx) {
		same(t, []pipeline.Deal{d}, collect(t, tx.Deals().All(t.Context(), store.RecordQuery{Owner: "a"})))
		require.Empty(t, collect(t, tx.Deals().All(t.Context(), store.RecordQuery{Owner: "b"})))
		require.Equal(t, []string{"d1/1"}, seqs(collect(t, tx.Histories().All(t.Context(), store.HistoryQuery{}))))
		_, err := tx.Histories().Request(t.Context(), "d1", "r1")
		require.ErrorIs(t, err, store.ErrNotFound)
		timer, err := tx.Timers().Get(t.Context(), "d1")
		require.NoError(t, err)
		require.Equal(t, day(4), timer.Due)
		require.Len(t, collect(t, tx.Outbox().After(t.Context(), "")), 1)
	})
}
