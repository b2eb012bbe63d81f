package identity

import (
	"slices"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport"
)

// An index finds for a record of its table what the pairs of the table say.
func TestIndexAgreesWithPairs(t *testing.T) {
	w, table, m := small(t)
	pairs, err := m.Pairs(t.Context(), table, nil)
	require.NoError(t, err)
	want := make(map[int][]string)
	for _, p := range pairs {
		want[p.Left] = append(want[p.Left], string(w.left[p.Right].ID))
		want[p.Right] = append(want[p.Right], string(w.left[p.Left].ID))
	}
	half := len(w.left) / 2
	part, err := NewTable(w.schema, w.left[:half], nil)
	require.NoError(t, err)
	whole, err := NewIndex(t.Context(), m, table)
	require.NoError(t, err)
	grown, err := NewIndex(t.Context(), m, part)
	require.NoError(t, err)
	for _, r := range w.left[half:] {
		require.NoError(t, grown.Add(r))
	}
	for _, x := range []*Index{whole, grown} {
		require.Equal(t, len(w.left), x.Len())
		for i, r := range w.left {
			found, err := x.Match(t.Context(), r, 0)
			require.NoError(t, err)
			var got []string
			for _, f := range found {
				got = append(got, string(f.ID))
			}
			slices.Sort(got)
			slices.Sort(want[i])
			require.Equal(t, want[i], got, r)
		}
	}
}

// An index that grew record by record has the blocks of one that was made at once, also
// where they had to be split, and removed records do not fill them.
func TestIndexSplitsBlocks(t *testing.T) {
	w, table, m := small(t)
	small := *m
	small.options.MaxBlock = 4
	whole, err := NewIndex(t.Context(), &small, table)
	require.NoError(t, err)
	require.NotEmpty(t, whole.rules[0].refined)
	few, err := NewTable(w.schema, w.left[:1], nil)
	require.NoError(t, err)
	grown, err := NewIndex(t.Context(), &small, few)
	require.NoError(t, err)
	grown.rules = make([]indexRule, len(whole.rules)) // few records call for other rules
	for i, r := range whole.rules {
		grown.rules[i] = indexRule{atoms: r.atoms, refine: r.refine, added: make(map[uint64][]uint32), refined: make(map[uint64]bool)}
		grown.file(i, 0, grown.model.probe(grown.texts(0)))
	}
	for _, r := range w.left[1:] {
		for i := range 3 {
			passing := Record{ID: rapport.ID("passing" + strconv.Itoa(i)), Values: r.Values}
			require.NoError(t, grown.Add(passing))
			require.NoError(t, grown.Remove(passing.ID))
		}
		require.NoError(t, grown.Add(r))
	}
	for _, r := range w.left {
		want, err := whole.Match(t.Context(), r, 0)
		require.NoError(t, err)
		got, err := grown.Match(t.Context(), r, 0)
		require.NoError(t, err)
		require.Equal(t, want, got)
	}
}

func TestIndexAddsAndRemoves(t *testing.T) {
	w, table, m := small(t)
	x, err := NewIndex(t.Context(), m, table)
	require.NoError(t, err)
	first := w.left[0]
	require.ErrorIs(t, x.Add(first), ErrDuplicateRecord)
	probe := first
	probe.ID = "new"
	found, err := x.Match(t.Context(), probe, 1)
	require.NoError(t, err)
	require.Equal(t, first.ID, found[0].ID)
	require.NoError(t, x.Remove(first.ID))
	require.ErrorIs(t, x.Remove(first.ID), ErrNoRecord)
	found, err = x.Match(t.Context(), probe, 0)
	require.NoError(t, err)
	for _, f := range found {
		require.NotEqual(t, first.ID, f.ID)
	}
	require.NoError(t, x.Add(first))
	found, err = x.Match(t.Context(), probe, 1)
	require.NoError(t, err)
	require.Equal(t, first.ID, found[0].ID)
	_, err = x.Match(t.Context(), Record{ID: "x", Values: []string{"too", "few"}}, 0)
	require.ErrorIs(t, err, ErrValueCount)
}

// An index that starts without records, of a model that compares all pairs, finds what
// is added to it.
func TestIndexStartsWithoutRecords(t *testing.T) {
	w, _, m := small(t)
	all := *m
	all.rules, all.refiners, all.all = nil, nil, true
	empty, err := NewTable(w.schema, nil, nil)
	require.NoError(t, err)
	x, err := NewIndex(t.Context(), &all, empty)
	require.NoError(t, err)
	for _, r := range w.left {
		require.NoError(t, x.Add(r))
	}
	for _, r := range w.left[:20] {
		probe := Record{ID: "probe", Values: r.Values}
		found, err := x.Match(t.Context(), probe, 0)
		require.NoError(t, err)
		require.True(t, slices.ContainsFunc(found, func(f Match) bool { return f.ID == r.ID }), r)
	}
}
