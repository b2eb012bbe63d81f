package storetest

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/pipeline"
	"github.com/rapport-crm/rapport/store"
)

func pipelineCases() []Case {
	host, durable := pipelines(), pipelines()
	processes := pipelines()
	host.HostTransactions, durable.Durable, processes.Processes = true, true, true
	return []Case{
		{Name: "pipeline/two tenants interleaved", Needs: pipelines(), Run: pipelineTenants},
		{Name: "pipeline/rollback leaves nothing", Needs: pipelines(), Run: pipelineRollback},
		{Name: "pipeline/view refuses writes", Needs: pipelines(), Run: pipelineReadOnly},
		{Name: "pipeline/closed afterwards", Needs: pipelines(), Run: pipelineClosed},
		{Name: "pipeline/cancelled inside keeps nothing", Needs: pipelines(), Run: pipelineCancelled},
		{Name: "pipeline/reading while writing", Needs: pipelines(), Run: pipelineReading},
		{Name: "pipeline/loop changes what it has come to", Needs: pipelines(), Run: pipelineLoop},
		{Name: "pipeline/any sequence of updates", Needs: pipelines(), Run: anyDeals},
		{Name: "pipeline/host transaction", Needs: host, Run: pipelineHost},
		{Name: "pipeline/opened again", Needs: durable, Run: pipelineReopen},
		{Name: "pipeline/two processes fire", Needs: processes, Run: pipelineProcesses},
	}
}

// writePipes leaves something in every part of a tenant; wantPipes checks that it is
// there, or nothing at all.
func writePipes(t tb, tx store.PipelineTx) {
	t.Helper()
	d, entries := rich(t, "d1")
	_, err := tx.Deals().Commit(t.Context(), d, day(5), entries...)
	require.NoError(t, err)
	w, e := workOrder(t, "w1")
	_, err = tx.Cases().Commit(t.Context(), w, day(6), e)
	require.NoError(t, err)
	_, err = tx.Histories().Append(t.Context(), steps(t, "h1", 2)...)
	require.NoError(t, err)
	putDefinition(t, tx, process("selling", 1, "text"), store.Inserted)
	first := collect(t, tx.Outbox().After(t.Context(), ""))[0]
	require.NoError(t, tx.Outbox().Acknowledge(t.Context(), "mail", first.Cursor))
}

func wantPipes(t tb, db store.DB, tenant rapport.ID, all bool) {
	t.Helper()
	times := func(n int) int {
		if !all {
			return 0
		}
		return n
	}
	viewPipes(t, db, tenant, func(tx store.PipelineTx) {
		require.Len(t, collect(t, tx.Deals().All(t.Context(), store.RecordQuery{})), times(1))
		require.Len(t, collect(t, tx.Deals().All(t.Context(), store.RecordQuery{Owner: "li.wei"})), times(1))
		require.Len(t, collect(t, tx.Deals().Partner("p1").All(t.Context(), store.RecordQuery{})), times(1))
		require.Len(t, collect(t, tx.Cases().All(t.Context(), store.RecordQuery{Definition: "selling", Stage: "contact"})), times(1))
		require.Len(t, collect(t, tx.Histories().All(t.Context(), store.HistoryQuery{})), times(5))
		require.Len(t, collect(t, tx.Timers().All(t.Context(), store.TimerQuery{})), times(2))
		require.Len(t, collect(t, tx.Outbox().After(t.Context(), "")), times(5))
		require.Len(t, collect(t, tx.Outbox().Pending(t.Context(), "mail")), times(4))
		require.Len(t, collect(t, tx.Definitions().All(t.Context(), store.DefinitionQuery{})), times(1))
		_, err := tx.Histories().Request(t.Context(), "d1", "r/1")
		require.Equal(t, all, err == nil)
	})
}

func pipelineTenants(t *testing.T, b Backend) {
	sums := map[rapport.ID]string{acme: "1.00", globe: "2.00"}
	for i := range 5 {
		for tenant, amount := range sums {
			d, e := began(t, rapport.ID(fmt.Sprint("d", i)), of(string(tenant), "c1", "p1"), func(d *pipeline.Deal) { d.Amount = money(t, amount, rapport.CNY) })
			d, second := fired(t, d, "call", pipeline.Input{By: string(tenant), Request: "r"}, day(2))
			updatePipes(t, b.DB, tenant, func(tx store.PipelineTx) {
				_, err := tx.Deals().Commit(t.Context(), d, day(5), e, second)
				require.NoError(t, err)
				putDefinition(t, tx, process("selling", i+1, string(tenant)), store.Inserted)
			})
		}
	}
	for tenant, amount := range sums {
		updatePipes(t, b.DB, tenant, func(tx store.PipelineTx) {
			for _, q := range []store.RecordQuery{{}, {Owner: string(tenant)}, {Customer: "c1"}, {Definition: "selling", Version: 1}, {Definition: "selling", Stage: "contact"}} {
				all := collect(t, tx.Deals().All(t.Context(), q))
				require.Len(t, all, 5)
				for _, d := range append(all, collect(t, tx.Deals().Partner("p1").All(t.Context(), q))...) {
					require.Equal(t, amount, d.Amount.Amount().StringFixed(2))
				}
			}
			for _, e := range collect(t, tx.Histories().All(t.Context(), store.HistoryQuery{})) {
				require.Equal(t, amount, e.Amount.Amount().StringFixed(2))
			}
			e, err := tx.Histories().Request(t.Context(), "d0", "r")
			require.NoError(t, err)
			require.Equal(t, string(tenant), e.By)
			require.Len(t, collect(t, tx.Timers().All(t.Context(), store.TimerQuery{})), 5)
			events := collect(t, tx.Outbox().After(t.Context(), ""))
			require.Len(t, events, 10)
			require.NoError(t, tx.Outbox().Acknowledge(t.Context(), "mail", events[9].Cursor))
			for _, event := range events {
				require.Equal(t, amount, event.Entry.Amount.Amount().StringFixed(2))
			}
			for _, d := range collect(t, tx.Definitions().All(t.Context(), store.DefinitionQuery{})) {
				require.Equal(t, string(tenant), d.Text)
			}
			require.NoError(t, tx.Timers().Set(t.Context(), "d0", 2, time.Time{}))
			require.Len(t, collect(t, tx.Timers().All(t.Context(), store.TimerQuery{})), 4)
		})
	}
}

func pipelineRollback(t *testing.T, b Backend) {
	require.Error(t, b.DB.Tenant(acme).Update(t.Context(), func(tx store.Tx) error {
		writePipes(t, pipes(t, tx))
		return errHost()
	}))
	require.Panics(t, func() {
		_ = b.DB.Tenant(acme).Update(t.Context(), func(tx store.Tx) error {
			writePipes(t, pipes(t, tx))
			panic("the host panics")
		})
	})
	wantPipes(t, b.DB, acme, false)
	updatePipes(t, b.DB, acme, func(tx store.PipelineTx) { writePipes(t, tx) })
	wantPipes(t, b.DB, acme, true)
	wantPipes(t, b.DB, globe, false)
}

// wantNoWrite checks that every method that writes gives the error.
func wantNoWrite(t tb, tx store.PipelineTx, want error) {
	t.Helper()
	d, e := began(t, "d9")
	_, err := tx.Deals().Commit(t.Context(), d, day(1), e)
	require.ErrorIs(t, err, want)
	w, e := workOrder(t, "w9")
	_, err = tx.Cases().Commit(t.Context(), w, day(1), e)
	require.ErrorIs(t, err, want)
	_, err = tx.Histories().Append(t.Context(), steps(t, "h9", 1)...)
	require.ErrorIs(t, err, want)
	require.ErrorIs(t, tx.Timers().Set(t.Context(), "d1", 2, day(1)), want)
	require.ErrorIs(t, tx.Outbox().Acknowledge(t.Context(), "mail", ""), want)
	_, err = tx.Definitions().Put(t.Context(), process("selling", 9, "x"))
	require.ErrorIs(t, err, want)
}

func pipelineReadOnly(t *testing.T, b Backend) {
	updatePipes(t, b.DB, acme, func(tx store.PipelineTx) { writePipes(t, tx) })
	viewPipes(t, b.DB, acme, func(tx store.PipelineTx) { wantNoWrite(t, tx, store.ErrReadOnly) })
	wantPipes(t, b.DB, acme, true)
}

func pipelineClosed(t *testing.T, b Backend) {
	var ended []store.PipelineTx
	updatePipes(t, b.DB, acme, func(tx store.PipelineTx) { ended = append(ended, tx) })
	viewPipes(t, b.DB, acme, func(tx store.PipelineTx) { ended = append(ended, tx) })
	for _, tx := range ended {
		wantNoWrite(t, tx, store.ErrClosed)
		_, err := tx.Deals().Get(t.Context(), "d1")
		require.ErrorIs(t, err, store.ErrClosed)
		_, err = tx.Cases().Page(t.Context(), store.RecordQuery{}, store.PageRequest{})
		require.ErrorIs(t, err, store.ErrClosed)
		_, err = firstError(tx.Deals().Partner("p1").All(t.Context(), store.RecordQuery{}))
		require.ErrorIs(t, err, store.ErrClosed)
		_, err = tx.Histories().Request(t.Context(), "d1", "r")
		require.ErrorIs(t, err, store.ErrClosed)
		_, err = firstError(tx.Histories().All(t.Context(), store.HistoryQuery{}))
		require.ErrorIs(t, err, store.ErrClosed)
		_, err = tx.Timers().Page(t.Context(), store.TimerQuery{}, store.PageRequest{})
		require.ErrorIs(t, err, store.ErrClosed)
		_, err = firstError(tx.Outbox().Pending(t.Context(), "mail"))
		require.ErrorIs(t, err, store.ErrClosed)
		_, err = tx.Definitions().Get(t.Context(), pipeline.Ref{ID: "selling", Version: 1})
		require.ErrorIs(t, err, store.ErrClosed)
	}
}

func pipelineCancelled(t *testing.T, b Backend) {
	ctx, cancel := context.WithCancel(t.Context())
	err := b.DB.Tenant(acme).Update(ctx, func(tx store.Tx) error {
		p := pipes(t, tx)
		writePipes(t, p)
		cancel()
		d, e := began(t, "d2")
		_, err := p.Deals().Commit(ctx, d, day(1), e)
		require.ErrorIs(t, err, context.Canceled)
		_, err = firstError(p.Outbox().After(ctx, ""))
		require.ErrorIs(t, err, context.Canceled)
		return nil // swallowed
	})
	require.ErrorIs(t, err, context.Canceled)
	wantPipes(t, b.DB, acme, false)
}

// pipelineReading: a view shows one moment in all of its parts.
func pipelineReading(t *testing.T, b Backend) {
	updatePipes(t, b.DB, acme, func(tx store.PipelineTx) { crowd(t, tx) })
	viewPipes(t, b.DB, acme, func(tx store.PipelineTx) {
		n := 0
		for d, err := range tx.Deals().All(t.Context(), store.RecordQuery{Owner: "o0"}) {
			require.NoError(t, err)
			_, err = store.Fire(t.Context(), b.DB.Tenant(acme), selling(t), d.ID, "design", pipeline.Input{Data: pipeline.Values{pipeline.FieldOwner: pipeline.Text("o1")}}, day(3), nil)
			require.NoError(t, err)
			n++
		}
		require.Equal(t, 4, n)
		require.Len(t, collect(t, tx.Histories().All(t.Context(), store.HistoryQuery{})), 13)
		require.Len(t, collect(t, tx.Outbox().After(t.Context(), "")), 13)
		d, err := tx.Deals().Get(t.Context(), "d0")
		require.NoError(t, err)
		require.Equal(t, "o0", d.Owner)
	})
	viewPipes(t, b.DB, acme, func(tx store.PipelineTx) {
		require.Empty(t, collect(t, tx.Deals().All(t.Context(), store.RecordQuery{Owner: "o0"})))
		require.Len(t, collect(t, tx.Outbox().After(t.Context(), "")), 17)
	})
}

// pipelineLoop: a migration goes through the deals of a version and takes each out of it.
func pipelineLoop(t *testing.T, b Backend) {
	updatePipes(t, b.DB, acme, func(tx store.PipelineTx) { crowd(t, tx) })
	updatePipes(t, b.DB, acme, func(tx store.PipelineTx) {
		n := 0
		for d, err := range tx.Deals().All(t.Context(), store.RecordQuery{Definition: "selling", Stage: "contact"}) {
			require.NoError(t, err)
			next, e := fired(t, d, "design", pipeline.Input{}, day(3))
			keep(t, tx, next, e)
			n++
		}
		require.Equal(t, 4, n)
		require.Len(t, collect(t, tx.Deals().All(t.Context(), store.RecordQuery{Definition: "selling", Stage: "design"})), 8)
	})
}

func pipelineHost(t *testing.T, b Backend) {
	dropped := b.Begin(t)
	updatePipes(t, dropped.DB, acme, func(tx store.PipelineTx) { writePipes(t, tx) })
	require.NoError(t, dropped.Rollback())
	wantPipes(t, b.DB, acme, false)
	host := b.Begin(t)
	require.Error(t, host.DB.Tenant(acme).Update(t.Context(), func(tx store.Tx) error {
		writePipes(t, pipes(t, tx))
		return errHost()
	}))
	updatePipes(t, host.DB, acme, func(tx store.PipelineTx) { writePipes(t, tx) })
	_, err := store.Fire(t.Context(), host.DB.Tenant(globe), selling(t), "d1", "call", pipeline.Input{}, day(2), nil)
	require.ErrorIs(t, err, store.ErrNotFound)
	wantPipes(t, b.DB, acme, false)
	require.NoError(t, host.Commit())
	wantPipes(t, b.DB, acme, true)
}

func pipelineReopen(t *testing.T, b Backend) {
	updatePipes(t, b.DB, acme, func(tx store.PipelineTx) { writePipes(t, tx) })
	var cursor store.Token
	viewPipes(t, b.DB, acme, func(tx store.PipelineTx) { _, cursor = cursors(collect(t, tx.Outbox().After(t.Context(), ""))) })
	db := b.Reopen(t)
	wantPipes(t, db, acme, true)
	updatePipes(t, db, acme, func(tx store.PipelineTx) {
		keepNew(t, tx, "d2")
		entries, _ := cursors(collect(t, tx.Outbox().After(t.Context(), cursor)))
		require.Equal(t, []string{"d2/1"}, seqs(entries))
		putDefinition(t, tx, process("selling", 1, "text"), store.Same)
	})
}

func pipelineProcesses(t *testing.T, b Backend) {
	second := b.Second(t)
	fireAtOnce(t, 16, func(writer int) store.DB {
		if writer%2 == 0 {
			return b.DB
		}
		return second
	})
}
