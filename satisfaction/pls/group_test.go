package pls_test

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/satisfaction/pls"
)

// Of the 20 ways to split these six respondents into threes two have a difference of
// correlations as great as this one, .982 + .982: itself and its mirror.
func TestPermutationByHand(t *testing.T) {
	groups := []pls.Group{
		{"a", pairData(t, nil, [2]float64{1, 1}, [2]float64{2, 2}, [2]float64{3, 4})},
		{"b", pairData(t, nil, [2]float64{1, 5}, [2]float64{2, 3}, [2]float64{4, 1})},
	}
	const permutations = 20000
	g, err := pls.CompareGroups(t.Context(), pairModel(), groups, nil, pls.CompareOptions{
		BootstrapOptions: pls.BootstrapOptions{Resamples: 200, Minimum: 2, Seed: 1},
		Permutations:     permutations,
	})
	require.NoError(t, err)
	path := pls.Parameter{Kind: pls.PathParameter, From: "X", To: "Y"}
	c, there := g.Comparison("a", "b", path)
	require.True(t, there)
	require.InDelta(t, 1.9639610121239317, c.Difference.Value, 1e-12)
	require.Equal(t, 6, c.Difference.N)
	require.Equal(t, permutations, c.Permutations)
	require.InDelta(t, 0.1, float64(c.Exceeding)/permutations, 4*math.Sqrt(0.1*0.9/permutations))
	require.Equal(t, float64(1+c.Exceeding)/(1+permutations), c.Permutation.P)
	require.Equal(t, c.Permutation.P, c.Permutation.Adjusted)
	require.Zero(t, g.FailedPermutations("a", "b"))
	_, there = g.Comparison("b", "a", path)
	require.False(t, there)
}

// sampleOf draws respondents of a population in which a path has that strength, with
// answers from 1 to 10.
func sampleOf(t testing.TB, random *rand.Rand, strength float64, rows int) *pls.Data {
	t.Helper()
	answer := func(x float64) float64 {
		return math.Round(min(10, max(1, 5.5+1.8*(0.8*x+0.6*random.NormFloat64()))))
	}
	var values []float64
	for range rows {
		x := random.NormFloat64()
		y := strength*x + math.Sqrt(1-strength*strength)*random.NormFloat64()
		values = append(values, answer(x), answer(x), answer(x), answer(y), answer(y))
	}
	data, err := pls.NewData([]string{"x1", "x2", "x3", "y1", "y2"}, values, nil)
	require.NoError(t, err)
	return data
}

func blockModel() pls.Model {
	return pls.Model{
		Constructs: []pls.Construct{{Name: "X", Items: []string{"x1", "x2", "x3"}}, {Name: "Y", Items: []string{"y1", "y2"}}},
		Paths:      []pls.Path{{From: "X", To: "Y"}},
	}
}

// Groups of one population have probabilities spread evenly from 0 to 1: of 40, the
// mean .5 ± 4·.289/√40, those below .1 at most 4 + 4·√3.6.
func TestEqualGroupsHaveEvenProbabilities(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(11, 12))
	var p [3][]float64
	for world := range 40 {
		groups := []pls.Group{{"a", sampleOf(t, random, 0.5, 70)}, {"b", sampleOf(t, random, 0.5, 110)}}
		g, err := pls.CompareGroups(t.Context(), blockModel(), groups, nil, pls.CompareOptions{
			BootstrapOptions: pls.BootstrapOptions{Resamples: 150, Seed: uint64(world)},
		})
		require.NoError(t, err)
		c, there := g.Comparison("a", "b", pls.Parameter{Kind: pls.PathParameter, From: "X", To: "Y"})
		require.True(t, there)
		for i, test := range []pls.Test{c.Welch, c.Henseler, c.Permutation} {
			p[i] = append(p[i], test.P)
		}
	}
	for i, list := range p {
		mean, small := 0.0, 0
		for _, v := range list {
			mean += v / 40
			if v < 0.1 {
				small++
			}
		}
		require.InDelta(t, 0.5, mean, 4*0.289/math.Sqrt(40), "%d", i)
		require.LessOrEqual(t, float64(small), 4+4*math.Sqrt(3.6), "%d", i)
	}
}

// A path of .3, .8 and .8 again: the tests tell the first group from the others and not
// the others from each other, for the path, what follows from it and an index of the
// caller; Holm takes the three pairs together.
func TestDifferentGroupsAreToldApart(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(21, 22))
	groups := []pls.Group{{"low", sampleOf(t, random, 0.3, 200)}, {"high", sampleOf(t, random, 0.8, 200)}, {"higher", sampleOf(t, random, 0.8, 150)}}
	options := pls.CompareOptions{BootstrapOptions: pls.BootstrapOptions{Resamples: 400, Seed: 4, Statistics: []pls.Statistic{
		{Name: "double", Value: func(s *pls.Sample) float64 { return 2 * s.Path(0) }},
	}}}
	run := func(workers int) *pls.GroupComparison {
		options.Workers = workers
		g, err := pls.CompareGroups(t.Context(), blockModel(), groups, nil, options)
		require.NoError(t, err)
		return g
	}
	g := run(1)
	require.Equal(t, []string{"low", "high", "higher"}, g.Groups())
	for _, p := range []pls.Parameter{
		{Kind: pls.PathParameter, From: "X", To: "Y"}, {Kind: pls.TotalParameter, From: "X", To: "Y"},
		{Kind: pls.R2Parameter, From: "Y"}, {Kind: pls.StatisticParameter, From: "double"},
	} {
		var all [3]pls.Comparison
		for i, pair := range [][2]string{{"low", "high"}, {"low", "higher"}, {"high", "higher"}} {
			c, there := g.Comparison(pair[0], pair[1], p)
			require.True(t, there)
			require.NoError(t, c.Difference.Validate())
			all[i] = c
			for k, test := range []pls.Test{c.Welch, c.Henseler, c.Permutation} {
				require.LessOrEqual(t, test.P, test.Adjusted)
				if i < 2 {
					require.Less(t, test.Adjusted, 0.02, "%s %v %d", p, pair, k)
				} else {
					require.Greater(t, test.P, 0.1, "%s %v %d", p, pair, k)
					require.Equal(t, test.P, test.Adjusted) // the last of Holm's steps
				}
			}
		}
		require.Less(t, all[0].Difference.High, 0.0)
		require.Less(t, all[0].Above, 0.01)
		one, _ := g.Group("low")
		other, _ := g.Group("high")
		a, _ := one.Estimate(p)
		b, _ := other.Estimate(p)
		require.InDelta(t, a.Value-b.Value, all[0].Difference.Value, 1e-14)
		require.InDelta(t, math.Hypot(a.SE, b.SE), all[0].Difference.SE, 1e-14)
	}
	two, seven := run(2), run(7)
	require.Equal(t, fmt.Sprint(g.Comparisons()), fmt.Sprint(two.Comparisons()))
	require.Equal(t, fmt.Sprint(g.Comparisons()), fmt.Sprint(seven.Comparisons()))
}

// Henseler's share against its definition.
func TestHenselerCountsAllPairs(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(31, 32))
	groups := []pls.Group{{"a", sampleOf(t, random, 0.4, 60)}, {"b", sampleOf(t, random, 0.6, 50)}}
	g, err := pls.CompareGroups(t.Context(), blockModel(), groups, nil, pls.CompareOptions{BootstrapOptions: pls.BootstrapOptions{Resamples: 100}, Permutations: 10})
	require.NoError(t, err)
	a, _ := g.Group("a")
	b, _ := g.Group("b")
	_, there := g.Group("c")
	require.False(t, there)
	require.NotEmpty(t, g.Comparisons())
	for _, c := range g.Comparisons() {
		m1, _ := a.Mean(c.Parameter)
		m2, _ := b.Mean(c.Parameter)
		above := 0.0
		for _, x := range a.Replicates(c.Parameter) {
			for _, y := range b.Replicates(c.Parameter) {
				if 2*m1-x > 2*m2-y {
					above += 1e-4
				}
			}
		}
		require.InDelta(t, above, c.Above, 1e-9, "%s", c.Parameter)
	}
	require.False(t, slices.ContainsFunc(g.Comparisons(), func(c pls.Comparison) bool { return c.Difference.SE == 0 }))
}

// Weights of different scales in two groups change nothing, as only shares count.
func TestGroupsWithWeights(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(41, 42))
	first, second := sampleOf(t, random, 0.4, 40), sampleOf(t, random, 0.6, 50)
	weigh := func(d *pls.Data, w float64) *pls.Data {
		var values, weights []float64
		for row := range d.Rows() {
			answers, _ := d.Row(row)
			values, weights = append(values, answers...), append(weights, w)
		}
		out, err := pls.NewData(d.Items(), values, weights)
		require.NoError(t, err)
		return out
	}
	run := func(a, b *pls.Data) []pls.Comparison {
		g, err := pls.CompareGroups(t.Context(), blockModel(), []pls.Group{{"a", a}, {"b", b}}, nil, pls.CompareOptions{BootstrapOptions: pls.BootstrapOptions{Resamples: 50}})
		require.NoError(t, err)
		return g.Comparisons()
	}
	plain, weighted := run(first, second), run(weigh(first, 1000), weigh(second, 0.5))
	require.Len(t, weighted, len(plain))
	for i, c := range plain {
		require.Equal(t, c.Parameter, weighted[i].Parameter)
		require.InDelta(t, c.T, weighted[i].T, 1e-6)
		require.Equal(t, c.Exceeding, weighted[i].Exceeding)
	}
}

func TestCompareGroupsRefuses(t *testing.T) {
	good := sampleOf(t, rand.New(rand.NewPCG(1, 1)), 0.5, 20)
	compare := func(o pls.CompareOptions, groups ...pls.Group) error {
		_, err := pls.CompareGroups(t.Context(), blockModel(), groups, nil, o)
		return err
	}
	for name, err := range map[string]error{
		"groups":       compare(pls.CompareOptions{}, pls.Group{"a", good}),
		"group":        compare(pls.CompareOptions{}, pls.Group{"a", good}, pls.Group{"a", good}),
		"permutations": compare(pls.CompareOptions{Permutations: -1}, pls.Group{"a", good}, pls.Group{"b", good}),
		"resamples":    compare(pls.CompareOptions{BootstrapOptions: pls.BootstrapOptions{Resamples: 1}}, pls.Group{"a", good}, pls.Group{"b", good}),
	} {
		wrong, is := errors.AsType[*pls.OptionError](err)
		require.True(t, is, "%v", err)
		require.Equal(t, name, wrong.Option)
	}
	few, err := good.Subset([]int{0, 1, 2})
	require.NoError(t, err)
	for _, data := range []*pls.Data{nil, few, pairData(t, nil, [2]float64{1, 2})} {
		err := compare(pls.CompareOptions{}, pls.Group{"a", good}, pls.Group{"b", data})
		wrong, is := errors.AsType[*pls.GroupError](err)
		require.True(t, is, "%v", err)
		require.Equal(t, "b", wrong.Group)
		require.ErrorContains(t, err, `pls: group "b": pls: `)
	}
}
