package compare

import (
	"fmt"
	"math"
	"testing"

	"gonum.org/v1/gonum/mathext"

	"github.com/rapport-crm/rapport/internal/numeric"
)

// grid holds points from 10⁻³ to 10⁶, four to a power of ten, and some that
// are whole, half and just beside a whole number.
func grid() []float64 {
	points := []float64{0.5, 1, 1.5, 2, 3, 10, 1 - 1e-9, 1 + 1e-9, 2 - 1e-9, 2 + 1e-9}
	for quarter := -12; quarter <= 24; quarter++ {
		points = append(points, math.Pow(10, float64(quarter)/4))
	}
	return points
}

// far measures the distance of got from want: relative to want where it is
// large, absolute where it is below 1, as near the roots of ln Γ and ψ.
func far(got, want float64) float64 {
	return math.Abs(got-want) / math.Max(1, math.Abs(want))
}

func TestLogGammaAndDerivatives(t *testing.T) {
	for _, x := range grid() {
		lg, psi, psi1 := numeric.LogGamma3(x)
		wantLog, _ := math.Lgamma(x)
		for _, c := range []struct {
			what      string
			got, want float64
			bound     float64
		}{
			{"ln Γ", lg, wantLog, 1e-14},
			// The oracle's own error: at 1, where ψ is minus Euler's constant,
			// it is off by 5e-11.
			{"ψ", psi, mathext.Digamma(x), 1e-10},
			// The trigamma function is Hurwitz' zeta function at 2.
			{"ψ'", psi1, mathext.Zeta(2, x), 1e-14},
		} {
			if d := far(c.got, c.want); !(d <= c.bound) {
				t.Errorf("%s(%g): got %.17g, oracle %.17g, apart by %.1e, bound %.0e", c.what, x, c.got, c.want, d, c.bound)
			}
		}
	}
}

func TestDigammaOfOne(t *testing.T) {
	const euler = 0.57721566490153286060651209008240243
	if _, psi, _ := numeric.LogGamma3(1); !(far(psi, -euler) <= 1e-14) {
		t.Errorf("ψ(1): got %.17g, want %.17g", psi, -euler)
	}
}

func TestLogBeta(t *testing.T) {
	worst, where := 0.0, ""
	for _, a := range grid() {
		for _, b := range grid() {
			// gonum adds three ln Γ, each right to about 1e-16 of its own size:
			// that, and not the size of the result, is what the oracle can tell.
			la, _ := math.Lgamma(a)
			lb, _ := math.Lgamma(b)
			lab, _ := math.Lgamma(a + b)
			scale := 1 + math.Abs(la) + math.Abs(lb) + math.Abs(lab)
			d := math.Abs(numeric.LogBeta(a, b)-mathext.Lbeta(a, b)) / scale
			if !(d <= worst) {
				worst, where = d, fmt.Sprintf("ln B(%g, %g)", a, b)
			}
		}
	}
	if !(worst <= 1e-14) {
		t.Errorf("%s: apart from the oracle by %.1e of the terms, bound 1e-14", where, worst)
	}
}

func TestNegativeBinomialTail(t *testing.T) {
	for _, n := range []int{1, 2, 5, 20, 80} {
		for _, r := range []float64{0.05, 0.243, 1, 4.4, 60} {
			for _, odds := range []float64{1e-3, 0.1, 1, 8.8, 100} {
				got, _ := numeric.NegativeBinomialTail(n, r, odds)
				want := mathext.RegIncBeta(float64(n), r, odds/(1+odds))
				// Both lose digits in the far tail, where the value is tiny.
				if d := math.Abs(got-want) / want; want > 1e-280 && !(d <= 1e-10) {
					t.Errorf("I(n=%d, r=%g, odds=%g): got %.17g, oracle %.17g, apart by %.1e", n, r, odds, got, want, d)
				}
			}
		}
	}
}
