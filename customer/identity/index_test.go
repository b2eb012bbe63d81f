package identity

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
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
