package stats_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/internal/stats"
)

const z95 = 1.959963984540054

// The worked example of R. G. Newcombe, Two-sided confidence intervals for the
// single proportion, Statistics in Medicine 17, 1998, table I, method 3.
func TestWilsonGivesThePublishedIntervals(t *testing.T) {
	for _, c := range []struct{ x, n, low, high float64 }{
		{81, 263, 0.2553, 0.3662},
		{15, 148, 0.0624, 0.1605},
		{0, 20, 0, 0.1611},
		{1, 29, 0.0061, 0.1718},
	} {
		rate, low, high := stats.Wilson(c.x, c.n, z95)
		require.Equal(t, c.x/c.n, rate)
		require.InDelta(t, c.low, low, 6e-5, "%v of %v", c.x, c.n)
		require.InDelta(t, c.high, high, 6e-5, "%v of %v", c.x, c.n)
	}
}

// Newcombe's table II, method 10: 56/70 − 48/80 and 9/10 − 3/10.
func TestRateDifferenceGivesThePublishedIntervals(t *testing.T) {
	for _, c := range []struct{ x1, n1, x2, n2, low, high float64 }{
		{56, 70, 48, 80, 0.0524, 0.3339},
		{9, 10, 3, 10, 0.1705, 0.8090},
		{10, 10, 0, 20, 0.6791, 1},
	} {
		difference, low, high := stats.RateDifference(c.x1, c.n1, c.x2, c.n2, z95)
		require.InDelta(t, c.x1/c.n1-c.x2/c.n2, difference, 1e-15)
		require.InDelta(t, c.low, low, 6e-5)
		require.InDelta(t, c.high, high, 6e-5)
	}
}

func TestWilsonHoldsItsRate(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.Float64Range(1e-6, 1e12).Draw(t, "n")
		x := n * rapid.Float64Range(0, 1).Draw(t, "share")
		z := rapid.Float64Range(0, 10).Draw(t, "z")
		rate, low, high := stats.Wilson(min(x, n), n, z)
		if !(0 <= low && low <= rate && rate <= high && high <= 1) {
			t.Fatalf("rate %v outside %v to %v", rate, low, high)
		}
	})
}
