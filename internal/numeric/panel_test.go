package numeric_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/internal/numeric"
)

// e^−cx and the power of 1 + x/d that changes as much, over [0, 1], at the ends of what
// each number of nodes is for.
func TestPanelNodesOfPowers(t *testing.T) {
	for _, c := range []struct {
		change, distance float64
		nodes            int
	}{
		{1, 61, 6}, {0.7, 16, 6}, {0.09, 6, 6}, {0.01, 100, 6},
		{1, 6, 10}, {1.5, 20, 10}, {4, 5.1, 10}, {2, 2.51, 10}, {0.5, 1.82, 10},
		{4, 2.5, 20}, {12, 1, 20}, {2, 1, 20},
	} {
		count, exponential, power := 0, 0.0, 0.0
		q := c.change / math.Log1p(1/c.distance)
		numeric.PanelNodes(2, 4, c.change, c.distance, func(u, weight float64) {
			x := (u - 2) / 2
			count++
			exponential += weight / 2 * math.Exp(-c.change*x)
			power += weight / 2 * math.Pow(1+x/c.distance, -q)
		})
		require.Equal(t, c.nodes, count, "%+v", c)
		require.InEpsilon(t, -math.Expm1(-c.change)/c.change, exponential, 2e-15, "%+v", c)
		require.InEpsilon(t, c.distance/(q-1)*-math.Expm1((1-q)*math.Log1p(1/c.distance)), power, 2e-15, "%+v", c)
	}
}
