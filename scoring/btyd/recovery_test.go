//go:build !race

package btyd_test

// Statistical checks. They share nothing that other tests do not, and take minutes under the race
// detector, which has nothing to find in them.

import (
	"context"
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/scoring"
	"github.com/rapport-crm/rapport/scoring/btyd"
)

// Of customers that age as the model says, the parameters come back, and intervals of
// 1.96 standard errors hold them as often as they claim.
func TestGGompertzRecoversAgeing(t *testing.T) {
	t.Parallel()
	truth := []float64{.8, 8, .08, 1.2, 12}
	m, err := btyd.New(btyd.GGompertzNBD, rapport.Week, truth...)
	require.NoError(t, err)
	const sets = 30
	held := make([]int, len(truth))
	for set := range uint64(sets) {
		fit, err := btyd.Fit(t.Context(), btyd.GGompertzNBD, ageing(t, m, 1500, set), nil)
		require.NoError(t, err)
		require.Empty(t, fit.Report().Boundaries)
		for i, p := range fit.Parameters() {
			// On the scale of the search, the logarithm.
			if math.Abs(math.Log(p.Value/truth[i])) <= 1.96*p.SE/p.Value {
				held[i]++
			}
		}
	}
	t.Log("of", sets, "intervals hold the truth:", held)
	for i, n := range held {
		require.GreaterOrEqual(t, n, 25, "parameter %d", i) // 28.5 are expected; 24 or fewer happen once in a hundred
	}
	rows := ageing(t, m, 8000, 1)
	fit, err := btyd.Fit(t.Context(), btyd.GGompertzNBD, rows, &btyd.FitOptions{Workers: 1})
	require.NoError(t, err)
	require.LessOrEqual(t, fit.Report().Evaluations, 80)
	for i, p := range fit.Parameters() {
		require.InDelta(t, truth[i], p.Value, 3.5*p.SE, p.Name)
		require.Less(t, p.SE, .25*p.Value, p.Name)
	}
	again, err := btyd.Fit(t.Context(), btyd.GGompertzNBD, rows, &btyd.FitOptions{Workers: 3})
	require.NoError(t, err)
	require.Equal(t, fit.Parameters(), again.Parameters(), "workers do not change the result")
	started, err := btyd.Fit(t.Context(), btyd.GGompertzNBD, rows, &btyd.FitOptions{Start: []float64{1, 10, .2, 1, 50}})
	require.NoError(t, err)
	require.InDelta(t, fit.Report().LogLikelihood, started.Report().LogLikelihood, 1e-7)
}

// Two years, three seasons and a price: the estimates lie where their standard errors say.
func TestVaryingRecoversParameters(t *testing.T) {
	t.Parallel()
	names := []string{"season", "price"}
	truth := map[string]float64{"r": 1.5, "alpha": 12, "s": .9, "beta": 20, "trans.season": .8, "trans.price": -.3, "life.season": -.6, "life.price": .4}
	m := mustVarying(t, rapport.Week, []float64{1.5, 12, .9, 20}, names, []float64{.8, -.3}, []float64{-.6, .4})
	calendar := promoted(t, calendarOf(t, names, weeks(130)), 300)
	summaries, visits := varyingLog(t, m, calendar, 2000, 830, 4)
	fitted, err := btyd.FitVarying(t.Context(), summaries, visits, nil)
	require.NoError(t, err)
	far := 0.0
	for _, p := range fitted.Parameters() {
		require.True(t, p.Identified, p.Name)
		z := (p.Value - truth[p.Name]) / p.SE
		t.Logf("%-13s %8.4f ± %.4f, truth %v: %.2f", p.Name, p.Value, p.SE, truth[p.Name], z)
		require.Less(t, math.Abs(z), 4.0, p.Name) // days merge purchases: a small bias
		far += z * z
	}
	require.Less(t, far, 8+4*4.0) // χ² with 8 degrees of freedom
	require.True(t, fitted.Report().Converged)
	require.Less(t, fitted.Report().MaxGradient, 1e-6)
	test, err := fitted.Compare(mustFit(t, btyd.ParetoNBD, summaries))
	require.NoError(t, err)
	require.Equal(t, 4, test.DF)
	require.Less(t, test.PValue, 1e-6)
	// The sum over single customers is the likelihood that was maximised.
	values := make([]float64, summaries.Len())
	require.NoError(t, fitted.LogLikelihoodInto(values, summaries, visits))
	total := 0.0
	for _, v := range values {
		total += v
	}
	within(t, "log-likelihood", total, fitted.Report().LogLikelihood, 1e-12)
	// Shrunk effects are smaller, and one on both processes is one parameter.
	shrunk, err := btyd.FitVarying(t.Context(), summaries, visits, &btyd.CovariateOptions{PurchaseL2: 1, LifeL2: 1})
	require.NoError(t, err)
	for i, p := range shrunk.Parameters()[4:] {
		require.Less(t, math.Abs(p.Value), math.Abs(fitted.Parameters()[4+i].Value))
	}
	equal, err := btyd.FitVarying(t.Context(), summaries, visits, &btyd.CovariateOptions{Equal: []string{"price"}, Life: []string{"price"}})
	require.NoError(t, err)
	require.Equal(t, "both.price", equal.Parameters()[5].Name)
	require.Less(t, equal.Report().LogLikelihood, fitted.Report().LogLikelihood)
}

// Customers of a family choose it among all.
func TestChoiceFindsTheFamily(t *testing.T) {
	t.Parallel()
	for _, family := range btyd.Families() {
		params, ok := truths()[family.String()]
		if !ok {
			continue
		}
		t.Run(family.String(), func(t *testing.T) {
			m, err := btyd.New(family, rapport.Week, params...)
			require.NoError(t, err)
			choice, err := btyd.Choose(t.Context(), drawn(t, m, 2500, 5), nil)
			require.NoError(t, err)
			for _, c := range choice.Candidates {
				t.Logf("%+v", c)
			}
			require.Equal(t, family.String(), choice.Name)
			require.Equal(t, family, choice.Model.Family())
			require.Equal(t, btyd.ByBIC, choice.Criterion)
			require.GreaterOrEqual(t, len(choice.Candidates), 7)
			sumAIC, sumBIC := 0.0, 0.0
			for _, c := range choice.Candidates {
				report := c.Model.Report()
				require.Equal(t, report.BIC(), c.BIC)
				require.Equal(t, report.AIC(), c.AIC)
				require.Zero(t, c.MAE, "no hold-out")
				sumAIC, sumBIC = sumAIC+c.AICWeight, sumBIC+c.BICWeight
			}
			require.InDelta(t, 1, sumAIC, 1e-12)
			require.InDelta(t, 1, sumBIC, 1e-12)
		})
	}
}

// The k and the parameters of simulated customers are found again.
func TestRegularityIsFound(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		atOnce bool
		family func(k int) btyd.Family
		fit    func(ctx context.Context, summaries *scoring.Summaries, options *btyd.FitOptions) (*btyd.Model, error)
	}{{false, btyd.BGCNBD, btyd.FitBGCNBD}, {true, btyd.MBGCNBD, btyd.FitMBGCNBD}} {
		for _, k := range []int{1, 3} {
			shop := simulation{r: .8, alpha: 4, a: .8, b: 2.5, k: k, atOnce: c.atOnce, youngest: 20, oldest: 104, p: 6, q: 4, v: 15}
			summaries := shop.customers(t, 4000, 31)
			m, err := c.fit(t.Context(), summaries, nil)
			require.NoError(t, err)
			require.Equal(t, c.family(k), m.Family())
			require.Equal(t, k, m.Family().Regularity())
			require.Empty(t, m.Report().Boundaries)
			for i, want := range []float64{shop.r, shop.alpha, shop.a, shop.b} {
				p := m.Parameters()[i]
				require.InDelta(t, want, p.Value, 4*p.SE, "%s of %s", p.Name, m.Name())
			}
			profile := m.Report().Profile
			require.Len(t, profile, 12)
			for i, value := range profile {
				require.LessOrEqual(t, value, profile[k-1])
				fixed, err := btyd.Fit(t.Context(), c.family(i+1), btyd.Compress(summaries), nil)
				require.NoError(t, err)
				require.Equal(t, value, fixed.Report().LogLikelihood)
				require.Empty(t, fixed.Report().Profile)
			}
		}
	}
}
