package numeric_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/internal/numeric"
)

func TestPoissonDrawsFollowTheirProbabilities(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 1))
	const n = 100_000
	for _, mean := range []float64{0, 0.1, 3, 9.99, 10, 12.5, 40, 500} {
		seen := map[float64]int{}
		for range n {
			seen[numeric.DrawPoisson(random, mean)]++
		}
		// Pearson's statistic over all counts with at least 20 expected, and the rest.
		statistic, cells, rest, restSeen := 0.0, 0, float64(n), float64(n)
		for k := 0.0; k < 2*mean+50; k++ {
			logFactorial, _ := math.Lgamma(k + 1)
			want := n * math.Exp(k*math.Log(max(mean, 1e-300))-mean-logFactorial)
			if want < 20 {
				continue
			}
			got := float64(seen[k])
			statistic += (got - want) * (got - want) / want
			cells++
			rest, restSeen = rest-want, restSeen-got
		}
		if rest > 20 {
			statistic += (restSeen - rest) * (restSeen - rest) / rest
			cells++
		}
		// Mean cells−1, variance 2(cells−1): five standard deviations.
		free := float64(cells - 1)
		require.LessOrEqual(t, statistic, free+5*math.Sqrt(2*free)+1e-6, "mean %v, %d cells", mean, cells)
	}
	require.InDelta(t, 1e9, numeric.DrawPoisson(random, 1e9), 6*math.Sqrt(1e9))
}

// Draws from concave log-densities, the mode inside and at either end, against the
// distribution function by quadrature.
func TestConcaveDrawsFollowTheirDensity(t *testing.T) {
	random := rand.New(rand.NewPCG(4, 1))
	for _, c := range []struct {
		name            string
		low, mode, high float64
		h, slope        func(u float64) float64
	}{
		{"normal", -8, 0.5, 9, func(u float64) float64 { return -(u - .5) * (u - .5) / 2 }, func(u float64) float64 { return .5 - u }},
		{"exponential", 0, 0, 50, func(u float64) float64 { return -3 * u }, func(float64) float64 { return -3 }},
		{"rising", 0, 2, 2, func(u float64) float64 { return 40 * u }, func(float64) float64 { return 40 }},
		{"flat", 1, 1.2, 2, func(float64) float64 { return 0 }, func(float64) float64 { return 0 }},
		{"skewed", -3, 0, 5, func(u float64) float64 { return u - math.Exp(u) }, func(u float64) float64 { return 1 - math.Exp(u) }},
	} {
		const n, cells = 20_000, 4000
		draws := make([]float64, n)
		for i := range draws {
			draws[i] = numeric.DrawConcave(random, c.low, c.mode, c.high, c.h, c.slope)
		}
		slices.Sort(draws)
		// Kolmogorov's distance to the distribution function, summed by the midpoint rule.
		sums, width := make([]float64, cells+1), (c.high-c.low)/cells
		for i := range cells {
			sums[i+1] = sums[i] + math.Exp(c.h(c.low+(float64(i)+.5)*width)-c.h(c.mode))
		}
		furthest := 0.0
		for i := range sums {
			below, _ := slices.BinarySearch(draws, c.low+float64(i)*width)
			furthest = max(furthest, math.Abs(float64(below)/n-sums[i]/sums[cells]))
		}
		require.Less(t, furthest, 1.95/math.Sqrt(n), c.name) // p = 0.001
	}
}
