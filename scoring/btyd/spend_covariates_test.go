package btyd_test

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/scoring"
	"github.com/rapport-crm/rapport/scoring/btyd"
)

// spendersWith draws customers whose scale of spend has the effects on web (0 or 1) and
// age (about 1 to 5, in steps unless continuous).
func spendersWith(tb testing.TB, n int, seed uint64, continuous bool, effects [2]float64) (*scoring.Summaries, *btyd.Covariates) {
	tb.Helper()
	random := rand.New(rand.NewPCG(seed, 7))
	var ids []rapport.ID
	var rows []scoring.Summary
	var values [][]float64
	for i := range n {
		z := []float64{float64(random.IntN(2)), float64(1 + random.IntN(5))}
		if continuous {
			z[1] += random.Float64()
		}
		s := scoring.Summary{T: 5}
		if x := random.IntN(6); x > 0 {
			amounts := make([]float64, x)
			g := mustGammaGamma(tb, 6, 4, 15*math.Exp(effects[0]*z[0]+effects[1]*z[1]))
			require.NoError(tb, g.SimulatePurchases(random, scoring.Summary{}, amounts))
			s = scoring.Summary{X: x, TX: 3, T: 5}
			for _, a := range amounts {
				s.Spend += a / float64(x)
			}
		}
		ids, rows, values = append(ids, rapport.ID(fmt.Sprintf("c%06d", i))), append(rows, s), append(values, z)
	}
	summaries, err := scoring.NewSummaries(rapport.Week, ids, rows)
	require.NoError(tb, err)
	covariates, err := btyd.NewCovariates([]string{"web", "age"}, ids, values)
	require.NoError(tb, err)
	return summaries, covariates
}

func TestSpendCovariatesDerivatives(t *testing.T) {
	for _, continuous := range []bool{false, true} {
		summaries, covariates := spendersWith(t, 60, 71, continuous, [2]float64{.5, -.2})
		for _, at := range [][]float64{{1.8, 1.4, 2.7, .4, -.3}, {3, .2, -4, -1, 1}, {.1, 3, 8, 0, 0}} {
			value, gradient, hessian := btyd.EvaluateSpendCovariates(summaries, covariates, at, .3, 1)
			derivatives(t, at, value, gradient, hessian, func(at []float64) (float64, []float64) {
				value, gradient, _ := btyd.EvaluateSpendCovariates(summaries, covariates, at, .3, 1)
				return value, gradient
			})
			again, _, _ := btyd.EvaluateSpendCovariates(summaries, covariates, at, .3, 3)
			require.Equal(t, value, again)
		}
	}
}

// In the coordinates for means that hardly differ the likelihood is the same, and its
// derivatives are right.
func TestSpendCovariatesDerivativesOfNarrowSpend(t *testing.T) {
	for _, continuous := range []bool{false, true} {
		summaries, covariates := spendersWith(t, 60, 74, continuous, [2]float64{.5, -.2})
		for _, at := range [][]float64{{1.8, 1.4, .2, .4, -.3}, {3, .2, -1, -1, 1}} {
			value, gradient, hessian, logs := btyd.EvaluateNarrowCovariates(summaries, covariates, at, .3)
			derivatives(t, at, value, gradient, hessian, func(at []float64) (float64, []float64) {
				value, gradient, _, _ := btyd.EvaluateNarrowCovariates(summaries, covariates, at, .3)
				return value, gradient
			})
			want, _, _ := btyd.EvaluateSpendCovariates(summaries, covariates, logs, .3, 1)
			require.InEpsilon(t, want, value, 1e-12)
		}
	}
}

// Effects as small as the spread of the means are found, with what the customers' own
// models say: the logarithms of p, q and v hold too few digits for that.
func TestSpendCovariatesOfNarrowSpend(t *testing.T) {
	for _, spread := range []float64{1e-2, 1e-4, 1e-6, 1e-8} {
		random := rand.New(rand.NewPCG(75, 1))
		var ids []rapport.ID
		var list []scoring.Summary
		var values [][]float64
		for i := range 400 {
			z := random.NormFloat64()
			x := 1 + random.IntN(5)
			m := 50 * (1 + spread*(random.NormFloat64()+random.NormFloat64()/math.Sqrt(float64(x))+.5*z))
			ids, values = append(ids, rapport.ID(fmt.Sprintf("c%06d", i))), append(values, []float64{z})
			list = append(list, scoring.Summary{X: x, TX: 3, T: 5, Spend: m})
		}
		summaries, err := scoring.NewSummaries(rapport.Week, ids, list)
		require.NoError(t, err)
		covariates, err := btyd.NewCovariates([]string{"z"}, ids, values)
		require.NoError(t, err)
		plain, err := btyd.FitGammaGamma(t.Context(), summaries, nil)
		require.NoError(t, err)
		m, err := btyd.FitSpendCovariates(t.Context(), summaries, covariates, nil)
		require.NoError(t, err, spread)
		require.Greater(t, m.Report().LogLikelihood, plain.Report().LogLikelihood+10)
		effect := m.Parameters()[3]
		require.True(t, effect.Identified)
		require.InDelta(t, .5*spread, effect.Value, 3*effect.SE)
		require.InDelta(t, spread/20, effect.SE, spread/50)
		own := 0.0
		for i, s := range list {
			at, err := m.At(values[i]...)
			require.NoError(t, err)
			own += at.LogLikelihood(s)
		}
		require.InDelta(t, m.Report().LogLikelihood, own, 1e-4*1e-8/spread+1e-6, spread)

		// From a start far off it ends at the same place, shrunk effects are smaller.
		start := []float64{100 * m.Parameters()[0].Value, m.Parameters()[1].Value / 50, m.Parameters()[2].Value / 5000, 0}
		again, err := btyd.FitSpendCovariates(t.Context(), summaries, covariates, &btyd.SpendCovariateOptions{FitOptions: btyd.FitOptions{Start: start}})
		require.NoError(t, err)
		require.InDelta(t, m.Report().LogLikelihood, again.Report().LogLikelihood, 1e-6)
		shrunk, err := btyd.FitSpendCovariates(t.Context(), summaries, covariates, &btyd.SpendCovariateOptions{L2: 1 / (spread * spread)})
		require.NoError(t, err)
		require.Less(t, shrunk.Parameters()[3].Value, .8*effect.Value)
		require.Greater(t, shrunk.Parameters()[3].Value, .01*effect.Value)
	}
}

// The fit is the maximum of what the customers' own models say, finds the effects, and is
// above the model without them.
func TestSpendCovariatesAreFound(t *testing.T) {
	effects := [2]float64{.5, -.2}
	for _, continuous := range []bool{false, true} {
		summaries, covariates := spendersWith(t, 6000, 72, continuous, effects)
		m, err := btyd.FitSpendCovariates(t.Context(), summaries, covariates, nil)
		require.NoError(t, err)
		require.Less(t, m.Report().MaxGradient, 1e-6)
		require.Empty(t, m.Report().Boundaries)
		want := []float64{6, 4, 15, effects[0], effects[1]}
		for i, p := range m.Parameters() {
			require.Equal(t, []string{"p", "q", "v", "spend.web", "spend.age"}[i], p.Name)
			require.True(t, p.Identified)
			require.InDelta(t, want[i], p.Value, 4*p.SE, "%+v", p)
		}
		sum := 0.0
		for id, s := range summaries.All() {
			z, _ := covariates.Lookup(id)
			g, err := m.At(z...)
			require.NoError(t, err)
			sum += g.LogLikelihood(s)
			expected, err := g.ExpectedSpend(s)
			require.NoError(t, err)
			of, err := m.ExpectedSpendOf(id, s)
			require.NoError(t, err)
			require.Equal(t, expected, of)
		}
		within(t, "log-likelihood", m.Report().LogLikelihood, sum, 1e-11)
		plain, err := btyd.FitGammaGamma(t.Context(), summaries, nil)
		require.NoError(t, err)
		test, err := m.Compare(plain)
		require.NoError(t, err)
		require.Less(t, test.PValue, 1e-10)
		require.Equal(t, 5, m.Report().Parameters)
	}
}

// The intervals of the effects hold the truth as often as they say.
func TestSpendCovariatesCoverage(t *testing.T) {
	const runs = 150
	inside := 0
	for run := range runs {
		summaries, covariates := spendersWith(t, 400, uint64(1000+run), false, [2]float64{.3, 0})
		m, err := btyd.FitSpendCovariates(t.Context(), summaries, covariates, nil)
		require.NoError(t, err)
		if p := m.Parameters()[3]; math.Abs(p.Value-.3) < 1.6449*p.SE {
			inside++
		}
	}
	require.InDelta(t, .9, float64(inside)/runs, .075)
}

func TestSpendCovariatesAreShrunk(t *testing.T) {
	summaries, covariates := spendersWith(t, 500, 73, false, [2]float64{.5, -.2})
	size := math.Inf(1)
	for _, l2 := range []float64{0, .1, 1, 1e6} {
		m, err := btyd.FitSpendCovariates(t.Context(), summaries, covariates, &btyd.SpendCovariateOptions{L2: l2})
		require.NoError(t, err)
		web := math.Abs(m.Parameters()[3].Value)
		require.Less(t, web, size)
		size = web
		if l2 == 1e6 {
			plain, err := btyd.FitGammaGamma(t.Context(), summaries, nil)
			require.NoError(t, err)
			within(t, "log-likelihood", m.Report().LogLikelihood, plain.Report().LogLikelihood, 1e-6)
		}
	}
	// What is known of one unit is known of the other.
	var ids []rapport.ID
	var inCents [][]float64
	for id := range summaries.All() {
		z, _ := covariates.Lookup(id)
		ids, inCents = append(ids, id), append(inCents, []float64{z[0], 1e9 * z[1]})
	}
	scaled, err := btyd.NewCovariates([]string{"web", "age"}, ids, inCents)
	require.NoError(t, err)
	a, err := btyd.FitSpendCovariates(t.Context(), summaries, covariates, nil)
	require.NoError(t, err)
	b, err := btyd.FitSpendCovariates(t.Context(), summaries, scaled, nil)
	require.NoError(t, err)
	within(t, "effect", b.Parameters()[4].Value*1e9, a.Parameters()[4].Value, 1e-7)
	within(t, "se", b.Parameters()[4].SE*1e9, a.Parameters()[4].SE, 1e-7)
}

func TestSpendCovariatesOutsideTheDomain(t *testing.T) {
	summaries, covariates := spendersWith(t, 60, 74, false, [2]float64{.5, -.2})
	ids := summaries.IDs()
	rows := func(f func(i int) []float64) [][]float64 {
		list := make([][]float64, len(ids))
		for i := range list {
			list[i] = f(i)
		}
		return list
	}
	for name, c := range map[string]struct {
		names []string
		ids   []rapport.ID
		rows  [][]float64
		about btyd.CovariateError
	}{
		"missing":   {[]string{"a"}, ids[:59], rows(func(i int) []float64 { return []float64{float64(i)} })[:59], btyd.CovariateError{Customer: ids[59]}},
		"constant":  {[]string{"a"}, ids, rows(func(int) []float64 { return []float64{3} }), btyd.CovariateError{Name: "a"}},
		"collinear": {[]string{"a", "b"}, ids, rows(func(i int) []float64 { return []float64{float64(i), 7 - 2*float64(i)} }), btyd.CovariateError{Name: "b"}},
	} {
		covariates, err := btyd.NewCovariates(c.names, c.ids, c.rows)
		require.NoError(t, err)
		_, err = btyd.FitSpendCovariates(t.Context(), summaries, covariates, nil)
		var got *btyd.CovariateError
		require.ErrorAs(t, err, &got, name)
		require.Equal(t, c.about.Customer, got.Customer, name)
		require.Equal(t, c.about.Name, got.Name, name)
	}
	_, err := btyd.FitSpendCovariates(t.Context(), summaries, nil, nil)
	var none *btyd.CovariateError
	require.ErrorAs(t, err, &none)
	var input *btyd.InputError
	for _, o := range []btyd.SpendCovariateOptions{{L2: -1}, {L2: math.NaN()}, {FitOptions: btyd.FitOptions{Workers: -1}}, {FitOptions: btyd.FitOptions{Start: []float64{1}}}} {
		_, err = btyd.FitSpendCovariates(t.Context(), summaries, covariates, &o)
		require.ErrorAs(t, err, &input)
	}
	_, err = btyd.FitSpendCovariates(t.Context(), nil, covariates, nil)
	require.ErrorIs(t, err, btyd.ErrTooFewSpenders)
	m, err := btyd.FitSpendCovariates(t.Context(), summaries, covariates, &btyd.SpendCovariateOptions{FitOptions: btyd.FitOptions{Start: []float64{6, 4, 15, .5, -.2}}})
	require.NoError(t, err)
	for _, z := range [][]float64{{1}, {math.NaN(), 1}, {1e6, 1}} {
		_, err = m.At(z...)
		require.ErrorAs(t, err, &input)
	}
	_, s := summaries.At(0)
	_, err = m.ExpectedSpend(s)
	require.ErrorAs(t, err, &none)
	_, err = m.ExpectedSpendOf("nobody", s)
	require.ErrorAs(t, err, &none)
	require.Equal(t, rapport.ID("nobody"), none.Customer)
	var zero *btyd.CovariateGammaGamma
	_, err = zero.ExpectedSpendOf("a", s)
	require.ErrorAs(t, err, &input)
	_, err = zero.ExpectedSpend(s)
	require.ErrorAs(t, err, &input)
	_, err = zero.At(1)
	require.ErrorAs(t, err, &input)
	_, err = zero.With(covariates)
	require.ErrorAs(t, err, &input)
	_, err = zero.Compare(nil)
	require.ErrorAs(t, err, &input)
	require.Empty(t, zero.Parameters())
	require.Empty(t, zero.Covariates())
	require.Zero(t, zero.Report())
}

func TestSpendCovariatesJSON(t *testing.T) {
	summaries, covariates := spendersWith(t, 300, 75, false, [2]float64{.5, -.2})
	m, err := btyd.FitSpendCovariates(t.Context(), summaries, covariates, nil)
	require.NoError(t, err)
	text, err := json.Marshal(m)
	require.NoError(t, err)
	var back btyd.CovariateGammaGamma
	require.NoError(t, json.Unmarshal(text, &back))
	again, err := json.Marshal(&back)
	require.NoError(t, err)
	require.Equal(t, string(text), string(again))
	id, s := summaries.At(3)
	_, err = back.ExpectedSpendOf(id, s)
	var missing *btyd.CovariateError
	require.ErrorAs(t, err, &missing)
	bound, err := back.With(covariates)
	require.NoError(t, err)
	require.Equal(t, m, bound)
	_, err = back.With(nil)
	require.ErrorAs(t, err, &missing)
	require.ErrorIs(t, json.Unmarshal([]byte(`{"kind":"rapport/gammagamma","version":1}`), &back), btyd.ErrModelFormat)

	// It values customers by their ids.
	model := mustBGNBD(t, .243, 4.414, .793, 2.426)
	dst := make([]float64, summaries.Len())
	h := btyd.Horizon{Periods: 52}
	require.NoError(t, btyd.LifetimeValues(dst, model, m, summaries, h))
	z, _ := covariates.Lookup(id)
	g, err := m.At(z...)
	require.NoError(t, err)
	want, err := btyd.LifetimeValue(model, g, s, h)
	require.NoError(t, err)
	within(t, "value", dst[3], want, 1e-11)
}
