package btyd_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/scoring"
)

func TestParetoNBDBatchesEqualSingles(t *testing.T) {
	for _, p := range [][4]float64{
		{.553, 10.58, .606, 11.67}, {2, .01, 1, .1}, {.05, 800, 30, 500}, {1, 10, 0, 1}, {.5, 40, 2e6, 3e8}, {.3, 5, .002, 1e9}, {4, 30, .01, 1e-20},
	} {
		m := mustParetoNBD(t, p[0], p[1], p[2], p[3])
		scorer := m.NewScorer()
		// The tables of the shorter history must not spoil the longer one, nor the reverse.
		long := cdnowLike(false)
		long.oldest = 3000
		for i, summaries := range []*scoring.Summaries{cdnowLike(false).customers(t, 5000, 30), long.customers(t, 3000, 32), cdnowLike(true).customers(t, 2000, 33)} {
			n := summaries.Len()
			alive, expected := make([]float64, n), make([]float64, n)
			require.NoError(t, scorer.PAlive(alive, summaries))
			require.NoError(t, scorer.Expected(expected, summaries, 39))
			e1, e2 := tally{name: "P(alive)"}, tally{name: "expected"}
			for i := range n {
				id, s := summaries.At(i)
				e1.add(alive[i], m.PAlive(s), string(id))
				e2.add(expected[i], m.Expected(s, 39), string(id))
			}
			t.Log(p, i)
			e1.check(t, 1e-12)
			e2.check(t, 1e-12)
		}
	}
}

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

func BenchmarkScoreParetoNBD(b *testing.B) {
	m := mustParetoNBD(b, .553, 10.58, .606, 11.67)
	eachSet(b, func(b *testing.B, summaries *scoring.Summaries) {
		dst := make([]float64, summaries.Len())
		scorer := m.NewScorer()
		require.NoError(b, scorer.Expected(dst, summaries, 39)) // makes room for the tables
		b.ReportAllocs()
		for b.Loop() {
			if err := scorer.Expected(dst, summaries, 39); err != nil { // P(alive) times expectation
				b.Fatal(err)
			}
		}
		perCustomer(b, summaries.Len())
	})
}
