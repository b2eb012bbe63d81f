//go:build !race

package btyd_test

// Long lists of numbers. They share nothing that other tests do not, and take minutes under the race
// detector, which has nothing to find in them.

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/internal/numeric"
	"github.com/rapport-crm/rapport/scoring"
	"github.com/rapport-crm/rapport/scoring/btyd"
)

// Regular customers buy in waves, which the panels of the discounted expectation must
// not lose: here against a hundred.
func TestDiscountedWaves(t *testing.T) {
	t.Parallel()
	all := tally{name: "discounted"}
	for _, k := range []int{3, 12} {
		for _, params := range [][]float64{{.9, 3, .8, 2.5}, {60, 12, .3, 4}, {.05, 40, 2, 1}} {
			m := mustModel(t, btyd.MBGCNBD(k), params...)
			for _, s := range []scoring.Summary{{T: 5}, {X: 25, TX: 48, T: 50}, {X: 3, TX: 30, T: 40}} {
				for _, c := range []struct{ end, delta float64 }{{52, .0027}, {20, .4}, {200, -.01}, {inf, .05}} {
					got, err := m.Discounted(s, c.end, c.delta)
					require.NoError(t, err)
					// E[∫ e^(−δt) dY] by parts.
					last := min(c.end, 50/math.Abs(c.delta))
					want := math.Exp(-c.delta*last) * m.Expected(s, last)
					for i := range 100 {
						from, to := float64(i)/100*last, float64(i+1)/100*last
						want += numeric.GaussLegendre(from, to, func(u float64) float64 {
							return c.delta * math.Exp(-c.delta*u) * m.Expected(s, u)
						})
					}
					all.add(got, want, fmt.Sprintf("%s %v %+v %+v", m.Name(), params, s, c))
				}
			}
		}
	}
	all.check(t, 1e-10)
}

// TestRelativesAgainstHighPrecision compares every prediction with
// testdata/cnbd_truth.json.
func TestRelativesAgainstHighPrecision(t *testing.T) {
	t.Parallel()
	var file struct {
		Columns []string                `json:"columns"`
		Classes map[string][][]*float64 `json:"classes"`
	}
	readJSON(t, "testdata/cnbd_truth.json", &file)
	for class, limit := range map[string]float64{"typical": 1e-11, "extreme": 1e-8} {
		require.GreaterOrEqual(t, len(file.Classes[class]), 40, class)
		byQuantity := map[string]*tally{}
		for i, row := range file.Classes[class] {
			value := func(name string) float64 { return *row[slices.Index(file.Columns, name)] }
			family := btyd.BGCNBD(int(value("k")))
			if value("first") == 1 {
				family = btyd.MBGCNBD(int(value("k")))
			}
			params := []float64{value("r"), value("alpha"), value("a"), value("b")}
			m := mustModel(t, family, params...)
			s := scoring.Summary{X: int(value("x")), TX: value("t_x"), T: value("T"), SumLogInterval: value("sum_log_interval")}
			h, n, delta := value("t"), int(value("n")), value("delta")
			rates, err := m.Rates(s)
			require.NoError(t, err)
			discounted, err := m.Discounted(s, h, delta)
			require.NoError(t, err)
			forever, err := m.Discounted(s, inf, delta)
			require.NoError(t, err)
			for name, got := range map[string]float64{
				"loglik": m.LogLikelihood(s), "p_alive": m.PAlive(s), "p_alive_at": m.PAliveAt(s, h),
				"expected": m.Expected(s, h), "expected_new": m.ExpectedNew(h), "pairs": btyd.Pairs(m, s, h),
				"pmf": m.PMF(n, h), "conditional_pmf": m.Probability(s, n, h),
				"rate": rates.Purchase, "dropout": rates.Dropout,
				"discounted": discounted, "discounted_infinite": forever,
			} {
				want := row[slices.Index(file.Columns, name)]
				if want == nil {
					continue
				}
				if byQuantity[name] == nil {
					byQuantity[name] = &tally{name: class + " " + name}
				}
				if name == "loglik" && math.Abs(got-*want) < 1e-15 {
					got = *want // P(no purchase) is 1 but for less than its rounding
				}
				byQuantity[name].add(got, *want, fmt.Sprintf("row %d %s %v %+v t %v n %d delta %v", i, family, params, s, h, n, delta))
			}
		}
		for name, errors := range byQuantity {
			if name == "pairs" { // k = 1 has its own way, stated to 1e-9
				errors.check(t, max(limit, 1e-9))
				continue
			}
			errors.check(t, limit)
		}
	}
}

// Whatever the parameters and the customer, every answer is a number in its range.
func TestNothingLeavesItsRange(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(50, 0))
	for i := range 600 {
		reach := []float64{3, 20, 100}[i%3]
		draw := func() float64 { return math.Pow(10, reach*(2*random.Float64()-1)) }
		m := mustBGNBD(t, draw(), draw(), draw(), draw())
		s := scoring.Summary{T: draw()}
		if i%5 > 0 {
			s.X = 1 + int(math.Pow(10, 6*random.Float64()))
			s.TX = s.T * (1 - random.Float64())
		}
		if s.TX == 0 {
			s.X = 0
		}
		h, n := draw(), int(math.Pow(10, 4*random.Float64()))
		where := []any{"%+v %+v t %v n %d", m.Parameters(), s, h, n}
		probability := func(p float64) {
			require.Truef(t, p >= 0 && p <= 1, "%v: "+where[0].(string), append([]any{p}, where[1:]...)...)
		}
		count := func(v float64) {
			require.Truef(t, v >= 0 && v <= math.MaxFloat64, "%v: "+where[0].(string), append([]any{v}, where[1:]...)...)
		}
		probability(m.PAlive(s))
		probability(m.PAliveAt(s, h))
		probability(m.PMF(n, h))
		probability(m.Probability(s, 0, h))
		probability(m.Probability(s, n, h))
		count(m.Expected(s, h))
		count(m.ExpectedNew(h))
		require.Falsef(t, math.IsNaN(m.LogLikelihood(s)) || math.IsInf(m.LogLikelihood(s), 0), where[0].(string), where[1:]...)
		if i%10 == 0 {
			for _, periods := range []float64{h, inf} {
				v, err := m.Discounted(s, periods, draw())
				require.NoErrorf(t, err, where[0].(string), where[1:]...)
				count(v)
			}
		}
		g, err := btyd.NewGammaGamma(draw(), draw(), draw())
		require.NoError(t, err)
		s.Spend = draw()
		if v, err := g.ExpectedSpend(s); err == nil {
			count(v)
		}
		require.Falsef(t, math.IsNaN(g.LogLikelihood(s)), where[0].(string), where[1:]...)
	}
}

// Few customers of odd shops: no effect to find, nearly nobody leaves or everybody does at
// once, rates of all sizes. The fit ends, no worse than without covariates.
func TestVaryingFitsOddShops(t *testing.T) {
	t.Parallel()
	names := []string{"season"}
	calendar := calendarOf(t, names, weeksOf(130, 1))
	for seed := range uint64(12) {
		random := numeric.Stream(77, seed)
		draw := func(low, high float64) float64 { return math.Exp(low + (high-low)*random.Float64()) }
		params := []float64{draw(-2, 3), draw(-2, 5), draw(-4, 3), draw(-2, 6)}
		effect := func() float64 { return 4*random.Float64() - 2 }
		m := mustVarying(t, rapport.Week, params, names, []float64{effect()}, []float64{effect()})
		summaries, visits := varyingLog(t, m, calendar, 120, 700, seed)
		began := time.Now()
		fitted, err := btyd.FitVarying(t.Context(), summaries, visits, nil)
		if errors.Is(err, btyd.ErrNoRepeat) {
			continue
		}
		plain, plainErr := btyd.FitParetoNBD(t.Context(), summaries, nil)
		t.Logf("%2d %.3g: %v %v %.3f plain %.3f %v %v: %d evaluations, %v", seed, params, err, plainErr, fitted.Report().LogLikelihood, plain.Report().LogLikelihood,
			fitted.Report().Boundaries, fitted.Report().Warnings, fitted.Report().Evaluations, time.Since(began))
		if err != nil {
			require.ErrorIs(t, err, btyd.ErrNotConverged)
		}
		require.GreaterOrEqual(t, fitted.Report().LogLikelihood, plain.Report().LogLikelihood-1e-9*math.Abs(plain.Report().LogLikelihood))
		values := make([]float64, summaries.Len())
		require.NoError(t, fitted.ExpectedInto(values, summaries, calendar, 20))
		for _, v := range values {
			require.True(t, v >= 0 && v < 1e6, "%v", v)
		}
	}
}

func TestParetoNBDFitsHardData(t *testing.T) {
	base := changed(t, func(*scoring.Summary) bool { return true })
	for _, factor := range []float64{1e5, 1e-5} {
		scaled := changed(t, func(s *scoring.Summary) bool {
			s.T, s.TX = s.T*factor, s.TX*factor
			return true
		})
		for i, p := range base.Parameters() {
			unit := []float64{1, factor, 1, factor}[i]
			within(t, p.Name, scaled.Parameters()[i].Value/unit, p.Value, 1e-6)
		}
	}
	// Nobody is seen to leave.
	lively := changed(t, func(s *scoring.Summary) bool {
		if s.X > 0 {
			s.TX = s.T
		}
		return true
	})
	require.Equal(t, []btyd.Boundary{btyd.BoundaryNoDropout}, lively.Report().Boundaries)
	require.Equal(t, 1., lively.PAlive(scoring.Summary{X: 1, TX: 2, T: 30}))
	require.Less(t, lively.Report().Evaluations, 200)
	// Repeat customers alone, and many times as many purchases: all leave at one rate.
	for _, change := range []func(s *scoring.Summary) bool{
		func(s *scoring.Summary) bool { return s.X > 0 },
		func(s *scoring.Summary) bool { s.X *= 300; return true },
	} {
		m := changed(t, change)
		require.Equal(t, []btyd.Boundary{btyd.BoundaryHomogeneousDropout}, m.Report().Boundaries, "%+v %+v", m.Parameters(), m.Report())
		require.True(t, m.Parameters()[0].Identified)
		require.False(t, m.Parameters()[2].Identified)
	}
	n := 0
	few := changed(t, func(s *scoring.Summary) bool {
		if s.X > 0 {
			n++
		}
		return s.X > 0 && n <= 10
	})
	require.Contains(t, few.Report().Warnings, btyd.WarningFewCustomers)
}

func TestParetoNBDBatchesEqualSingles(t *testing.T) {
	t.Parallel()
	for _, p := range [][4]float64{
		{.553, 10.58, .606, 11.67}, {2, .01, 1, .1}, {.05, 800, 30, 500}, {1, 10, 0, 1}, {.5, 40, 2e6, 3e8}, {.3, 5, .002, 1e9}, {4, 30, .01, 1e-20},
	} {
		m := mustParetoNBD(t, p[0], p[1], p[2], p[3])
		scorer := m.NewScorer()
		// The tables of the shorter history must not spoil the longer one, nor the reverse.
		long := cdnowLike(false)
		long.oldest = 3000
		for i, summaries := range []*scoring.Summaries{cdnowLike(false).customers(t, 5000, 30), long.customers(t, 3000, 32), cdnowLike(true).customers(t, 2000, 33)} {
			n := summaries.Len()
			alive, expected := make([]float64, n), make([]float64, n)
			require.NoError(t, scorer.PAlive(alive, summaries))
			require.NoError(t, scorer.Expected(expected, summaries, 39))
			e1, e2 := tally{name: "P(alive)"}, tally{name: "expected"}
			for i := range n {
				id, s := summaries.At(i)
				e1.add(alive[i], m.PAlive(s), string(id))
				e2.add(expected[i], m.Expected(s, 39), string(id))
			}
			t.Log(p, i)
			e1.check(t, 1e-12)
			e2.check(t, 1e-12)
		}
	}
}

func TestBatchesEqualSingles(t *testing.T) {
	spend := mustGammaGamma(t, 6.25, 3.74, 15.44)
	for _, p := range [][4]float64{{.243, 4.414, .793, 2.426}, {2, .01, 1, .1}, {.05, 800, 30, 500}, {1, 10, 0, 1}} {
		m := mustBGNBD(t, p[0], p[1], p[2], p[3])
		summaries := cdnowLike(false).customers(t, 5000, 30)
		n := summaries.Len()
		alive, expected, values := make([]float64, n), make([]float64, n), make([]float64, n)
		h := btyd.Horizon{Periods: 52, AnnualDiscount: .1}
		require.NoError(t, m.PAliveInto(alive, summaries))
		require.NoError(t, m.ExpectedInto(expected, summaries, 39))
		require.NoError(t, btyd.LifetimeValues(values, m, spend, summaries, h))
		var e1, e2, e3 tally
		e1.name, e2.name, e3.name = "P(alive)", "expected", "value"
		for i := range n {
			id, s := summaries.At(i)
			e1.add(alive[i], m.PAlive(s), string(id))
			e2.add(expected[i], m.Expected(s, 39), string(id))
			v, err := btyd.LifetimeValue(m, spend, s, h)
			require.NoError(t, err)
			e3.add(values[i], v, string(id))
		}
		e1.check(t, 1e-12)
		e2.check(t, 1e-12)
		e3.check(t, 1e-12)
	}
}

func TestDiscountedStepsOfAll(t *testing.T) {
	t.Parallel()
	m := mustBGNBD(t, .243, 4.414, .793, 2.426)
	summaries := cdnowLike(true).customers(t, 3000, 81)
	dst := make([]float64, summaries.Len())
	for _, periods := range []float64{39, inf} {
		require.NoError(t, m.DiscountedStepsInto(dst, summaries, periods, .002, 4))
		for i := range 50 {
			_, s := summaries.At(i)
			want, err := m.DiscountedSteps(s, periods, .002, 4)
			require.NoError(t, err)
			within(t, "steps", dst[i], want, 1e-11)
		}
	}
	var input *btyd.InputError
	require.ErrorAs(t, m.DiscountedStepsInto(dst, summaries, 39, .002, 0), &input)
	require.ErrorAs(t, m.DiscountedStepsInto(dst, summaries, 39, -.002, 1e-9), &input)
	require.ErrorIs(t, m.DiscountedStepsInto(dst, summaries, inf, 0, 1), btyd.ErrDiverges)
	one, err := m.DiscountedSteps(scoring.Summary{T: 3}, 5.5, -.01, 2)
	require.NoError(t, err)
	s := scoring.Summary{T: 3}
	want := math.Exp(.02)*m.Expected(s, 2) + math.Exp(.04)*(m.Expected(s, 4)-m.Expected(s, 2)) + math.Exp(.055)*(m.Expected(s, 5.5)-m.Expected(s, 4))
	within(t, "negative rate", one, want, 1e-14)
}
