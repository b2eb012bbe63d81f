package btyd_test

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/scoring"
	"github.com/rapport-crm/rapport/scoring/btyd"
)

// usable fails if a model says anything that is not a number, for customers of all
// sorts.
func usable(t *testing.T, m *btyd.Model) {
	t.Helper()
	for _, s := range []scoring.Summary{{}, {T: 30}, {X: 1, TX: 10, T: 30}, {X: 5, TX: 30, T: 30}, {X: 50, TX: 3, T: 100}} {
		p := m.PAlive(s)
		require.Truef(t, p >= 0 && p <= 1, "%+v: P(alive) %v of %+v", m.Parameters(), p, s)
		e := m.Expected(s, 39)
		require.Truef(t, e >= 0 && !math.IsInf(e, 0), "%+v: expected %v of %+v", m.Parameters(), e, s)
		d, err := m.Discounted(s, 39, .001)
		require.NoError(t, err)
		require.LessOrEqual(t, d, e*(1+1e-12))
		require.Falsef(t, math.IsNaN(m.LogLikelihood(s)), "%+v", m.Parameters())
		require.LessOrEqual(t, m.Probability(s, 0, 39), 1.)
	}
	for _, p := range m.Parameters() {
		require.Falsef(t, math.IsNaN(p.Value) || math.IsInf(p.Value, 0) || math.IsNaN(p.SE) || math.IsInf(p.SE, 0), "%+v", p)
		require.Equal(t, p.Identified, p.SE > 0, "%+v", p)
	}
}

func TestAllWithoutRepeatIsRefused(t *testing.T) {
	_, err := btyd.FitBGNBD(t.Context(), summariesOf(t, []scoring.Summary{{T: 5}, {T: 7}}), nil)
	require.ErrorIs(t, err, btyd.ErrNoRepeat)
	require.EqualError(t, err, "btyd: bgnbd: 2 customers: no customer has a repeat purchase: no model can be fitted")
}

// Nobody seems to leave: the maximum is the NBD, whose a and b mean nothing.
func TestAllBuyingToTheEndIsTheNBD(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 0))
	rows := make([]scoring.Summary, 500)
	for i := range rows {
		rows[i] = scoring.Summary{T: 20 + 30*random.Float64()}
		if n := random.IntN(8); n > 1 {
			rows[i].X, rows[i].TX = n, rows[i].T
		}
	}
	m, err := btyd.FitBGNBD(t.Context(), summariesOf(t, rows), nil)
	require.NoError(t, err)
	require.Equal(t, []btyd.Boundary{btyd.BoundaryNoDropout}, m.Report().Boundaries)
	require.Equal(t, 0., param(t, m, "a"))
	require.Equal(t, 2, m.Report().Parameters)
	p := m.Parameters()
	require.True(t, p[0].Identified && p[1].Identified)
	require.False(t, p[2].Identified || p[3].Identified)
	require.Equal(t, 1., m.PAlive(scoring.Summary{X: 3, TX: 1, T: 100}))
	s := scoring.Summary{X: 3, TX: 10, T: 40}
	within(t, "NBD expectation", m.Expected(s, 20), (p[0].Value+3)/(p[1].Value+40)*20, 1e-15)
	usable(t, m)
}

// Few rows leave the maximum at some boundary; the model must be usable and the
// report must say why.
func TestFewRows(t *testing.T) {
	for name, rows := range map[string][]scoring.Summary{
		"one":          {{X: 3, TX: 20, T: 30}},
		"one at end":   {{X: 3, TX: 30, T: 30}},
		"one purchase": {{X: 1, TX: 2, T: 30}},
		"ten": {
			{X: 2, TX: 30.43, T: 38.86}, {X: 1, TX: 1.71, T: 38.86}, {T: 38.86}, {T: 38.86}, {T: 38.86},
			{X: 7, TX: 29.43, T: 38.86}, {X: 1, TX: 5, T: 38.86}, {T: 38.86}, {X: 2, TX: 35.71, T: 38.86}, {T: 38.86},
		},
		"equal": slices.Repeat([]scoring.Summary{{X: 2, TX: 10, T: 30}}, 50),
		"same rate": func() (rows []scoring.Summary) { // x proportional to T: less spread than Poisson
			for i := range 40 {
				age := 10 + float64(i)
				rows = append(rows, scoring.Summary{X: 10 + i, TX: age * .98, T: age})
			}
			return rows
		}(),
	} {
		t.Run(name, func(t *testing.T) {
			m, err := btyd.FitBGNBD(t.Context(), summariesOf(t, rows), nil)
			require.NoError(t, err)
			t.Logf("%+v %+v", m.Parameters(), m.Report())
			usable(t, m)
			if len(rows) < 20 {
				require.Contains(t, m.Report().Warnings, btyd.WarningFewCustomers)
			}
			if name != "ten" {
				require.NotEmpty(t, m.Report().Boundaries)
			}
		})
	}
}

func TestOnlyRepeatCustomers(t *testing.T) {
	var rows []scoring.Summary
	for _, s := range cdnowLike(true).customers(t, 3000, 11).All() {
		if s.X > 0 {
			rows = append(rows, s)
		}
	}
	m, err := btyd.FitBGNBD(t.Context(), summariesOf(t, rows), nil)
	require.NoError(t, err)
	t.Logf("%+v %+v", m.Parameters(), m.Report())
	usable(t, m)
}

// Times in other units scale α and nothing else.
func TestTimeScalesWithAlpha(t *testing.T) {
	base := cdnowLike(false).customers(t, 3000, 12)
	want, err := btyd.FitBGNBD(t.Context(), base, nil)
	require.NoError(t, err)
	for _, c := range []float64{1e-5, 1e5} {
		var rows []scoring.Summary
		for _, s := range base.All() {
			s.TX, s.T = s.TX*c, s.T*c
			rows = append(rows, s)
		}
		got, err := btyd.FitBGNBD(t.Context(), summariesOf(t, rows), nil)
		require.NoError(t, err)
		within(t, "r", param(t, got, "r"), param(t, want, "r"), 1e-8)
		within(t, "alpha", param(t, got, "alpha"), c*param(t, want, "alpha"), 1e-8)
		within(t, "a", param(t, got, "a"), param(t, want, "a"), 1e-8)
		within(t, "b", param(t, got, "b"), param(t, want, "b"), 1e-8)
		require.Equal(t, 1, got.Report().Starts)
	}
}

func TestManyPurchasesEach(t *testing.T) {
	var rows []scoring.Summary
	for _, s := range cdnowLike(true).customers(t, 2000, 13).All() {
		s.X *= 300
		rows = append(rows, s)
	}
	m, err := btyd.FitBGNBD(t.Context(), summariesOf(t, rows), nil)
	require.NoError(t, err)
	t.Logf("%+v %+v", m.Parameters(), m.Report())
	require.Empty(t, m.Report().Boundaries)
	usable(t, m)
}

// Random shops: the fit never loses to the truth it was drawn from, nor to the NBD
// within it.
func TestRandomShops(t *testing.T) {
	random := rand.New(rand.NewPCG(14, 0))
	between := func(low, high float64) float64 { return low * math.Pow(high/low, random.Float64()) }
	for i := range 40 {
		shop := simulation{r: between(.05, 5), alpha: between(1, 50), a: between(.05, 5), b: between(.3, 20), youngest: 5, oldest: between(10, 150), daily: i%2 == 0, p: 2, q: 3, v: 10}
		summaries := shop.customers(t, 1000, uint64(i))
		m, err := btyd.FitBGNBD(t.Context(), summaries, nil)
		require.NoErrorf(t, err, "shop %d %+v", i, shop)
		truth := sumLogLikelihood(t, summaries, []float64{math.Log(shop.r), math.Log(shop.alpha), math.Log(shop.a), math.Log(shop.b)})
		require.GreaterOrEqualf(t, m.Report().LogLikelihood, truth, "shop %d %+v: %+v", i, shop, m.Report())
		if len(m.Report().Boundaries) > 0 {
			t.Logf("shop %d %+v: %+v %+v", i, shop, m.Parameters(), m.Report())
		} else {
			require.Lessf(t, m.Report().MaxGradient, 1e-5, "shop %d: %+v", i, m.Report())
		}
		usable(t, m)
	}
}

func TestOtherStartsReachTheSameMaximum(t *testing.T) {
	rows := btyd.Compress(cdnowLike(true).customers(t, 3000, 15))
	want, err := btyd.Fit(t.Context(), btyd.BGNBD, rows, nil)
	require.NoError(t, err)
	for _, start := range [][]float64{{.1, .5, .1, .1}, {10, 400, 10, 400}, {.2, 100, 50, .5}, {400, .2, .2, 400}} {
		got, err := btyd.Fit(t.Context(), btyd.BGNBD, rows, &btyd.FitOptions{Start: start})
		require.NoError(t, err)
		for i, p := range got.Parameters() {
			within(t, p.Name, p.Value, want.Parameters()[i].Value, 1e-7)
		}
	}
}

func TestUnfinishedFitReturnsItsBestPoint(t *testing.T) {
	summaries := cdnowLike(true).customers(t, 1000, 16)
	m, err := btyd.FitBGNBD(t.Context(), summaries, &btyd.FitOptions{MaxIterations: 1})
	require.ErrorIs(t, err, btyd.ErrNotConverged)
	var fit *btyd.FitError
	require.ErrorAs(t, err, &fit)
	require.False(t, fit.Report.Converged)
	require.Greater(t, fit.Report.Starts, 1)
	require.NotNil(t, m)
	usable(t, m)
}

func TestCancelledFit(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	summaries := cdnowLike(true).customers(t, 1000, 16)
	_, err := btyd.FitBGNBD(ctx, summaries, nil)
	require.ErrorIs(t, err, context.Canceled)
	_, err = btyd.FitGammaGamma(ctx, summaries, nil)
	require.ErrorIs(t, err, context.Canceled)
}

func TestOptionsOutsideTheirDomain(t *testing.T) {
	summaries := cdnowLike(true).customers(t, 100, 17)
	for _, o := range []btyd.FitOptions{
		{Workers: -1}, {MaxIterations: -1}, {Tolerance: math.NaN()}, {Tolerance: -1}, {Tolerance: 2},
		{Start: []float64{1, 2}}, {Start: []float64{1, 2, 3, math.Inf(1)}}, {Start: []float64{1, 2, 0, 1}},
	} {
		_, err := btyd.FitBGNBD(t.Context(), summaries, &o)
		var input *btyd.InputError
		require.ErrorAsf(t, err, &input, "%+v", o)
	}
}
