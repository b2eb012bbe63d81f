package stats_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/internal/stats"
)

// By hand: weights 1, 1, 2 on 1, 3, 4 have the mean 12/4 = 3, the variance
// (4 + 0 + 4·1)/16 and (16)/(6) effective observations.
func TestMean(t *testing.T) {
	mean, variance, effective := stats.Mean([]float64{1, 3, 4}, []float64{1, 1, 2})
	require.Equal(t, 3.0, mean)
	require.InDelta(t, 0.5, variance, 1e-15)
	require.InDelta(t, 16./6, effective, 1e-15)
	mean, variance, effective = stats.Mean([]float64{2, 4, 6, 8}, nil)
	require.Equal(t, []float64{5, 20. / 16, 4}, []float64{mean, variance, effective})
}

func TestMeanOfEqualValuesIsThatValue(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		weights := rapid.SliceOfN(rapid.Float64Range(1e-9, 1e9), 1, 30).Draw(t, "weights")
		x := rapid.Float64Range(-1e12, 1e12).Draw(t, "x")
		values := make([]float64, len(weights))
		for i := range values {
			values[i] = x
		}
		mean, variance, effective := stats.Mean(values, weights)
		if mean != x || variance != 0 || !(effective > 1-1e-12 && effective < float64(len(values))*(1+1e-12)) {
			t.Fatalf("mean %v of %v, variance %v, effective number %v of %d", mean, x, variance, effective, len(values))
		}
	})
}
