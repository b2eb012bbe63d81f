package numeric_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/internal/numeric"
)

func TestQuantile(t *testing.T) {
	five := []float64{1, 2, 4, 8, 16}
	for p, want := range map[float64]float64{0: 1, 0.25: 2, 0.5: 4, 0.875: 12, 1: 16} {
		require.Equal(t, want, numeric.Quantile(five, p), p)
	}
	for _, p := range []float64{0, 0.3, 1} {
		require.Equal(t, 7.0, numeric.Quantile([]float64{7}, p), p)
	}
}
