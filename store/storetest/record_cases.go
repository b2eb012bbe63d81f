package storetest

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/pipeline"
	"github.com/rapport-crm/rapport/store"
)

func recordCases() []Case {
	return []Case{
		{Name: "record/deal round trip", Needs: pipelines(), Run: recordRoundTrip},
		{Name: "record/case round trip", Needs: pipelines(), Run: recordCase},
		{Name: "record/not found", Needs: pipelines(), Run: recordNotFound},
		{Name: "record/what was stored does not change", Needs: pipelines(), Run: recordApart},
		{Name: "record/one id, one sort", Needs: pipelines(), Run: recordSorts},
		{Name: "record/by each condition", Needs: pipelines(), Run: recordConditions},
		{Name: "record/moves between listings", Needs: pipelines(), Run: recordMoves},
		{Name: "record/pages and their tokens", Needs: pipelines(), Run: recordPages},
		{Name: "record/odd ids", Needs: pipelines(), Run: recordOdd},
		{Name: "record/conditions that cannot be", Needs: pipelines(), Run: recordInvalid},
	}
}

func recordRoundTrip(t *testing.T, b Backend) {
	want, entries := rich(t, "d1")
	updatePipes(t, b.DB, acme, func(tx store.PipelineTx) { keep(t, tx, want, entries...) })
	viewPipes(t, b.DB, acme, func(tx store.PipelineTx) {
		got, err := tx.Deals().Get(t.Context(), "d1")
		require.NoError(t, err)
		same(t, want, got)
		same(t, []pipeline.Deal{want}, collect(t, tx.Deals().All(t.Context(), store.RecordQuery{})))
		same(t, entries, collect(t, tx.Histories().All(t.Context(), store.HistoryQuery{Record: "d1"})))
		history, err := pipeline.NewHistory(entries...)
		require.NoError(t, err)
		replayed, err := history.Deal()
		require.NoError(t, err)
		same(t, replayed, got)
	})
}

func recordCase(t *testing.T, b Backend) {
	want, e := workOrder(t, "w1")
	want.Customer, want.Owner, want.Partner = "c1", "li.wei", "p1"
	want.Fields = pipeline.Values{"need": pipeline.Text("quiet")}
	want.Progress.Done = []pipeline.Done{{Checklist: "survey", Item: "site", At: day(1)}}
	updatePipes(t, b.DB, acme, func(tx store.PipelineTx) {
		outcome, err := tx.Cases().Commit(t.Context(), want, day(3), e)
		require.NoError(t, err)
		require.Equal(t, store.Inserted, outcome)
	})
	viewPipes(t, b.DB, acme, func(tx store.PipelineTx) {
		got, err := tx.Cases().Get(t.Context(), "w1")
		require.NoError(t, err)
		same(t, want, got)
		same(t, []store.Case{want}, collect(t, tx.Cases().All(t.Context(), store.RecordQuery{Customer: "c1"})))
		require.Empty(t, collect(t, tx.Deals().All(t.Context(), store.RecordQuery{Customer: "c1"})))
		timer, err := tx.Timers().Get(t.Context(), "w1")
		require.NoError(t, err)
		require.Equal(t, store.Timer{Record: "w1", Kind: store.KindCase, Version: 1, Due: day(3)}, timer)
	})
}

func recordNotFound(t *testing.T, b Backend) {
	updatePipes(t, b.DB, acme, func(tx store.PipelineTx) { keepNew(t, tx, "d1") })
	viewPipes(t, b.DB, acme, func(tx store.PipelineTx) {
		read := func(e *store.NotFoundError) store.NotFoundError { return *e }
		_, err := tx.Deals().Get(t.Context(), "d2")
		wantAs(t, err, store.ErrNotFound, store.NotFoundError{Tenant: acme, Kind: "deal", Key: "d2"}, read)
		_, err = tx.Cases().Get(t.Context(), "d1")
		wantAs(t, err, store.ErrNotFound, store.NotFoundError{Tenant: acme, Kind: "case", Key: "d1"}, read)
		_, err = tx.Histories().Get(t.Context(), "d1", 2)
		wantAs(t, err, store.ErrNotFound, store.NotFoundError{Tenant: acme, Kind: "entry", Key: "d1/2"}, read)
		_, err = tx.Histories().Request(t.Context(), "d1", "")
		wantAs(t, err, store.ErrNotFound, store.NotFoundError{Tenant: acme, Kind: "request", Key: "d1/"}, read)
		_, err = tx.Timers().Get(t.Context(), "d1")
		wantAs(t, err, store.ErrNotFound, store.NotFoundError{Tenant: acme, Kind: "timer", Key: "d1"}, read)
		_, err = tx.Definitions().Get(t.Context(), pipeline.Ref{ID: "selling", Version: 1})
		wantAs(t, err, store.ErrNotFound, store.NotFoundError{Tenant: acme, Kind: "definition", Key: "selling/1"}, read)
	})
}

// recordApart: a host that writes to a slice or map that it has stored or read, though
// it should not, harms its own copy only.
func recordApart(t *testing.T, b Backend) {
	want, entries := rich(t, "d1")
	careless, again := rich(t, "d1")
	updatePipes(t, b.DB, acme, func(tx store.PipelineTx) { keep(t, tx, careless, again...) })
	spoil := func(d pipeline.Deal) {
		d.Fields["need"], d.Lines[0].Product, d.Competitors[0] = pipeline.Text("spoilt"), "spoilt", "spoilt"
	}
	spoil(careless)
	for range 2 {
		viewPipes(t, b.DB, acme, func(tx store.PipelineTx) {
			got, err := tx.Deals().Get(t.Context(), "d1")
			require.NoError(t, err)
			same(t, want, got)
			spoil(got)
			read := collect(t, tx.Histories().All(t.Context(), store.HistoryQuery{Record: "d1"}))
			same(t, entries, read)
			read[0].Changes[0].Field = "spoilt"
		})
	}
}

func recordSorts(t *testing.T, b Backend) {
	read := func(e *store.RecordKindError) store.RecordKindError { return *e }
	d, e := began(t, "1")
	w, first := workOrder(t, "1")
	bare := steps(t, "2", 2)
	updatePipes(t, b.DB, acme, func(tx store.PipelineTx) {
		keep(t, tx, d, e)
		_, err := tx.Cases().Commit(t.Context(), w, time.Time{}, first)
		wantAs(t, err, store.ErrConflict, store.RecordKindError{ID: "1", Have: store.KindDeal, Want: store.KindCase}, read)
		_, err = tx.Histories().Append(t.Context(), steps(t, "1", 2)[1])
		wantAs(t, err, store.ErrConflict, store.RecordKindError{ID: "1", Have: store.KindDeal, Want: store.KindHistory}, read)
		_, err = tx.Histories().Append(t.Context(), bare[0])
		require.NoError(t, err)
		other, e := began(t, "2")
		_, err = tx.Deals().Commit(t.Context(), other, time.Time{}, e)
		wantAs(t, err, store.ErrConflict, store.RecordKindError{ID: "2", Have: store.KindHistory, Want: store.KindDeal}, read)
	})
	viewPipes(t, b.DB, acme, func(tx store.PipelineTx) {
		require.Equal(t, []string{"1/1", "2/1"}, seqs(collect(t, tx.Histories().All(t.Context(), store.HistoryQuery{}))))
	})
}

// crowd keeps eight deals that differ in owner, customer and partner, half of them moved
// on, and a case with the same.
func crowd(t tb, tx store.PipelineTx) {
	t.Helper()
	for i := range 8 {
		bit := func(n int, name string) string { return fmt.Sprint(name, i>>n&1) }
		d, e := began(t, rapport.ID(fmt.Sprint("d", i)), of(bit(0, "o"), rapport.ID(bit(1, "c")), rapport.ID(bit(2, "p"))))
		keep(t, tx, d, e)
		if i%2 == 1 {
			d, e = fired(t, d, "design", pipeline.Input{}, day(2))
			keep(t, tx, d, e)
		}
	}
	w, e := workOrder(t, "w")
	w.Owner, w.Customer, w.Partner = "o1", "c1", "p1"
	_, err := tx.Cases().Commit(t.Context(), w, time.Time{}, e)
	require.NoError(t, err)
}

func recordConditions(t *testing.T, b Backend) {
	updatePipes(t, b.DB, acme, func(tx store.PipelineTx) { crowd(t, tx) })
	viewPipes(t, b.DB, acme, func(tx store.PipelineTx) {
		for _, c := range []struct {
			q    store.RecordQuery
			want []rapport.ID
		}{
			{store.RecordQuery{}, []rapport.ID{"d0", "d1", "d2", "d3", "d4", "d5", "d6", "d7"}},
			{store.RecordQuery{Owner: "o1"}, []rapport.ID{"d1", "d3", "d5", "d7"}},
			{store.RecordQuery{Customer: "c1"}, []rapport.ID{"d2", "d3", "d6", "d7"}},
			{store.RecordQuery{Owner: "o1", Customer: "c1"}, []rapport.ID{"d3", "d7"}},
			{store.RecordQuery{Definition: "selling"}, []rapport.ID{"d0", "d1", "d2", "d3", "d4", "d5", "d6", "d7"}},
			{store.RecordQuery{Definition: "selling", Version: 1}, []rapport.ID{"d0", "d1", "d2", "d3", "d4", "d5", "d6", "d7"}},
			{store.RecordQuery{Definition: "selling", Stage: "design"}, []rapport.ID{"d1", "d3", "d5", "d7"}},
			{store.RecordQuery{Definition: "selling", Stage: "contact", Customer: "c0"}, []rapport.ID{"d0", "d4"}},
			{store.RecordQuery{Definition: "selling", Version: 1, Stage: "contact", Owner: "o0", Customer: "c1"}, []rapport.ID{"d2", "d6"}},
			{store.RecordQuery{Definition: "selling", Version: 2}, nil},
			{store.RecordQuery{Definition: "sell"}, nil},
			{store.RecordQuery{Definition: "selling", Stage: "won"}, nil},
			{store.RecordQuery{Owner: "o"}, nil},
			{store.RecordQuery{Customer: "c"}, nil},
		} {
			same(t, c.want, dealIDs(collect(t, tx.Deals().All(t.Context(), c.q))))
			for limit := 1; limit <= 3; limit++ {
				same(t, c.want, dealIDs(allPages(t, limit, func(r store.PageRequest) (store.Page[pipeline.Deal], error) {
					return tx.Deals().Page(t.Context(), c.q, r)
				})))
			}
		}
	})
}

// recordMoves: a record leaves a listing with what made it part of it.
func recordMoves(t *testing.T, b Backend) {
	d, e := began(t, "d1", of("a", "c1", "p1"))
	updatePipes(t, b.DB, acme, func(tx store.PipelineTx) { keep(t, tx, d, e) })
	d, e = fired(t, d, "design", pipeline.Input{Data: pipeline.Values{pipeline.FieldOwner: pipeline.Text("b"), pipeline.FieldCustomer: pipeline.Text("c2")}}, day(2))
	moved, second, err := d.Edit(selling(t), pipeline.Input{}, day(2), pipeline.NamePartner{Partner: "p2"})
	require.NoError(t, err)
	updatePipes(t, b.DB, acme, func(tx store.PipelineTx) { keep(t, tx, moved, e, second) })
	viewPipes(t, b.DB, acme, func(tx store.PipelineTx) {
		for _, q := range []store.RecordQuery{{Owner: "a"}, {Customer: "c1"}, {Definition: "selling", Stage: "contact"}} {
			require.Empty(t, collect(t, tx.Deals().All(t.Context(), q)), "%+v", q)
		}
		for _, q := range []store.RecordQuery{{Owner: "b"}, {Customer: "c2"}, {Definition: "selling", Stage: "design"}} {
			same(t, []pipeline.Deal{moved}, collect(t, tx.Deals().All(t.Context(), q)))
		}
		require.Empty(t, collect(t, tx.Deals().Partner("p1").All(t.Context(), store.RecordQuery{})))
		same(t, []pipeline.Deal{moved}, collect(t, tx.Deals().Partner("p2").All(t.Context(), store.RecordQuery{})))
	})
}

func recordPages(t *testing.T, b Backend) {
	updatePipes(t, b.DB, acme, func(tx store.PipelineTx) { crowd(t, tx) })
	q := store.RecordQuery{Owner: "o1"}
	viewPipes(t, b.DB, acme, func(tx store.PipelineTx) {
		p, err := tx.Deals().Page(t.Context(), q, store.PageRequest{Limit: 2})
		require.NoError(t, err)
		require.NotEmpty(t, p.Next)
		r := store.PageRequest{After: p.Next}
		for _, other := range []store.RecordQuery{{}, {Owner: "o0"}, {Customer: "o1"}, {Owner: "o1", Customer: "c1"}, {Definition: "selling"}} {
			_, err := tx.Deals().Page(t.Context(), other, r)
			require.ErrorIs(t, err, store.ErrPageToken, "%+v", other)
		}
		_, err = tx.Cases().Page(t.Context(), q, r)
		require.ErrorIs(t, err, store.ErrPageToken)
		_, err = tx.Deals().Partner("p1").Page(t.Context(), q, r)
		require.ErrorIs(t, err, store.ErrPageToken)
		_, err = tx.Deals().Page(t.Context(), q, store.PageRequest{Limit: store.MaxPageLimit + 1})
		require.ErrorIs(t, err, store.ErrInvalid)
		// Rows that come before and after the place of the reader.
		updatePipes(t, b.DB, acme, func(tx store.PipelineTx) {
			for _, id := range []rapport.ID{"a", "d4a"} {
				d, e := began(t, id, of("o1", "c1", "p1"))
				keep(t, tx, d, e)
			}
		})
		viewPipes(t, b.DB, acme, func(tx store.PipelineTx) {
			p, err := tx.Deals().Page(t.Context(), q, r)
			require.NoError(t, err)
			same(t, []rapport.ID{"d4a", "d5", "d7"}, dealIDs(p.Items))
		})
		viewPipes(t, b.DB, globe, func(tx store.PipelineTx) {
			_, err := tx.Deals().Page(t.Context(), q, r)
			require.ErrorIs(t, err, store.ErrPageToken)
		})
	})
}

func recordOdd(t *testing.T, b Backend) {
	ids := []rapport.ID{" ", "%", "'", "/", "A", "\\", "a", "a ", "a/1", "a1", "e\u0301", "\u00e9", "中文", "🙂"}
	updatePipes(t, b.DB, acme, func(tx store.PipelineTx) {
		for _, id := range ids {
			d, e := began(t, id, of("x"+string(id)+"x", "x"+id+"x", "x"+id+"x"))
			d, second := fired(t, d, "call", pipeline.Input{Request: string(id)}, day(2))
			_, err := tx.Deals().Commit(t.Context(), d, day(5), e, second)
			require.NoError(t, err)
		}
	})
	viewPipes(t, b.DB, acme, func(tx store.PipelineTx) {
		same(t, ids, dealIDs(allPages(t, 1, func(r store.PageRequest) (store.Page[pipeline.Deal], error) {
			return tx.Deals().Page(t.Context(), store.RecordQuery{}, r)
		})))
		require.Len(t, allPages(t, 1, func(r store.PageRequest) (store.Page[pipeline.Entry], error) {
			return tx.Histories().Page(t.Context(), store.HistoryQuery{}, r)
		}), 2*len(ids))
		require.Len(t, allPages(t, 1, func(r store.PageRequest) (store.Page[store.Timer], error) {
			return tx.Timers().Page(t.Context(), store.TimerQuery{}, r)
		}), len(ids))
		for _, id := range ids {
			same(t, []rapport.ID{id}, dealIDs(collect(t, tx.Deals().Partner("x"+id+"x").All(t.Context(), store.RecordQuery{}))))
			same(t, []rapport.ID{id}, dealIDs(collect(t, tx.Deals().All(t.Context(), store.RecordQuery{Customer: "x" + id + "x"}))))
			require.Len(t, collect(t, tx.Histories().All(t.Context(), store.HistoryQuery{Record: id})), 2)
			e, err := tx.Histories().Request(t.Context(), id, string(id))
			require.NoError(t, err)
			require.Equal(t, id, e.Record)
		}
	})
}

func recordInvalid(t *testing.T, b Backend) {
	viewPipes(t, b.DB, acme, func(tx store.PipelineTx) {
		for _, q := range []store.RecordQuery{{Stage: "design"}, {Version: 1}, {Definition: "selling", Version: -1}, {Customer: "a\x00b"}} {
			_, err := firstError(tx.Deals().All(t.Context(), q))
			require.ErrorIs(t, err, store.ErrInvalid, "%+v", q)
			_, err = tx.Deals().Page(t.Context(), q, store.PageRequest{})
			require.ErrorIs(t, err, store.ErrInvalid, "%+v", q)
		}
		for _, q := range []store.HistoryQuery{{From: -1}, {Record: "\xff"}} {
			_, err := firstError(tx.Histories().All(t.Context(), q))
			require.ErrorIs(t, err, store.ErrInvalid, "%+v", q)
		}
	})
}
