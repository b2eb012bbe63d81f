package stats_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/internal/stats"
)

// By hand: .01·4, .02·3 and .03·2, .04·1 held up by the one before.
func TestHolm(t *testing.T) {
	require.InDeltaSlice(t, []float64{0.06, 0.04, 0.06, 0.06}, stats.Holm([]float64{0.03, 0.01, 0.04, 0.02}), 1e-15)
	require.Equal(t, []float64{1, 1}, stats.Holm([]float64{0.6, 0.7}))
	require.Empty(t, stats.Holm(nil))
}

func TestHolmKeepsTheOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := rapid.SliceOf(rapid.Float64Range(0, 1)).Draw(t, "p")
		adjusted := stats.Holm(p)
		for i := range p {
			require.GreaterOrEqual(t, adjusted[i], p[i])
			require.LessOrEqual(t, adjusted[i], 1.0)
			for j := range p {
				if p[i] <= p[j] {
					require.LessOrEqual(t, adjusted[i], adjusted[j])
				}
			}
		}
		if len(p) > 0 {
			require.InDelta(t, min(1, slices.Min(p)*float64(len(p))), slices.Min(adjusted), 1e-15)
		}
	})
}
