package btyd_test

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestParetoNBDScorerAllocatesNothing(t *testing.T) {
	m := mustParetoNBD(t, .553, 10.58, .606, 11.67)
	summaries := cdnowLike(true).customers(t, 3000, 31)
	dst, scorer := make([]float64, summaries.Len()), m.NewScorer()
	require.NoError(t, scorer.Discounted(dst, summaries, 52, .002))
	for name, run := range map[string]func() error{
		"PAlive":     func() error { return scorer.PAlive(dst, summaries) },
		"Expected":   func() error { return scorer.Expected(dst, summaries, 39) },
		"Discounted": func() error { return scorer.Discounted(dst, summaries, 52, .002) },
	} {
		require.Zero(t, testing.AllocsPerRun(5, func() {
			if err := run(); err != nil {
				t.Error(err)
			}
		}), name)
	}
}
