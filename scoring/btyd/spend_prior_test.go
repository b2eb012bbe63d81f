package btyd_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/scoring/btyd"
)

// With priors the fit ends where likelihood and prior together are flat, in both
// coordinate systems and with covariates; wide priors hardly move it, narrow ones hold it.
func TestSpendPriors(t *testing.T) {
	wide := btyd.CompressSpend(cdnowLike(true).customers(t, 1500, 81))
	_, narrow := narrowRows(t, 200, 2, 1e-3)
	for name, c := range map[string]struct {
		rows    *btyd.SpendRows
		medians [3]float64
	}{"wide": {wide, [3]float64{4, 5, 20}}, "narrow": {narrow, [3]float64{2e6, 5e5, 5}}} {
		plain, err := btyd.FitGammaGammaRows(t.Context(), c.rows, nil)
		require.NoError(t, err)
		var before btyd.GammaGammaParams
		for i, sigma := range []float64{1e4, .3, 1e-4} {
			priors := []btyd.Prior{btyd.LogNormalPrior("p", c.medians[0], sigma), btyd.LogNormalPrior("q", c.medians[1], sigma), btyd.LogNormalPrior("v", c.medians[2], sigma)}
			g, err := btyd.FitGammaGammaRows(t.Context(), c.rows, &btyd.FitOptions{Priors: priors})
			require.NoError(t, err, "%s %v", name, sigma)
			p, report := g.Params(), g.Report()
			require.Less(t, report.MaxGradient, 1e-4)
			want := 0.0
			for k, v := range []float64{p.P, p.Q, p.V} {
				z := math.Log(v/c.medians[k]) / sigma
				want += -z*z/2 - math.Log(sigma*math.Sqrt(2*math.Pi))
			}
			within(t, name+" prior", report.LogPrior, want, 1e-9)
			require.LessOrEqual(t, report.LogLikelihood, plain.Report().LogLikelihood+1e-9)
			switch i {
			case 0:
				within(t, name+" p", p.P, plain.Params().P, 1e-3)
			case 1:
				require.NotEqual(t, before, p)
			case 2:
				within(t, name+" q", p.Q, c.medians[1], 1e-2)
				require.Less(t, g.Parameters()[1].SE, 2e-4*p.Q)
			}
			before = p
		}
	}
	// What runs to a boundary without priors does not with them.
	_, boundary := narrowRows(t, 3000, 0, .2)
	g, err := btyd.FitGammaGammaRows(t.Context(), boundary, nil)
	require.NoError(t, err)
	require.Equal(t, []btyd.Boundary{btyd.BoundaryHomogeneousSpend}, g.Report().Boundaries)
	g, err = btyd.FitGammaGammaRows(t.Context(), boundary, &btyd.FitOptions{Priors: []btyd.Prior{btyd.GammaPrior("q", 2, .01)}})
	require.NoError(t, err)
	require.Empty(t, g.Report().Boundaries)
	require.True(t, g.Parameters()[1].Identified)
	require.Equal(t, 3, g.Report().Parameters)

	_, err = btyd.FitGammaGammaRows(t.Context(), wide, &btyd.FitOptions{Priors: []btyd.Prior{btyd.GammaPrior("alpha", 2, 1)}})
	var input *btyd.InputError
	require.ErrorAs(t, err, &input)

	summaries, covariates := spendersWith(t, 500, 82, false, [2]float64{.5, -.2})
	free, err := btyd.FitSpendCovariates(t.Context(), summaries, covariates, nil)
	require.NoError(t, err)
	held, err := btyd.FitSpendCovariates(t.Context(), summaries, covariates, &btyd.SpendCovariateOptions{FitOptions: btyd.FitOptions{Priors: []btyd.Prior{btyd.LogNormalPrior("q", 9, 1e-3)}}})
	require.NoError(t, err)
	within(t, "q", held.Parameters()[1].Value, 9, .02)
	require.InDelta(t, free.Parameters()[3].Value, held.Parameters()[3].Value, free.Parameters()[3].SE)
}
