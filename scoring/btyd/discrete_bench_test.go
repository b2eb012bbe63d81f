package btyd_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/scoring/btyd"
)

// BenchmarkFitDiscrete fits the BG/BB to the donations' 22 cells, and the models of
// contracts to eight periods of one cohort.
func BenchmarkFitDiscrete(b *testing.B) {
	_, cells := readDonations(b)
	cohorts := []btyd.Cohort{{Active: readRetention(b).Segments["High End"].Survivors[:fitted+1]}}
	b.Run("bgbb", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			_, err := btyd.FitBGBB(b.Context(), cells, &btyd.FitOptions{Workers: 1})
			require.NoError(b, err)
		}
	})
	b.Run("sbg", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			_, err := btyd.FitShiftedBetaGeometric(b.Context(), cohorts, nil)
			require.NoError(b, err)
		}
	})
	b.Run("bdw", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			_, err := btyd.FitBetaDiscreteWeibull(b.Context(), cohorts, nil)
			require.NoError(b, err)
		}
	})
}
