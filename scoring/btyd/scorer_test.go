package btyd_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/scoring"
	"github.com/rapport-crm/rapport/scoring/btyd"
)

func TestScorerAllocatesNothing(t *testing.T) {
	m := mustBGNBD(t, .243, 4.414, .793, 2.426)
	summaries := cdnowLike(true).customers(t, 3000, 31)
	dst, scorer := make([]float64, summaries.Len()), m.NewScorer()
	require.NoError(t, scorer.Expected(dst, summaries, 39))
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

func TestBatchArguments(t *testing.T) {
	m := mustBGNBD(t, .243, 4.414, .793, 2.426)
	summaries := summariesOf(t, []scoring.Summary{{T: 3}, {X: 1, TX: 2, T: 3}})
	var input *btyd.InputError
	require.ErrorAs(t, m.PAliveInto(make([]float64, 1), summaries), &input)
	require.ErrorAs(t, m.ExpectedInto(make([]float64, 2), summaries, math.NaN()), &input)
	require.ErrorAs(t, m.DiscountedInto(make([]float64, 2), summaries, -1, .1), &input)
	require.ErrorIs(t, m.DiscountedInto(make([]float64, 2), summaries, inf, 0), btyd.ErrDiverges)
	daily, err := btyd.NewBGNBD(rapport.Day, 1, 1, 1, 1)
	require.NoError(t, err)
	require.ErrorIs(t, daily.PAliveInto(make([]float64, 2), summaries), btyd.ErrUnitMismatch)
	_, err = daily.ExpectedTotal(t.Context(), summaries, 5, .95)
	require.ErrorIs(t, err, btyd.ErrUnitMismatch)
	_, err = daily.ExpectedCohort(t.Context(), summaries, 5)
	require.ErrorIs(t, err, btyd.ErrUnitMismatch)
}

// The cohort's curve is the sum of the customers' own, each from its start.
func TestExpectedCohort(t *testing.T) {
	m := mustBGNBD(t, .243, 4.414, .793, 2.426)
	summaries := cdnowLike(true).customers(t, 300, 32)
	oldest := 0.0
	for _, s := range summaries.All() {
		oldest = max(oldest, s.T)
	}
	got, err := m.ExpectedCohort(t.Context(), summaries, 150)
	require.NoError(t, err)
	require.Len(t, got, 150)
	for k, total := range got {
		want := 0.0
		for _, s := range summaries.All() {
			want += m.ExpectedNew(max(0, float64(k+1)-(oldest-s.T)))
		}
		within(t, "cohort", total, want, 1e-11)
	}
	_, err = m.ExpectedCohort(t.Context(), summaries, 0)
	var input *btyd.InputError
	require.ErrorAs(t, err, &input)
}

// Simulated futures: the total falls inside its interval about as often as stated,
// and the variance of the behaviour is what the distribution of counts says.
func TestExpectedTotal(t *testing.T) {
	m := mustBGNBD(t, .5, 6, .8, 2.5)
	rows := []scoring.Summary{{X: 2, TX: 10, T: 12}, {T: 9}, {X: 6, TX: 19, T: 20}}
	e, err := m.ExpectedTotal(t.Context(), summariesOf(t, rows), 10, .95)
	require.NoError(t, err)
	mean, variance := 0.0, 0.0
	for _, s := range rows {
		var first, second float64
		for n := range 400 {
			p := m.Probability(s, n, 10)
			first += float64(n) * p
			second += float64(n) * float64(n) * p
		}
		mean += first
		variance += second - first*first
	}
	within(t, "total", e.Value, mean, 1e-10)
	within(t, "standard error", e.SE, math.Sqrt(variance), 1e-8)
	within(t, "upper end", e.High, mean+1.959963984540054*math.Sqrt(variance), 1e-8)

	// With estimated parameters the variance grows by gᵀ C g.
	fitted, err := btyd.FitBGNBD(t.Context(), cdnowLike(true).customers(t, 2000, 33), nil)
	require.NoError(t, err)
	known := mustBGNBD(t, param(t, fitted, "r"), param(t, fitted, "alpha"), param(t, fitted, "a"), param(t, fitted, "b"))
	with, err := fitted.ExpectedTotal(t.Context(), summariesOf(t, rows), 10, .95)
	require.NoError(t, err)
	without, err := known.ExpectedTotal(t.Context(), summariesOf(t, rows), 10, .95)
	require.NoError(t, err)
	covariance, ok := fitted.Covariance()
	require.True(t, ok)
	at := []float64{param(t, fitted, "r"), param(t, fitted, "alpha"), param(t, fitted, "a"), param(t, fitted, "b")}
	total := func(p []float64) float64 {
		moved, sum := mustBGNBD(t, p[0], p[1], p[2], p[3]), 0.0
		for _, s := range rows {
			sum += moved.Expected(s, 10)
		}
		return sum
	}
	gradient := make([]float64, 4)
	for i := range 4 {
		up, down := append([]float64(nil), at...), append([]float64(nil), at...)
		up[i] *= 1 + 1e-5
		down[i] *= 1 - 1e-5
		gradient[i] = (total(up) - total(down)) / (2e-5 * at[i])
	}
	extra := 0.0
	for i := range 4 {
		for j := range 4 {
			extra += gradient[i] * covariance[i][j] * gradient[j]
		}
	}
	require.Positive(t, extra)
	within(t, "variance of the parameters", with.SE*with.SE-without.SE*without.SE, extra, 1e-6)
	_, err = fitted.ExpectedTotal(t.Context(), summariesOf(t, rows), 10, 1)
	require.Error(t, err)
}
