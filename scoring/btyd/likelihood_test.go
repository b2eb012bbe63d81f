package btyd_test

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/scoring"
	"github.com/rapport-crm/rapport/scoring/btyd"
)

// sumLogLikelihood adds up what LogLikelihood says of each customer.
func sumLogLikelihood(tb testing.TB, summaries *scoring.Summaries, logs []float64) float64 {
	m := mustBGNBD(tb, math.Exp(logs[0]), math.Exp(logs[1]), math.Exp(logs[2]), math.Exp(logs[3]))
	sum := 0.0
	for _, s := range summaries.All() {
		sum += m.LogLikelihood(s)
	}
	return sum
}

// points are places in the logarithms of r, α, a, b, near and far from a maximum.
func points() [][]float64 {
	return [][]float64{
		{-1.4, 1.5, -.2, .9}, {0, 4, 0, 0}, {-3, -2, 1, -2}, {2, 6, -4, 3}, {4, 8, 5, 7}, {-.5, 2, -9, -1},
	}
}

// The split likelihood is the sum of the customers' own.
func TestLikelihoodIsSumOverCustomers(t *testing.T) {
	summaries := cdnowLike(true).customers(t, 3000, 7)
	rows := btyd.Compress(summaries)
	for _, at := range points() {
		got, _, _ := btyd.EvaluateBGNBD(rows, at, 1)
		want := sumLogLikelihood(t, summaries, at)
		within(t, "log-likelihood", got, want, 1e-12)
	}
}

// Central differences of values have errors of about 1e-16/h + h², of gradients
// likewise: 1e-5 leaves eight digits of the scale of the derivative.
func TestGradientAndHessianAgainstDifferences(t *testing.T) {
	rows := btyd.Compress(cdnowLike(true).customers(t, 400, 8))
	const h = 1e-5
	for _, at := range points() {
		_, gradient, hessian := btyd.EvaluateBGNBD(rows, at, 1)
		size := 1.0
		for _, v := range hessian {
			size = max(size, math.Abs(v))
		}
		for i := range 4 {
			up, down := append([]float64(nil), at...), append([]float64(nil), at...)
			up[i] += h
			down[i] -= h
			vUp, gUp, _ := btyd.EvaluateBGNBD(rows, up, 1)
			vDown, gDown, _ := btyd.EvaluateBGNBD(rows, down, 1)
			require.InDelta(t, (vUp-vDown)/(2*h), gradient[i], 1e-6*size, "gradient %d at %v", i, at)
			for j := range 4 {
				require.InDelta(t, (gUp[j]-gDown[j])/(2*h), hessian[i*4+j], 1e-7*size, "hessian %d, %d at %v", i, j, at)
			}
		}
	}
}

// The same bits for any number of workers, values as well as fits.
func TestWorkersDoNotChangeTheAnswer(t *testing.T) {
	rows := btyd.Compress(cdnowLike(false).customers(t, 120_000, 9))
	one, g1, h1 := btyd.EvaluateBGNBD(rows, points()[0], 1)
	for _, workers := range []int{2, 3, 7, 0} {
		value, g, h := btyd.EvaluateBGNBD(rows, points()[0], workers)
		require.Equal(t, one, value, "workers %d", workers)
		require.Empty(t, cmp.Diff(g1, g), "workers %d", workers)
		require.Empty(t, cmp.Diff(h1, h), "workers %d", workers)
	}
	first, err := btyd.Fit(t.Context(), btyd.BGNBD, rows, &btyd.FitOptions{Workers: 1})
	require.NoError(t, err)
	second, err := btyd.Fit(t.Context(), btyd.BGNBD, rows, &btyd.FitOptions{Workers: 5})
	require.NoError(t, err)
	require.Equal(t, first.Parameters(), second.Parameters())
	require.Empty(t, cmp.Diff(first.Report(), second.Report()))
	require.Empty(t, cmp.Diff(first.Parameters(), second.Parameters()))
}

func TestCompressMergesEqualRows(t *testing.T) {
	day := 1. / 7
	rows := btyd.Compress(summariesOf(t, []scoring.Summary{
		{X: 2, TX: 3 * day, T: 9 * day}, {X: 0, T: 9 * day}, {X: 2, TX: 3 * day, T: 9 * day},
		{X: 1, TX: 3 * day, T: 9 * day}, {X: 2, TX: 3 * day, T: 8 * day}, {X: 0, T: 4 * day},
	}))
	require.Equal(t, 3, rows.Len())
	require.Equal(t, 6, rows.Customers())
}

// A fit from the compressed rows is the fit from the summaries; more customers than
// the index starts with make it grow.
func TestFitFromRowsIsFitFromSummaries(t *testing.T) {
	summaries := cdnowLike(false).customers(t, 5000, 10)
	a, err := btyd.FitBGNBD(t.Context(), summaries, nil)
	require.NoError(t, err)
	b, err := btyd.Fit(t.Context(), btyd.BGNBD, btyd.Compress(summaries), nil)
	require.NoError(t, err)
	require.Equal(t, a.Parameters(), b.Parameters())
}
