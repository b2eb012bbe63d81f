package btyd_test

import (
	"encoding/json"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/scoring"
	"github.com/rapport-crm/rapport/scoring/btyd"
)

// A covariate that is c at all times makes the model a plain Pareto/NBD with α·e^(−γc) and
// β·e^(−δc); an effect of 0, or c = 0, the plain one itself.
func TestConstantCovariateIsAPlainParetoNBD(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		value := rapid.SampledFrom([]float64{0, 1, -2.5, .3}).Draw(rt, "c")
		gamma, delta := rapid.Float64Range(-1, 1).Draw(rt, "gamma"), rapid.Float64Range(-1, 1).Draw(rt, "delta")
		params := make([]float64, 4)
		for i := range params {
			params[i] = math.Exp(rapid.Float64Range(-2, 3).Draw(rt, "ln parameter"))
		}
		var periods [][]float64
		step := rapid.IntRange(1, 30).Draw(rt, "step")
		for i := range 60 {
			periods = append(periods, []float64{float64(1 + i*step%31), value, 1}, []float64{3, value, 0})
		}
		names := []string{"z", "idle"} // idle has no effect, and keeps periods apart
		m := mustVarying(t, rapport.Week, params, names, []float64{gamma, 0}, []float64{delta, 0})
		age := rapid.IntRange(1, 90).Draw(rt, "T")
		s := scoring.Summary{X: rapid.IntRange(0, 30).Draw(rt, "x"), T: float64(age) / 7}
		if s.X > 0 {
			s.TX = float64(rapid.IntRange(1, age).Draw(rt, "t_x")) / 7
		}
		c, err := m.Customer(calendarOf(t, names, periods), "ada", newYear().AddDate(0, 0, 5), s)
		require.NoError(t, err)
		buy, leave := math.Exp(gamma*value), math.Exp(delta*value)
		plain, err := btyd.NewParetoNBD(rapport.Week, params[0], params[1]/buy, params[2], params[3]/leave)
		require.NoError(t, err)
		const ahead, rate = 11.5, .01
		check := func(what string, got, want float64, err error) {
			require.NoError(rt, err)
			if !(relative(got, want) <= 1e-13) {
				rt.Fatalf("%s of %+v: got %v want %v", what, s, got, want)
			}
		}
		// The terms of a logarithm may cancel, as at a likelihood near 1: below 1 an error of
		// the logarithm is measured as the relative one of the likelihood that it is.
		ll, plainLL := c.LogLikelihood(s.X)+gamma*value*float64(s.X), plain.LogLikelihood(s)
		if !(math.Abs(ll-plainLL) <= 1e-13*max(1, math.Abs(plainLL))) {
			rt.Fatalf("log-likelihood of %+v: got %v want %v", s, ll, plainLL)
		}
		check("alive", c.PAlive(), plain.PAlive(s), nil)
		check("dead", c.PDead(), plain.PDead(s), nil)
		rates, err := plain.Rates(s)
		check("rate", c.Rates().Purchase*buy, rates.Purchase, err)
		check("dropout", c.Rates().Dropout*leave, rates.Dropout, nil)
		got, err := c.Expected(ahead)
		check("expected", got, plain.Expected(s, ahead), err)
		got, err = c.PAliveAt(ahead)
		check("alive at", got, plain.PAliveAt(s, ahead), err)
		got, err = c.None(ahead)
		check("none", got, plain.Probability(s, 0, ahead), err)
		want, err := plain.Discounted(s, ahead, rate)
		require.NoError(t, err)
		got, err = c.Discounted(ahead, rate)
		check("discounted", got, want, err)
		if want, err = plain.Discounted(s, ahead, -rate); err == nil {
			got, err = c.Discounted(ahead, -rate)
			require.NoError(t, err)
			within(t, "compounded", got, want, 1e-10) // the plain one goes by differences
		}
	})
}

// Short stretches of time, over which a power falls by a factor of about e, once cost two
// digits. The rates come from quadrature with 40 digits.
func TestVaryingRatesOverShortStretches(t *testing.T) {
	params := []float64{math.Exp(.125), math.Exp(.0625), math.Exp(.0625), math.Exp(.125)}
	m := mustVarying(t, rapport.Week, params, []string{"idle"}, []float64{0}, []float64{0})
	var periods [][]float64
	for i := range 60 {
		periods = append(periods, []float64{float64(1 + i%31), 1}, []float64{3, 0})
	}
	s := scoring.Summary{X: 4, TX: 26. / 7, T: 7}
	c, err := m.Customer(calendarOf(t, []string{"idle"}, periods), "ada", newYear().AddDate(0, 0, 5), s)
	require.NoError(t, err)
	within(t, "rate", c.Rates().Purchase, .88108923633459476, 3e-15)
	within(t, "dropout", c.Rates().Dropout, .3262741934259886, 3e-15)
	within(t, "dead", c.PDead(), .80610162824172909, 3e-15)
}

// At effects of 0 the likelihood that is fitted is that of the plain model.
func TestVaryingLikelihoodWithoutEffects(t *testing.T) {
	season := readSeason(t)
	summaries, visits := readVisits(t, "data/apparel.csv", "2006-12-31", season)
	plain := mustFit(t, btyd.ParetoNBD, summaries)
	x := make([]float64, 6)
	for i, p := range plain.Parameters() {
		x[i] = math.Log(p.Value)
	}
	value, g, _, err := btyd.EvaluateVarying(summaries, visits, btyd.CovariateOptions{}, true, x, 1)
	require.NoError(t, err)
	within(t, "log-likelihood", value, plain.Report().LogLikelihood, 1e-13)
	for _, v := range g[:4] {
		require.InDelta(t, 0, v, 1e-6)
	}
}

// What is said of many customers is what is said of each, whoever has values of its own,
// and those say the same as a calendar of that customer alone.
func TestVaryingScoresOfAllCustomers(t *testing.T) {
	names := []string{"season", "price"}
	m := mustVarying(t, rapport.Week, []float64{1, 10, .8, 12}, names, []float64{.7, -.4}, []float64{-.3, .2})
	common := calendarOf(t, names, weeks(120))
	calendar := promoted(t, common, 60)
	summaries, visits := varyingLog(t, m, calendar, 60, 500, 7)
	const ahead, delta = 40, .002
	n := summaries.Len()
	alive, expected, discounted, ll := make([]float64, n), make([]float64, n), make([]float64, n), make([]float64, n)
	require.NoError(t, m.PAliveInto(alive, summaries, calendar))
	require.NoError(t, m.ExpectedInto(expected, summaries, calendar, ahead))
	require.NoError(t, m.DiscountedInto(discounted, summaries, calendar, ahead, delta))
	require.NoError(t, m.LogLikelihoodInto(ll, summaries, visits))
	until := newYear().AddDate(0, 0, 500)
	total := 0.0
	for i := range n {
		id, s := summaries.At(i)
		first := until.AddDate(0, 0, -int(math.Round(s.T*7)))
		c, err := m.Customer(calendar, id, first, s)
		require.NoError(t, err)
		require.Equal(t, c.PAlive(), alive[i])
		want, err := c.Expected(ahead)
		require.NoError(t, err)
		require.Equal(t, want, expected[i])
		total += want
		want, err = c.Discounted(ahead, delta)
		require.NoError(t, err)
		require.Equal(t, want, discounted[i])
		require.Less(t, discounted[i], expected[i]+1e-300)
		if i == 30 {
			// The customer's own values spelled out day by day for everybody.
			var days [][]float64
			for d := range 120 * 7 {
				values := weeks(120)[d/7][1:]
				switch {
				case d >= 30+i && d < 40+i:
					values = []float64{0, -2}
				case d >= 70+i && d < 91+i:
					values = []float64{1, -1}
				}
				days = append(days, append([]float64{1}, values...))
			}
			alone, err := m.Customer(calendarOf(t, names, days), "other", first, s)
			require.NoError(t, err)
			within(t, "alive", alone.PAlive(), c.PAlive(), 1e-14)
			other, err := m.Customer(common, id, first, s)
			require.NoError(t, err)
			require.NotEqual(t, other.PAlive(), c.PAlive())
		}
	}
	estimate, err := m.ExpectedTotal(t.Context(), summaries, calendar, ahead, .9)
	require.NoError(t, err)
	within(t, "total", estimate.Value, total, 1e-13)
	require.Less(t, estimate.Low, estimate.Value)
	spend, err := btyd.NewGammaGamma(6, 4, 15)
	require.NoError(t, err)
	money := make([]float64, n)
	h := btyd.Horizon{Periods: ahead, AnnualDiscount: .1}
	require.NoError(t, m.LifetimeValues(money, spend, summaries, calendar, h))
	rate, err := h.Delta(rapport.Week)
	require.NoError(t, err)
	require.NoError(t, m.DiscountedInto(discounted, summaries, calendar, ahead, rate))
	for i, v := range money {
		_, s := summaries.At(i)
		mean, err := spend.ExpectedSpend(s)
		require.NoError(t, err)
		within(t, "money", v, discounted[i]*mean, 1e-15)
	}
}

// The line of a tracking plot adds up what new customers are expected to do.
func TestVaryingCohortAddsUpNewCustomers(t *testing.T) {
	names := []string{"season", "price"}
	m := mustVarying(t, rapport.Week, []float64{1, 10, .8, 12}, names, []float64{.7, -.4}, []float64{-.3, .2})
	calendar := promoted(t, calendarOf(t, names, weeks(120)), 40)
	summaries, _ := varyingLog(t, m, calendar, 40, 500, 7)
	line, err := m.ExpectedCohort(t.Context(), summaries, calendar, 90)
	require.NoError(t, err)
	until, origin := newYear().AddDate(0, 0, 500), time.Time{}
	firsts := map[rapport.ID]time.Time{}
	for id, s := range summaries.All() {
		firsts[id] = until.AddDate(0, 0, -int(math.Round(s.T*7)))
		if origin.IsZero() || firsts[id].Before(origin) {
			origin = firsts[id]
		}
	}
	for _, k := range []int{0, 5, 30, 89} {
		end, want := origin.AddDate(0, 0, 7*(k+1)), 0.0
		for id, first := range firsts {
			if first.Before(end) {
				c, err := m.Customer(calendar, id, first, scoring.Summary{})
				require.NoError(t, err)
				n, err := c.Expected(end.Sub(first).Hours() / 24 / 7)
				require.NoError(t, err)
				want += n
			}
		}
		within(t, "cohort", line[k], want, 1e-13)
	}
}

func TestVaryingRoundTrip(t *testing.T) {
	season := readSeason(t)
	summaries, visits := readVisits(t, "data/apparel.csv", "2006-12-31", season)
	fitted, err := btyd.FitVarying(t.Context(), summaries, visits, nil)
	require.NoError(t, err)
	known := mustVarying(t, rapport.Week, []float64{1, 10, 0, 12}, []string{"season", "price"}, []float64{.7, -.4}, nil)
	for _, m := range []*btyd.VaryingModel{fitted, known} {
		text, err := json.Marshal(m)
		require.NoError(t, err)
		var back btyd.VaryingModel
		require.NoError(t, json.Unmarshal(text, &back))
		again, err := json.Marshal(back)
		require.NoError(t, err)
		require.Equal(t, string(text), string(again))
		require.Equal(t, m.Parameters(), back.Parameters())
		require.Equal(t, m.Report(), back.Report())
		require.Equal(t, m.Covariates(), back.Covariates())
		require.ErrorIs(t, json.Unmarshal(text, new(btyd.Model)), btyd.ErrModelFormat)
		require.ErrorIs(t, json.Unmarshal(text, new(btyd.CovariateModel)), btyd.ErrModelFormat)
	}
	_, err = json.Marshal(btyd.VaryingModel{})
	require.Error(t, err)
	require.ErrorIs(t, json.Unmarshal([]byte(`{"kind":"rapport/paretonbd","version":1}`), new(btyd.VaryingModel)), btyd.ErrModelFormat)
	require.ErrorIs(t, json.Unmarshal([]byte(`{"kind":"rapport/bgnbd+varying","version":1}`), new(btyd.VaryingModel)), btyd.ErrModelFormat)
}
