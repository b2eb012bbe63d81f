package btyd_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/scoring"
	"github.com/rapport-crm/rapport/scoring/btyd"
)

// Whatever the parameters and the customer, every answer is a number in its range.
func TestParetoNBDNothingLeavesItsRange(t *testing.T) {
	random := rand.New(rand.NewPCG(50, 0))
	for i := range 600 {
		reach := []float64{3, 20, 100}[i%3]
		draw := func() float64 { return math.Pow(10, reach*(2*random.Float64()-1)) }
		params := []float64{draw(), draw(), draw(), draw()}
		m, err := btyd.New(btyd.ParetoNBD, rapport.Week, params...)
		require.NoError(t, err)
		// Not every m is allowed at every other parameter.
		if c, err := btyd.New(btyd.ParetoNBDCorrelated, rapport.Week, append(params, random.Float64()/2)...); err == nil && i%2 == 0 {
			m = c
		}
		s := scoring.Summary{T: draw()}
		if i%5 > 0 {
			s.X = 1 + int(math.Pow(10, 6*random.Float64()))
			s.TX = s.T * (1 - random.Float64())
		}
		if s.TX == 0 {
			s.X = 0
		}
		h, n := draw(), int(math.Pow(10, 4*random.Float64()))
		within := func(what string, v, top float64) {
			require.Truef(t, v >= 0 && v <= top, "%s: %v of %s %+v %+v t %v n %d", what, v, m.Name(), m.Parameters(), s, h, n)
		}
		within("P(alive)", m.PAlive(s), 1)
		within("P(alive at t)", m.PAliveAt(s, h), 1)
		within("P(X = n)", m.PMF(n, h), 1)
		within("P(Y = 0)", m.Probability(s, 0, h), 1)
		within("P(Y = n)", m.Probability(s, n, h), 1)
		within("E[Y]", m.Expected(s, h), math.MaxFloat64)
		within("E[X]", m.ExpectedNew(h), math.MaxFloat64)
		require.Falsef(t, math.IsNaN(m.LogLikelihood(s)) || math.IsInf(m.LogLikelihood(s), 0), "%+v %+v", m.Parameters(), s)
		discounted, err := m.Discounted(s, inf, draw())
		require.NoError(t, err)
		within("discounted", discounted, math.MaxFloat64)
	}
}
