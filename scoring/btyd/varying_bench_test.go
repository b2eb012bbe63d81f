package btyd_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/scoring/btyd"
)

// BenchmarkVarying fits to the apparel customers with their season, and to 3000 simulated
// ones with a season and a price that changes each week.
func BenchmarkVarying(b *testing.B) {
	b.Run("apparel", func(b *testing.B) {
		season := readSeason(b)
		summaries, visits := readVisits(b, "data/apparel.csv", "2006-12-31", season)
		b.ReportAllocs()
		for b.Loop() {
			_, err := btyd.FitVarying(b.Context(), summaries, visits, &btyd.CovariateOptions{FitOptions: btyd.FitOptions{Workers: 1}})
			require.NoError(b, err)
		}
	})
	names := []string{"season", "price"}
	m := mustVarying(b, rapport.Week, []float64{1.5, 12, .9, 20}, names, []float64{.8, -.3}, []float64{-.6, .4})
	calendar := calendarOf(b, names, weeks(180))
	summaries, visits := varyingLog(b, m, calendar, 3000, 830, 4)
	b.Run("weekly price", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			_, err := btyd.FitVarying(b.Context(), summaries, visits, &btyd.CovariateOptions{FitOptions: btyd.FitOptions{Workers: 1}})
			require.NoError(b, err)
		}
	})
	b.Run("score", func(b *testing.B) {
		values := make([]float64, summaries.Len())
		b.ReportAllocs()
		for b.Loop() {
			require.NoError(b, m.ExpectedInto(values, summaries, calendar, 52))
		}
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(values)), "ns/customer")
	})
}
