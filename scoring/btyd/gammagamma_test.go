package btyd_test

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/scoring"
	"github.com/rapport-crm/rapport/scoring/btyd"
)

func mustGammaGamma(tb testing.TB, p, q, v float64) *btyd.GammaGamma {
	tb.Helper()
	g, err := btyd.NewGammaGamma(p, q, v)
	require.NoError(tb, err)
	return g
}

// spendLogLikelihood adds up what LogLikelihood says of each customer.
func spendLogLikelihood(tb testing.TB, summaries *scoring.Summaries, logs []float64) float64 {
	g := mustGammaGamma(tb, math.Exp(logs[0]), math.Exp(logs[1]), math.Exp(logs[2]))
	sum := 0.0
	for _, s := range summaries.All() {
		sum += g.LogLikelihood(s)
	}
	return sum
}

// The fit ends where the sum of the customers' likelihoods is flat, and its
// covariance is the inverse of that sum's curvature there.
func TestSpendFitIsTheMaximum(t *testing.T) {
	summaries := cdnowLike(true).customers(t, 4000, 20)
	g, err := btyd.FitGammaGamma(t.Context(), summaries, nil)
	require.NoError(t, err)
	report := g.Report()
	t.Logf("%+v %+v", g.Parameters(), report)
	at := []float64{math.Log(g.Params().P), math.Log(g.Params().Q), math.Log(g.Params().V)}
	within(t, "log-likelihood", report.LogLikelihood, spendLogLikelihood(t, summaries, at), 1e-12)
	require.Less(t, report.MaxGradient, 1e-7)
	covariance, ok := g.Covariance()
	require.True(t, ok)
	const h = 1e-3
	value := func(d ...float64) float64 {
		x := make([]float64, 3)
		for i := range x {
			x[i] = at[i] + d[i]
		}
		return spendLogLikelihood(t, summaries, x)
	}
	unit := func(i int, size float64) []float64 { d := make([]float64, 3); d[i] = size; return d }
	params := []float64{g.Params().P, g.Params().Q, g.Params().V}
	for i := range 3 {
		require.InDelta(t, 0, (value(unit(i, h)...)-value(unit(i, -h)...))/(2*h), 1e-2, "gradient %d", i)
	}
	// Hessian × covariance (in logarithms) must be −1 on the diagonal, 0 beside it.
	for i := range 3 {
		for k := range 3 {
			sum := 0.0
			for j := range 3 {
				var second float64
				if i == j {
					second = (value(unit(i, h)...) - 2*value(0, 0, 0) + value(unit(i, -h)...)) / (h * h)
				} else {
					d := func(a, b float64) []float64 { v := unit(i, a); v[j] += b; return v }
					second = (value(d(h, h)...) - value(d(h, -h)...) - value(d(-h, h)...) + value(d(-h, -h)...)) / (4 * h * h)
				}
				sum += second * covariance[j][k] / params[j] / params[k]
			}
			want := 0.0
			if i == k {
				want = -1
			}
			require.InDelta(t, want, sum, 2e-3, "row %d column %d", i, k)
		}
	}
}

func TestSpendFitScalesWithMoney(t *testing.T) {
	base := cdnowLike(true).customers(t, 2000, 21)
	want, err := btyd.FitGammaGamma(t.Context(), base, nil)
	require.NoError(t, err)
	for _, c := range []float64{1e-6, 1e8} {
		var rows []scoring.Summary
		for _, s := range base.All() {
			s.Spend *= c
			rows = append(rows, s)
		}
		got, err := btyd.FitGammaGamma(t.Context(), summariesOf(t, rows), nil)
		require.NoError(t, err)
		within(t, "p", got.Params().P, want.Params().P, 1e-7)
		within(t, "q", got.Params().Q, want.Params().Q, 1e-7)
		within(t, "v", got.Params().V, c*want.Params().V, 1e-7)
		require.Equal(t, 1, got.Report().Starts)
	}
}

func TestSpendDataThatCannotBeFitted(t *testing.T) {
	one := scoring.Summary{X: 2, TX: 3, T: 5, Spend: 10}
	none := scoring.Summary{X: 2, TX: 3, T: 5}
	for name, c := range map[string]struct {
		rows []scoring.Summary
		want error
	}{
		"no repeat":        {[]scoring.Summary{{T: 5}}, btyd.ErrTooFewSpenders},
		"one":              {[]scoring.Summary{one, {T: 5}}, btyd.ErrTooFewSpenders},
		"without spend":    {[]scoring.Summary{one, none, none}, btyd.ErrTooFewSpenders},
		"all equal":        {[]scoring.Summary{one, one, one}, btyd.ErrEqualSpend},
		"negative is none": {[]scoring.Summary{one, {X: 1, TX: 3, T: 5, Spend: -4}}, btyd.ErrTooFewSpenders},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := btyd.FitGammaGamma(t.Context(), summariesOf(t, c.rows), nil)
			require.ErrorIs(t, err, c.want)
		})
	}
	m, err := btyd.FitGammaGamma(t.Context(), summariesOf(t, []scoring.Summary{one, none, {X: 1, TX: 3, T: 5, Spend: 12}, {X: 3, TX: 3, T: 5, Spend: 40}}), nil)
	require.NoError(t, err)
	require.Equal(t, 1, m.Report().Excluded)
	require.Equal(t, 3, m.Report().Customers)
	require.Contains(t, m.Report().Warnings, btyd.WarningFewCustomers)
}

// Spend that does not vary between customers beyond chance, or not within them,
// runs to the boundaries.
func TestSpendBoundaries(t *testing.T) {
	random := rand.New(rand.NewPCG(22, 0))
	var between, within []scoring.Summary
	for range 600 {
		x := 1 + random.IntN(6)
		s := scoring.Summary{X: x, TX: 3, T: 5}
		s.Spend = 20 + 0.5*random.NormFloat64()/math.Sqrt(float64(x)) // one mean for all
		within = append(within, s)
		s.Spend = 100 / drawGamma(random, 3) // the same each time: m does not regress with x
		between = append(between, s)
	}
	g, err := btyd.FitGammaGamma(t.Context(), summariesOf(t, within), nil)
	require.NoError(t, err)
	t.Logf("%+v %+v", g.Params(), g.Report())
	require.Contains(t, g.Report().Boundaries, btyd.BoundaryHomogeneousSpend)
	for _, p := range g.Parameters()[1:] {
		require.False(t, p.Identified, "%+v", p)
	}
	g, err = btyd.FitGammaGamma(t.Context(), summariesOf(t, between), nil)
	require.NoError(t, err)
	t.Logf("%+v %+v", g.Params(), g.Report())
	require.Contains(t, g.Report().Boundaries, btyd.BoundaryConstantSpend)
	spend, err := g.ExpectedSpend(scoring.Summary{X: 2, TX: 3, T: 5, Spend: 50})
	require.NoError(t, err)
	require.InDelta(t, 50, spend, .01)
}

// Few customers whose spend spans many powers of ten: here an inner maximum lies
// above both boundaries. The log-likelihoods wanted are what a simplex search from
// five starts found, to 1e-6.
func TestSpendFitFindsAnInnerMaximumAboveTheBoundaries(t *testing.T) {
	for _, c := range []struct {
		want  float64
		x     []int
		spend []float64
	}{
		{-51.590610, []int{1, 1, 1, 1, 1, 1, 1, 1, 1, 1}, []float64{1.3e-05, 0.0009066, 0.1426, 1994, 0.1358, 0.01838, 1.283, 0.09921, 1.18e+13, 697.8}},
		{-59.418242, []int{2, 1, 2, 2, 1, 1, 1, 1, 1, 2}, []float64{1.3e-05, 0.0008965, 6.295, 3.78, 0.3461, 4.502e+06, 2.293e+06, 104.9, 68.35, 3.937}},
		{-7.513374, []int{1, 2, 2, 2, 1}, []float64{1.3e-05, 0.003264, 0.04314, 0.5772, 1.105e+05}},
	} {
		var rows []scoring.Summary
		for i, x := range c.x {
			rows = append(rows, scoring.Summary{X: x, TX: 3, T: 5, Spend: c.spend[i]})
		}
		g, err := btyd.FitGammaGamma(t.Context(), summariesOf(t, rows), nil)
		require.NoErrorf(t, err, "%v", c.spend)
		require.GreaterOrEqualf(t, g.Report().LogLikelihood, c.want, "%v: %+v", c.spend, g.Params())
		require.Emptyf(t, g.Report().Boundaries, "%v", c.spend)
	}
}

// Spend over many powers of ten has a local maximum inside, and the supremum on a
// boundary. The log-likelihoods wanted are what a simplex search from ten starts
// found to 1e-4, a little short of the supremum.
func TestSpendFitIsNotALocalMaximum(t *testing.T) {
	for _, c := range []struct{ decades, want float64 }{
		{0.5, math.Inf(-1)}, {1, -162.16942}, {1.4, -314.60154}, {2, -539.32762}, {3, -908.93227},
	} {
		var rows []scoring.Summary
		for i := range 26 {
			rows = append(rows, scoring.Summary{X: 1 + 4*(i%3), TX: 3, T: 5, Spend: 1.3 * math.Pow(10, c.decades*float64(i%13)-5)})
		}
		g, err := btyd.FitGammaGamma(t.Context(), summariesOf(t, rows), nil)
		require.NoErrorf(t, err, "%v decades a step", c.decades)
		report := g.Report()
		t.Logf("%v: %+v %+v", c.decades, g.Params(), report)
		if math.IsInf(c.want, -1) {
			continue
		}
		require.GreaterOrEqualf(t, report.LogLikelihood, c.want, "%v decades a step", c.decades)
		require.Equal(t, []btyd.Boundary{btyd.BoundaryConstantSpend}, report.Boundaries)
		require.Equal(t, 2, report.Parameters)
		q := g.Parameters()
		require.Equal(t, []bool{false, true, false}, []bool{q[0].Identified, q[1].Identified, q[2].Identified})
	}
}

// On a boundary the fit is that of the two-parameter model there, whose maximum
// has a closed form or nearly: the likelihood equations must hold at it.
func TestSpendBoundaryIsTheNestedMaximum(t *testing.T) {
	for name, c := range map[string]struct {
		rows     []scoring.Summary
		boundary btyd.Boundary
	}{
		// x = 1 each: m ~ inverse gamma(q, p·v), where p·v = q / mean(1/m).
		"constant": {[]scoring.Summary{{X: 1, TX: 1, T: 2, Spend: 1}, {X: 1, TX: 1, T: 2, Spend: 1.1}, {X: 1, TX: 1, T: 2, Spend: 9}, {X: 1, TX: 1, T: 2, Spend: 400}}, btyd.BoundaryConstantSpend},
		// m ~ Gamma(px, νx): the population mean p/ν is the mean of all purchases.
		"homogeneous": {[]scoring.Summary{{X: 1, TX: 1, T: 2, Spend: 12}, {X: 2, TX: 1, T: 2, Spend: 15}}, btyd.BoundaryHomogeneousSpend},
		"close":       {[]scoring.Summary{{X: 1, TX: 1, T: 2, Spend: 9.99}, {X: 7, TX: 1, T: 2, Spend: 9.9901}, {X: 2, TX: 1, T: 2, Spend: 9.9903}}, btyd.BoundaryHomogeneousSpend},
	} {
		t.Run(name, func(t *testing.T) {
			g, err := btyd.FitGammaGamma(t.Context(), summariesOf(t, c.rows), nil)
			require.NoError(t, err)
			t.Logf("%+v %+v", g.Parameters(), g.Report())
			require.Equal(t, []btyd.Boundary{c.boundary}, g.Report().Boundaries)
			var inverse, spent, purchases float64
			for _, s := range c.rows {
				inverse += 1 / s.Spend / float64(len(c.rows))
				spent += s.Spend * float64(s.X)
				purchases += float64(s.X)
				amount, err := g.ExpectedSpend(s)
				require.NoError(t, err)
				if c.boundary == btyd.BoundaryConstantSpend {
					within(t, "expected spend", amount, s.Spend, 1e-12)
				}
			}
			p := g.Params()
			if c.boundary == btyd.BoundaryConstantSpend {
				within(t, "p·v", p.P*p.V, p.Q/inverse, 1e-12)
				return
			}
			within(t, "mean", p.P*p.V/p.Q, spent/purchases, 1e-12)
			for _, s := range c.rows {
				amount, err := g.ExpectedSpend(s)
				require.NoError(t, err)
				within(t, "expected spend", amount, spent/purchases, 1e-9)
			}
		})
	}
}

func TestSpendFitStoppedEarlyIsNotConverged(t *testing.T) {
	summaries := cdnowLike(true).customers(t, 1000, 25)
	g, err := btyd.FitGammaGamma(t.Context(), summaries, &btyd.FitOptions{MaxIterations: 1})
	require.ErrorIs(t, err, btyd.ErrNotConverged)
	require.False(t, g.Report().Converged)
	require.Greater(t, g.Report().Starts, 1)
	_, err = g.ExpectedSpend(scoring.Summary{X: 2, TX: 1, T: 3, Spend: 20})
	require.NoError(t, err)
}

func TestSpendBeyondMoneyIsRefused(t *testing.T) {
	for _, spend := range []float64{1e-61, 1e61, math.MaxFloat64} {
		rows := []scoring.Summary{{X: 5, TX: 3, T: 5, Spend: 10}, {X: 5, TX: 3, T: 5, Spend: spend}}
		_, err := btyd.FitGammaGamma(t.Context(), summariesOf(t, rows), nil)
		var input *btyd.InputError
		require.ErrorAsf(t, err, &input, "%v", spend)
		require.Equal(t, spend, input.Value)
	}
}

func TestSpendFrequencyCorrelationIsReported(t *testing.T) {
	random := rand.New(rand.NewPCG(23, 0))
	var rows []scoring.Summary
	for range 500 {
		x := 1 + random.IntN(10)
		rows = append(rows, scoring.Summary{X: x, TX: 3, T: 5, Spend: float64(x) * (1 + random.Float64())})
	}
	g, err := btyd.FitGammaGamma(t.Context(), summariesOf(t, rows), nil)
	require.NoError(t, err)
	require.Greater(t, g.Report().SpendFrequencyCorrelation, .8)
	require.Contains(t, g.Report().Warnings, btyd.WarningSpendFrequency)
}

func TestExpectedSpend(t *testing.T) {
	g := mustGammaGamma(t, 6.25, 3.74, 15.44)
	for _, c := range []struct {
		s    scoring.Summary
		want float64
	}{
		{scoring.Summary{}, 6.25 * 15.44 / 2.74},
		{scoring.Summary{X: 1, Spend: 10}, 6.25 * 25.44 / 8.99},
		{scoring.Summary{X: 3, Spend: -10}, 6.25 * 15.44 / 21.49}, // counts as nothing spent
	} {
		got, err := g.ExpectedSpend(c.s)
		require.NoError(t, err)
		within(t, "expected spend", got, c.want, 1e-15)
	}
	heavy := mustGammaGamma(t, .1, .85, 10)
	_, err := heavy.ExpectedSpend(scoring.Summary{X: 1, TX: 1, T: 2, Spend: 5})
	require.ErrorIs(t, err, btyd.ErrInfiniteMean)
	_, err = heavy.ExpectedSpend(scoring.Summary{X: 2, TX: 1, T: 2, Spend: 5})
	require.NoError(t, err)
	var input *btyd.InputError
	_, err = g.ExpectedSpend(scoring.Summary{X: 1, TX: 1, T: 2, Spend: math.NaN()})
	require.ErrorAs(t, err, &input)
	_, err = g.ExpectedSpend(scoring.Summary{X: -1})
	require.ErrorAs(t, err, &input)
	_, err = g.ExpectedSpend(scoring.Summary{X: 5, TX: 1, T: 2, Spend: 1e308})
	require.ErrorAs(t, err, &input, "beyond float64")
	for _, p := range [][3]float64{{0, 1, 1}, {1, -1, 1}, {1, 1, math.NaN()}, {1, inf, 1}, {1, 1, 1e101}} {
		_, err := btyd.NewGammaGamma(p[0], p[1], p[2])
		require.ErrorAs(t, err, &input, "%v", p)
	}
}

func TestGammaGammaJSON(t *testing.T) {
	g, err := btyd.FitGammaGamma(t.Context(), cdnowLike(true).customers(t, 500, 24), nil)
	require.NoError(t, err)
	text, err := json.Marshal(g)
	require.NoError(t, err)
	var back btyd.GammaGamma
	require.NoError(t, json.Unmarshal(text, &back))
	again, err := json.Marshal(&back)
	require.NoError(t, err)
	require.Equal(t, string(text), string(again))
	require.Equal(t, g, &back)
}
