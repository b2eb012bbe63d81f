package btyd_test

import (
	"context"
	"encoding/json"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/scoring"
	"github.com/rapport-crm/rapport/scoring/btyd"
)

// short is enough for properties that every run has.
func short() *btyd.BayesOptions { return &btyd.BayesOptions{Chains: 2, Warmup: 100, Draws: 60} }

func samplePareto(tb testing.TB, summaries *scoring.Summaries, seed uint64, options *btyd.BayesOptions) *btyd.Posterior {
	tb.Helper()
	p, err := btyd.SampleParetoNBD(tb.Context(), summaries, seed, options)
	require.NoError(tb, err)
	return p
}

// The published estimates .553, 10.578, .606, 11.669 of the CDNOW sample lie within the
// posterior's intervals, whose widths are those of the standard errors, and what the
// customers did next within the interval of totals.
func TestPosteriorOfTheCDNOWSample(t *testing.T) {
	t.Parallel()
	summaries := cdnow(t)
	p := samplePareto(t, summaries, 1, &btyd.BayesOptions{Chains: 2, Draws: 1500})
	require.Empty(t, p.Warnings(), "%+v", p.Summary())
	for i, want := range []float64{0.55328, 10.57768, 0.60624, 11.66874} {
		s := p.Summary()[i]
		t.Logf("%+v", s)
		require.Less(t, s.Quantiles[0], want)
		require.Greater(t, s.Quantiles[4], want)
		if i < 2 { // s and β are skewed
			require.InEpsilon(t, want, s.Mean, 0.03)
			require.InEpsilon(t, []float64{0.0476, 0.843}[i], s.SD, 0.15)
		}
	}
	// Posterior means near the maximum: predictions agree with those at the estimates.
	fit := mustParetoNBD(t, 0.55328, 10.57768, 0.60624, 11.66874)
	for _, s := range []scoring.Summary{{T: 38.86}, {X: 2, TX: 30.43, T: 38.86}, {X: 26, TX: 30.86, T: 31}} {
		require.InDelta(t, fit.PAlive(s), p.PAlive(s), 0.03)
		require.InEpsilon(t, fit.Expected(s, 39), p.Expected(s, 39), 0.06)
	}
	// The estimates give 1666 with a standard error of 134 by the delta method; 1882
	// were made.
	total, err := p.ExpectedTotal(t.Context(), summaries, 39, 0.99)
	require.NoError(t, err)
	t.Logf("expected %+v", total)
	require.InEpsilon(t, 1666, total.Value, 0.04)
	require.InDelta(t, 138, total.SE, 20)
	require.Less(t, total.Low, 1882.)
	require.Greater(t, total.High, 1882.)
}

// Without data the posterior is the prior.
func TestPosteriorWithoutDataIsThePrior(t *testing.T) {
	nobody := summariesOf(t, []scoring.Summary{{}})
	priors := []btyd.Prior{btyd.GammaPrior("r", 2, 3), btyd.LogNormalPrior("beta", 10, 0.5)}
	p := samplePareto(t, nobody, 3, &btyd.BayesOptions{Draws: 4000, Priors: priors})
	require.Empty(t, p.Warnings())
	// Quantiles of Gamma(2, 3), the roots of 1 − (1+3x) e^−3x (mpmath, 20 digits), and of log-normal ones.
	want := [][5]float64{{0.0807364, 0.3204263, 0.5594490, 0.8975416, 1.8572138}, {}, {}, {}}
	for i, v := range [][2]float64{{}, {13, 2}, {1, 1.5}, {10, 0.5}} {
		for k, z := range []float64{-1.959964, -0.6744898, 0, 0.6744898, 1.959964} {
			if i > 0 {
				want[i][k] = v[0] * math.Exp(z*v[1])
			}
		}
	}
	for i, s := range p.Summary() {
		for k, q := range s.Quantiles {
			scale := []float64{0.75, 2, 1.5, 0.5}[i] // sd of the logarithm
			require.InDelta(t, math.Log(want[i][k]), math.Log(q), 0.2*scale, "%s %d: %v want %v", s.Name, k, s.Quantiles, want[i])
		}
	}
}

// Where the parameters are all but known, so are the conjugate posteriors of the
// customers: the draws agree with the means and probabilities in closed form.
func TestLatentsUnderKnownParameters(t *testing.T) {
	known := []btyd.Prior{
		btyd.LogNormalPrior("r", 0.8, 0.001), btyd.LogNormalPrior("alpha", 9, 0.001),
		btyd.LogNormalPrior("s", 0.7, 0.001), btyd.LogNormalPrior("beta", 14, 0.001),
	}
	customers := []scoring.Summary{{T: 30}, {X: 1, TX: 2, T: 40}, {X: 5, TX: 20, T: 38}, {X: 30, TX: 29, T: 30}, {X: 3, TX: 20, T: 20}}
	p := samplePareto(t, summariesOf(t, customers), 4, &btyd.BayesOptions{Chains: 2, Warmup: 100, Draws: 200, Priors: known})
	m := mustParetoNBD(t, 0.8, 9, 0.7, 14)
	for i, s := range customers {
		const n = 40_000
		latents, err := p.Latents(s, uint32(i), n)
		require.NoError(t, err)
		require.Len(t, latents, n)
		var purchase, purchases, dropout, dropouts, left, again float64
		for _, l := range latents {
			purchase, purchases = purchase+l.Purchase/n, purchases+l.Purchase*l.Purchase/n
			dropout, dropouts = dropout+l.Dropout/n, dropouts+l.Dropout*l.Dropout/n
			if l.Left <= s.T {
				left += 1. / n
				require.GreaterOrEqual(t, l.Left, s.TX)
			} else if l.Left > s.T+10 {
				again += 1. / n
			}
		}
		rates, err := m.Rates(s)
		require.NoError(t, err)
		require.InDelta(t, rates.Purchase, purchase, 5*math.Sqrt((purchases-purchase*purchase)/n)+0.002*purchase, "%+v", s)
		require.InDelta(t, rates.Dropout, dropout, 5*math.Sqrt((dropouts-dropout*dropout)/n)+0.002*dropout, "%+v", s)
		require.InDelta(t, m.PDead(s), left, 0.012, "%+v", s)
		require.InDelta(t, m.PAliveAt(s, 10), again, 0.012, "%+v", s)
		c, err := p.Customer(s, uint32(i), 26, 0.9)
		require.NoError(t, err)
		within(t, "rate", c.Purchase, rates.Purchase, 0.003)
		within(t, "dropout", c.Dropout, rates.Dropout, 0.003)
		within(t, "expected", c.Expected, m.Expected(s, 26), 0.003)
		band, err := m.Band(s, 26, 0.9)
		require.NoError(t, err)
		require.InDelta(t, band.Low, c.Low, 0.1*float64(band.High)+1)
		require.InDelta(t, band.High, c.High, 0.1*float64(band.High)+1)
	}
}

// What averages over laws take of each is what the law's own quadrature says.
func TestGlanceAgreesWithQuadrature(t *testing.T) {
	for _, p := range [][]float64{{.553, 10.578, .606, 11.669}, {.05, .3, 5, 900}, {8, 90, .02, 1}, {1, 2, 30, 30}, {.4, 300, 2, 2}, {2, 1e-3, .5, 50}} {
		m := mustParetoNBD(t, p[0], p[1], p[2], p[3])
		for _, s := range []scoring.Summary{{}, {T: 38.86}, {X: 2, TX: 30.43, T: 38.86}, {X: 26, TX: 10, T: 31}, {X: 1, TX: 5, T: 5}, {X: 400, TX: 20, T: 100}, {X: 3, TX: .01, T: 500}} {
			alive, purchase, dropout := btyd.Glance(m, s)
			rates, err := m.Rates(s)
			require.NoError(t, err)
			require.InDelta(t, m.PAlive(s), alive, 1e-12, "%v %+v", p, s)
			require.InEpsilon(t, rates.Purchase, purchase, 1e-9, "%v %+v", p, s)
			require.InDelta(t, rates.Dropout, dropout, 1e-12*p[2]/p[3]+1e-9*rates.Dropout, "%v %+v", p, s)
		}
	}
}

// The answer depends on seed and options, not on the number of workers.
func TestPosteriorIsReproducible(t *testing.T) {
	t.Parallel()
	summaries := cdnowLike(true).customers(t, 300, 5)
	ask := func(workers int, seed uint64) ([]byte, []btyd.CustomerPosterior, []float64) {
		o := short()
		o.Workers = workers
		p := samplePareto(t, summaries, seed, o)
		text, err := json.Marshal(p)
		require.NoError(t, err)
		list, err := p.Customers(t.Context(), summaries, 20, 0.8)
		require.NoError(t, err)
		totals, err := p.DrawTotals(t.Context(), summaries, 20)
		require.NoError(t, err)
		return text, list, totals
	}
	text, list, totals := ask(1, 9)
	for _, workers := range []int{2, 3, 0} {
		again, customers, sums := ask(workers, 9)
		require.Equal(t, text, again)
		require.Empty(t, cmp.Diff(list, customers))
		require.Equal(t, totals, sums)
	}
	other, _, _ := ask(1, 10)
	require.NotEqual(t, text, other)
}

// The unit of time changes the figures of times and nothing else.
func TestPosteriorDoesNotDependOnTheUnit(t *testing.T) {
	weeks := cdnowLike(true).customers(t, 300, 6)
	rows := make([]scoring.Summary, weeks.Len())
	for i := range rows {
		_, rows[i] = weeks.At(i)
		rows[i].TX *= 7
		rows[i].T *= 7
		rows[i].SumLogInterval += float64(rows[i].X) * math.Log(7)
	}
	days, err := scoring.NewSummaries(rapport.Day, weeks.IDs(), rows)
	require.NoError(t, err)
	a, b := samplePareto(t, weeks, 7, short()), samplePareto(t, days, 7, short())
	for i, s := range a.Summary() {
		scale := []float64{1, 7, 1, 7}[i]
		within(t, s.Name, b.Summary()[i].Mean, scale*s.Mean, 1e-6)
		within(t, s.Name, b.Summary()[i].SD, scale*s.SD, 1e-6)
	}
}

// Data from which maximum likelihood learns nothing, or only a boundary.
func TestPosteriorOfPoorData(t *testing.T) {
	for name, rows := range map[string][]scoring.Summary{
		"nobody came back":     {{T: 10}, {T: 20}, {T: 30}},
		"one customer":         {{X: 3, TX: 10, T: 12}},
		"all there at the end": {{X: 3, TX: 10, T: 10}, {X: 1, TX: 5, T: 5}, {X: 7, TX: 50, T: 50}},
		"first day":            {{}, {}, {T: 0}},
		"many purchases":       {{X: 100_000, TX: 3650, T: 3651}, {T: 3650}},
		"tiny times":           {{X: 2, TX: 1e-6, T: 1e-5}, {T: 1e-3}},
	} {
		t.Run(name, func(t *testing.T) {
			summaries := summariesOf(t, rows)
			p := samplePareto(t, summaries, 1, short())
			for _, s := range p.Summary() {
				for _, v := range append(s.Quantiles[:], s.Mean, s.SD, s.RHat, s.BulkESS, s.TailESS, s.MCSE) {
					require.False(t, math.IsNaN(v) || math.IsInf(v, 0) || v < 0, "%+v", s)
				}
			}
			list, err := p.Customers(t.Context(), summaries, 26, 0.9)
			require.NoError(t, err)
			for i, c := range list {
				for _, v := range []float64{c.PAlive, c.Expected, c.Purchase, c.Dropout} {
					require.False(t, math.IsNaN(v) || math.IsInf(v, 0) || v < 0, "customer %d: %+v", i, c)
				}
				require.LessOrEqual(t, c.Low, c.High)
			}
		})
	}
}

// It answers as a model, the mean of its models, wherever a model is asked for.
func TestPosteriorIsATransactionModel(t *testing.T) {
	summaries := cdnowLike(true).customers(t, 200, 8)
	p := samplePareto(t, summaries, 2, short())
	n := p.Chains() * p.Draws() // fewer than 256: all of them predict
	s := scoring.Summary{X: 3, TX: 20, T: 30}
	var alive, at, expected, fresh, none, pmf, likelihood, discounted float64
	for c := range p.Chains() {
		for i := range p.Draws() {
			m, err := btyd.New(btyd.ParetoNBD, rapport.Week, p.Draw(c, i)...)
			require.NoError(t, err)
			alive, at, expected = alive+m.PAlive(s), at+m.PAliveAt(s, 5), expected+m.Expected(s, 52)
			fresh, none, pmf = fresh+m.ExpectedNew(52), none+m.Probability(s, 0, 10), pmf+m.PMF(2, 10)
			likelihood += math.Exp(m.LogLikelihood(s))
			d, err := m.Discounted(s, inf, 0.002)
			require.NoError(t, err)
			discounted += d
		}
	}
	mean := func(v float64) float64 { return v / float64(n) }
	within(t, "P(alive)", p.PAlive(s), mean(alive), 1e-12)
	within(t, "P(alive) later", p.PAliveAt(s, 5), mean(at), 1e-12)
	within(t, "expected", p.Expected(s, 52), mean(expected), 1e-12)
	within(t, "new", p.ExpectedNew(52), mean(fresh), 1e-12)
	within(t, "none", p.Probability(s, 0, 10), mean(none), 1e-12)
	within(t, "two", p.PMF(2, 10), mean(pmf), 1e-12)
	within(t, "likelihood", math.Exp(p.LogLikelihood(s)), mean(likelihood), 1e-12)
	got, err := p.Discounted(s, inf, 0.002)
	require.NoError(t, err)
	within(t, "discounted", got, mean(discounted), 1e-12)

	dst := make([]float64, summaries.Len())
	spend, err := btyd.NewGammaGamma(6.25, 3.74, 15.44)
	require.NoError(t, err)
	require.NoError(t, btyd.LifetimeValues(dst, p, spend, summaries, btyd.Horizon{Periods: 52, AnnualDiscount: 0.1}))
	for i := 0; i < len(dst); i += 20 {
		_, s := summaries.At(i)
		want, err := btyd.LifetimeValue(p, spend, s, btyd.Horizon{Periods: 52, AnnualDiscount: 0.1})
		require.NoError(t, err)
		within(t, "value", dst[i], want, 1e-9)
	}
	require.NoError(t, p.PAliveInto(dst, summaries))
	_, first := summaries.At(0)
	within(t, "P(alive) of the first", dst[0], p.PAlive(first), 1e-11)
	require.NoError(t, p.ExpectedInto(dst, summaries, 10))
	within(t, "expected of the first", dst[0], p.Expected(first, 10), 1e-11)
	_, err = p.Discounted(s, inf, 0) // s ≤ 1 in some draw
	require.ErrorIs(t, err, btyd.ErrDiverges)
	require.Equal(t, 200, p.Report().Customers)
	require.Equal(t, "paretonbd", p.Name())
	require.Len(t, p.Parameters(), 4)
	require.Equal(t, p.Summary()[1].SD, p.Parameters()[1].SE)
}

// stopAfter is a context that is cancelled at its n-th question.
type stopAfter struct {
	context.Context
	n int
}

func (c *stopAfter) Err() error {
	if c.n--; c.n < 0 {
		return context.Canceled
	}
	return nil
}

// A run that is stopped leaves the beginning of the whole run's draws.
func TestStoppedSampling(t *testing.T) {
	summaries := cdnowLike(true).customers(t, 100, 9)
	o := &btyd.BayesOptions{Chains: 1, Warmup: 100, Draws: 1000, Workers: 1}
	whole := samplePareto(t, summaries, 5, o)
	p, err := btyd.SampleParetoNBD(&stopAfter{t.Context(), 1500}, summaries, 5, o)
	var stopped *btyd.SampleError
	require.ErrorAs(t, err, &stopped)
	require.ErrorIs(t, err, context.Canceled)
	require.Equal(t, p.Draws(), stopped.Draws)
	require.Greater(t, p.Draws(), 50)
	require.Less(t, p.Draws(), 1000)
	for i := range p.Draws() {
		require.Equal(t, whole.Draw(0, i), p.Draw(0, i))
	}
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	p, err = btyd.SampleParetoNBD(cancelled, summaries, 5, nil)
	require.ErrorIs(t, err, context.Canceled)
	require.Nil(t, p)
	_, err = whole.Customers(cancelled, summaries, 10, 0.9)
	require.ErrorIs(t, err, context.Canceled)
}

func TestSamplerRefusesBadInput(t *testing.T) {
	summaries := cdnowLike(true).customers(t, 50, 9)
	for name, o := range map[string]btyd.BayesOptions{
		"Chains": {Chains: -1}, "Warmup": {Warmup: 99}, "Draws": {Draws: 49}, "Thin": {Thin: 1001}, "Workers": {Workers: -1},
	} {
		_, err := btyd.SampleParetoNBD(t.Context(), summaries, 1, &o)
		var input *btyd.InputError
		require.ErrorAs(t, err, &input, name)
		require.Equal(t, name, input.Name)
	}
	for name, priors := range map[string][]btyd.Prior{
		"unknown":  {btyd.LogNormalPrior("gamma", 1, 1)},
		"twice":    {btyd.LogNormalPrior("r", 1, 1), btyd.LogNormalPrior("r", 1, 1)},
		"negative": {btyd.LogNormalPrior("r", -1, 1)},
		"NaN":      {btyd.GammaPrior("s", math.NaN(), 1)},
		"too sure": {btyd.LogNormalPrior("r", 1, 1e-4)},
		"far away": {btyd.LogNormalPrior("r", 1e99, 1)},
		"too wide": {btyd.GammaPrior("r", 1e-5, 1)},
	} {
		_, err := btyd.SampleParetoNBD(t.Context(), summaries, 1, &btyd.BayesOptions{Priors: priors})
		var input *btyd.InputError
		require.ErrorAs(t, err, &input, name)
	}
	_, err := btyd.SampleParetoNBD(t.Context(), nil, 1, nil)
	require.ErrorIs(t, err, btyd.ErrNoCustomers)
	require.Nil(t, btyd.DefaultPriors(0))

	p := samplePareto(t, summaries, 1, short())
	var input *btyd.InputError
	good := scoring.Summary{X: 1, TX: 2, T: 3}
	for _, call := range []func() error{
		func() error { _, err := p.Latents(scoring.Summary{X: -1}, 0, 1); return err },
		func() error { _, err := p.Latents(good, 0, 0); return err },
		func() error { _, err := p.Customer(scoring.Summary{X: 1}, 0, 1, 0.9); return err },
		func() error { _, err := p.Customer(good, 0, -1, 0.9); return err },
		func() error { _, err := p.Customer(good, 0, 1e99, 0.9); return err },
		func() error { _, err := p.Customer(good, 0, 1, 1); return err },
		func() error { _, err := p.Customers(t.Context(), summaries, math.NaN(), 0.9); return err },
		func() error { _, err := p.Discounted(scoring.Summary{X: 1}, 1, 0); return err },
		func() error { return p.ExpectedInto(make([]float64, 1), summaries, 1) },
	} {
		require.ErrorAs(t, call(), &input)
	}
	_, err = p.Customers(t.Context(), nil, 1, 0.9)
	require.ErrorIs(t, err, btyd.ErrUnitMismatch)
	require.Zero(t, p.PAlive(scoring.Summary{X: -1}))
	require.Zero(t, p.LogLikelihood(scoring.Summary{X: 1}))
	require.Zero(t, p.Expected(good, inf))
	require.Nil(t, p.Draw(0, -1))
	require.Nil(t, p.Draw(2, 0))
}

func TestZeroPosteriorKnowsNothing(t *testing.T) {
	good := scoring.Summary{X: 1, TX: 2, T: 3}
	for _, p := range []*btyd.Posterior{nil, {}} {
		require.Zero(t, p.PAlive(good)+p.Expected(good, 1)+p.ExpectedNew(1)+p.PMF(0, 1)+p.LogLikelihood(good))
		require.Empty(t, p.Name())
		require.Zero(t, p.Unit())
		require.Zero(t, p.Chains()+p.Draws())
		require.Empty(t, p.Summary())
		require.Empty(t, p.Parameters())
		require.Empty(t, p.Priors())
		require.Empty(t, p.Warnings())
		require.Empty(t, p.Report())
		require.Nil(t, p.Draw(0, 0))
		var input *btyd.InputError
		_, err := p.Discounted(good, 1, 0)
		require.ErrorAs(t, err, &input)
		_, err = p.Customer(good, 0, 1, 0.9)
		require.ErrorAs(t, err, &input)
		_, err = p.Latents(good, 0, 1)
		require.ErrorAs(t, err, &input)
		_, err = p.DrawTotals(t.Context(), nil, 1)
		require.ErrorAs(t, err, &input)
		require.ErrorAs(t, p.PAliveInto(nil, nil), &input)
	}
	_, err := json.Marshal(btyd.Posterior{})
	require.Error(t, err)
}
