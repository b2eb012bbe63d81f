package cluster_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/segment/cluster"
)

// line prepares one column in its own units.
func line(t require.TestingT, values ...float64) *cluster.Prepared {
	data, err := cluster.Prepare([]cluster.Column{{Name: "a", Values: values}}, &cluster.PrepareOptions{KeepUnits: true})
	require.NoError(t, err)
	return data
}

func TestSilhouetteByHand(t *testing.T) {
	s, err := cluster.MeasureSilhouette(t.Context(), line(t, 0, 1, 10, 12, 100), []int{0, 0, 1, 1, 3}, 1, nil)
	require.NoError(t, err)
	// 0: a 1, b 11; 1: a 1, b 10; 10: a 2, b 9.5; 12: a 2, b 11.5; 100 is alone.
	each := []float64{10.0 / 11, 0.9, 7.5 / 9.5, 9.5 / 11.5, 0}
	require.InDelta(t, (each[0]+each[1]+each[2]+each[3])/5, s.Mean, 1e-15)
	require.Equal(t, 5, s.N)
	require.False(t, s.Sampled)
	require.Len(t, s.Clusters, 4)
	require.InDelta(t, (each[0]+each[1])/2, s.Clusters[0].Mean, 1e-15)
	require.Equal(t, cluster.ClusterSilhouette{}, s.Clusters[2]) // nobody is in it
	require.Equal(t, cluster.ClusterSilhouette{N: 1}, s.Clusters[3])

	one, err := cluster.MeasureSilhouette(t.Context(), line(t, 0, 1), []int{0, 0}, 1, nil)
	require.NoError(t, err)
	require.Zero(t, one.N)
	same, err := cluster.MeasureSilhouette(t.Context(), line(t, 0, 0, 0, 0, 1), []int{0, 0, 1, 1, 1}, 1, nil)
	require.NoError(t, err)
	require.False(t, math.IsNaN(same.Mean))
}

func TestSilhouetteOfASample(t *testing.T) {
	data, err := cluster.Prepare(blobs(1200, 6), nil)
	require.NoError(t, err)
	m, err := cluster.FitKMeans(t.Context(), data, 8, 1, nil)
	require.NoError(t, err)
	labels, err := m.Labels(data)
	require.NoError(t, err)
	all, err := cluster.MeasureSilhouette(t.Context(), data, labels, 1, &cluster.SilhouetteOptions{Workers: 1})
	require.NoError(t, err)
	require.Equal(t, 1200, all.N)
	again, err := cluster.MeasureSilhouette(t.Context(), data, labels, 1, &cluster.SilhouetteOptions{Workers: 3})
	require.NoError(t, err)
	require.Equal(t, all, again)
	part, err := cluster.MeasureSilhouette(t.Context(), data, labels, 1, &cluster.SilhouetteOptions{MaxRows: 400})
	require.NoError(t, err)
	require.True(t, part.Sampled)
	require.Equal(t, 400, part.N)
	require.InDelta(t, all.Mean, part.Mean, 0.05) // the sampling error of 400 of 1,200
}

func TestSilhouetteRefusals(t *testing.T) {
	data := line(t, 1, 2, 3)
	_, err := cluster.MeasureSilhouette(t.Context(), data, []int{0, 1}, 1, nil)
	label, ok := errors.AsType[*cluster.LabelError](err)
	require.True(t, ok)
	require.Equal(t, cluster.LabelError{Row: -1, Label: 2, Want: 3}, *label)
	require.ErrorContains(t, err, "2 labels of 3 customers")
	for _, wrong := range []int{-1, cluster.MaxClusters} {
		_, err = cluster.MeasureSilhouette(t.Context(), data, []int{0, 1, wrong}, 1, nil)
		label, ok = errors.AsType[*cluster.LabelError](err)
		require.True(t, ok)
		require.Equal(t, cluster.LabelError{Row: 2, Label: wrong}, *label)
		require.ErrorContains(t, err, "in row 2")
	}
	_, err = cluster.MeasureSilhouette(t.Context(), nil, nil, 1, nil)
	require.ErrorIs(t, err, cluster.ErrNoRows)
	_, err = cluster.MeasureSilhouette(t.Context(), data, []int{0, 1, 1}, 1, &cluster.SilhouetteOptions{MaxRows: -1})
	_, ok = errors.AsType[*cluster.OptionError](err)
	require.True(t, ok)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = cluster.MeasureSilhouette(ctx, data, []int{0, 1, 1}, 1, nil)
	require.ErrorIs(t, err, context.Canceled)
}

// Tables whose index is known: by hand from the pairs, as those of the handbooks.
func TestAdjustedRand(t *testing.T) {
	for _, tc := range []struct {
		a, b []int
		want float64
	}{
		{[]int{0, 0, 1, 1}, []int{7, 7, -2, -2}, 1},
		{[]int{0, 0, 1, 1}, []int{0, 0, 1, 2}, 4.0 / 7},              // together 1, pairs 2 and 1 of 6
		{[]int{0, 0, 1, 1}, []int{0, 1, 0, 1}, -0.5},                 // together 0, pairs 2 and 2 of 6
		{[]int{0, 0, 0, 0}, []int{0, 1, 2, 3}, 0},                    // one says nothing of the other
		{[]int{5, 5, 5}, []int{1, 1, 1}, 1},                          // all together
		{[]int{1, 2, 3}, []int{4, 5, 6}, 1},                          // all apart
		{[]int{1}, []int{9}, 1},                                      // nobody to be with
		{[]int{0, 0, 0, 1, 1, 1}, []int{0, 0, 1, 1, 2, 2}, 8.0 / 33}, // together 2, pairs 6 and 3 of 15
	} {
		got, err := cluster.AdjustedRand(tc.a, tc.b)
		require.NoError(t, err)
		require.InDelta(t, tc.want, got, 1e-15, "%v %v", tc.a, tc.b)
		back, err := cluster.AdjustedRand(tc.b, tc.a)
		require.NoError(t, err)
		require.InDelta(t, got, back, 1e-15)
	}
	_, err := cluster.AdjustedRand(nil, nil)
	require.ErrorIs(t, err, cluster.ErrNoRows)
	_, err = cluster.AdjustedRand([]int{1}, []int{1, 2})
	_, ok := errors.AsType[*cluster.LabelError](err)
	require.True(t, ok)
}

// Against the definition by pairs, at most 1 and equal to 1 under other names.
func TestAdjustedRandByPairs(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		n := rapid.IntRange(2, 12).Draw(r, "n")
		a := rapid.SliceOfN(rapid.IntRange(0, 3), n, n).Draw(r, "a")
		b := rapid.SliceOfN(rapid.IntRange(0, 3), n, n).Draw(r, "b")
		var both, inA, inB, all float64
		for i := range n {
			for j := range i {
				all++
				if a[i] == a[j] {
					inA++
				}
				if b[i] == b[j] {
					inB++
				}
				if a[i] == a[j] && b[i] == b[j] {
					both++
				}
			}
		}
		got, err := cluster.AdjustedRand(a, b)
		require.NoError(r, err)
		want := 1.0
		if most := (inA + inB) / 2; most != inA*inB/all {
			want = (both - inA*inB/all) / (most - inA*inB/all)
		}
		require.InDelta(r, want, got, 1e-12)
		require.LessOrEqual(r, got, 1.0)
		renamed := make([]int, n)
		for i := range renamed {
			renamed[i] = 17 - 5*a[i]
		}
		same, err := cluster.AdjustedRand(a, renamed)
		require.NoError(r, err)
		require.Equal(r, 1.0, same)
	})
}

func BenchmarkMeasureSilhouette(b *testing.B) {
	data, err := cluster.Prepare(blobs(20_000, 3), nil)
	if err != nil {
		b.Fatal(err)
	}
	random := rand.New(rand.NewPCG(1, 2))
	labels := make([]int, data.Len())
	for i := range labels {
		labels[i] = random.IntN(8)
	}
	for _, n := range []int{1000, 5000} {
		b.Run(fmt.Sprintf("n=%d", n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := cluster.MeasureSilhouette(b.Context(), data, labels, 1, &cluster.SilhouetteOptions{MaxRows: n}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
