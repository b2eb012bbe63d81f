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
	"github.com/rapport-crm/rapport/store"
)

// fileModel is what a store of memos should hold, in the plainest form: every state of
// each.
type fileModel struct {
	states map[rapport.ID][]store.Stored[memo]
	fed    int
}

func (m *fileModel) clone() *fileModel {
	n := *m
	n.states = maps.Clone(m.states)
	for id, states := range n.states {
		n.states[id] = slices.Clone(states)
	}
	return &n
}

// current returns the last state of a memo, and whether it still holds.
func (m *fileModel) current(id rapport.ID) (last store.Stored[memo], holds bool) {
	if n := len(m.states[id]); n > 0 {
		last = m.states[id][n-1]
	}
	return last, last.Version > 0 && last.Until.IsZero()
}

// end notes when the last state of a memo stopped being so.
func (m *fileModel) end(id rapport.ID, at time.Time) {
	states := m.states[id]
	states[len(states)-1].Until = at
}

// anyFiles is [anySequence] for files: what is read as of an instant is what a replay of
// the states gives.
func anyFiles(t *testing.T, b Backend) {
	empty := func() *fileModel { return &fileModel{states: map[rapport.ID][]store.Stored[memo]{}} }
	anyUpdates(t, b, "files", empty, (*fileModel).clone, compareFiles, map[string]func(*rapid.T, store.Tx, *fileModel){
		"put": stepWrite, "remove": stepRemove,
	})
}

func drawWho(r *rapid.T, label string) rapport.ID {
	return rapid.SampledFrom([]rapport.ID{"x", "y", "z"}).Draw(r, label)
}

func stepWrite(r *rapid.T, tx store.Tx, m *fileModel) {
	id := drawID(r)
	next := about(drawWho(r, "customer"), id, with(drawWho(r, "with")), happened(day(rapid.IntRange(1, 3).Draw(r, "at"))),
		recorded(day(rapid.IntRange(1, 6).Draw(r, "recorded"))))
	last, holds := m.current(id)
	version := int64(0)
	if holds {
		version = last.Version
	}
	if rapid.IntRange(0, 5).Draw(r, "stale") == 0 {
		version++
	}
	stored, err := fileOf[memo](r, tx).Put(r.Context(), next, version)
	since := last.Record.RecordedAt
	if !holds {
		since = last.Until
	}
	switch {
	case holds && version != last.Version, !holds && version != 0:
		require.ErrorIs(r, err, store.ErrConflict)
	case next.RecordedAt.Before(since):
		wantTime(r, err, "memo", id, next.RecordedAt, since)
	default:
		require.NoError(r, err)
		require.Equal(r, last.Version+1, stored.Version)
		if holds {
			m.end(id, next.RecordedAt)
		}
		m.states[id] = append(m.states[id], stored)
		m.fed++
	}
}

func stepRemove(r *rapid.T, tx store.Tx, m *fileModel) {
	id, at := drawID(r), day(rapid.IntRange(1, 6).Draw(r, "at"))
	last, holds := m.current(id)
	err := fileOf[memo](r, tx).Remove(r.Context(), id, last.Version, at)
	switch {
	case !holds:
		require.ErrorIs(r, err, store.ErrNotFound)
	case at.Before(last.Record.RecordedAt):
		wantTime(r, err, "memo", id, at, last.Record.RecordedAt)
	default:
		require.NoError(r, err)
		m.end(id, at)
		m.fed++
	}
}

func compareFiles(r *rapid.T, tx store.Tx, m *fileModel) {
	memos := fileOf[memo](r, tx)
	pick := func(at time.Time, wanted func(memo) bool) (all []store.Stored[memo]) {
		for _, states := range m.states {
			for _, s := range states {
				stood := s.Until.IsZero()
				if !at.IsZero() {
					stood = !s.Record.RecordedAt.After(at) && (s.Until.IsZero() || s.Until.After(at))
				}
				if stood && wanted(s.Record) {
					all = append(all, s)
				}
			}
		}
		slices.SortFunc(all, func(a, b store.Stored[memo]) int {
			return cmp.Or(a.Record.At.Compare(b.Record.At), cmp.Compare(a.Record.ID, b.Record.ID))
		})
		return all
	}
	at := rapid.SampledFrom([]time.Time{{}, day(2), day(3), day(5).Add(-1), day(9)}).Draw(r, "as of")
	for _, c := range []struct {
		q      store.FileQuery
		wanted func(memo) bool
	}{
		{store.FileQuery{}, func(memo) bool { return true }},
		{store.FileQuery{Customers: []rapport.ID{"x"}}, func(m memo) bool { return m.Customer == "x" }},
		{store.FileQuery{Customers: []rapport.ID{"z", "x"}, With: "y"}, func(m memo) bool { return m.Customer != "y" && m.With == "y" }},
		{store.FileQuery{With: "x"}, func(m memo) bool { return m.With == "x" }},
	} {
		c.q.AsOf = at
		same(r, pick(at, c.wanted), collect(r, memos.All(r.Context(), c.q)))
	}
	same(r, pick(time.Time{}, func(m memo) bool { return m.Customer != "y" }), allPages(r, 2, func(p store.PageRequest) (store.Page[store.Stored[memo]], error) {
		return memos.Page(r.Context(), store.FileQuery{Customers: []rapport.ID{"z", "x"}}, p)
	}))
	for id, states := range m.states {
		same(r, states, collect(r, memos.History(r.Context(), id)))
	}
	require.Len(r, collect(r, filesIn(r, tx).Feed().After(r.Context(), "")), m.fed)
}
