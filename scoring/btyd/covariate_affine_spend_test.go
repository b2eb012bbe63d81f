package btyd_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/scoring"
	"github.com/rapport-crm/rapport/scoring/btyd"
)

// affineOf are the covariates of all customers with another unit and zero.
func affineOf(t *testing.T, s *scoring.Summaries, c *btyd.Covariates, scale, shift float64) *btyd.Covariates {
	t.Helper()
	var rows [][]float64
	for _, id := range s.IDs() {
		z, ok := c.Lookup(id)
		require.True(t, ok)
		for k := range z {
			z[k] = z[k]*scale + shift
		}
		rows = append(rows, z)
	}
	moved, err := btyd.NewCovariates(c.Names(), s.IDs(), rows)
	require.NoError(t, err)
	return moved
}

// squeezed draws the mean spends to the middle, so that they hardly differ.
func squeezed(t *testing.T, s *scoring.Summaries, power float64) *scoring.Summaries {
	t.Helper()
	var rows []scoring.Summary
	for i := range s.Len() {
		_, one := s.At(i)
		if one.Spend > 0 {
			one.Spend = math.Pow(one.Spend, power)
		}
		rows = append(rows, one)
	}
	out, err := scoring.NewSummaries(rapport.Week, s.IDs(), rows)
	require.NoError(t, err)
	return out
}

// Spend by covariates is the same wherever their zero is, shrunk or not, also where means
// hardly differ; and priors are of customers at 0.
func TestSpendCovariatesAreAffine(t *testing.T) {
	t.Parallel()
	wide, c := spendersWith(t, 500, 77, true, [2]float64{.5, -.2})
	for name, s := range map[string]*scoring.Summaries{"wide": wide, "narrow": squeezed(t, wide, .004)} {
		spread := 1.
		if name == "narrow" {
			spread = .004
		}
		for _, l2 := range []float64{0, .01 / (spread * spread)} {
			want, err := btyd.FitSpendCovariates(t.Context(), s, c, &btyd.SpendCovariateOptions{L2: l2})
			require.NoError(t, err, name)
			for _, a := range [][2]float64{{1, 60}, {1e-6, 1e-4}, {1e5, -3e7}, {-1, 2}} {
				moved := affineOf(t, s, c, a[0], a[1])
				m, err := btyd.FitSpendCovariates(t.Context(), s, moved, &btyd.SpendCovariateOptions{L2: l2 * a[0] * a[0]})
				require.NoError(t, err, "%s %v", name, a)
				within(t, "log-likelihood", m.Report().LogLikelihood, want.Report().LogLikelihood, 1e-9)
				require.InDelta(t, want.Report().LogPrior, m.Report().LogPrior, 1e-7*math.Abs(want.Report().LogPrior))
				require.Equal(t, want.Report().Warnings, m.Report().Warnings)
				for i, p := range m.Parameters() {
					q := want.Parameters()[i]
					require.Equal(t, q.Identified, p.Identified)
					switch {
					case i >= 3:
						within(t, p.Name, p.Value*a[0], q.Value, 1e-7)
						within(t, "standard error of "+p.Name, p.SE*math.Abs(a[0]), q.SE, 1e-6)
					case i < 2:
						within(t, p.Name, p.Value, q.Value, 1e-6)
						within(t, "standard error of "+p.Name, p.SE, q.SE, 1e-6)
					}
				}
				id, one := s.At(7)
				mine, err := m.ExpectedSpendOf(id, one)
				require.NoError(t, err)
				theirs, err := want.ExpectedSpendOf(id, one)
				require.NoError(t, err)
				within(t, "expected spend", mine, theirs, 1e-8)
			}
			var bad *btyd.CovariateError
			_, err = btyd.FitSpendCovariates(t.Context(), s, affineOf(t, s, c, 1, 1e6/spread), &btyd.SpendCovariateOptions{L2: l2})
			require.ErrorAs(t, err, &bad)
			require.Contains(t, bad.Reason, "centre the covariate")
		}
	}
}

// A prior of v is one of customers whose covariates are 0: fifty times as sure as the
// data and one of its errors away, it has the last word there.
func TestSpendPriorIsOfTheOrigin(t *testing.T) {
	t.Parallel()
	wide, c := spendersWith(t, 500, 78, true, [2]float64{.5, -.2})
	for _, s := range []*scoring.Summaries{wide, squeezed(t, wide, .004)} {
		moved := affineOf(t, s, c, 1, 3)
		free, err := btyd.FitSpendCovariates(t.Context(), s, moved, nil)
		require.NoError(t, err)
		v := free.Parameters()[2]
		sigma := v.SE / v.Value / 50
		o := btyd.SpendCovariateOptions{FitOptions: btyd.FitOptions{Priors: []btyd.Prior{btyd.LogNormalPrior("v", v.Value*math.Exp(sigma), sigma)}}}
		m, err := btyd.FitSpendCovariates(t.Context(), s, moved, &o)
		require.NoError(t, err)
		got := math.Log(m.Parameters()[2].Value/v.Value) / sigma
		require.InDelta(t, 2500./2501, got, .01)
		e := got - 1
		require.InDelta(t, -e*e/2-math.Log(sigma*math.Sqrt(2*math.Pi)), m.Report().LogPrior, 1e-6)
		o.Start = []float64{4, 5, 2 * v.Value, 0.01, -0.01}
		again, err := btyd.FitSpendCovariates(t.Context(), s, moved, &o)
		require.NoError(t, err)
		within(t, "from a start of the caller's", again.Report().LogLikelihood, m.Report().LogLikelihood, 1e-9)
	}
}
