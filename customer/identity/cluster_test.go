package identity_test

import (
	"math"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/customer/identity"
)

func pairs(weights map[[2]int]float64) []identity.Pair {
	var out []identity.Pair
	for places, weight := range weights {
		out = append(out, identity.Pair{Left: places[0], Right: places[1], Weight: weight, Probability: 1 / (1 + math.Exp2(-weight))})
	}
	return out
}

func TestClusters(t *testing.T) {
	chain := pairs(map[[2]int]float64{{0, 1}: 9, {1, 2}: 3, {2, 3}: 8, {3, 4}: 1})
	for _, c := range []struct {
		name    string
		options *identity.ClusterOptions
		want    []int
		refused []identity.GuardReason
	}{
		{"a chain connects all", &identity.ClusterOptions{Density: -1}, []int{0, 0, 0, 0, 0, 1}, nil},
		{"a pair of four is enough", nil, []int{0, 0, 0, 0, 0, 1}, nil},
		{"a size cap lets the weakest pairs give way", &identity.ClusterOptions{MaxSize: 3},
			[]int{0, 0, 1, 1, 1, 2}, []identity.GuardReason{identity.GuardSize}},
		{"complete linkage wants every pair", &identity.ClusterOptions{Density: 1},
			[]int{0, 0, 1, 1, 2, 3}, []identity.GuardReason{identity.GuardDensity, identity.GuardDensity}},
		{"half of the pairs", &identity.ClusterOptions{Density: .5},
			[]int{0, 0, 1, 1, 1, 2}, []identity.GuardReason{identity.GuardDensity}},
		{"never reaches through others", &identity.ClusterOptions{Never: [][2]int{{0, 3}}},
			[]int{0, 0, 1, 1, 1, 2}, []identity.GuardReason{identity.GuardNever}},
		{"always needs no pair", &identity.ClusterOptions{Density: -1, Always: [][2]int{{5, 0}}}, []int{0, 0, 0, 0, 0, 0}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := identity.Clusters(6, chain, c.options)
			require.NoError(t, err)
			require.Equal(t, c.want, got.Of)
			require.Equal(t, slices.Max(c.want)+1, got.Count)
			var reasons []identity.GuardReason
			for _, r := range got.Refused {
				reasons = append(reasons, r.Reason)
			}
			require.Equal(t, c.refused, reasons)
		})
	}
}

// Six records that each pair with each, twice, and one pair between the two groups.
func TestClustersAreNotUnitedByOnePairOfMany(t *testing.T) {
	weights := map[[2]int]float64{{5, 6}: 1}
	for i := range 6 {
		for j := range i {
			weights[[2]int{j, i}], weights[[2]int{6 + j, 6 + i}] = 3, 3
		}
	}
	got, err := identity.Clusters(12, pairs(weights), nil)
	require.NoError(t, err)
	require.Equal(t, 2, got.Count)
	require.Equal(t, identity.GuardDensity, got.Refused[0].Reason)
	got, err = identity.Clusters(12, pairs(weights), &identity.ClusterOptions{Density: -1})
	require.NoError(t, err)
	require.Equal(t, 1, got.Count)
}

func TestClustersOfTwoTables(t *testing.T) {
	got, err := identity.Clusters(4, pairs(map[[2]int]float64{{0, 1}: 2, {1, 1}: 1}), &identity.ClusterOptions{Left: 2})
	require.NoError(t, err)
	require.Equal(t, [][]int{{0, 1, 3}, {2}}, got.Members())
}

func TestClustersRefuseWhatCannotBe(t *testing.T) {
	for name, c := range map[string]struct {
		nodes   int
		pairs   []identity.Pair
		options *identity.ClusterOptions
	}{
		"a place too many":   {2, []identity.Pair{{Left: 0, Right: 2}}, nil},
		"a negative place":   {2, []identity.Pair{{Left: -1, Right: 1}}, nil},
		"itself":             {2, []identity.Pair{{Left: 1, Right: 1}}, nil},
		"no weight":          {2, []identity.Pair{{Left: 0, Right: 1, Weight: math.NaN()}}, nil},
		"left in right":      {3, []identity.Pair{{Left: 2, Right: 0}}, &identity.ClusterOptions{Left: 1}},
		"constraint outside": {2, nil, &identity.ClusterOptions{Never: [][2]int{{0, 7}}}},
	} {
		_, err := identity.Clusters(c.nodes, c.pairs, c.options)
		var wrong *identity.PairError
		require.ErrorAs(t, err, &wrong, name)
	}
	for name, o := range map[string]identity.ClusterOptions{
		"density": {Density: math.NaN()}, "size": {MaxSize: -1}, "left": {Left: 3},
	} {
		_, err := identity.Clusters(2, nil, &o)
		var wrong *identity.OptionError
		require.ErrorAs(t, err, &wrong, name)
	}
	_, err := identity.Clusters(3, nil, &identity.ClusterOptions{Always: [][2]int{{0, 1}, {1, 2}}, Never: [][2]int{{0, 2}}})
	require.Equal(t, error(&identity.ConstraintError{Left: 0, Right: 2}), err)
}

// Whatever the guards, the order of the pairs does not matter, no cluster is larger
// than allowed or holds what never belongs together, and without guards clusters are
// the connected components.
func TestClustersOfAnyPairs(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		nodes := rapid.IntRange(2, 12).Draw(r, "nodes")
		node := rapid.IntRange(0, nodes-1)
		var given []identity.Pair
		for range rapid.IntRange(0, 20).Draw(r, "pairs") {
			a, b := node.Draw(r, "a"), node.Draw(r, "b")
			if a != b {
				given = append(given, identity.Pair{Left: min(a, b), Right: max(a, b), Weight: float64(rapid.IntRange(0, 4).Draw(r, "weight"))})
			}
		}
		o := identity.ClusterOptions{
			MaxSize: rapid.IntRange(1, nodes).Draw(r, "size"),
			Density: rapid.SampledFrom([]float64{-1, 0, .5, 1}).Draw(r, "density"),
		}
		if a, b := node.Draw(r, "never a"), node.Draw(r, "never b"); a != b {
			o.Never = [][2]int{{a, b}}
		}
		got, err := identity.Clusters(nodes, given, &o)
		require.NoError(t, err)
		for _, members := range got.Members() {
			require.LessOrEqual(t, len(members), o.MaxSize)
			require.NotEmpty(t, members)
		}
		for _, never := range o.Never {
			require.NotEqual(t, got.Of[never[0]], got.Of[never[1]])
		}
		for _, refusal := range got.Refused {
			require.NotEqual(t, got.Of[given[refusal.Pair].Left], got.Of[given[refusal.Pair].Right])
		}
		again, err := identity.Clusters(nodes, rapid.Permutation(given).Draw(r, "order"), &o)
		require.NoError(t, err)
		require.Equal(t, got.Of, again.Of)

		free, err := identity.Clusters(nodes, given, &identity.ClusterOptions{Density: -1})
		require.NoError(t, err)
		require.Equal(t, components(nodes, given), free.Of)
		require.Empty(t, free.Refused)
	})
}

// components numbers connected components by spreading the lowest node.
func components(nodes int, pairs []identity.Pair) []int {
	low := make([]int, nodes)
	for i := range low {
		low[i] = i
	}
	for range nodes {
		for _, p := range pairs {
			least := min(low[p.Left], low[p.Right])
			low[p.Left], low[p.Right] = least, least
		}
	}
	numbers := slices.Compact(slices.Sorted(slices.Values(low)))
	for i := range low {
		low[i] = slices.Index(numbers, low[i])
	}
	return low
}

func TestOneToOne(t *testing.T) {
	given := pairs(map[[2]int]float64{{0, 0}: 5, {0, 1}: 4, {1, 0}: 4.5, {1, 1}: 3, {2, 2}: 1, {2, 3}: 1})
	places := func(pairs []identity.Pair) (out [][2]int) {
		for _, p := range pairs {
			out = append(out, [2]int{p.Left, p.Right})
		}
		return out
	}
	require.Equal(t, [][2]int{{0, 0}, {2, 2}}, places(identity.MutuallyBest(given)))
	require.Equal(t, [][2]int{{0, 0}, {1, 1}, {2, 2}}, places(identity.OneToOne(given)), "the second choice stays")
	require.Empty(t, identity.MutuallyBest(nil))
	require.Empty(t, identity.OneToOne(nil))
}

// By hand: entities {0,1,2} and {3,4}: 4 true pairs. Found are 0-1, 1-2 and 2-3, of
// which 2 are true; as a cluster {0,1,2,3} they stand for 6 pairs, of which 3 are.
func TestQuality(t *testing.T) {
	found := pairs(map[[2]int]float64{{0, 1}: 3, {1, 2}: 2, {2, 3}: 0})
	byEntity := identity.EntityTruth([]string{"a", "a", "a", "b", "b", "", ""}, nil)
	byPairs, err := identity.PairTruth(7, 0, [][2]int{{0, 1}, {2, 1}, {1, 2}, {0, 2}, {4, 3}})
	require.NoError(t, err)
	clustering, err := identity.Clusters(7, found, nil)
	require.NoError(t, err)
	for name, truth := range map[string]*identity.Truth{"entities": byEntity, "pairs": byPairs} {
		t.Run(name, func(t *testing.T) {
			require.Equal(t, 4, truth.Pairs())
			ofPairs := truth.OfPairs(found)
			require.Equal(t, 2.0, ofPairs.Precision.Num)
			require.Equal(t, 3.0, ofPairs.Precision.Den)
			require.Equal(t, 4.0, ofPairs.Recall.Den)
			f1, ok := ofPairs.F1()
			require.True(t, ok)
			require.InDelta(t, 4.0/7, f1, 1e-15)
			ofClusters, err := truth.OfClusters(clustering)
			require.NoError(t, err)
			require.Equal(t, 3.0, ofClusters.Precision.Num)
			require.Equal(t, 6.0, ofClusters.Precision.Den)
			f1, _ = ofClusters.F1()
			require.InDelta(t, .6, f1, 1e-15)
			require.False(t, truth.Same(5, 6), "a record without a label is nobody's second")
			require.False(t, truth.Same(0, 99))
		})
	}
	_, ok := identity.EntityTruth([]string{"a", "b"}, nil).OfPairs(nil).F1()
	require.False(t, ok, "neither a found nor a true pair")
	_, err = byEntity.OfClusters(identity.Clustering{Of: []int{0}})
	var wrong *identity.OptionError
	require.ErrorAs(t, err, &wrong)
}

func TestQualityOfTwoTables(t *testing.T) {
	truth := identity.EntityTruth([]string{"a", "b"}, []string{"b", "a", "a"})
	require.Equal(t, 3, truth.Pairs())
	require.True(t, truth.Same(0, 2))
	require.False(t, truth.Same(1, 1))
	clustering, err := identity.Clusters(5, pairs(map[[2]int]float64{{0, 1}: 1, {0, 2}: 1, {1, 2}: 1}), &identity.ClusterOptions{Left: 2})
	require.NoError(t, err)
	quality, err := truth.OfClusters(clustering)
	require.NoError(t, err)
	require.Equal(t, 2.0, quality.Precision.Num)
	require.Equal(t, 4.0, quality.Precision.Den, "two records of the left with two of the right")
	_, err = identity.PairTruth(2, 3, [][2]int{{0, 3}})
	var wrong *identity.PairError
	require.ErrorAs(t, err, &wrong)
}

func TestCalibration(t *testing.T) {
	truth := identity.EntityTruth([]string{"a", "a", "a"}, nil)
	calibration, err := truth.Calibrate([]identity.Pair{{Left: 0, Right: 1, Probability: 1}, {Left: 0, Right: 2, Probability: .8}, {Left: 1, Right: 2, Probability: .1}}, 2)
	require.NoError(t, err)
	require.InDelta(t, 1.9, calibration.Stated.Num, 1e-15)
	require.Equal(t, 3.0, calibration.True.Num)
	require.InDelta(t, 0+.04+.81, calibration.Brier.Num, 1e-15)
	require.Equal(t, []int{1, 2}, []int{calibration.Bins[0].Stated.N, calibration.Bins[1].Stated.N})
	require.Empty(t, cmp.Diff([2]float64{.5, 1}, [2]float64{calibration.Bins[1].Low, calibration.Bins[1].High}))
	_, err = truth.Calibrate([]identity.Pair{{Probability: math.NaN()}}, 0)
	require.Error(t, err)
	_, err = truth.Calibrate(nil, -1)
	require.Error(t, err)
}

func TestReview(t *testing.T) {
	given := []identity.Pair{{Left: 0, Right: 1, Probability: .95}, {Left: 0, Right: 2, Probability: .2}, {Left: 1, Right: 2, Probability: .5}, {Left: 1, Right: 3, Probability: .6}, {Left: 2, Right: 3, Probability: .05}}
	queue, err := identity.Review(given, nil)
	require.NoError(t, err)
	var places []int
	for _, item := range queue {
		places = append(places, item.Place)
	}
	require.Equal(t, []int{2, 3, 1}, places)
	require.Equal(t, 1.0, queue[0].Doubt)
	require.InDelta(t, .721928095, queue[2].Doubt, 1e-9)
	queue, err = identity.Review(given, &identity.ReviewOptions{Limit: 1, Decided: func(left, right int) bool { return left == 1 && right == 2 }})
	require.NoError(t, err)
	require.Len(t, queue, 1)
	require.Equal(t, 3, queue[0].Place)
	for _, o := range []identity.ReviewOptions{{Low: -1}, {Low: .6, High: .5}, {Limit: -1}, {Low: math.NaN()}} {
		_, err = identity.Review(given, &o)
		require.Error(t, err)
	}
	_, err = identity.Review([]identity.Pair{{Probability: 2}}, nil)
	require.Error(t, err)
}

func BenchmarkClusters(b *testing.B) {
	const nodes = 100_000
	var given []identity.Pair
	for i := 1; i < nodes; i++ {
		if i%4 != 0 {
			given = append(given, identity.Pair{Left: i - 1, Right: i, Weight: float64(i % 7)})
		}
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := identity.Clusters(nodes, given, nil); err != nil {
			b.Fatal(err)
		}
	}
}
