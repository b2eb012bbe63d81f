package btyd_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/scoring"
	"github.com/rapport-crm/rapport/scoring/btyd"
)

// simpson integrates over the logarithm.
func simpson(low, high float64, f func(v float64) float64) float64 {
	const n = 4000
	a, b := math.Log(low), math.Log(high)
	h, sum := (b-a)/n, 0.0
	for i := range n + 1 {
		v := math.Exp(a + h*float64(i))
		w := 4.0 - 2*float64((i+1)%2)
		if i == 0 || i == n {
			w = 1
		}
		sum += w * v * f(v)
	}
	return sum * h / 3
}

func TestDistributionsOfSpend(t *testing.T) {
	for _, p := range [][3]float64{{6.25, 3.74, 15.44}, {3.1, 5.65, 56.5}, {.5, 1.4, 2}, {900, 30, .1}, {40, 2000, 300}} {
		g := mustGammaGamma(t, p[0], p[1], p[2])
		for _, s := range []scoring.Summary{{}, {X: 1, Spend: 10}, {X: 12, Spend: 60}} {
			d, err := g.Posterior(s)
			require.NoError(t, err)
			want, err := g.ExpectedSpend(s)
			require.NoError(t, err)
			mean, err := d.Mean()
			require.NoError(t, err)
			within(t, "mean", mean, want, 1e-12)
			low, err := d.Quantile(1e-9)
			require.NoError(t, err)
			high, err := d.Quantile(1 - 1e-9)
			require.NoError(t, err)
			within(t, "mass", simpson(low, high, d.Density), 1, 1e-8)
			if p[1] > 3 {
				within(t, "first moment", simpson(low, high, func(v float64) float64 { return v * d.Density(v) }), mean, 1e-4)
			}
			for _, prob := range []float64{1e-9, .05, .5, .95} {
				q, err := d.Quantile(prob)
				require.NoError(t, err)
				within(t, "quantile", d.CDF(q), prob, 1e-10+1e-16/prob)
				within(t, "integral", simpson(low, q, d.Density), prob-1e-9, 1e-7+1e-9/prob)
			}
			l, h, err := d.Interval(.9)
			require.NoError(t, err)
			within(t, "interval", d.CDF(h)-d.CDF(l), .9, 1e-10)
		}
		for _, x := range []int{1, 7} {
			for _, m := range []float64{3, 30, 200} {
				within(t, "marginal", simpson(1e-9*m, m, func(v float64) float64 { return g.MeanDensity(x, v) }), g.MeanCDF(x, m), 1e-2)
				h := 1e-5 * m
				if c := g.MeanCDF(x, m); c > 1e-10 && c < 1-1e-6 {
					within(t, "slope", (g.MeanCDF(x, m+h)-g.MeanCDF(x, m-h))/(2*h), g.MeanDensity(x, m), 1e-5)
				}
			}
		}
	}
}

// At the boundaries, where parameters are huge, the distributions are those of the limit.
func TestDistributionsOfSpendAtTheBoundaries(t *testing.T) {
	near := mustGammaGamma(t, 6, 1e9, 3e9)
	far := mustGammaGamma(t, 6, 1e19, 3e19)
	within(t, "homogeneous", far.MeanCDF(2, 15), near.MeanCDF(2, 15), 1e-6)
	near, far = mustGammaGamma(t, 1e9, 4, 3e-8), mustGammaGamma(t, 1e19, 4, 3e-18)
	within(t, "constant", far.MeanCDF(2, 15), near.MeanCDF(2, 15), 1e-6)
	both := mustGammaGamma(t, 1e16, 1e16, 20)
	within(t, "narrow", both.MeanCDF(1, 20), .5, 1e-6)
	within(t, "narrow", both.MeanCDF(1, 20*(1+1e-8*math.Sqrt2)), .8413447461, 1e-4)
	d, err := far.Posterior(scoring.Summary{X: 2, TX: 1, T: 2, Spend: 20})
	require.NoError(t, err)
	low, high, err := d.Interval(.9)
	require.NoError(t, err)
	within(t, "known exactly", low, high, 1e-8)
}

func TestPopulationMean(t *testing.T) {
	summaries := cdnowLike(true).customers(t, 4000, 63)
	g, err := btyd.FitGammaGamma(t.Context(), summaries, nil)
	require.NoError(t, err)
	mean, se, err := g.PopulationMean()
	require.NoError(t, err)
	p := g.Params()
	within(t, "mean", mean, p.P*p.V/(p.Q-1), 1e-15)
	require.InDelta(t, 6.25*15.44/2.74, mean, 4*se)
	require.Greater(t, se, .1)
	require.Less(t, se, 2.0)
	mean, se, err = mustGammaGamma(t, 6, 3, 15).PopulationMean()
	require.NoError(t, err)
	require.Equal(t, []float64{45, 0}, []float64{mean, se})
	_, _, err = mustGammaGamma(t, 6, 1, 15).PopulationMean()
	require.ErrorIs(t, err, btyd.ErrInfiniteMean)
	// Mean spends that hardly differ have a mean that is known as well.
	_, rows := narrowRows(t, 3000, 0, 1e-4)
	g, err = btyd.FitGammaGammaRows(t.Context(), rows, nil)
	require.NoError(t, err)
	mean, se, err = g.PopulationMean()
	require.NoError(t, err)
	require.InDelta(t, 20, mean, 5*se)
	within(t, "se", se, 20e-4/math.Sqrt(3000*3.5), .05)
}

func TestSimulatedPurchasesFollowTheModel(t *testing.T) {
	g := mustGammaGamma(t, 6.25, 3.74, 15.44)
	random := rand.New(rand.NewPCG(64, 0))
	s := scoring.Summary{X: 3, TX: 1, T: 2, Spend: 50}
	d, err := g.Posterior(s)
	require.NoError(t, err)
	const n, purchases = 20000, 4
	amounts := make([]float64, purchases)
	sum, below, population := 0.0, 0, 0
	for range n {
		require.NoError(t, g.SimulatePurchases(random, s, amounts))
		sum += amounts[0]
		require.NoError(t, g.SimulatePurchases(random, scoring.Summary{}, amounts))
		mean := 0.0
		for _, a := range amounts {
			mean += a / purchases
		}
		if mean <= 30 {
			population++
		}
		if amounts[0] < 30 {
			below++
		}
	}
	mean, err := d.Mean()
	require.NoError(t, err)
	within(t, "mean", sum/n, mean, .02)
	require.InDelta(t, g.MeanCDF(purchases, 30), float64(population)/n, .015)
	require.InDelta(t, g.MeanCDF(1, 30), float64(below)/n, .015)
	again := make([]float64, purchases)
	require.NoError(t, g.SimulatePurchases(rand.New(rand.NewPCG(1, 1)), s, amounts))
	require.NoError(t, g.SimulatePurchases(rand.New(rand.NewPCG(1, 1)), s, again))
	require.Equal(t, amounts, again)
}

func TestDistributionsOutsideTheDomain(t *testing.T) {
	g := mustGammaGamma(t, .1, .85, 10)
	var input *btyd.InputError
	for _, s := range []scoring.Summary{{X: -1}, {X: 1, TX: 1, T: 2, Spend: math.NaN()}, {X: 5, TX: 1, T: 2, Spend: 1e308}} {
		_, err := g.Posterior(s)
		require.ErrorAs(t, err, &input)
		require.ErrorAs(t, g.SimulatePurchases(rand.New(rand.NewPCG(1, 1)), s, nil), &input)
	}
	d, err := g.Posterior(scoring.Summary{})
	require.NoError(t, err)
	_, err = d.Mean()
	require.ErrorIs(t, err, btyd.ErrInfiniteMean)
	for _, p := range []float64{0, 1, -1, math.NaN()} {
		_, err := d.Quantile(p)
		require.ErrorAs(t, err, &input)
		_, _, err = d.Interval(p)
		require.ErrorAs(t, err, &input)
	}
	require.Zero(t, d.Density(-1)+d.Density(0)+d.CDF(0)+d.Density(inf)+d.Density(math.NaN())+g.MeanCDF(0, 1)+g.MeanCDF(1, -1)+g.MeanDensity(1, 0)+g.MeanCDF(1, math.NaN()))
	require.Equal(t, 1.0, g.MeanCDF(1, inf))
	d, err = mustGammaGamma(t, 1, 1e-4, 1).Posterior(scoring.Summary{})
	require.NoError(t, err)
	_, err = d.Quantile(.9)
	require.ErrorAs(t, err, &input, "beyond float64")
	var none *btyd.GammaGamma
	_, err = none.Posterior(scoring.Summary{})
	require.ErrorAs(t, err, &input)
	_, _, err = none.PopulationMean()
	require.ErrorAs(t, err, &input)
	require.ErrorAs(t, none.SimulatePurchases(rand.New(rand.NewPCG(1, 1)), scoring.Summary{}, nil), &input)
	require.Zero(t, none.MeanCDF(1, 1)+none.MeanDensity(1, 1))
	var zero btyd.SpendDistribution
	_, err = zero.Mean()
	require.ErrorAs(t, err, &input)
	_, err = zero.Quantile(.5)
	require.ErrorAs(t, err, &input)
	require.Zero(t, zero.CDF(3)+zero.Density(3))
}

func TestGammaGammaAgainstHighPrecision(t *testing.T) {
	var file struct {
		Rows [][10]float64 `json:"rows"`
	}
	readJSON(t, "testdata/gammagamma_truth.json", &file)
	require.Len(t, file.Rows, 40)
	all := tally{name: "gamma-gamma"}
	for _, c := range file.Rows {
		g := mustGammaGamma(t, c[0], c[1], c[2])
		s := scoring.Summary{X: int(c[3]), Spend: c[4]}
		d, err := g.Posterior(s)
		require.NoError(t, err)
		where := fmt.Sprintf("%v", c)
		all.add(g.LogLikelihood(s), c[6], where+" log-likelihood")
		all.add(g.MeanCDF(s.X, s.Spend), c[7], where+" mean CDF")
		all.add(d.CDF(c[5]), c[8], where+" posterior CDF")
		all.add(d.Density(c[5]), c[9], where+" posterior density")
	}
	all.check(t, 1e-11)
}
