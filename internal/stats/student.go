package stats

import (
	"math"

	"github.com/rapport-crm/rapport/internal/numeric"
)

// manyDegrees is where Student's distribution is so near to the normal one that the
// expansion of [StudentTail] beats the beta function.
const manyDegrees = 1e6

// NormalTail returns P(Z > z) of the standard normal distribution.
func NormalTail(z float64) float64 { return math.Erfc(z/math.Sqrt2) / 2 }

// NormalMargin returns the z with P(|Z| ≤ z) = level: 1.959964 for 0.95. It wants
// 0 < level < 1, also a level next to 1.
func NormalMargin(level float64) float64 { return math.Sqrt2 * math.Erfinv(level) }

// StudentTail returns P(T > t) of Student's distribution with df degrees of freedom,
// whole or not, df ≥ 1. The relative error is below 1e-10 where the tail is above
// 1e-290. Beyond a million degrees it is the normal tail of the transformed t of
// G. W. Hill, Algorithm 395, Communications of the ACM 13, 1970.
func StudentTail(t, df float64) float64 {
	if t < 0 {
		return 1 - StudentTail(-t, df)
	}
	if df > manyDegrees {
		z := math.Sqrt((df - 0.5) * math.Log1p(t/df*t))
		if !(z > 0) { // df so great that t/df·t is nothing
			z = t
		}
		a := df - 0.5
		return NormalTail(z + z*(z*z+3)/(48*a)/a)
	}
	both, _ := numeric.BetaTails(df/2, 0.5, df/t/t)
	return both / 2
}

// StudentMargin returns the t with P(|T| ≤ t) = level, 12.706 for 0.95 and one degree
// of freedom. It wants df ≥ 1 and 0 < level < 1; the relative error is below 1e-9 for
// levels from 1e-6 to 1 − 1e-16.
func StudentMargin(level, df float64) float64 {
	if df > 1e15 {
		return NormalMargin(level)
	}
	// Newton's method on ln P(T > t) as a function of ln t, which falls and is concave,
	// so that from the second step on the iterates come down to the root.
	target := math.Log((1 - level) / 2)
	scale := numeric.LogRising(df/2, 0.5) - math.Log(df*math.Pi)/2
	at := math.Log(NormalMargin(level))
	for range 60 {
		t := math.Exp(at)
		tail := StudentTail(t, df)
		density := math.Exp(scale - (df+1)/2*math.Log1p(t/df*t))
		step := (math.Log(tail) - target) * tail / (t * density)
		if math.IsNaN(step) || math.IsInf(step, 0) {
			break
		}
		at += step
		if math.Abs(step) < 1e-14 {
			break
		}
	}
	return math.Exp(at)
}

// Satterthwaite returns the standard error of the difference of two independent
// figures with standard errors se1 and se2 on df1 and df2 degrees of freedom, and the
// degrees of freedom of its ratio (F. E. Satterthwaite, Biometrics Bulletin 2, 1946;
// B. L. Welch, Biometrika 34, 1947, for two means). With both errors 0 there are none.
func Satterthwaite(se1, df1, se2, df2 float64) (se, df float64) {
	se = math.Hypot(se1, se2)
	if !(se > 0) {
		return 0, 0
	}
	// By shares of the variance, which neither overflow nor vanish.
	a, b := se1/se, se2/se
	return se, 1 / (a*a*a*a/df1 + b*b*b*b/df2)
}
