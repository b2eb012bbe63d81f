package btyd_test

import (
	"context"
	"encoding/json"
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/scoring"
	"github.com/rapport-crm/rapport/scoring/btyd"
)

// The result is where the posterior density of the logarithms is largest: any step
// away from it lowers likelihood and prior together.
func TestFitWithPriorsIsTheirMaximum(t *testing.T) {
	summaries := cdnowLike(true).customers(t, 300, 61)
	priors := []btyd.Prior{btyd.LogNormalPrior("a", 2, .3), btyd.GammaPrior("alpha", 40, 4)}
	m, err := btyd.FitBGNBD(t.Context(), summaries, &btyd.FitOptions{Priors: priors})
	require.NoError(t, err)
	posterior := func(m *btyd.Model) float64 {
		a, alpha := param(t, m, "a"), param(t, m, "alpha")
		sum := 0.0
		for _, s := range summaries.All() {
			sum += m.LogLikelihood(s)
		}
		z := math.Log(a/2) / .3
		lg, _ := math.Lgamma(40)
		return sum - z*z/2 - math.Log(.3*math.Sqrt(2*math.Pi)) + 40*math.Log(4*alpha) - 4*alpha - lg
	}
	best := posterior(m)
	require.InDelta(t, best, m.Report().LogLikelihood+m.Report().LogPrior, 1e-9)
	for i, p := range m.Parameters() {
		for _, factor := range []float64{.99, 1.01} {
			values := []float64{param(t, m, "r"), param(t, m, "alpha"), param(t, m, "a"), param(t, m, "b")}
			values[i] *= factor
			require.Less(t, posterior(mustBGNBD(t, values[0], values[1], values[2], values[3])), best, p.Name)
		}
	}
	plain, err := btyd.FitBGNBD(t.Context(), summaries, nil)
	require.NoError(t, err)
	require.Zero(t, plain.Report().LogPrior)
	require.Greater(t, plain.Report().LogLikelihood, m.Report().LogLikelihood)
	wide, err := btyd.FitBGNBD(t.Context(), summaries, &btyd.FitOptions{Priors: []btyd.Prior{btyd.LogNormalPrior("r", 1, 50)}})
	require.NoError(t, err)
	within(t, "r with a wide prior", param(t, wide, "r"), param(t, plain, "r"), 1e-4)
	text, err := json.Marshal(m)
	require.NoError(t, err)
	var back btyd.Model
	require.NoError(t, json.Unmarshal(text, &back))
	require.Equal(t, m, &back)
	_, err = btyd.CompareNested(mustFit(t, btyd.NBD, summaries), m)
	var input *btyd.InputError
	require.ErrorAs(t, err, &input, "a likelihood-ratio test with priors")
}

func mustFit(t *testing.T, f btyd.Family, summaries *scoring.Summaries) *btyd.Model {
	t.Helper()
	m, err := btyd.Fit(t.Context(), f, btyd.Compress(summaries), nil)
	require.NoError(t, err)
	return m
}

// Where the data show no dropout a prior keeps the fit off the boundary.
func TestPriorKeepsOffTheBoundary(t *testing.T) {
	var rows []scoring.Summary
	for i := range 200 {
		rows = append(rows, scoring.Summary{X: 1 + i%5, TX: 20 + float64(i%7), T: 20 + float64(i%7)})
	}
	plain, err := btyd.FitBGNBD(t.Context(), summariesOf(t, rows), nil)
	require.NoError(t, err)
	require.Contains(t, plain.Report().Boundaries, btyd.BoundaryNoDropout)
	m, err := btyd.FitBGNBD(t.Context(), summariesOf(t, rows), &btyd.FitOptions{Priors: []btyd.Prior{
		btyd.LogNormalPrior("a", 1, 1), btyd.LogNormalPrior("b", 5, 1), btyd.LogNormalPrior("r", 1, 1),
	}})
	require.NoError(t, err)
	require.Empty(t, m.Report().Boundaries)
	require.Positive(t, param(t, m, "a"))
	usable(t, m)
}

func TestPriorArguments(t *testing.T) {
	summaries := cdnowLike(true).customers(t, 300, 62)
	for _, priors := range [][]btyd.Prior{
		{{}}, {btyd.LogNormalPrior("s", 1, 1)}, {btyd.LogNormalPrior("r", 0, 1)}, {btyd.LogNormalPrior("r", 1, -1)}, {btyd.GammaPrior("r", math.NaN(), 1)},
		{btyd.GammaPrior("r", 1, inf)}, {btyd.GammaPrior("r", 1, 1), btyd.LogNormalPrior("r", 1, 1)},
	} {
		_, err := btyd.FitBGNBD(t.Context(), summaries, &btyd.FitOptions{Priors: priors})
		var input *btyd.InputError
		require.ErrorAs(t, err, &input, "%+v", priors)
	}
}

func TestCompareNested(t *testing.T) {
	summaries := cdnow(t)
	nbd, bg := mustFit(t, btyd.NBD, summaries), mustFit(t, btyd.BGNBD, summaries)
	test, err := btyd.CompareNested(nbd, bg)
	require.NoError(t, err)
	t.Logf("%+v", test)
	require.Equal(t, 2*(bg.Report().LogLikelihood-nbd.Report().LogLikelihood), test.Statistic)
	require.Equal(t, 2, test.DF)
	require.True(t, test.AtBoundary)
	require.Less(t, test.PValue, 1e-10)
	pareto, gompertz := mustFit(t, btyd.ParetoNBD, summaries), mustFit(t, btyd.GGompertzNBD, summaries)
	test, err = btyd.CompareNested(pareto, gompertz)
	require.NoError(t, err)
	require.Equal(t, 1, test.DF)
	require.True(t, test.AtBoundary)
	for _, pair := range [][2]*btyd.Model{{pareto, bg}, {bg, nbd}, {bg, bg}, {nbd, mustFit(t, btyd.BGNBD, cdnowLike(true).customers(t, 300, 63))}} {
		_, err = btyd.CompareNested(pair[0], pair[1])
		require.ErrorIs(t, err, btyd.ErrNotNested)
	}
	_, err = btyd.CompareNested(nil, bg)
	var input *btyd.InputError
	require.ErrorAs(t, err, &input)
}

// A fit that is cut off returns the best point so far, and says that it was.
func TestCancelledFitReturnsItsBestPoint(t *testing.T) {
	rows := btyd.Compress(cdnowLike(true).customers(t, 3000, 64))
	want, err := btyd.Fit(t.Context(), btyd.BGNBD, rows, nil)
	require.NoError(t, err)
	last := math.Inf(-1)
	for after := range 9 {
		ctx := &countdown{Context: t.Context(), left: after}
		m, err := btyd.Fit(ctx, btyd.BGNBD, rows, &btyd.FitOptions{Workers: 1})
		if err == nil {
			break
		}
		require.ErrorIs(t, err, context.Canceled)
		var fit *btyd.FitError
		require.ErrorAs(t, err, &fit)
		if after == 0 {
			require.Nil(t, m)
			continue
		}
		require.False(t, m.Report().Converged)
		require.GreaterOrEqual(t, m.Report().LogLikelihood, last)
		require.LessOrEqual(t, m.Report().LogLikelihood, want.Report().LogLikelihood+1e-9)
		last = m.Report().LogLikelihood
		usable(t, m)
	}
	require.InDelta(t, want.Report().LogLikelihood, last, 1)
}

// countdown is cancelled when it has been asked so many times.
type countdown struct {
	context.Context
	left int
}

func (c *countdown) Err() error {
	if c.left == 0 {
		return context.Canceled
	}
	c.left--
	return nil
}
