package btyd_test

import (
	"encoding/json"
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/scoring"
	"github.com/rapport-crm/rapport/scoring/btyd"
)

// lifetimeModel is a family of models that the battery tries; every model of
// purchases joins it.
type lifetimeModel struct {
	// draw returns two models that differ in the unit of time alone: the second
	// counts time in units shorter by the factor.
	draw func(t *rapid.T, factor float64) (base, scaled btyd.TransactionModel)
	// immortalAtZero says that a customer without repeat purchase is alive for sure.
	immortalAtZero bool
	// slow says that one prediction takes microseconds: a fifth of the draws are tried.
	slow bool
}

func lifetimeModels() map[string]lifetimeModel {
	return map[string]lifetimeModel{
		"bgnbd":     geometric(btyd.BGNBD),
		"mbgnbd":    geometric(btyd.MBGNBD),
		"bgcnbd-2":  geometric(btyd.BGCNBD(2)),
		"mbgcnbd-3": geometric(btyd.MBGCNBD(3)),
		"paretonbd": {
			draw: func(t *rapid.T, factor float64) (base, scaled btyd.TransactionModel) {
				r, alpha := drawLog(t, "r", .05, 5), drawLog(t, "alpha", .5, 50)
				s, beta := drawLog(t, "s", .05, 5), drawLog(t, "beta", .5, 50)
				one, err := btyd.NewParetoNBD(rapport.Week, r, alpha, s, beta)
				require.NoError(t, err)
				two, err := btyd.NewParetoNBD(rapport.Day, r, factor*alpha, s, factor*beta)
				require.NoError(t, err)
				return one, two
			},
		},
		"ggomnbd": {
			draw: func(t *rapid.T, factor float64) (base, scaled btyd.TransactionModel) {
				r, alpha := drawLog(t, "r", .05, 5), drawLog(t, "alpha", .5, 50)
				b, s, beta := drawLog(t, "b", 1e-4, .1), drawLog(t, "s", .05, 5), drawLog(t, "beta", 1e-3, 1e3)
				one, err := btyd.NewGGompertzNBD(rapport.Week, r, alpha, b, s, beta)
				require.NoError(t, err)
				two, err := btyd.NewGGompertzNBD(rapport.Day, r, factor*alpha, b/factor, s, beta)
				require.NoError(t, err)
				return one, two
			},
		},
		"nbd": {
			draw: func(t *rapid.T, factor float64) (base, scaled btyd.TransactionModel) {
				r, alpha := drawLog(t, "r", .05, 5), drawLog(t, "alpha", .5, 50)
				one, err := btyd.NewBGNBD(rapport.Week, r, alpha, 0, 1)
				require.NoError(t, err)
				two, err := btyd.NewBGNBD(rapport.Day, r, factor*alpha, 0, 1)
				require.NoError(t, err)
				return one, two
			},
			immortalAtZero: true,
		},
	}
}

// geometric is the BG/NBD or a relative.
func geometric(family btyd.Family) lifetimeModel {
	return lifetimeModel{
		draw: func(t *rapid.T, factor float64) (base, scaled btyd.TransactionModel) {
			r, alpha := drawLog(t, "r", .05, 5), drawLog(t, "alpha", .5, 50)
			a, b := drawLog(t, "a", .05, 5), drawLog(t, "b", .1, 20)
			one, err := btyd.New(family, rapport.Week, r, alpha, a, b)
			require.NoError(t, err)
			two, err := btyd.New(family, rapport.Day, r, factor*alpha, a, b)
			require.NoError(t, err)
			return one, two
		},
		immortalAtZero: family == btyd.BGNBD || family == btyd.BGCNBD(2),
		slow:           family.Regularity() > 1,
	}
}

func drawLog(t *rapid.T, name string, low, high float64) float64 {
	return low * math.Pow(high/low, rapid.Float64Range(0, 1).Draw(t, name))
}

func drawSummary(t *rapid.T) scoring.Summary {
	s := scoring.Summary{T: drawLog(t, "T", .1, 200)}
	s.X = rapid.IntRange(0, 40).Draw(t, "x")
	if s.X > 0 {
		s.TX = s.T * rapid.Float64Range(.01, 1).Draw(t, "t_x/T")
		s.SumLogInterval = float64(s.X) * math.Log(s.TX/float64(s.X)) // as if they were equal
	}
	return s
}

// forEachModel runs a property on every family.
func forEachModel(t *testing.T, property func(t *rapid.T, family lifetimeModel)) {
	for name, family := range lifetimeModels() {
		t.Run(name, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				if family.slow && rapid.IntRange(0, 4).Draw(t, "of five") > 0 {
					return
				}
				property(t, family)
			})
		})
	}
}

func TestBatteryMassSumsToOne(t *testing.T) {
	forEachModel(t, func(t *rapid.T, family lifetimeModel) {
		m, _ := family.draw(t, 7)
		s := drawSummary(t)
		horizon := drawLog(t, "t", .01, 5)
		for name, p := range map[string]func(n int) float64{
			"new customer": func(n int) float64 { return m.PMF(n, horizon) },
			"customer":     func(n int) float64 { return m.Probability(s, n, horizon) },
		} {
			mean := m.ExpectedNew(horizon)
			if name == "customer" {
				mean = m.Expected(s, horizon)
			}
			sum, first := 0.0, 0.0
			for n := range 20000 {
				v := p(n)
				require.Truef(t, v >= 0 && v <= 1, "%s: P(%d) = %v", name, n, v)
				sum, first = sum+v, first+float64(n)*v
				if float64(n) > 20+2*mean && float64(n)*v < 1e-15*mean {
					break
				}
			}
			require.InDeltaf(t, 1, sum, 1e-10, "%s: sum of P", name)
			require.InEpsilonf(t, mean, first, 1e-8, "%s: sum of nP against the expectation", name)
		}
	})
}

func TestBatteryRecencyAndTime(t *testing.T) {
	forEachModel(t, func(t *rapid.T, family lifetimeModel) {
		m, _ := family.draw(t, 7)
		s := drawSummary(t)
		alive := m.PAlive(s)
		require.True(t, alive >= 0 && alive <= 1)
		if s.X > 0 {
			later := s
			later.TX = min(s.T, s.TX+(s.T-s.TX)*rapid.Float64Range(0, 1).Draw(t, "later"))
			require.GreaterOrEqual(t, m.PAlive(later), alive*(1-1e-13), "more recent, less alive")
		} else if family.immortalAtZero {
			require.Equal(t, 1., alive)
		}
		h := drawLog(t, "t", .01, 500)
		longer := h * rapid.Float64Range(1.001, 10).Draw(t, "longer")
		require.Zero(t, m.Expected(s, 0))
		require.LessOrEqual(t, m.Expected(s, h), m.Expected(s, longer)*(1+1e-12), "E[Y(t)] falls in t")
		// In the end nobody is left, and expectations stand still but for rounding. Before, they
		// grow in a thousandth of the time by 1e-4 at least of what they still will in nine
		// times as much.
		if m.ExpectedNew(10*longer) <= m.ExpectedNew(longer)*(1+1e-8) {
			require.LessOrEqual(t, m.ExpectedNew(h), m.ExpectedNew(longer)*(1+1e-12), "E[X(t)] falls in t")
		} else {
			require.Less(t, m.ExpectedNew(h), m.ExpectedNew(longer), "E[X(t)] falls in t")
		}
		if family.immortalAtZero {
			require.Equal(t, 1., m.PMF(0, 0))
		} else { // the sum of having left and not
			require.InDelta(t, 1, m.PMF(0, 0), 1e-15)
		}
		require.Zero(t, m.PMF(1, 0))
	})
}

func TestBatteryScaleOfTime(t *testing.T) {
	forEachModel(t, func(t *rapid.T, family lifetimeModel) {
		factor := drawLog(t, "factor", 1e-3, 1e3)
		base, scaled := family.draw(t, factor)
		s := drawSummary(t)
		h := drawLog(t, "t", .01, 500)
		c := s
		c.T, c.TX = factor*s.T, factor*s.TX
		c.TX = min(c.TX, c.T)
		c.SumLogInterval += float64(s.X) * math.Log(factor)
		same := func(what string, a, b float64) {
			if relative(b, a) > 1e-10 && math.Abs(a) > 1e-250 {
				t.Errorf("%s: %v in one unit, %v in the other", what, a, b)
			}
		}
		same("P(alive)", base.PAlive(s), scaled.PAlive(c))
		same("E[Y(t)]", base.Expected(s, h), scaled.Expected(c, factor*h))
		same("E[X(t)]", base.ExpectedNew(h), scaled.ExpectedNew(factor*h))
		same("P(X = 3)", base.PMF(3, h), scaled.PMF(3, factor*h))
		same("P(Y = 2)", base.Probability(s, 2, h), scaled.Probability(c, 2, factor*h))
		// The likelihood is a density in time: x purchases, x factors.
		require.InDelta(t, base.LogLikelihood(s), scaled.LogLikelihood(c)+float64(s.X)*math.Log(factor), 1e-9*(1+math.Abs(base.LogLikelihood(s))))
	})
}

func TestBatteryHistoryAndFuture(t *testing.T) {
	forEachModel(t, func(t *rapid.T, family lifetimeModel) {
		m, _ := family.draw(t, 7)
		age := drawLog(t, "T", .1, 200)
		// No purchase so far is a history whose likelihood is a probability.
		require.InEpsilon(t, m.PMF(0, age), math.Exp(m.LogLikelihood(scoring.Summary{T: age})), 1e-10)
		// A customer at its first purchase is a new customer.
		h := drawLog(t, "t", .01, 500)
		require.InEpsilon(t, m.ExpectedNew(h), m.Expected(scoring.Summary{}, h), 1e-12)
	})
}

func TestBatteryDiscount(t *testing.T) {
	t.Parallel()
	forEachModel(t, func(t *rapid.T, family lifetimeModel) {
		m, _ := family.draw(t, 7)
		s := drawSummary(t)
		h := drawLog(t, "t", .01, 50)
		delta := drawLog(t, "delta", 1e-5, 1)
		at := func(periods, delta float64) float64 {
			v, err := m.Discounted(s, periods, delta)
			require.NoError(t, err)
			return v
		}
		expected := m.Expected(s, h)
		require.InDelta(t, expected, at(h, 0), 1e-12*expected)
		d := at(h, delta)
		require.LessOrEqual(t, d, expected*(1+1e-12))
		require.GreaterOrEqual(t, d, expected*math.Exp(-delta*h)*(1-1e-12))
		require.LessOrEqual(t, d, at(2*h, delta)*(1+1e-12))
		require.LessOrEqual(t, at(2*h, delta), at(inf, delta)*(1+1e-12))
		require.LessOrEqual(t, at(h, 2*delta), d*(1+1e-12))
		require.GreaterOrEqual(t, at(h, -delta/100), expected*(1-1e-12))
	})
}

func TestBatteryBatchEqualsSingle(t *testing.T) {
	t.Parallel()
	forEachModel(t, func(t *rapid.T, family lifetimeModel) {
		m, _ := family.draw(t, 7)
		most := 600
		if family.slow {
			most = 60
		}
		rows := make([]scoring.Summary, rapid.IntRange(1, most).Draw(t, "n"))
		ids := make([]rapport.ID, len(rows))
		oldest, spread := drawLog(t, "oldest", .5, 500), drawLog(t, "spread", 1.01, 500)
		for i := range rows {
			age := oldest * math.Pow(spread, -float64(i*7919%1000)/1000)
			rows[i] = scoring.Summary{T: age}
			if x := i * 31 % 5; x > 1 {
				rows[i].X, rows[i].TX = x-1, min(age, age*float64(1+i%17)/17)
			}
			ids[i] = rapport.ID(fmt.Sprintf("c%04d", i))
		}
		rows[0] = scoring.Summary{X: 2000, TX: rows[0].T * .999, T: rows[0].T}
		summaries, err := scoring.NewSummaries(m.Unit(), ids, rows)
		require.NoError(t, err)
		h, delta := drawLog(t, "t", .01, 50), drawLog(t, "delta", 1e-5, 1)
		dst := make([]float64, len(rows))
		require.NoError(t, m.DiscountedInto(dst, summaries, h, delta))
		for i, s := range rows {
			want, err := m.Discounted(s, h, delta)
			require.NoError(t, err)
			require.InDeltaf(t, want, dst[i], 2e-12*want, "%+v", s)
		}
	})
}

func TestBatteryArgumentsOutsideTheDomain(t *testing.T) {
	forEachModel(t, func(t *rapid.T, family lifetimeModel) {
		m, _ := family.draw(t, 7)
		good := scoring.Summary{X: 2, TX: 3, T: 5}
		for _, h := range []float64{math.NaN(), inf, -inf, -1} {
			require.Zero(t, m.Expected(good, h))
			require.Zero(t, m.ExpectedNew(h))
			require.Zero(t, m.PMF(1, h))
			require.Zero(t, m.Probability(good, 1, h))
			_, err := btyd.Predict(m, good, btyd.Horizon{Periods: h})
			var input *btyd.InputError
			require.ErrorAs(t, err, &input)
		}
		require.Zero(t, m.PMF(-1, 5))
		require.Zero(t, m.Probability(good, -1, 5))
		for _, s := range []scoring.Summary{
			{X: -1}, {X: 0, TX: 1, T: 2}, {X: 1, TX: 3, T: 2}, {X: 1, T: 2}, {T: math.NaN()}, {T: inf}, {T: -1},
			{X: 1, TX: math.NaN(), T: 2}, {X: 1, TX: inf, T: inf}, {X: 1, TX: -1, T: 2},
		} {
			require.Zero(t, m.PAlive(s))
			require.Zero(t, m.Expected(s, 5))
			require.Zero(t, m.Probability(s, 0, 5))
			require.Zero(t, m.LogLikelihood(s))
			_, err := m.Discounted(s, 5, .001)
			var input *btyd.InputError
			require.ErrorAs(t, err, &input, "%+v", s)
			require.ErrorAs(t, btyd.Check(s), &input, "%+v", s)
		}
		require.NoError(t, btyd.Check(good))
	})
}

func TestBatteryJSON(t *testing.T) {
	forEachModel(t, func(t *rapid.T, family lifetimeModel) {
		m, _ := family.draw(t, 7)
		text, err := json.Marshal(m)
		require.NoError(t, err)
		back := new(btyd.Model)
		require.NoError(t, json.Unmarshal(text, back))
		again, err := json.Marshal(back)
		require.NoError(t, err)
		require.Equal(t, string(text), string(again))
		require.Equal(t, m, btyd.TransactionModel(back))
	})
}
