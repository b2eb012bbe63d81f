package btyd_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/scoring"
	"github.com/rapport-crm/rapport/scoring/btyd"
)

// The simulated customers of the benchmarks are cdnowLike(daily) with seed 1.
const benchSeed = 1

func BenchmarkFitBGNBD(b *testing.B) {
	one := &btyd.FitOptions{Workers: 1}
	b.Run("cdnow", func(b *testing.B) {
		summaries := cdnow(b)
		b.ReportAllocs()
		for b.Loop() {
			_, err := btyd.FitBGNBD(b.Context(), summaries, one)
			require.NoError(b, err)
		}
	})
	b.Run("cdnow-compressed", func(b *testing.B) {
		rows := btyd.Compress(cdnow(b))
		b.ReportAllocs()
		for b.Loop() {
			_, err := btyd.Fit(b.Context(), btyd.BGNBD, rows, one)
			require.NoError(b, err)
		}
	})
	for _, c := range []struct {
		name    string
		n       int
		daily   bool
		workers int
	}{
		{"100k-daily-compressed", 100_000, true, 1},
		{"100k-continuous-compressed", 100_000, false, 1},
		{"1M-daily-compressed", 1_000_000, true, 1},
		{"1M-daily-compressed-all-cores", 1_000_000, true, 0},
	} {
		b.Run(c.name, func(b *testing.B) {
			if testing.Short() && c.n > 100_000 {
				b.Skip("a million customers are not for -short")
			}
			rows := btyd.Compress(cdnowLike(c.daily).customers(b, c.n, benchSeed))
			b.ReportMetric(float64(rows.Len()), "rows")
			b.ReportAllocs()
			for b.Loop() {
				_, err := btyd.Fit(b.Context(), btyd.BGNBD, rows, &btyd.FitOptions{Workers: c.workers})
				require.NoError(b, err)
			}
		})
	}
}

// BenchmarkFit fits the other families from compressed rows on one thread.
func BenchmarkFit(b *testing.B) {
	for _, family := range []btyd.Family{btyd.ParetoNBD, btyd.ParetoNBDCorrelated} {
		for _, c := range []struct {
			name string
			rows func(b *testing.B) *btyd.Rows
		}{
			{"cdnow", func(b *testing.B) *btyd.Rows { return btyd.Compress(cdnow(b)) }},
			{"100k-daily", func(b *testing.B) *btyd.Rows {
				return btyd.Compress(cdnowLike(true).customers(b, 100_000, benchSeed))
			}},
			{"100k-continuous", func(b *testing.B) *btyd.Rows {
				return btyd.Compress(cdnowLike(false).customers(b, 100_000, benchSeed))
			}},
			{"1M-daily", func(b *testing.B) *btyd.Rows {
				return btyd.Compress(cdnowLike(true).customers(b, 1_000_000, benchSeed))
			}},
		} {
			b.Run(family.String()+"/"+c.name, func(b *testing.B) {
				if testing.Short() && c.name == "1M-daily" {
					b.Skip("a million customers are not for -short")
				}
				rows := c.rows(b)
				b.ReportMetric(float64(rows.Len()), "rows")
				b.ReportAllocs()
				var report btyd.FitReport
				for b.Loop() {
					m, err := btyd.Fit(b.Context(), family, rows, &btyd.FitOptions{Workers: 1})
					require.NoError(b, err)
					report = m.Report()
				}
				b.ReportMetric(float64(report.Evaluations), "evaluations")
			})
		}
	}
}

// perCustomer reports the time of one element beside that of a run.
func perCustomer(b *testing.B, n int) {
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/customer")
}

// eachSet runs a benchmark on CDNOW and on simulated customers.
func eachSet(b *testing.B, work func(b *testing.B, summaries *scoring.Summaries)) {
	b.Run("cdnow", func(b *testing.B) { work(b, cdnow(b)) })
	b.Run("100k-daily", func(b *testing.B) { work(b, cdnowLike(true).customers(b, 100_000, benchSeed)) })
	b.Run("100k-continuous", func(b *testing.B) { work(b, cdnowLike(false).customers(b, 100_000, benchSeed)) })
	b.Run("1M-daily", func(b *testing.B) {
		if testing.Short() {
			b.Skip("a million customers are not for -short")
		}
		work(b, cdnowLike(true).customers(b, 1_000_000, benchSeed))
	})
}

func BenchmarkCompress(b *testing.B) {
	eachSet(b, func(b *testing.B, summaries *scoring.Summaries) {
		b.ReportAllocs()
		for b.Loop() {
			btyd.Compress(summaries)
		}
		perCustomer(b, summaries.Len())
	})
}

func BenchmarkFitGammaGamma(b *testing.B) {
	eachSet(b, func(b *testing.B, summaries *scoring.Summaries) {
		rows := btyd.CompressSpend(summaries)
		b.ReportMetric(float64(rows.Len()), "rows")
		b.ReportAllocs()
		for b.Loop() {
			_, err := btyd.FitGammaGammaRows(b.Context(), rows, &btyd.FitOptions{Workers: 1})
			require.NoError(b, err)
		}
	})
}

func BenchmarkCompressSpend(b *testing.B) {
	eachSet(b, func(b *testing.B, summaries *scoring.Summaries) {
		b.ReportAllocs()
		for b.Loop() {
			btyd.CompressSpend(summaries)
		}
		perCustomer(b, summaries.Len())
	})
}
