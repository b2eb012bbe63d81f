package pls

import (
	"math"
	"slices"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/internal/numeric"
	"github.com/rapport-crm/rapport/internal/stats"
)

// compare appends the comparisons of a pair of groups.
func (g *GroupComparison) compare(one, other int, permuted *resamples) {
	a, b := g.groups[one], g.groups[other]
	for at, p := range a.layout.parameters {
		c := Comparison{One: g.names[one], Other: g.names[other], Parameter: p}
		first, second := a.layout.value(a.original, at), b.layout.value(b.original, at)
		if c.test(first, second, a.resamples.column(a.layout, at), b.resamples.column(b.layout, at), a.result.rows, b.result.rows, a.options.Level) {
			c.exchange(permuted.column(a.layout, at))
			g.comparisons = append(g.comparisons, c)
		}
	}
}

// test compares two figures by their resamples x and y from n and m respondents, which
// it reorders. It reports whether there is anything to compare.
func (c *Comparison) test(first, second float64, x, y []float64, n, m int, level float64) bool {
	if !finite(first) || !finite(second) || len(x) < 2 || len(y) < 2 {
		return false
	}
	meanX, deviationX := meanAndDeviation(x)
	meanY, deviationY := meanAndDeviation(y)
	se, df := stats.Satterthwaite(deviationX, float64(n-1), deviationY, float64(m-1))
	difference := first - second
	if se == 0 || !finite(se) || !finite(difference/se) || !finite(2*meanX) || !finite(2*meanY) {
		return false
	}
	c.Difference = rapport.Estimate{Value: difference, SE: se, N: n + m, Level: level}
	c.T, c.DF = difference/se, df
	c.Welch.P = min(1, 2*stats.StudentTail(math.Abs(c.T), df))
	apart := make([]float64, min(len(x), len(y)))
	for i := range apart {
		apart[i] = x[i] - y[i]
	}
	slices.Sort(apart)
	c.Difference.Low, c.Difference.High = numeric.Quantile(apart, (1-level)/2), numeric.Quantile(apart, (1+level)/2)
	c.Above = above(x, y, 2*meanX, 2*meanY)
	c.Henseler.P = 2 * min(c.Above, 1-c.Above)
	return true
}

// above is the share of pairs in which twoX−x is above twoY−y, ties counted by half.
// It sorts both.
func above(x, y []float64, twoX, twoY float64) float64 {
	for i, v := range x {
		x[i] = twoX - v
	}
	for i, v := range y {
		y[i] = twoY - v
	}
	slices.Sort(x)
	slices.Sort(y)
	sum, below, upTo := 0, 0, 0
	for _, v := range x {
		for below < len(y) && y[below] < v {
			below++
		}
		for upTo < len(y) && y[upTo] <= v {
			upTo++
		}
		sum += below + upTo
	}
	return float64(sum) / 2 / float64(len(x)) / float64(len(y))
}

// exchange takes the differences of the permutations.
func (c *Comparison) exchange(differences []float64) {
	// A permutation that gives the groups back differs by rounding at most.
	observed := math.Abs(c.Difference.Value)
	observed -= 1e-10 * max(observed, 1e-3)
	for _, d := range differences {
		if math.Abs(d) >= observed {
			c.Exceeding++
		}
	}
	c.Permutations = len(differences)
	c.Permutation.P = float64(1+c.Exceeding) / float64(1+c.Permutations)
}

// adjust takes every test of a parameter for one of as many as there are pairs that
// have it.
func (g *GroupComparison) adjust() {
	for _, test := range [...]func(c *Comparison) *Test{
		func(c *Comparison) *Test { return &c.Welch },
		func(c *Comparison) *Test { return &c.Henseler },
		func(c *Comparison) *Test { return &c.Permutation },
	} {
		places := make(map[Parameter][]int)
		for i, c := range g.comparisons {
			places[c.Parameter] = append(places[c.Parameter], i)
		}
		for _, at := range places {
			p := make([]float64, len(at))
			for i, k := range at {
				p[i] = test(&g.comparisons[k]).P
			}
			for i, adjusted := range stats.Holm(p) {
				test(&g.comparisons[at[i]]).Adjusted = adjusted
			}
		}
	}
}
