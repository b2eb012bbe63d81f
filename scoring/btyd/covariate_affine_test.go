package btyd_test

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/scoring"
	"github.com/rapport-crm/rapport/scoring/btyd"
)

// covariateFamilies are those that take covariates, with parameters of a shop.
var covariateFamilies = map[btyd.Family][]float64{
	btyd.NBD: {1, 8}, btyd.BGNBD: {1, 8, .8, 2.5}, btyd.MBGNBD: {1, 8, .8, 2.5}, btyd.BGCNBD(2): {1, 4, .8, 2.5},
	btyd.ParetoNBD: {1, 8, .9, 12}, btyd.GGompertzNBD: {1, 8, .03, .9, 1.5},
}

// shopOf draws customers of the family, whose covariates change the rates by these effects.
func shopOf(t *testing.T, f btyd.Family, seed uint64, rows [][]float64, purchase, life []float64) *scoring.Summaries {
	t.Helper()
	var all []scoring.Summary
	for i, z := range rows {
		buy, leave := 0., 0.
		for k, v := range z {
			buy += purchase[k] * v
			leave += life[k] * v
		}
		p := append([]float64(nil), covariateFamilies[f]...)
		p[1] *= math.Exp(-buy)
		switch last := len(p) - 1; f {
		case btyd.NBD:
		case btyd.ParetoNBD, btyd.GGompertzNBD:
			p[last] *= math.Exp(-leave)
		default:
			p[last-1] *= math.Exp(leave)
			p[last] *= math.Exp(leave)
		}
		m, err := btyd.New(f, rapport.Week, p...)
		require.NoError(t, err)
		one, err := m.Simulate([]rapport.ID{"c"}, []float64{float64(25 + i%45)}, seed*1_000_003+uint64(i))
		require.NoError(t, err)
		_, s := one.At(0)
		all = append(all, s)
	}
	return summariesOf(t, all)
}

// measured are rows of one or more covariates: a group and measures.
func measured(seed uint64, n, columns int) [][]float64 {
	random := rand.New(rand.NewPCG(seed, 4))
	rows := make([][]float64, n)
	for i := range rows {
		rows[i] = []float64{float64(random.IntN(5)) / 4}
		for range columns - 1 {
			rows[i] = append(rows[i], random.NormFloat64()/2)
		}
	}
	return rows
}

// affine are the same covariates with another unit and zero.
func affine(t *testing.T, s *scoring.Summaries, rows [][]float64, scale, shift []float64) (*btyd.Covariates, [][]float64) {
	t.Helper()
	moved := make([][]float64, len(rows))
	for i, row := range rows {
		for k, v := range row {
			moved[i] = append(moved[i], v*scale[k]+shift[k])
		}
	}
	c, err := btyd.NewCovariates([]string{"first", "second"}[:len(scale)], s.IDs(), moved)
	require.NoError(t, err)
	return c, moved
}

// Where a covariate's zero and unit lie changes what parameters are called, and nothing else.
func TestCovariateFitsAreAffine(t *testing.T) {
	t.Parallel()
	maps := []struct{ scale, shift []float64 }{
		{[]float64{1, 1}, []float64{1, -30}}, {[]float64{1e-6, 1e6}, []float64{3e-5, 2e7}},
		{[]float64{-1e-3, 20}, []float64{.02, 900}}, {[]float64{-1, 1}, []float64{1, 0}},
	}
	for f := range covariateFamilies {
		rows := measured(uint64(f)+1, 350, 2)
		s := shopOf(t, f, uint64(f)+1, rows, []float64{.5, -.3}, []float64{-.4, .3})
		for name, o := range map[string]btyd.CovariateOptions{
			"free": {}, "equal": {Equal: []string{"second"}}, "purchase": {Life: []string{"first"}},
		} {
			if f == btyd.NBD && name == "equal" || f == btyd.GGompertzNBD && name != "free" {
				continue // has no leaving; takes its time
			}
			plain, _ := affine(t, s, rows, []float64{1, 1}, []float64{0, 0})
			want, err := btyd.FitCovariates(t.Context(), f, s, plain, &o)
			require.NoError(t, err, "%v %s", f, name)
			total, err := want.ExpectedTotal(t.Context(), s, plain, 20, .9)
			require.NoError(t, err)
			for _, a := range maps {
				at := fmt.Sprintf("%v %s %v", f, name, a)
				c, moved := affine(t, s, rows, a.scale, a.shift)
				m, err := btyd.FitCovariates(t.Context(), f, s, c, &o)
				require.NoError(t, err, at)
				within(t, at, m.Report().LogLikelihood, want.Report().LogLikelihood, 1e-9)
				require.Equal(t, want.Report().Boundaries, m.Report().Boundaries, at)
				require.Equal(t, want.Report().Warnings, m.Report().Warnings, at)
				require.Equal(t, want.Report().Parameters, m.Report().Parameters, at)
				sameEffects(t, at, want, m, len(covariateFamilies[f]), a.scale)
				if len(want.Report().Boundaries) > 0 {
					continue // along a ridge the point that stands for it is not told
				}
				one, err := want.At(rows[7]...)
				require.NoError(t, err)
				two, err := m.At(moved[7]...)
				require.NoError(t, err)
				for i, p := range one.Parameters() {
					within(t, at+" "+p.Name, two.Parameters()[i].Value, p.Value, 1e-6)
				}
				also, err := m.ExpectedTotal(t.Context(), s, c, 20, .9)
				require.NoError(t, err)
				within(t, at+" total", also.Value, total.Value, 1e-7)
				within(t, at+" its standard error", also.SE, total.SE, 1e-6)
			}
		}
	}
}

// sameEffects compares effects and their standard errors, given those of covariates that
// are scale times as large.
func sameEffects(t *testing.T, at string, want, got *btyd.CovariateModel, base int, scale []float64) {
	t.Helper()
	for i, p := range want.Parameters()[base:] {
		q, k := got.Parameters()[base+i], 0
		if p.Name[len(p.Name)-6:] == "second" {
			k = 1
		}
		require.Equal(t, p.Name, q.Name)
		require.Equal(t, p.Identified, q.Identified, "%s %s", at, p.Name)
		if p.Identified {
			require.InDelta(t, p.Value, q.Value*scale[k], 1e-7*max(math.Abs(p.Value), p.SE), "%s %s", at, p.Name)
			within(t, at+" standard error of "+p.Name, q.SE*math.Abs(scale[k]), p.SE, 1e-6)
		}
	}
}

// Effects are shrunk in the unit of their covariate, wherever its zero is.
func TestShrinkingIsAffine(t *testing.T) {
	t.Parallel()
	const base = 4
	rows := measured(5, 400, 2)
	s := shopOf(t, btyd.BGNBD, 5, rows, []float64{.5, -.3}, []float64{-.4, .3})
	plain, _ := affine(t, s, rows, []float64{1, 1}, []float64{0, 0})
	want, err := btyd.FitCovariates(t.Context(), btyd.BGNBD, s, plain, &btyd.CovariateOptions{PurchaseL2: .02, LifeL2: .01})
	require.NoError(t, err)
	for _, scale := range []float64{1, 1e-3, 40} {
		factors := []float64{scale, scale}
		c, _ := affine(t, s, rows, factors, []float64{70 * scale, -50 * scale})
		m, err := btyd.FitCovariates(t.Context(), btyd.BGNBD, s, c, &btyd.CovariateOptions{PurchaseL2: .02 * scale * scale, LifeL2: .01 * scale * scale})
		require.NoError(t, err)
		within(t, "log-likelihood", m.Report().LogLikelihood, want.Report().LogLikelihood, 1e-9)
		within(t, "penalty", m.Report().LogPrior, want.Report().LogPrior, 1e-7)
		sameEffects(t, "L2", want, m, base, factors)
		size := []float64{0, 0}
		for i, p := range m.Parameters()[base:] {
			size[i%2] += p.Value * p.Value
		}
		within(t, "penalty", m.Report().LogPrior, -400*scale*scale*(.01*size[0]+.02*size[1]), 1e-10)
	}
}

// Priors are of customers whose covariates are 0, also where nobody is near.
func TestPriorsAreOfTheOrigin(t *testing.T) {
	t.Parallel()
	rows := measured(6, 400, 1)
	s := shopOf(t, btyd.ParetoNBD, 6, rows, []float64{.5}, []float64{-.4})
	c, moved := affine(t, s, rows, []float64{1}, []float64{6})
	o := btyd.CovariateOptions{PurchaseL2: .001, FitOptions: btyd.FitOptions{
		Priors: []btyd.Prior{btyd.LogNormalPrior("alpha", 40, .3), btyd.GammaPrior("beta", 2, .5)},
	}}
	m, err := btyd.FitCovariates(t.Context(), btyd.ParetoNBD, s, c, &o)
	require.NoError(t, err)
	var peak []float64
	for _, p := range m.Parameters() {
		peak = append(peak, p.Value)
	}
	objective := func(p []float64) (likelihood, prior float64) {
		for i, z := range moved {
			at, err := btyd.New(btyd.ParetoNBD, rapport.Week, p[0], p[1]*math.Exp(-p[5]*z[0]), p[2], p[3]*math.Exp(-p[4]*z[0]))
			require.NoError(t, err)
			_, one := s.At(i)
			likelihood += at.LogLikelihood(one)
		}
		e := math.Log(p[1]/40) / .3
		return likelihood, -e*e/2 - math.Log(.3*math.Sqrt(2*math.Pi)) + 2*math.Log(p[3]*.5) - p[3]*.5 - 400*.001*p[5]*p[5]
	}
	likelihood, prior := objective(peak)
	within(t, "log-likelihood", m.Report().LogLikelihood, likelihood, 1e-10)
	within(t, "log prior", m.Report().LogPrior, prior, 1e-9)
	for i := range peak {
		for _, step := range []float64{-1e-3, 1e-3} {
			p := append([]float64(nil), peak...)
			if i < 4 {
				p[i] *= math.Exp(step)
			} else {
				p[i] += step
			}
			l, r := objective(p)
			require.Less(t, l+r, likelihood+prior, "parameter %d", i)
		}
	}
	// From a start of the caller's the same is found.
	o.Start = []float64{.8, 30, 1, 5, 0, .2}
	again, err := btyd.FitCovariates(t.Context(), btyd.ParetoNBD, s, c, &o)
	require.NoError(t, err)
	for i, p := range again.Parameters() {
		within(t, p.Name, p.Value, peak[i], 1e-5)
	}
}

// A process that is absent in one group is named, whichever way the groups are coded.
func TestAbsenceIsNamedUnderAnyCoding(t *testing.T) {
	t.Parallel()
	rows := make([][]float64, 300)
	for i := range rows {
		rows[i] = []float64{float64(i % 3 / 2)}
	}
	s := shopOf(t, btyd.BGNBD, 7, rows, []float64{.3}, []float64{0})
	var all []scoring.Summary
	for i := range rows {
		_, one := s.At(i)
		if rows[i][0] == 1 {
			one = scoring.Summary{T: one.T} // nobody comes back
		}
		all = append(all, one)
	}
	s = summariesOf(t, all)
	var reports []btyd.FitReport
	for _, a := range [][2]float64{{1, 0}, {-1, 1}, {1, 3}, {50, -100}} {
		c, _ := affine(t, s, rows, a[:1], a[1:])
		m, err := btyd.FitCovariates(t.Context(), btyd.BGNBD, s, c, nil)
		require.NoError(t, err, "%v", a)
		reports = append(reports, m.Report())
	}
	require.Contains(t, reports[0].Boundaries, btyd.BoundaryUnboundedEffect)
	for _, r := range reports[1:] {
		within(t, "log-likelihood", r.LogLikelihood, reports[0].LogLikelihood, 1e-9)
		require.Equal(t, reports[0].Boundaries, r.Boundaries)
		require.Equal(t, reports[0].Parameters, r.Parameters)
	}
}

// The effect of the year of birth is that of the age, and known as well.
func TestYearOfBirth(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(8, 8))
	var decades, years, dates [][]float64
	for range 2000 {
		year := float64(1940 + random.IntN(66))
		decades, years, dates = append(decades, []float64{(year - 1975) / 10}), append(years, []float64{year}), append(dates, []float64{year * 365.2425 * 86400})
	}
	s := shopOf(t, btyd.BGNBD, 8, decades, []float64{-.25}, []float64{.15})
	for name, rows := range map[string][][]float64{"years": years, "seconds": dates} {
		c, err := btyd.NewCovariates([]string{"birth"}, s.IDs(), rows)
		require.NoError(t, err)
		m, err := btyd.FitCovariates(t.Context(), btyd.BGNBD, s, c, nil)
		require.NoError(t, err, name)
		require.Empty(t, m.Report().Boundaries)
		require.Empty(t, m.Report().Warnings)
		unit := rows[0][0] / years[0][0]
		effects := m.Parameters()[4:]
		for i, truth := range []float64{.015, -.025} {
			require.True(t, effects[i].Identified)
			require.InDelta(t, truth, effects[i].Value*unit, 3*effects[i].SE*unit)
			require.Less(t, effects[i].SE*unit, .01)
		}
		of, err := m.At(1975 * unit)
		require.NoError(t, err)
		for i, p := range of.Parameters() {
			require.InEpsilon(t, covariateFamilies[btyd.BGNBD][i], p.Value, .4, p.Name)
		}
	}
}

// Parameters that no number holds where the covariate is 0 are not made up.
func TestOriginOutOfRange(t *testing.T) {
	t.Parallel()
	rows := measured(9, 400, 1)
	for f := range covariateFamilies {
		s := shopOf(t, f, 9, rows, []float64{.8}, []float64{.2})
		for _, shift := range []float64{1e4, -1e6, 1e8} {
			c, _ := affine(t, s, rows, []float64{1}, []float64{shift})
			m, err := btyd.FitCovariates(t.Context(), f, s, c, nil)
			var bad *btyd.CovariateError
			require.ErrorAs(t, err, &bad, "%v %v", f, shift)
			require.Nil(t, m)
			require.Equal(t, "first", bad.Name)
			require.Contains(t, bad.Reason, "centre the covariate")
			require.False(t, errors.Is(err, btyd.ErrNotConverged))
		}
	}
}
