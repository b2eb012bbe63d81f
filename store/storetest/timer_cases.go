package storetest

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/pipeline"
	"github.com/rapport-crm/rapport/store"
)

func timerCases() []Case {
	return []Case{
		{Name: "timer/polled in order", Needs: pipelines(), Run: timerOrder},
		{Name: "timer/moves with the record", Needs: pipelines(), Run: timerMoves},
		{Name: "timer/set without a move", Needs: pipelines(), Run: timerSet},
		{Name: "timer/pages and their tokens", Needs: pipelines(), Run: timerPages},
	}
}

// timed keeps new deals with timers.
func timed(t tb, tx store.PipelineTx, due map[rapport.ID]time.Time) {
	t.Helper()
	for id, at := range due {
		d, e := began(t, id)
		_, err := tx.Deals().Commit(t.Context(), d, at, e)
		require.NoError(t, err)
	}
}

func timerIDs(timers []store.Timer) []rapport.ID {
	var all []rapport.ID
	for _, timer := range timers {
		all = append(all, timer.Record)
	}
	return all
}

func timerOrder(t *testing.T, b Backend) {
	east := time.FixedZone("UTC+8", 8*3600)
	due := map[rapport.ID]time.Time{
		"e": day(5), "d": day(5), "c": day(5).Add(1), "b": day(4).In(east), "a": {}, "f": time.Date(1969, 1, 1, 0, 0, 0, 0, time.UTC),
		"g": time.Date(2261, 12, 31, 0, 0, 0, 0, time.UTC),
	}
	updatePipes(t, b.DB, acme, func(tx store.PipelineTx) { timed(t, tx, due) })
	viewPipes(t, b.DB, acme, func(tx store.PipelineTx) {
		for _, c := range []struct {
			until time.Time
			want  []rapport.ID
		}{
			{time.Time{}, []rapport.ID{"f", "b", "d", "e", "c", "g"}},
			{day(5), []rapport.ID{"f", "b", "d", "e"}},
			{day(5).Add(-1), []rapport.ID{"f", "b"}},
			{day(5).Add(1).In(east), []rapport.ID{"f", "b", "d", "e", "c"}},
			{day(1).AddDate(-100, 0, 0), nil},
			{day(1).AddDate(5000, 0, 0), []rapport.ID{"f", "b", "d", "e", "c", "g"}},
		} {
			q := store.TimerQuery{Until: c.until}
			all := collect(t, tx.Timers().All(t.Context(), q))
			same(t, c.want, timerIDs(all))
			for _, timer := range all {
				require.Equal(t, store.Timer{Record: timer.Record, Kind: store.KindDeal, Version: 1, Due: due[timer.Record].UTC()}, timer)
			}
			for limit := 1; limit <= 3; limit++ {
				same(t, all, allPages(t, limit, func(r store.PageRequest) (store.Page[store.Timer], error) {
					return tx.Timers().Page(t.Context(), q, r)
				}))
			}
		}
	})
}

func timerMoves(t *testing.T, b Backend) {
	d, e := began(t, "d1")
	for i, due := range []time.Time{day(9), day(5), {}, day(7)} {
		updatePipes(t, b.DB, acme, func(tx store.PipelineTx) {
			_, err := tx.Deals().Commit(t.Context(), d, due, e)
			require.NoError(t, err)
		})
		viewPipes(t, b.DB, acme, func(tx store.PipelineTx) {
			var want []store.Timer
			if !due.IsZero() {
				want = []store.Timer{{Record: "d1", Kind: store.KindDeal, Version: int64(i + 1), Due: due}}
			}
			same(t, want, collect(t, tx.Timers().All(t.Context(), store.TimerQuery{})))
		})
		d, e = fired(t, d, "call", pipeline.Input{}, day(2+i))
	}
}

func timerSet(t *testing.T, b Backend) {
	d, e := began(t, "d1")
	updatePipes(t, b.DB, acme, func(tx store.PipelineTx) {
		keep(t, tx, d, e)
		require.NoError(t, tx.Timers().Set(t.Context(), "d1", 1, day(5)))
		require.NoError(t, tx.Timers().Set(t.Context(), "d1", 1, day(4)))
		wantConflict(t, tx.Timers().Set(t.Context(), "d1", 2, day(3)), store.KindDeal, "d1", 1, 2)
		require.ErrorIs(t, tx.Timers().Set(t.Context(), "d2", 1, day(3)), store.ErrNotFound)
		require.ErrorIs(t, tx.Timers().Set(t.Context(), "d1", 1, day(1).AddDate(300, 0, 0)), store.ErrInvalid)
		_, err := tx.Histories().Append(t.Context(), steps(t, "h", 1)...)
		require.NoError(t, err)
		require.ErrorIs(t, tx.Timers().Set(t.Context(), "h", 1, day(3)), store.ErrNotFound, "no record of the store's")
	})
	updatePipes(t, b.DB, acme, func(tx store.PipelineTx) {
		timer, err := tx.Timers().Get(t.Context(), "d1")
		require.NoError(t, err)
		require.Equal(t, store.Timer{Record: "d1", Kind: store.KindDeal, Version: 1, Due: day(4)}, timer)
		same(t, []store.Timer{timer}, collect(t, tx.Timers().All(t.Context(), store.TimerQuery{})))
		got, err := tx.Deals().Get(t.Context(), "d1")
		require.NoError(t, err)
		same(t, d, got)
		require.NoError(t, tx.Timers().Set(t.Context(), "d1", 1, time.Time{}))
		require.Empty(t, collect(t, tx.Timers().All(t.Context(), store.TimerQuery{})))
		_, err = tx.Timers().Get(t.Context(), "d1")
		require.ErrorIs(t, err, store.ErrNotFound)
	})
}

func timerPages(t *testing.T, b Backend) {
	updatePipes(t, b.DB, acme, func(tx store.PipelineTx) {
		timed(t, tx, map[rapport.ID]time.Time{"a": day(1), "b": day(2), "c": day(3)})
	})
	q := store.TimerQuery{Until: day(9)}
	updatePipes(t, b.DB, acme, func(tx store.PipelineTx) {
		p, err := tx.Timers().Page(t.Context(), q, store.PageRequest{Limit: 1})
		require.NoError(t, err)
		same(t, []rapport.ID{"a"}, timerIDs(p.Items))
		// The poller has done its work: the row that the token names is gone.
		require.NoError(t, tx.Timers().Set(t.Context(), "a", 1, time.Time{}))
		p, err = tx.Timers().Page(t.Context(), q, store.PageRequest{After: p.Next, Limit: 1})
		require.NoError(t, err)
		same(t, []rapport.ID{"b"}, timerIDs(p.Items))
		_, err = tx.Timers().Page(t.Context(), store.TimerQuery{Until: day(8)}, store.PageRequest{After: p.Next})
		require.ErrorIs(t, err, store.ErrPageToken)
		_, err = tx.Timers().Page(t.Context(), q, store.PageRequest{After: store.NewToken(acme, q.Listing(), "x", "a")})
		require.ErrorIs(t, err, store.ErrPageToken)
		_, err = tx.Timers().Page(t.Context(), q, store.PageRequest{Limit: -1})
		require.ErrorIs(t, err, store.ErrInvalid)
	})
}
