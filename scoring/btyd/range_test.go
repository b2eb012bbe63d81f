package btyd_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/rapport-crm/rapport/scoring/btyd"
)

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
