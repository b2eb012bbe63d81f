package numeric_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/internal/numeric"
)

// e^−cx and (1 + x/d)^−3 over [0, 1], at the ends of what each number of nodes is for.
func TestPanelNodesOfPowers(t *testing.T) {
	for _, c := range []struct {
		change, distance float64
		nodes            int
	}{{1, 6, 6}, {0.01, 100, 6}, {4, 2.5, 10}, {1.5, 20, 10}, {12, 1, 20}, {2, 1, 20}} {
		count, exponential, power := 0, 0.0, 0.0
		numeric.PanelNodes(2, 4, c.change, c.distance, func(u, weight float64) {
			x := (u - 2) / 2
			count++
			exponential += weight / 2 * math.Exp(-c.change*x)
			power += weight / 2 * math.Pow(1+x/c.distance, -3)
		})
		require.Equal(t, c.nodes, count)
		require.InEpsilon(t, -math.Expm1(-c.change)/c.change, exponential, 2e-15)
		require.InEpsilon(t, c.distance/2*-math.Expm1(-2*math.Log1p(1/c.distance)), power, 2e-15)
	}
}
