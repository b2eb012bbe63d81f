package storetest

import (
	"cmp"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/pipeline"
	"github.com/rapport-crm/rapport/store"
)

// dealModel is what a store of deals should hold, in the plainest form.
type dealModel struct {
	versions map[rapport.ID][]pipeline.Deal // of each deal, the first one first
	due      map[rapport.ID]time.Time
	events   []pipeline.Entry
	done     int // how many events are acknowledged
}

func (m *dealModel) clone() *dealModel {
	n := *m
	n.versions, n.due, m.events = maps.Clone(m.versions), maps.Clone(m.due), slices.Clone(m.events)
	for id, versions := range n.versions {
		n.versions[id] = slices.Clone(versions)
	}
	return &n
}

func (m *dealModel) last(id rapport.ID) (pipeline.Deal, bool) {
	n := len(m.versions[id])
	if n == 0 {
		return pipeline.Deal{}, false
	}
	return m.versions[id][n-1], true
}

// anyDeals is [anySequence] for deals and what belongs to them.
func anyDeals(t *testing.T, b Backend) {
	empty := func() *dealModel {
		return &dealModel{versions: map[rapport.ID][]pipeline.Deal{}, due: map[rapport.ID]time.Time{}}
	}
	anyUpdates(t, b, "deals", empty, (*dealModel).clone, compareDeals, map[string]func(*rapid.T, store.Tx, *dealModel){
		"move": stepMove, "timer": stepTimer, "acknowledge": stepAcknowledge,
	})
}

func drawDue(r *rapid.T) time.Time {
	return rapid.SampledFrom([]time.Time{{}, day(3), day(4)}).Draw(r, "due")
}

// stepMove commits a change of some version of a deal: that of the last one succeeds.
func stepMove(r *rapid.T, x store.Tx, m *dealModel) {
	tx := pipes(r, x)
	id, due := drawID(r), drawDue(r)
	versions := m.versions[id]
	seen := len(versions)
	if seen > 0 && rapid.IntRange(0, 3).Draw(r, "stale") == 0 {
		seen = rapid.IntRange(0, seen-1).Draw(r, "seen")
	}
	var next pipeline.Deal
	var entry pipeline.Entry
	person := rapid.SampledFrom([]string{"x", "y"})
	if seen == 0 {
		next, entry = began(r, id, of(person.Draw(r, "owner"), rapport.ID(person.Draw(r, "customer")), rapport.ID(person.Draw(r, "partner"))))
	} else {
		in := pipeline.Input{Data: pipeline.Values{pipeline.FieldOwner: pipeline.Text(person.Draw(r, "owner"))}}
		next, entry = fired(r, versions[seen-1], rapid.SampledFrom([]pipeline.TriggerID{"call", "design"}).Draw(r, "trigger"), in, day(2))
	}
	_, err := tx.Deals().Commit(r.Context(), next, due, entry)
	if seen < len(versions) {
		wantConflict(r, err, store.KindDeal, id, int64(len(versions)), int64(seen))
		return
	}
	require.NoError(r, err)
	m.versions[id], m.due[id], m.events = append(versions, next), due, append(m.events, entry)
}

func stepTimer(r *rapid.T, x store.Tx, m *dealModel) {
	tx := pipes(r, x)
	id, due := drawID(r), drawDue(r)
	d, there := m.last(id)
	err := tx.Timers().Set(r.Context(), id, d.Version, due)
	if !there {
		require.ErrorIs(r, err, store.ErrNotFound)
		return
	}
	require.NoError(r, err)
	m.due[id] = due
}

func stepAcknowledge(r *rapid.T, x store.Tx, m *dealModel) {
	tx := pipes(r, x)
	if len(m.events) == 0 {
		return
	}
	i := rapid.IntRange(0, len(m.events)-1).Draw(r, "event")
	events := collect(r, tx.Outbox().After(r.Context(), ""))
	require.NoError(r, tx.Outbox().Acknowledge(r.Context(), "mail", events[i].Cursor))
	m.done = max(m.done, i+1)
}

func compareDeals(r *rapid.T, x store.Tx, m *dealModel) {
	tx := pipes(r, x)
	pick := func(wanted func(pipeline.Deal) bool) (all []pipeline.Deal) {
		for _, id := range slices.Sorted(maps.Keys(m.versions)) {
			if d, there := m.last(id); there && wanted(d) {
				all = append(all, d)
			}
		}
		return all
	}
	deals := tx.Deals()
	same(r, pick(func(pipeline.Deal) bool { return true }), collect(r, deals.All(r.Context(), store.RecordQuery{})))
	same(r, pick(func(d pipeline.Deal) bool { return d.Owner == "x" }), collect(r, deals.All(r.Context(), store.RecordQuery{Owner: "x"})))
	same(r, pick(func(d pipeline.Deal) bool { return d.Stage == "design" && d.Customer == "y" }),
		collect(r, deals.All(r.Context(), store.RecordQuery{Definition: "selling", Stage: "design", Customer: "y"})))
	same(r, pick(func(d pipeline.Deal) bool { return d.Partner == "x" && d.Stage == "contact" }), allPages(r, 2, func(p store.PageRequest) (store.Page[pipeline.Deal], error) {
		return deals.Partner("x").Page(r.Context(), store.RecordQuery{Definition: "selling", Stage: "contact"}, p)
	}))

	var timers []store.Timer
	for id, due := range m.due {
		if !due.IsZero() {
			timers = append(timers, store.Timer{Record: id, Kind: store.KindDeal, Version: int64(len(m.versions[id])), Due: due})
		}
	}
	slices.SortFunc(timers, func(a, b store.Timer) int { return cmp.Or(a.Due.Compare(b.Due), cmp.Compare(a.Record, b.Record)) })
	same(r, timers, collect(r, tx.Timers().All(r.Context(), store.TimerQuery{})))

	events, _ := cursors(collect(r, tx.Outbox().After(r.Context(), "")))
	same(r, m.events, events)
	pending, _ := cursors(collect(r, tx.Outbox().Pending(r.Context(), "mail")))
	require.Equal(r, seqs(m.events[m.done:]), seqs(pending))
	histories := slices.Clone(m.events)
	slices.SortStableFunc(histories, func(a, b pipeline.Entry) int { return cmp.Compare(a.Record, b.Record) })
	same(r, histories, collect(r, tx.Histories().All(r.Context(), store.HistoryQuery{})))
}
