package storetest

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/pipeline"
	"github.com/rapport-crm/rapport/store"
)

func historyCases() []Case {
	return []Case{
		{Name: "history/of a record that the host keeps", Needs: pipelines(), Run: historyAppend},
		{Name: "history/from a number and as of an instant", Needs: pipelines(), Run: historyParts},
		{Name: "history/stream is one record after the other", Needs: pipelines(), Run: historyStream},
		{Name: "history/forged place stays in the record", Needs: pipelines(), Run: historyForged},
	}
}

func historyAppend(t *testing.T, b Backend) {
	all := steps(t, "h1", 4)
	updatePipes(t, b.DB, acme, func(tx store.PipelineTx) {
		h := tx.Histories()
		_, err := h.Append(t.Context())
		require.ErrorIs(t, err, store.ErrInvalid)
		_, err = h.Append(t.Context(), all[1])
		wantConflict(t, err, store.KindHistory, "h1", 0, 1)
		for _, batch := range [][]pipeline.Entry{all[:1], all[1:3]} {
			outcome, err := h.Append(t.Context(), batch...)
			require.NoError(t, err)
			require.Equal(t, store.Inserted, outcome)
		}
		_, err = h.Append(t.Context(), all[0])
		wantConflict(t, err, store.KindHistory, "h1", 3, 0)
		outcome, err := h.Append(t.Context(), all[1:3]...)
		require.NoError(t, err)
		require.Equal(t, store.Same, outcome, "both have requests")
		_, err = h.Append(t.Context(), all[2:]...)
		wantConflict(t, err, store.KindHistory, "h1", 3, 2) // half of it is there
		_, err = h.Append(t.Context(), all[3])
		require.NoError(t, err)
	})
	viewPipes(t, b.DB, acme, func(tx store.PipelineTx) {
		same(t, all, collect(t, tx.Histories().All(t.Context(), store.HistoryQuery{Record: "h1"})))
		for i, want := range all {
			got, err := tx.Histories().Get(t.Context(), "h1", int64(i+1))
			require.NoError(t, err)
			same(t, want, got)
			if want.Request != "" {
				got, err = tx.Histories().Request(t.Context(), "h1", want.Request)
				require.NoError(t, err)
				same(t, want, got)
			}
		}
	})
}

func historyParts(t *testing.T, b Backend) {
	updatePipes(t, b.DB, acme, func(tx store.PipelineTx) {
		for _, id := range []rapport.ID{"a", "h1", "h12"} {
			_, err := tx.Histories().Append(t.Context(), steps(t, id, 5)...)
			require.NoError(t, err)
		}
	})
	viewPipes(t, b.DB, acme, func(tx store.PipelineTx) {
		for _, c := range []struct {
			q    store.HistoryQuery
			want []string
		}{
			{store.HistoryQuery{Record: "h1"}, []string{"h1/1", "h1/2", "h1/3", "h1/4", "h1/5"}},
			{store.HistoryQuery{Record: "h1", From: 4}, []string{"h1/4", "h1/5"}},
			{store.HistoryQuery{Record: "h1", From: 6}, nil},
			{store.HistoryQuery{Record: "h1", AsOf: day(3)}, []string{"h1/1", "h1/2", "h1/3"}},
			{store.HistoryQuery{Record: "h1", AsOf: day(3).Add(-1)}, []string{"h1/1", "h1/2"}},
			{store.HistoryQuery{Record: "h1", From: 2, AsOf: day(3)}, []string{"h1/2", "h1/3"}},
			{store.HistoryQuery{Record: "h1", AsOf: day(1).Add(-1)}, nil},
			{store.HistoryQuery{Record: "h1", From: 5, AsOf: day(1).AddDate(9000, 0, 0)}, []string{"h1/5"}},
			{store.HistoryQuery{From: 5}, []string{"a/5", "h1/5", "h12/5"}},
			{store.HistoryQuery{AsOf: day(1)}, []string{"a/1", "h1/1", "h12/1"}},
			{store.HistoryQuery{Record: "h"}, nil},
		} {
			same(t, c.want, seqs(collect(t, tx.Histories().All(t.Context(), c.q))))
			for limit := 1; limit <= 3; limit++ {
				same(t, c.want, seqs(allPages(t, limit, func(r store.PageRequest) (store.Page[pipeline.Entry], error) {
					return tx.Histories().Page(t.Context(), c.q, r)
				})))
			}
		}
	})
}

// historyStream: a reader that goes through all histories at once can take each apart
// from the next by the record alone, however the commits came.
func historyStream(t *testing.T, b Backend) {
	histories := map[rapport.ID][]pipeline.Entry{}
	ids := []rapport.ID{"b", "a", "B", "ab"}
	for _, id := range ids {
		histories[id] = steps(t, id, 3)
	}
	for i := range 3 {
		for _, id := range ids {
			updatePipes(t, b.DB, acme, func(tx store.PipelineTx) {
				_, err := tx.Histories().Append(t.Context(), histories[id][i])
				require.NoError(t, err)
			})
		}
	}
	viewPipes(t, b.DB, acme, func(tx store.PipelineTx) {
		same(t, []string{"B/1", "B/2", "B/3", "a/1", "a/2", "a/3", "ab/1", "ab/2", "ab/3", "b/1", "b/2", "b/3"},
			seqs(collect(t, tx.Histories().All(t.Context(), store.HistoryQuery{}))))
	})
}

func historyForged(t *testing.T, b Backend) {
	updatePipes(t, b.DB, acme, func(tx store.PipelineTx) {
		for _, id := range []rapport.ID{"a", "b", "c"} {
			_, err := tx.Histories().Append(t.Context(), steps(t, id, 3)...)
			require.NoError(t, err)
		}
	})
	q := store.HistoryQuery{Record: "b"}
	viewPipes(t, b.DB, acme, func(tx store.PipelineTx) {
		for _, place := range [][]string{{"a", "0"}, {"a", "3"}, {"b", "1"}, {"b\x00", "0"}, {"c", "0"}, {"", "0"}, {"b", "x"}, {"\xff", "9"}} {
			p, err := tx.Histories().Page(t.Context(), q, store.PageRequest{After: store.NewToken(acme, q.Listing(), place...)})
			if err != nil {
				require.ErrorIs(t, err, store.ErrPageToken)
			}
			for _, e := range p.Items {
				require.Equal(t, rapport.ID("b"), e.Record, "place %q", place)
			}
		}
	})
}
