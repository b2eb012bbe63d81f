package identity

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// A table without records has no pairs with another one, on either side.
func TestLinkingATableWithoutRecords(t *testing.T) {
	w, table, m := small(t)
	empty, err := NewTable(w.schema, nil, nil)
	require.NoError(t, err)
	for _, sides := range [][2]*Table{{table, empty}, {empty, table}, {empty, empty}, {empty, nil}} {
		pairs, err := m.Pairs(t.Context(), sides[0], sides[1])
		require.NoError(t, err)
		require.Empty(t, pairs)
		for _, exhaustive := range []int{-1, 0} {
			fitted, err := Fit(t.Context(), sides[0], sides[1], &Options{Exhaustive: exhaustive})
			require.NoError(t, err)
			require.Zero(t, fitted.Report().Pairs)
			require.Zero(t, fitted.Report().Candidates)
		}
	}
}
