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
// has checked that deals, histories, timers and the outbox have the same ones: all of them
// by their numbers, the last ones by what they say.
func checkDeals(t *testing.T, path string) int {
	t.Helper()
	const last = 20
	writer, reader, err := files(path)
	require.NoError(t, err)
	defer writer.Close()
	defer reader.Close()
	sound(t, writer)
	db, err := sqlite.Open(t.Context(), writer, reader, nil)
	require.NoError(t, err)
	defer db.Close()
	count := func(query string) (n int) {
		require.NoError(t, reader.QueryRowContext(t.Context(), query).Scan(&n))
		return n
	}
	batches := count("SELECT count(*) FROM rapport_records")
	if batches == 0 {
		require.Zero(t, count("SELECT count(*) FROM rapport_entries"))
		return 0
	}
	entries := 2*batches - 1 // the last deal is yet to be moved
	require.Equal(t, entries, count("SELECT count(*) FROM rapport_entries"))
	require.Equal(t, entries, count("SELECT max(number) FROM rapport_entries"), "no number is left out")
	require.Zero(t, count("SELECT count(*) FROM rapport_records AS r"+
		" WHERE version <> (SELECT max(seq) FROM rapport_entries AS e WHERE e.tenant = r.tenant AND e.record = r.id)"))
	acknowledged := 2*((batches-1)/3*3) + 1
	require.Equal(t, acknowledged, count("SELECT number FROM rapport_consumers"))

	require.NoError(t, db.Tenant("acme").View(t.Context(), func(tx store.Tx) error {
		p, err := store.Pipelines(tx)
		require.NoError(t, err)
		known := map[string]pipeline.Entry{}
		for n := max(batches-last, 0); n < batches; n++ {
			d, err := p.Deals().Get(t.Context(), dealID(n))
			require.NoError(t, err)
			history := gather(t, p.Histories().All(t.Context(), store.HistoryQuery{Record: d.ID}))
			require.Len(t, history, min(batches-n, 2))
			require.Equal(t, d.Position, history[len(history)-1].Position())
			timer, err := p.Timers().Get(t.Context(), d.ID)
			require.NoError(t, err)
			require.Equal(t, store.Timer{Record: d.ID, Kind: store.KindDeal, Version: d.Version, Due: d.ChangedAt.Time().Add(time.Hour)}, timer)
			for _, e := range history {
				known[fmt.Sprint(e.Record, "/", e.Seq)] = e
			}
		}
		for _, event := range gather(t, p.Outbox().After(t.Context(), store.EventCursor("acme", int64(max(entries-last, 1))))) {
			require.Equal(t, known[fmt.Sprint(event.Entry.Record, "/", event.Entry.Seq)], event.Entry)
		}
		require.Len(t, gather(t, p.Outbox().Pending(t.Context(), "mail")), entries-acknowledged)
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
