package storetest

import (
	"context"
	"fmt"
	"iter"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/pipeline"
	"github.com/rapport-crm/rapport/store"
)

func outboxCases() []Case {
	return []Case{
		{Name: "outbox/in the order of commits", Needs: pipelines(), Run: outboxOrder},
		{Name: "outbox/acknowledged once and for all", Needs: pipelines(), Run: outboxAcknowledge},
		{Name: "outbox/no number is given twice", Needs: pipelines(), Run: outboxNumbers},
		{Name: "outbox/none is missed while many write", Needs: pipelines(), Run: outboxConcurrent},
		{Name: "outbox/cursors of others are refused", Needs: pipelines(), Run: outboxForeign},
	}
}

// cursors returns what the entries are, and the cursor after the last one.
func cursors(events []store.Event) (entries []pipeline.Entry, last store.Token) {
	for _, e := range events {
		entries, last = append(entries, e.Entry), e.Cursor
	}
	return entries, last
}

func outboxOrder(t *testing.T, b Backend) {
	d, opened := rich(t, "z")
	moved, third := fired(t, d, "design", pipeline.Input{}, day(3))
	bare := steps(t, "b", 2)
	updatePipes(t, b.DB, acme, func(tx store.PipelineTx) {
		keep(t, tx, d, opened...)
		_, err := tx.Histories().Append(t.Context(), bare...)
		require.NoError(t, err)
	})
	w, first := workOrder(t, "a")
	updatePipes(t, b.DB, acme, func(tx store.PipelineTx) {
		_, err := tx.Cases().Commit(t.Context(), w, day(3), first)
		require.NoError(t, err)
		keep(t, tx, moved, third)
	})
	want := []pipeline.Entry{opened[0], opened[1], bare[0], bare[1], first, third}
	viewPipes(t, b.DB, acme, func(tx store.PipelineTx) {
		all := collect(t, tx.Outbox().After(t.Context(), ""))
		entries, last := cursors(all)
		same(t, want, entries)
		for i, e := range all {
			rest, _ := cursors(collect(t, tx.Outbox().After(t.Context(), e.Cursor)))
			require.Equal(t, seqs(want[i+1:]), seqs(rest))
		}
		require.Empty(t, collect(t, tx.Outbox().After(t.Context(), last)))
	})
}

func outboxAcknowledge(t *testing.T, b Backend) {
	pending := func(tx store.PipelineTx, consumer rapport.ID) []string {
		entries, _ := cursors(collect(t, tx.Outbox().Pending(t.Context(), consumer)))
		return seqs(entries)
	}
	var all []store.Event
	updatePipes(t, b.DB, acme, func(tx store.PipelineTx) {
		keepNew(t, tx, "a", "b", "c")
		all = collect(t, tx.Outbox().Pending(t.Context(), "mail"))
		require.NoError(t, tx.Outbox().Acknowledge(t.Context(), "mail", all[1].Cursor))
		require.Equal(t, []string{"c/1"}, pending(tx, "mail"))
		require.NoError(t, tx.Outbox().Acknowledge(t.Context(), "mail", all[0].Cursor), "done before")
		require.NoError(t, tx.Outbox().Acknowledge(t.Context(), "mail", ""))
	})
	require.Error(t, b.DB.Tenant(acme).Update(t.Context(), func(tx store.Tx) error {
		require.NoError(t, pipes(t, tx).Outbox().Acknowledge(t.Context(), "mail", all[2].Cursor))
		return errHost()
	}))
	viewPipes(t, b.DB, acme, func(tx store.PipelineTx) {
		require.Equal(t, []string{"c/1"}, pending(tx, "mail"))
		require.Equal(t, []string{"a/1", "b/1", "c/1"}, pending(tx, "search"), "each consumer for itself")
		require.ErrorIs(t, tx.Outbox().Acknowledge(t.Context(), "mail", all[2].Cursor), store.ErrReadOnly)
		_, err := firstError(tx.Outbox().Pending(t.Context(), ""))
		require.ErrorIs(t, err, store.ErrInvalid)
		n := 0
		stream := tx.Outbox().Pending(t.Context(), "search")
		for range stream {
			n++
			break // a consumer takes as many as it likes
		}
		require.Equal(t, 1, n)
		entries, _ := cursors(collect(t, stream))
		require.Equal(t, []string{"a/1", "b/1", "c/1"}, seqs(entries), "a stream starts anew with each loop")
	})
	updatePipes(t, b.DB, acme, func(tx store.PipelineTx) {
		require.ErrorIs(t, tx.Outbox().Acknowledge(t.Context(), "a\x00b", all[0].Cursor), store.ErrInvalid)
	})
}

// outboxNumbers: when everything was acknowledged, and after updates that were rolled
// back, a new event still lies after every cursor.
func outboxNumbers(t *testing.T, b Backend) {
	var cursor store.Token
	for i := range 4 {
		id := rapport.ID(fmt.Sprint("d", i))
		require.Error(t, b.DB.Tenant(acme).Update(t.Context(), func(tx store.Tx) error {
			keepNew(t, pipes(t, tx), "never", "nor this")
			return errHost()
		}))
		updatePipes(t, b.DB, acme, func(tx store.PipelineTx) {
			keepNew(t, tx, id)
			keepNew(t, tx, id+"b")
		})
		updatePipes(t, b.DB, globe, func(tx store.PipelineTx) { keepNew(t, tx, id) })
		updatePipes(t, b.DB, acme, func(tx store.PipelineTx) {
			events := collect(t, tx.Outbox().After(t.Context(), cursor))
			entries, last := cursors(events)
			require.Equal(t, []string{string(id) + "/1", string(id) + "b/1"}, seqs(entries))
			cursor = last
			require.NoError(t, tx.Outbox().Acknowledge(t.Context(), "mail", cursor))
		})
	}
}

// outboxConcurrent: a reader that goes on from the last event that it saw, while others
// write. Where rows are numbered before they are committed, a reader that asks for the
// numbers above its last one misses those that a slower writer commits later.
func outboxConcurrent(t *testing.T, b Backend) {
	eachCommitOnce(t, b, commits[store.Event]{
		writers: 8, rounds: 20, spoiled: 5,
		write: func(tx store.Tx, id rapport.ID) error {
			d, e := began(t, id)
			_, err := pipes(t, tx).Deals().Commit(t.Context(), d, day(9), e)
			return err
		},
		after: func(tx store.Tx, cursor store.Token) iter.Seq2[store.Event, error] {
			return pipes(t, tx).Outbox().After(context.WithoutCancel(t.Context()), cursor)
		},
		of: func(e store.Event) (rapport.ID, store.Token) { return e.Entry.Record, e.Cursor },
	})
}

func outboxForeign(t *testing.T, b Backend) {
	for _, tenant := range []rapport.ID{acme, globe} {
		updatePipes(t, b.DB, tenant, func(tx store.PipelineTx) { keepNew(t, tx, "a", "b", "c") })
	}
	var theirs, page store.Token
	viewPipes(t, b.DB, globe, func(tx store.PipelineTx) { _, theirs = cursors(collect(t, tx.Outbox().After(t.Context(), ""))) })
	viewPipes(t, b.DB, acme, func(tx store.PipelineTx) {
		p, err := tx.Deals().Page(t.Context(), store.RecordQuery{}, store.PageRequest{Limit: 1})
		require.NoError(t, err)
		page = p.Next
	})
	updatePipes(t, b.DB, acme, func(tx store.PipelineTx) {
		for _, cursor := range []store.Token{
			theirs, page, "x", store.EventCursor(acme, 4), store.EventCursor(acme, 0), store.EventCursor(acme, -1), store.NewToken(acme, []string{"outbox"}, "one"),
		} {
			_, err := firstError(tx.Outbox().After(t.Context(), cursor))
			require.ErrorIs(t, err, store.ErrPageToken, "%q", cursor)
			require.ErrorIs(t, tx.Outbox().Acknowledge(t.Context(), "mail", cursor), store.ErrPageToken, "%q", cursor)
		}
		require.Len(t, collect(t, tx.Outbox().Pending(t.Context(), "mail")), 3)
	})
}
