package btyd_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/scoring/btyd"
)

// Two chains of 500 + 2500 steps on the CDNOW sample, and what follows of its
// customers over 39 weeks.
func BenchmarkSampleParetoNBD(b *testing.B) {
	summaries := cdnow(b)
	options := &btyd.BayesOptions{Chains: 2, Draws: 2500}
	b.Run("cdnow", func(b *testing.B) {
		b.ReportAllocs()
		least := 0.0
		for b.Loop() {
			p, err := btyd.SampleParetoNBD(b.Context(), summaries, 1, options)
			require.NoError(b, err)
			least = p.Summary()[0].BulkESS
			for _, s := range p.Summary() {
				least = min(least, s.BulkESS, s.TailESS)
			}
		}
		b.ReportMetric(least, "least-ESS")
	})
	b.Run("cdnow-customers", func(b *testing.B) {
		p, err := btyd.SampleParetoNBD(b.Context(), summaries, 1, options)
		require.NoError(b, err)
		b.ReportAllocs()
		for b.Loop() {
			_, err := p.Customers(b.Context(), summaries, 39, 0.9)
			require.NoError(b, err)
		}
		perCustomer(b, summaries.Len())
	})
}
