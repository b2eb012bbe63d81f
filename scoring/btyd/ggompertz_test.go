package btyd_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/scoring"
	"github.com/rapport-crm/rapport/scoring/btyd"
)

// TestGGompertzAgainstHighPrecision compares every prediction with
// testdata/ggompertz_truth.json. near_pareto has b down to 1e-14 and β/b of any size.
func TestGGompertzAgainstHighPrecision(t *testing.T) {
	var file struct {
		Columns []string               `json:"columns"`
		Classes map[string][][]float64 `json:"classes"`
	}
	readJSON(t, "testdata/ggompertz_truth.json", &file)
	for class, limit := range map[string]float64{"typical": 1e-12, "extreme": 1e-11, "near_pareto": 1e-11} {
		require.GreaterOrEqual(t, len(file.Classes[class]), 60, class)
		byQuantity := map[string]*tally{}
		for i, row := range file.Classes[class] {
			value := func(name string) float64 { return row[slices.Index(file.Columns, name)] }
			m, err := btyd.NewGGompertzNBD(rapport.Week, row[0], row[1], row[2], row[3], row[4])
			require.NoError(t, err)
			s := scoring.Summary{X: int(value("x")), TX: value("t_x"), T: value("T")}
			horizon, n, delta := value("t"), int(value("n")), value("delta")
			discounted, err := m.Discounted(s, horizon, delta)
			require.NoError(t, err)
			forever, err := m.Discounted(s, inf, delta)
			require.NoError(t, err)
			_, rate, dropout, _ := btyd.Inside(m, s, 1)
			for name, got := range map[string]float64{
				"loglik":              m.LogLikelihood(s),
				"p_alive":             m.PAlive(s),
				"p_dead":              m.PDead(s),
				"expected":            m.Expected(s, horizon),
				"expected_new":        m.ExpectedNew(horizon),
				"p_alive_at":          m.PAliveAt(s, horizon),
				"pmf":                 m.PMF(n, horizon),
				"conditional_pmf":     m.Probability(s, n, horizon),
				"discounted":          discounted,
				"discounted_infinite": forever,
				"rate":                rate,
				"dropout":             dropout,
			} {
				if byQuantity[name] == nil {
					byQuantity[name] = &tally{name: class + " " + name}
				}
				byQuantity[name].add(got, value(name), fmt.Sprintf("row %d %v t %v n %d delta %v", i, row[:8], horizon, n, delta))
			}
		}
		for _, name := range file.Columns[11:] {
			byQuantity[name].check(t, limit)
		}
	}
}

func TestGGompertzStress(t *testing.T) {
	all := stress(t, "ggomnbd", btyd.GGompertzNBD)
	require.GreaterOrEqual(t, len(all.errors), 17)
	all.check(t, 1e-12)

	// The published expectation gives .195 here.
	m, err := btyd.NewGGompertzNBD(rapport.Week, .55, 10.6, .5, 2, .001)
	require.NoError(t, err)
	within(t, "expected", m.Expected(scoring.Summary{X: 60, TX: 270, T: 300}, 39), 4.7273892e-17, 1e-7)
}

// Whatever the parameters and the customer, every answer is a number in its range.
func TestGGompertzKeepsItsRange(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(50, 1))
	for i := range 500 {
		reach := []float64{3, 20, 100}[i%3]
		draw := func(reach float64) float64 { return math.Pow(10, reach*(2*random.Float64()-1)) }
		params := []float64{draw(reach), draw(reach), draw(reach), draw(reach), draw(reach)}
		switch i % 7 {
		case 0:
			params[3] = 0
		case 1:
			params[4] = 1
		}
		m, err := btyd.New(btyd.GGompertzNBD, rapport.Week, params...)
		require.NoError(t, err)
		s := scoring.Summary{T: draw(5)}
		if i%5 > 0 {
			s.X, s.TX = 1+int(math.Pow(10, 5*random.Float64())), s.T*(1-random.Float64())
		}
		h, n := draw(min(reach, 20)), random.IntN(300)
		_, rate, dropout, _ := btyd.Inside(m, s, 1)
		answers := map[string]float64{
			"P(alive)": m.PAlive(s), "P(alive) later": m.PAliveAt(s, h), "pmf": m.PMF(n, h), "P(0)": m.Probability(s, 0, h), "P(n)": m.Probability(s, n, h),
			"expected": m.Expected(s, h), "expected, new": m.ExpectedNew(h), "rate": rate, "dropout": dropout,
		}
		for _, delta := range []float64{draw(3), -1 / h} {
			if v, err := m.Discounted(s, h, delta); err == nil {
				answers["discounted"] = v
			}
		}
		if v, err := m.Discounted(s, inf, 0); err == nil {
			answers["for ever"] = v
		}
		for name, v := range answers {
			require.Truef(t, v >= 0 && v <= math.MaxFloat64 && (v <= 1 || name[0] != 'P'), "%s: %v of %v %+v t %v n %d", name, v, params, s, h, n)
		}
		ll := m.LogLikelihood(s)
		require.Falsef(t, math.IsNaN(ll) || math.IsInf(ll, 0), "%v %+v", params, s)
	}
}

// What is simulated has the mean and the chances that are predicted.
func TestGGompertzSimulation(t *testing.T) {
	m, err := btyd.NewGGompertzNBD(rapport.Week, .8, 8, .08, 1.2, 12)
	require.NoError(t, err)
	s := scoring.Summary{X: 3, TX: 25, T: 30}
	random := rand.New(rand.NewPCG(4, 4))
	const draws, horizon = 40000, 26
	var sum, squares, none float64
	for range draws {
		times, err := m.SimulateFuture(random, s, horizon)
		require.NoError(t, err)
		n := float64(len(times))
		sum, squares = sum+n, squares+n*n
		if n == 0 {
			none++
		}
	}
	mean := sum / draws
	se := math.Sqrt((squares/draws - mean*mean) / draws)
	require.InDelta(t, m.Expected(s, horizon), mean, 4*se)
	zero := m.Probability(s, 0, horizon)
	require.InDelta(t, zero, none/draws, 4*math.Sqrt(zero*(1-zero)/draws))
}

// Without dropout it is the NBD, without ageing the Pareto/NBD.
func TestGGompertzNests(t *testing.T) {
	random := rand.New(rand.NewPCG(6, 6))
	draw := func(low, high float64) float64 { return low * math.Pow(high/low, random.Float64()) }
	all := tally{name: "ggomnbd and nested"}
	for i := range 300 {
		r, alpha, s, beta := draw(.05, 5), draw(1, 50), draw(.05, 5), draw(1, 100)
		const b = 1e-13
		nested, err := btyd.NewParetoNBD(rapport.Week, r, alpha, s, beta)
		if i%5 == 0 {
			s = 0
			nested, err = btyd.NewNBD(rapport.Week, r, alpha)
		}
		require.NoError(t, err)
		m, err := btyd.NewGGompertzNBD(rapport.Week, r, alpha, b, s, beta*b)
		require.NoError(t, err)
		h := scoring.Summary{X: random.IntN(40), T: draw(1, 200)}
		if h.X > 0 {
			h.TX = h.T * draw(.1, 1)
		}
		horizon, n := draw(.1, 200), random.IntN(20)
		discounted, err := m.Discounted(h, horizon, .003)
		require.NoError(t, err)
		want, err := nested.Discounted(h, horizon, .003)
		require.NoError(t, err)
		where := fmt.Sprint(nested.Parameters(), h, horizon, n)
		all.add(discounted, want, where)
		all.add(m.LogLikelihood(h), nested.LogLikelihood(h), where)
		all.add(m.PAlive(h), nested.PAlive(h), where)
		all.add(m.Expected(h, horizon), nested.Expected(h, horizon), where)
		all.add(m.PAliveAt(h, horizon), nested.PAliveAt(h, horizon), where)
		all.add(m.Probability(h, n, horizon), nested.Probability(h, n, horizon), where)
		_, rate, dropout, pairs := btyd.Inside(m, h, horizon)
		_, wantRate, wantDropout, wantPairs := btyd.Inside(nested, h, horizon)
		all.add(rate, wantRate, where)
		all.add(dropout, wantDropout, where)
		all.add(pairs, wantPairs, where)
	}
	all.check(t, 1e-8)
}
