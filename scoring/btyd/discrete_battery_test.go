package btyd_test

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/scoring/btyd"
)

func drawBGBB(t *rapid.T) *btyd.BGBB {
	gamma := drawLog(t, "gamma", .05, 10)
	if rapid.IntRange(0, 9).Draw(t, "immortal") == 0 {
		gamma = 0
	}
	m, err := btyd.NewBGBB(drawLog(t, "alpha", .05, 20), drawLog(t, "beta", .05, 20), gamma, drawLog(t, "delta", .1, 30))
	require.NoError(t, err)
	return m
}

func drawCell(t *rapid.T) btyd.Cell {
	c := btyd.Cell{N: rapid.IntRange(0, 30).Draw(t, "n"), Customers: 1}
	c.TX = rapid.IntRange(0, c.N).Draw(t, "t_x")
	if c.TX > 0 {
		c.X = rapid.IntRange(1, c.TX).Draw(t, "x")
	}
	return c
}

// eachHistory calls visit for every cell of n opportunities with the number of
// histories that it stands for.
func eachHistory(n int, visit func(c btyd.Cell, histories float64)) {
	visit(btyd.Cell{N: n}, 1)
	for tx := 1; tx <= n; tx++ {
		ways := 1.0 // C(tx−1, x−1)
		for x := 1; x <= tx; x++ {
			visit(btyd.Cell{X: x, TX: tx, N: n}, ways)
			ways *= float64(tx-x) / float64(x)
		}
	}
}

// All histories together have probability 1, and what is expected over them is what is
// expected of a new customer.
func TestBGBBAveragesOverHistories(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := drawBGBB(t)
		n, ahead := rapid.IntRange(1, 9).Draw(t, "n"), rapid.IntRange(0, 20).Draw(t, "ahead")
		p := m.Params()
		var mass, alive, counts, future, purchase, dropout float64
		pmf := make([]float64, n+1)
		eachHistory(n, func(c btyd.Cell, histories float64) {
			w := histories * math.Exp(m.LogLikelihood(c))
			mass += w
			alive += w * m.PAlive(c, btyd.LastPeriod)
			counts += w * float64(c.X)
			future += w * m.Expected(c, ahead)
			pmf[c.X] += w
			rates, err := m.Rates(c)
			require.NoError(t, err)
			purchase, dropout = purchase+w*rates.Purchase, dropout+w*rates.Dropout
		})
		within2(t, 1, mass)
		within2(t, m.PAlive(btyd.Cell{}, n), alive)
		within2(t, m.ExpectedNew(n), counts)
		within2(t, m.ExpectedNew(n+ahead), counts+future)
		within2(t, p.Alpha/(p.Alpha+p.Beta), purchase)
		within2(t, p.Gamma/(p.Gamma+p.Delta), dropout)
		for k, want := range pmf {
			within2(t, want, m.PMF(k, n))
		}
	})
}

// within2 allows for the rounding of a few hundred terms.
func within2(t *rapid.T, want, got float64) {
	t.Helper()
	require.InDelta(t, want, got, 1e-11*(1+math.Abs(want)))
}

func TestBGBBMassAndQuantiles(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m, c := drawBGBB(t), drawCell(t)
		ahead := rapid.IntRange(0, 40).Draw(t, "ahead")
		mass, mean, next := 0.0, 0.0, 0.0
		for k := 0; k <= ahead; k++ {
			p := m.Probability(c, k, ahead)
			require.True(t, p >= 0 && p <= 1)
			mass, mean = mass+p, mean+float64(k)*p
			if k > 0 {
				next += m.NextAt(c, k)
			}
		}
		within2(t, 1, mass)
		within2(t, m.Expected(c, ahead), mean)
		within2(t, 1-m.Probability(c, 0, ahead), next)
		if next > 0 {
			j, err := m.NextPurchase(c, next/2)
			require.NoError(t, err)
			require.LessOrEqual(t, j, ahead)
			within2(t, math.Max(next/2, 1-m.Probability(c, 0, j)), 1-m.Probability(c, 0, j))
			require.Less(t, 1-m.Probability(c, 0, j-1), next/2+1e-12)
		}
		band, err := m.Band(c, ahead, .9)
		require.NoError(t, err)
		low, high, inside := band.Low, band.High, 0.0
		for k := low; k <= high; k++ {
			inside += m.Probability(c, k, ahead)
		}
		require.True(t, 0 <= low && low <= high && high <= ahead && inside >= .9-1e-9, "%d %d %v", low, high, inside)
	})
}

func TestBGBBRecencyTimeAndLimits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m, c := drawBGBB(t), drawCell(t)
		require.InDelta(t, 1, m.PAlive(btyd.Cell{X: 1, TX: 7, N: 7}, btyd.LastPeriod), 1e-15)
		if c.X > 0 && c.TX < c.N {
			later := c
			later.TX++
			require.GreaterOrEqual(t, m.PAlive(later, 0), m.PAlive(c, 0)-1e-14)
		}
		alive, expected := 1.0, 0.0
		for ahead := range 12 {
			a, e := m.PAlive(c, ahead), m.Expected(c, ahead)
			require.True(t, a <= alive+1e-14 && e >= expected)
			alive, expected = a, e
			finite, err := m.Discounted(c, float64(ahead), 0)
			require.NoError(t, err)
			within2(t, e, finite)
		}
		// A sum over ever more periods comes to the infinite one.
		endless, err := m.Discounted(c, inf, .05)
		require.NoError(t, err)
		long, err := m.Discounted(c, 5000, .05)
		require.NoError(t, err)
		within2(t, endless, long)
		// Where hardly anybody leaves the model is the beta-binomial.
		p := m.Params()
		never, rarely := mustNew(t, p.Alpha, p.Beta, 0, p.Delta), mustNew(t, p.Alpha, p.Beta, 1e-60, p.Delta)
		x, n := float64(c.X), float64(c.N)
		require.InEpsilon(t, 7*(p.Alpha+x)/(p.Alpha+p.Beta+n), never.Expected(c, 7), 1e-14)
		require.InEpsilon(t, never.Expected(c, 7), rarely.Expected(c, 7), 1e-9)
		require.Equal(t, 1., never.PAlive(c, 5))
		require.Zero(t, never.Params().Gamma)
	})
}

func mustNew(t require.TestingT, alpha, beta, gamma, delta float64) *btyd.BGBB {
	m, err := btyd.NewBGBB(alpha, beta, gamma, delta)
	require.NoError(t, err)
	return m
}

func drawContract(t *rapid.T) *btyd.Contract {
	alpha, beta := drawLog(t, "alpha", .05, 20), drawLog(t, "beta", .05, 50)
	m, err := btyd.NewShiftedBetaGeometric(alpha, beta)
	if rapid.Bool().Draw(t, "weibull") {
		m, err = btyd.NewBetaDiscreteWeibull(alpha, beta, drawLog(t, "c", .2, 4))
	}
	require.NoError(t, err)
	return m
}

func TestContractsHoldTogether(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := drawContract(t)
		renewals, ahead := rapid.IntRange(0, 30).Draw(t, "renewals"), rapid.IntRange(0, 30).Draw(t, "ahead")
		within2(t, m.Survival(renewals+ahead), m.Survival(renewals)*m.Stay(renewals, ahead))
		lost, retention := 0.0, 0.0
		for k := 1; k <= ahead; k++ {
			lost += m.Leaving(k)
			if m.Name() == "sbg" {
				require.Greater(t, m.Retention(k), retention)
				retention = m.Retention(k)
				within2(t, 1-m.Churn(k-1), m.Retention(k))
			}
		}
		within2(t, 1-m.Survival(ahead), lost)
		// One period more, seen from either end.
		periods := float64(ahead + 1)
		now, err := m.Discounted(renewals, btyd.BeforeRenewal, periods, .1)
		require.NoError(t, err)
		then, err := m.Discounted(renewals+1, btyd.AfterRenewal, periods-1, .1)
		require.NoError(t, err)
		within2(t, m.Stay(renewals, 1)*(1+then), now)
		endless, err := m.Discounted(renewals, btyd.AfterRenewal, inf, .1)
		require.NoError(t, err)
		long, err := m.Discounted(renewals, btyd.AfterRenewal, 1000, .1)
		require.NoError(t, err)
		within2(t, long, endless)
		// c = 1 is the sBG, and c nearly 1 nearly.
		p := m.Params()
		one, err := btyd.NewBetaDiscreteWeibull(p.Alpha, p.Beta, 1)
		require.NoError(t, err)
		nearly, err := btyd.NewBetaDiscreteWeibull(p.Alpha, p.Beta, 1+1e-13)
		require.NoError(t, err)
		within2(t, one.Survival(ahead), nearly.Survival(ahead))
		within2(t, one.Retention(ahead+1), nearly.Retention(ahead+1))
		a, errA := one.Discounted(renewals, btyd.AfterRenewal, inf, .01)
		b, errB := nearly.Discounted(renewals, btyd.AfterRenewal, inf, .01)
		require.NoError(t, errA)
		require.NoError(t, errB)
		within2(t, a, b)
		if p.Alpha > 1.2 {
			a, errA = one.ExpectedLifetime()
			b, errB = nearly.ExpectedLifetime()
			require.NoError(t, errA)
			require.NoError(t, errB)
			require.InEpsilon(t, a, b, 1e-9)
		}
	})
}

func TestDiscreteModelsSurviveJSON(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m, k := drawBGBB(t), drawContract(t)
		text, err := json.Marshal(m)
		require.NoError(t, err)
		var back btyd.BGBB
		require.NoError(t, json.Unmarshal(text, &back))
		require.Equal(t, m, &back)
		text, err = json.Marshal(k)
		require.NoError(t, err)
		var contract btyd.Contract
		require.NoError(t, json.Unmarshal(text, &contract))
		require.Equal(t, k, &contract)
		require.Error(t, json.Unmarshal(text, &back))
	})
}

// Fitted to customers drawn from a known model, intervals of 95 % hold the parameters in
// about 95 % of 40 samples, those of totals the totals.
func TestBGBBRecovery(t *testing.T) {
	const samples, customers = 40, 2500
	truth := mustBGBB(t, 1.2, .75, .66, 2.78)
	want := []float64{1.2, .75, .66, 2.78}
	covered, totals, banded, bands := 0, 0, 0, 0
	for seed := range samples {
		random := rand.New(rand.NewPCG(uint64(seed), 11))
		cells := make([]btyd.Cell, customers)
		actual := 0
		for i := range cells {
			cells[i] = truth.Simulate(random, 8)
			// Given the history, what comes next follows the conditional distribution.
			actual += truth.SimulateAhead(random, cells[i], 5)
		}
		m, err := btyd.FitBGBB(t.Context(), cells, nil)
		require.NoError(t, err)
		for i, p := range m.Parameters() {
			require.True(t, p.Identified)
			// On the scale of the logarithm, where the likelihood is nearer to normal.
			if math.Abs(math.Log(p.Value/want[i])) < 1.96*p.SE/p.Value {
				covered++
			}
		}
		total, err := m.ExpectedTotal(t.Context(), cells, 5, .95)
		require.NoError(t, err)
		if total.Low <= float64(actual) && float64(actual) <= total.High {
			totals++
		}
		for i := range 50 {
			band, err := m.Band(cells[i], 5, .9)
			require.NoError(t, err)
			bands++
			if n := truth.SimulateAhead(random, cells[i], 5); band.Low <= n && n <= band.High {
				banded++
			}
		}
	}
	t.Logf("parameters %d/%d, totals %d/%d, bands %d/%d", covered, 4*samples, totals, samples, banded, bands)
	require.InDelta(t, .95, float64(covered)/(4*samples), .06)
	require.GreaterOrEqual(t, totals, samples*85/100)
	require.GreaterOrEqual(t, float64(banded)/float64(bands), .88)
}

func TestContractRecovery(t *testing.T) {
	const samples = 60
	truth, err := btyd.NewShiftedBetaGeometric(.7, 2)
	require.NoError(t, err)
	covered, projected := 0, 0
	for seed := range samples {
		random := rand.New(rand.NewPCG(uint64(seed), 12))
		cohort := truth.SimulateCohort(random, 2000, 12)
		m, err := btyd.FitShiftedBetaGeometric(t.Context(), []btyd.Cohort{{Active: cohort.Active[:8]}}, nil)
		require.NoError(t, err)
		for i, p := range m.Parameters() {
			if math.Abs(math.Log(p.Value/[]float64{.7, 2}[i])) < 1.96*p.SE/p.Value {
				covered++
			}
		}
		left, err := m.ExpectedActive(t.Context(), cohort.Active[7], 7, 5, .95)
		require.NoError(t, err)
		if left.Low <= cohort.Active[12] && cohort.Active[12] <= left.High {
			projected++
		}
	}
	t.Logf("parameters %d/%d, projections %d/%d", covered, 2*samples, projected, samples)
	require.InDelta(t, .95, float64(covered)/(2*samples), .06)
	require.GreaterOrEqual(t, projected, samples*87/100)
}

// testingT is what a test and a property have in common.
type testingT interface {
	require.TestingT
	Helper()
}
