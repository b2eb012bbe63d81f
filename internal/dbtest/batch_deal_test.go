package dbtest_test

import (
	"context"
	"fmt"
	"iter"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/pipeline"
	"github.com/rapport-crm/rapport/store"
	"github.com/rapport-crm/rapport/store/sqlite"
)

func dealID(n int) rapport.ID { return rapport.ID(fmt.Sprintf("d%07d", n)) }

// noon is when the n-th batch of deals is written.
func noon(n int) time.Time { return time.Date(2026, 1, 1, 12, 0, n, 0, time.UTC) }

// moveDeals writes the n-th batch: it opens one deal, moves the one of the batch before,
// each with a timer an hour later, and acknowledges all events in every third batch.
func moveDeals(ctx context.Context, tx store.Tx, m *pipeline.Machine, n int) error {
	p, err := store.Pipelines(tx)
	if err != nil {
		return err
	}
	at := noon(n)
	d, entry, err := m.OpenDeal(pipeline.Deal{ID: dealID(n), Owner: "li.wei", Partner: "P1"}, pipeline.Input{By: "li.wei"}, at)
	if err != nil {
		return err
	}
	if _, err := p.Deals().Commit(ctx, d, at.Add(time.Hour), entry); err != nil {
		return err
	}
	if n > 0 {
		if d, err = p.Deals().Get(ctx, dealID(n-1)); err != nil {
			return err
		}
		if d, entry, err = d.Fire(m, "call", pipeline.Input{Request: fmt.Sprint("r", n)}, at); err != nil {
			return err
		}
		if _, err := p.Deals().Commit(ctx, d, at.Add(time.Hour), entry); err != nil {
			return err
		}
	}
	if n%3 != 0 {
		return nil
	}
	var last store.Token
	for event, err := range p.Outbox().Pending(ctx, "mail") {
		if err != nil {
			return err
		}
		last = event.Cursor
	}
	return p.Outbox().Acknowledge(ctx, "mail", last)
}

// keepDeal writes the n-th batch in an Update of its own.
func keepDeal(ctx context.Context, db store.DB, n int) error {
	m, err := selling()
	if err != nil {
		return err
	}
	return db.Tenant("acme").Update(ctx, func(tx store.Tx) error { return moveDeals(ctx, tx, m, n) })
}

// checkDeals opens the file anew, and returns how many batches of deals it has after it
// has checked that deals, histories, timers and the outbox have the same ones.
func checkDeals(t *testing.T, path string) int {
	t.Helper()
	writer, reader, err := files(path)
	require.NoError(t, err)
	defer writer.Close()
	defer reader.Close()
	sound(t, writer)
	db, err := sqlite.Open(t.Context(), writer, reader, nil)
	require.NoError(t, err)
	defer db.Close()
	batches := 0
	require.NoError(t, db.Tenant("acme").View(t.Context(), func(tx store.Tx) error {
		p, err := store.Pipelines(tx)
		require.NoError(t, err)
		deals := gather(t, p.Deals().All(t.Context(), store.RecordQuery{}))
		batches = len(deals)
		timers := map[rapport.ID]store.Timer{}
		for _, timer := range gather(t, p.Timers().All(t.Context(), store.TimerQuery{})) {
			timers[timer.Record] = timer
		}
		require.Len(t, timers, batches)
		require.Len(t, gather(t, p.Deals().Partner("P1").All(t.Context(), store.RecordQuery{Owner: "li.wei"})), batches)
		entries := map[string]pipeline.Entry{}
		for i, d := range deals {
			require.Equal(t, dealID(i), d.ID)
			version := int64(2)
			if i == batches-1 {
				version = 1 // the next batch moves it
			}
			require.Equal(t, version, d.Version)
			history := gather(t, p.Histories().All(t.Context(), store.HistoryQuery{Record: d.ID}))
			require.Len(t, history, int(version))
			for _, e := range history {
				entries[fmt.Sprint(e.Record, "/", e.Seq)] = e
			}
			require.Equal(t, d.Position, history[version-1].Position())
			require.Equal(t, store.Timer{Record: d.ID, Kind: store.KindDeal, Version: version, Due: d.ChangedAt.Add(time.Hour)}, timers[d.ID])
		}
		events := gather(t, p.Outbox().After(t.Context(), ""))
		require.Len(t, events, len(entries))
		for i, event := range events {
			require.Equal(t, store.EventCursor("acme", int64(i+1)), event.Cursor, "no number is left out")
			require.Equal(t, entries[fmt.Sprint(event.Entry.Record, "/", event.Entry.Seq)], event.Entry)
		}
		if batches > 0 {
			acknowledged := 2*((batches-1)/3*3) + 1
			require.Len(t, gather(t, p.Outbox().Pending(t.Context(), "mail")), len(events)-acknowledged)
		}
		return nil
	}))
	return batches
}

func gather[T any](t *testing.T, rows iter.Seq2[T, error]) []T {
	t.Helper()
	var all []T
	for row, err := range rows {
		require.NoError(t, err)
		all = append(all, row)
	}
	return all
}
