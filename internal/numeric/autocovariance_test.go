package numeric_test

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/internal/numeric"
)

func TestAutocovarianceIsTheSumOfProducts(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for _, n := range []int{1, 2, 3, 7, 8, 100, 257} {
		series := make([]float64, n)
		mean := 0.0
		for i := range series {
			series[i] = 5 + random.NormFloat64()
			mean += series[i] / float64(n)
		}
		got := numeric.Autocovariance(series)
		require.Len(t, got, n)
		for lag := range got {
			want := 0.0
			for i := range n - lag {
				want += (series[i] - mean) * (series[i+lag] - mean) / float64(n)
			}
			require.InDelta(t, want, got[lag], 1e-14, "n %d lag %d", n, lag)
		}
	}
	require.Empty(t, numeric.Autocovariance(nil))
}
