package numeric_test

import (
	"encoding/json"
	"math"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/internal/numeric"
)

func TestPowersOfBetaVariables(t *testing.T) {
	text, err := os.ReadFile("testdata/power_truth.json")
	require.NoError(t, err)
	var all struct{ Ratio, Sums [][]float64 }
	require.NoError(t, json.Unmarshal(text, &all))
	var ratio, finite, endless errorsOf
	for _, row := range all.Ratio {
		ratio.add(numeric.RisingRatio(row[0], row[1], row[2]), row[3], 0, row)
		require.Equal(t, numeric.RisingRatio(row[0], row[1], row[2]), numeric.RisingRatio(row[0], row[2], row[1]))
	}
	for _, row := range all.Sums {
		n := row[3]
		if n < 0 {
			n = math.Inf(1)
		}
		got, ok := numeric.BetaPowerSum(row[0], row[1], row[2], n)
		require.True(t, ok, row)
		if row[3] < 0 {
			endless.add(got, row[4], 0, row)
		} else {
			finite.add(got, row[4], 0, row)
		}
	}
	ratio.check(t, "rising ratio", 1e-12)
	finite.check(t, "finite sum", 1e-13)
	endless.check(t, "infinite sum", 1e-12)
}

func TestBetaPowerSumAtItsEdges(t *testing.T) {
	inf := math.Inf(1)
	for _, c := range []struct {
		a, b, delta, n, want float64
		ok                   bool
	}{
		{0, 2, 0, 7, 7, true},
		{0, 2, math.Ln2, 2, .75, true},
		{0, 2, math.Ln2, inf, 1, true},
		{0, 2, 0, inf, 0, false},
		{3, 2, 0, inf, 1, true},
		{1, 2, 0, inf, 0, false},
		{2, 2, -.1, inf, 0, false},
		{2, 2, .1, 0, 0, true},
	} {
		got, ok := numeric.BetaPowerSum(c.a, c.b, c.delta, c.n)
		require.Equal(t, c.ok, ok, c)
		if ok {
			require.InDelta(t, c.want, got, 1e-15, c)
		}
	}
	require.Zero(t, numeric.RisingRatio(3, 0, 5))
	// The quotient n/z is beyond float64: ln((z+n)/z), and ln of 3 factors over 2z.
	require.InEpsilon(t, 600+50*math.Ln10, numeric.RisingRatio(1e-50, 1, math.Exp(600)), 1e-15)
	require.InEpsilon(t, 1800-math.Ln2+100*math.Ln10, numeric.RisingRatio(1e-100, 3, math.Exp(600)), 1e-15)
}
