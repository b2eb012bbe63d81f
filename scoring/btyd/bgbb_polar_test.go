package btyd_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/scoring/btyd"
)

// Customers of whom a share never buys, and the others ever more often: the maximum lies
// where some leave before the first opportunity and the others never, above that of a
// model without dropout, in which a search from moderate parameters ends.
func TestBGBBFindsPolarDropout(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		cells []btyd.Cell
		// near are parameters on the way to the corner.
		near [4]float64
	}{
		{[]btyd.Cell{
			{0, 0, 4, 5}, {1, 6, 6, 1}, {3, 5, 5, 1}, {0, 0, 3, 3}, {1, 1, 1, 2}, {1, 3, 3, 4}, {2, 4, 6, 1}, {0, 0, 1, 2},
			{1, 2, 3, 2}, {3, 6, 6, 1}, {0, 0, 2, 1}, {2, 6, 6, 1}, {0, 0, 5, 1}, {2, 3, 3, 2}, {3, 5, 6, 1}, {2, 4, 5, 2},
		}, [4]float64{80821, 162754, 1.5e-5, 7e-5}},
		{[]btyd.Cell{
			{2, 4, 4, 18}, {3, 4, 4, 4}, {2, 3, 4, 6}, {1, 1, 3, 1}, {0, 0, 1, 32}, {2, 2, 2, 13}, {0, 0, 2, 32}, {1, 2, 2, 22},
			{1, 1, 4, 3}, {3, 3, 4, 1}, {1, 3, 3, 15}, {1, 2, 3, 13}, {1, 1, 2, 13}, {1, 2, 4, 2}, {2, 3, 3, 13}, {3, 3, 3, 5},
			{1, 3, 4, 7}, {1, 4, 4, 16}, {0, 0, 4, 16}, {2, 2, 4, 1}, {1, 1, 1, 44}, {0, 0, 3, 23},
		}, [4]float64{98716, 162754, 6.1e-6, 1.5e-4}},
	} {
		fit, err := btyd.FitBGBB(t.Context(), c.cells, nil)
		require.NoError(t, err)
		near, err := btyd.NewBGBB(c.near[0], c.near[1], c.near[2], c.near[3])
		require.NoError(t, err)
		want := 0.
		for _, cell := range c.cells {
			want += cell.Customers * near.LogLikelihood(cell)
		}
		require.Greater(t, fit.Report().LogLikelihood, want-1e-6)
		require.Contains(t, fit.Report().Boundaries, btyd.BoundaryPolarDropout)
	}
}
