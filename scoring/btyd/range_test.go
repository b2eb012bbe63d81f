package btyd_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/scoring"
	"github.com/rapport-crm/rapport/scoring/btyd"
)

// Whatever the parameters and the customer, every answer is a number in its range.
func TestNothingLeavesItsRange(t *testing.T) {
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

// The series and the quadrature of the expectation are two ways to one number.
func TestSeriesAgreeWithQuadrature(t *testing.T) {
	random := rand.New(rand.NewPCG(51, 0))
	all := tally{name: "expected, series and quadrature"}
	for i := range 2000 {
		draw := func(low, high float64) float64 { return math.Pow(10, low+(high-low)*random.Float64()) }
		r, alpha, a, b := draw(-3, 3), draw(-3, 3), draw(-3, 3), draw(-3, 3)
		switch i % 3 {
		case 1:
			a = 1 + draw(-12, -1)
		case 2:
			a = min(a, .999)
			b = 1 - a + draw(-12, -4) // a + b near 1
		}
		x, age, horizon := 0., draw(-2, 5), draw(-2, 5)
		if i%3 < 2 {
			x = math.Floor(draw(0, 4))
		}
		got, want := btyd.ExpectedWhileAlive(r, alpha, a, b, x, age, horizon)
		all.add(got, want, "")
	}
	all.check(t, 1e-11)
}
