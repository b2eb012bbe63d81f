package segment_test

import (
	"errors"
	"math"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/segment"
)

// The worked cases of the Gini coefficient, each with its value by hand.
func TestGini(t *testing.T) {
	for _, tc := range []struct {
		values       []float64
		gini, sample float64
	}{
		{[]float64{1, 2, 3, 4, 5}, 4.0 / 15, 1.0 / 3},
		{[]float64{0, 0, 0, 100}, 0.75, 1},
		{[]float64{40, 40, 2.5, 2.5, 2.5, 2.5, 2.5, 2.5, 2.5, 2.5}, 0.6, 2.0 / 3},
		{[]float64{0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1}, 0, 0},
		{[]float64{segment.MaxValue, 0}, 0.5, 1},
	} {
		d, err := segment.Lorenz(tc.values)
		require.NoError(t, err)
		require.Equal(t, segment.LorenzOK, d.Verdict())
		got, ok := d.Gini().Value()
		require.True(t, ok)
		require.InDelta(t, tc.gini, got, 1e-15, "%v", tc.values)
		got, ok = d.SampleGini().Value()
		require.True(t, ok)
		require.InDelta(t, tc.sample, got, 1e-15, "%v", tc.values)
	}
	for want, values := range map[segment.LorenzVerdict][]float64{
		segment.LorenzEmpty: nil, segment.LorenzZero: {0, 0}, segment.LorenzNegative: {5, -1e-9},
	} {
		d, err := segment.Lorenz(values)
		require.NoError(t, err)
		require.Equal(t, want, d.Verdict())
		for _, ratio := range []rapport.Ratio{d.Gini(), d.SampleGini()} {
			_, ok := ratio.Value()
			require.False(t, ok)
			require.Equal(t, len(values), ratio.N)
		}
		require.Nil(t, d.Curve(10))
		bottom, err := d.Bottom(segment.Percent(50))
		require.NoError(t, err)
		_, ok := bottom.Value()
		require.False(t, ok)
	}
	one, err := segment.Lorenz([]float64{7})
	require.NoError(t, err)
	got, ok := one.Gini().Value()
	require.True(t, ok)
	require.Zero(t, got)
	_, ok = one.SampleGini().Value()
	require.False(t, ok)
	_, err = segment.Lorenz([]float64{1, math.NaN()})
	refused, ok := errors.AsType[*segment.NumberError](err)
	require.True(t, ok)
	require.Equal(t, 1, refused.Index)
	require.ErrorContains(t, err, "NaN at 1")
}

func TestLorenzCurve(t *testing.T) {
	d, err := segment.Lorenz([]float64{5, 3, 1, 2, 4})
	require.NoError(t, err)
	want := []segment.LorenzPoint{
		{0, rapport.Ratio{Num: 0, Den: 15, N: 0}}, {1, rapport.Ratio{Num: 1, Den: 15, N: 1}}, {2, rapport.Ratio{Num: 3, Den: 15, N: 2}},
		{3, rapport.Ratio{Num: 6, Den: 15, N: 3}}, {4, rapport.Ratio{Num: 10, Den: 15, N: 4}}, {5, rapport.Ratio{Num: 15, Den: 15, N: 5}},
	}
	if diff := gocmp.Diff(want, d.Curve(5)); diff != "" {
		t.Error(diff)
	}
	bottom, err := d.Bottom(segment.Share{Parts: 1, Whole: 3})
	require.NoError(t, err)
	require.Equal(t, rapport.Ratio{Num: 3, Den: 15, N: 2}, bottom)
}
