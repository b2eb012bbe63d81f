package storetest

import (
	"errors"
	"fmt"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/pipeline"
	"github.com/rapport-crm/rapport/store"
)

// pipelines returns what the case does not apply without.
func pipelines() store.Capabilities { return store.Capabilities{Pipelines: true} }

// selling is a process with a bit of everything that a deal can have.
func selling(t tb) *pipeline.Machine {
	t.Helper()
	m, err := pipeline.Compile(pipeline.Definition{
		ID: "selling", Version: 1, Initial: "contact",
		Stages: []pipeline.Stage{
			{ID: "contact", Probability: 10, Category: pipeline.CategoryPipeline},
			{ID: "design", Probability: 40, Category: pipeline.CategoryBestCase, OnEnter: []string{"tell"}, Limits: []pipeline.Limit{{ID: "answer", Within: pipeline.MustSpan("10d")}}},
			{ID: "won", Kind: pipeline.Won, Probability: 100},
			{ID: "lost", Kind: pipeline.Lost},
		},
		Transitions: []pipeline.Transition{
			{Trigger: "design", From: []pipeline.StageID{"contact", "design"}, To: "design", Effects: []string{"plan"}},
			{Trigger: "call", From: []pipeline.StageID{"contact", "design"}, Internal: true},
			{Trigger: "win", From: []pipeline.StageID{"design"}, To: "won"},
			{Trigger: "lose", To: "lost", Reasons: "why"},
		},
		Fields:     []pipeline.Field{{ID: "need"}, {ID: "visits", Kind: pipeline.NumberField}},
		Reasons:    []pipeline.ReasonList{{Name: "why", Reasons: []pipeline.Reason{{ID: "price"}}}},
		Checklists: []pipeline.Checklist{{ID: "survey", Items: []pipeline.Item{{ID: "site"}}}},
	}, nil)
	require.NoError(t, err)
	return m
}

// began returns a deal that has just been opened, with the changes on top of the least
// there can be, and its first entry.
func began(t tb, id rapport.ID, changes ...func(*pipeline.Deal)) (pipeline.Deal, pipeline.Entry) {
	t.Helper()
	d := pipeline.Deal{ID: id}
	for _, change := range changes {
		change(&d)
	}
	d, e, err := selling(t).OpenDeal(d, pipeline.Input{By: "li.wei"}, day(1))
	require.NoError(t, err)
	return d, e
}

// of sets whose deal it is: the owner's, the customer's and the partner's.
func of(owner string, customer, partner rapport.ID) func(*pipeline.Deal) {
	return func(d *pipeline.Deal) { d.Owner, d.Customer, d.Partner = owner, customer, partner }
}

// fired returns a deal after a trigger, and the entry of it.
func fired(t tb, d pipeline.Deal, trigger pipeline.TriggerID, in pipeline.Input, at time.Time) (pipeline.Deal, pipeline.Entry) {
	t.Helper()
	next, e, err := d.Fire(selling(t), trigger, in, at)
	require.NoError(t, err)
	return next, e
}

// rich is a deal with every part filled in, and the two entries of it. The texts are
// those that a store could harm.
func rich(t tb, id rapport.ID) (pipeline.Deal, []pipeline.Entry) {
	t.Helper()
	d, first := began(t, id, of("li.wei", "c1", "p1"), func(d *pipeline.Deal) {
		d.Name, d.Amount = "Größe <x> & 泵 \ufffd \\ufffd 🙂", money(t, "12000.005", rapport.CNY)
		d.Lines = []pipeline.Line{{Product: "pump", Quantity: decimal.RequireFromString("2.50"), Unit: "t", Price: money(t, "4800.002", rapport.CNY)}}
		d.CloseDate = pipeline.MustDate("2026-06-30")
		d.Competitors = []string{"north", "south"}
		d.Fields = pipeline.Values{"need": pipeline.Text("e\u0301 quiet"), "visits": pipeline.Whole(3)}
	})
	d, second, err := d.Edit(selling(t), pipeline.Input{By: "chen.yu", Note: "by phone\nlate", Request: "r/1"}, day(1).Add(1),
		pipeline.DoItem{Checklist: "survey", Item: "site"},
		pipeline.OpenProblem{ID: "p1", Severity: pipeline.SeverityLow, Text: "late drawings"}, pipeline.Touch{})
	require.NoError(t, err)
	second.RecordedAt = day(2).Add(7)
	return d, []pipeline.Entry{first, second}
}

// workOrder is a case that has just been opened.
func workOrder(t tb, id rapport.ID) (store.Case, pipeline.Entry) {
	t.Helper()
	p, move, err := selling(t).Open(pipeline.Input{}, day(1))
	require.NoError(t, err)
	e, err := pipeline.NewEntry(id, p, move, pipeline.Input{})
	require.NoError(t, err)
	return store.Case{Position: p, ID: id}, e
}

// steps returns the first entries of the history of a record that the host keeps.
func steps(t tb, id rapport.ID, n int) []pipeline.Entry {
	t.Helper()
	d, e := began(t, id)
	all := []pipeline.Entry{e}
	for i := 1; i < n; i++ {
		d, e = fired(t, d, "call", pipeline.Input{By: "li.wei", Request: fmt.Sprint("step ", i)}, day(1+i))
		all = append(all, e)
	}
	return all
}

func pipes(t tb, tx store.Tx) store.PipelineTx {
	t.Helper()
	p, err := store.Pipelines(tx)
	require.NoError(t, err)
	return p
}

func updatePipes(t tb, db store.DB, tenant rapport.ID, fn func(tx store.PipelineTx)) {
	t.Helper()
	update(t, db, tenant, func(tx store.Tx) { fn(pipes(t, tx)) })
}

func viewPipes(t tb, db store.DB, tenant rapport.ID, fn func(tx store.PipelineTx)) {
	t.Helper()
	view(t, db, tenant, func(tx store.Tx) { fn(pipes(t, tx)) })
}

// keep commits a deal without a timer.
func keep(t tb, tx store.PipelineTx, d pipeline.Deal, entries ...pipeline.Entry) {
	t.Helper()
	outcome, err := tx.Deals().Commit(t.Context(), d, time.Time{}, entries...)
	require.NoError(t, err)
	require.Equal(t, store.Inserted, outcome)
}

// keepNew opens and commits deals.
func keepNew(t tb, tx store.PipelineTx, ids ...rapport.ID) {
	t.Helper()
	for _, id := range ids {
		d, e := began(t, id)
		keep(t, tx, d, e)
	}
}

func dealIDs(deals []pipeline.Deal) []rapport.ID {
	var all []rapport.ID
	for _, d := range deals {
		all = append(all, d.ID)
	}
	return all
}

// seqs returns record and number of each entry.
func seqs(entries []pipeline.Entry) []string {
	var all []string
	for _, e := range entries {
		all = append(all, fmt.Sprint(e.Record, "/", e.Seq))
	}
	return all
}

// wantAs checks that an error has the struct, and that it is the one wanted.
func wantAs[E interface {
	error
	comparable
}, S any](t tb, err error, general error, want S, read func(E) S) {
	t.Helper()
	require.ErrorIs(t, err, general)
	got, ok := errors.AsType[E](err)
	require.True(t, ok, "want %T, got %T: %v", got, err, err)
	require.Equal(t, want, read(got))
}

// allPages walks through a listing.
func allPages[T any](t tb, limit int, page func(store.PageRequest) (store.Page[T], error)) []T {
	t.Helper()
	var all []T
	for r := (store.PageRequest{Limit: limit}); ; {
		p, err := page(r)
		require.NoError(t, err)
		require.LessOrEqual(t, len(p.Items), limit)
		all = append(all, p.Items...)
		if r.After = p.Next; r.After == "" {
			return all
		}
	}
}
