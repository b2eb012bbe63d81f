package btyd_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/scoring/btyd"
)

// BenchmarkEvaluate judges all that Evaluate reports of 20,000 customers.
func BenchmarkEvaluate(b *testing.B) {
	m := mustBGNBD(b, .8, 9, .8, 2.5)
	summaries, _ := heldOut(b, m, 20_000, 40, 30, 3)
	b.ReportAllocs()
	for b.Loop() {
		_, err := btyd.Evaluate(b.Context(), m, summaries, nil)
		require.NoError(b, err)
	}
}

// BenchmarkRegularity reads 20,000 summaries.
func BenchmarkRegularity(b *testing.B) {
	summaries, _ := heldOut(b, mustBGNBD(b, .8, 9, .8, 2.5), 20_000, 40, 30, 3)
	b.ReportAllocs()
	for b.Loop() {
		_, err := btyd.EstimateRegularity(summaries)
		require.NoError(b, err)
	}
}
