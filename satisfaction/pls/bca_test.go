package pls

import (
	"encoding/json"
	"os"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/internal/numeric"
)

func TestBCaAgreesWithStoredCase(t *testing.T) {
	text, err := os.ReadFile("testdata/bca.json")
	require.NoError(t, err)
	var stored struct {
		Sample, Resampled []float64
		Cases             []struct {
			Level, A, Low, High float64
			PLow                float64 `json:"p_low"`
			PHigh               float64 `json:"p_high"`
		}
	}
	require.NoError(t, json.Unmarshal(text, &stored))
	sum := 0.0
	for _, v := range stored.Sample {
		sum += v
	}
	n := float64(len(stored.Sample))
	var deleted []float64
	for _, v := range stored.Sample {
		deleted = append(deleted, (sum-v)/(n-1))
	}
	sorted := slices.Sorted(slices.Values(stored.Resampled))
	require.NotEmpty(t, stored.Cases)
	for _, c := range stored.Cases {
		require.InDelta(t, c.A, acceleration(deleted), 1e-14)
		low, high, exists := bca(sum/n, stored.Resampled, deleted, c.Level)
		require.True(t, exists)
		require.InDelta(t, c.PLow, low, 1e-12)
		require.InDelta(t, c.PHigh, high, 1e-12)
		require.InDelta(t, c.Low, numeric.Quantile(sorted, low), 1e-11)
		require.InDelta(t, c.High, numeric.Quantile(sorted, high), 1e-11)
	}
}

// Without bias and acceleration it is the percentile interval; ties count by half.
func TestBCaOfASymmetricFigure(t *testing.T) {
	low, high, exists := bca(3, []float64{1, 2, 3, 4, 5}, []float64{2, 3, 4}, 0.9)
	require.True(t, exists)
	require.InDelta(t, 0.05, low, 1e-15)
	require.InDelta(t, 0.95, high, 1e-15)
	require.Zero(t, acceleration([]float64{2, 2, 2}))
	require.Zero(t, acceleration(nil))
}

func TestBCaDoesNotExistBesideAllResamples(t *testing.T) {
	for _, value := range []float64{0, 9} {
		_, _, exists := bca(value, []float64{1, 2, 3, 4, 5}, []float64{2, 3, 4}, 0.9)
		require.False(t, exists)
	}
	// Only 1 − a(z₀+z) can fail else: a single respondent far off, and a far quantile.
	deleted := make([]float64, 1000)
	deleted[0] = -1
	_, _, exists := bca(3, []float64{2, 3, 4}, deleted, 1-1e-12)
	require.False(t, exists)
}
