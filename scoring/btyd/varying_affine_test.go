package btyd_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/scoring/btyd"
)

// Seasons may be counted from any zero and in any unit, such as degrees or calendar years:
// the customers and what is found of them are the same.
func TestVaryingFitsAreAffine(t *testing.T) {
	t.Parallel()
	names, base := []string{"season"}, []float64{1, 10, .8, 12}
	const buy, leave = .5, -.3
	periods := weeksOf(80, 1)
	for name, o := range map[string]btyd.CovariateOptions{
		"free": {}, "equal": {Equal: names}, "shrunk": {PurchaseL2: .01, LifeL2: .02}, "purchase": {Life: []string{}},
	} {
		var want *btyd.VaryingModel
		var total rapport.Estimate
		for _, a := range [][2]float64{{1, 0}, {1, 40}, {-1e-5, 1e-3}, {300, -2e4}} {
			moved := weeksOf(80, 1)
			for i, p := range periods {
				moved[i][1] = p[1]*a[0] + a[1]
			}
			calendar := calendarOf(t, names, moved)
			shift := a[1] / a[0]
			truth := mustVarying(t, rapport.Week, []float64{base[0], base[1] * math.Exp(buy*shift), base[2], base[3] * math.Exp(leave*shift)},
				names, []float64{buy / a[0]}, []float64{leave / a[0]})
			summaries, visits := varyingLog(t, truth, calendar, 400, 500, 3)
			of := o
			of.PurchaseL2 *= a[0] * a[0]
			of.LifeL2 *= a[0] * a[0]
			m, err := btyd.FitVarying(t.Context(), summaries, visits, &of)
			require.NoError(t, err, "%s %v", name, a)
			sum, err := m.ExpectedTotal(t.Context(), summaries, calendar, 5, .9)
			require.NoError(t, err)
			if want == nil {
				want, total = m, sum
				continue
			}
			within(t, "log-likelihood", m.Report().LogLikelihood, want.Report().LogLikelihood, 1e-9)
			require.Equal(t, want.Report().Boundaries, m.Report().Boundaries)
			require.Equal(t, want.Report().Warnings, m.Report().Warnings)
			for i, p := range want.Parameters()[4:] {
				q := m.Parameters()[4+i]
				require.InDelta(t, p.Value, q.Value*a[0], 1e-7*max(math.Abs(p.Value), p.SE), "%s %v", name, a)
				within(t, "standard error of "+p.Name, q.SE*math.Abs(a[0]), p.SE, 1e-6)
			}
			within(t, "total", sum.Value, total.Value, 1e-7)
			within(t, "standard error of the total", sum.SE, total.SE, 1e-6)
		}
	}
	moved := weeksOf(80, 1)
	for i := range moved {
		moved[i][1] += 1e5
	}
	far := calendarOf(t, names, moved)
	summaries, visits := varyingLog(t, mustVarying(t, rapport.Week, base, names, []float64{0}, []float64{0}), far, 400, 500, 3)
	_, err := btyd.FitVarying(t.Context(), summaries, visits, nil)
	var bad *btyd.CovariateError
	require.ErrorAs(t, err, &bad)
	require.Contains(t, bad.Reason, "centre the covariate")
}
