package numeric

import "math"

// largeShape is the shape from which on the incomplete functions are taken from their
// uniform asymptotic expansion: fractions would need √shape terms and more.
const largeShape = 1e6

// GammaTails returns P(X ≤ x) and P(X > x) for X gamma distributed with that shape and
// rate 1: the regularised incomplete gamma functions P and Q. The smaller one has a
// relative error below 1e-12 for shapes from 1e-3 to 1e6 and above 1e-300, and one below
// 1e-9 beyond.
func GammaTails(shape, x float64) (lower, upper float64) {
	switch {
	case !(x > 0):
		return 0, 1
	case math.IsInf(x, 1):
		return 1, 0
	case shape > largeShape:
		// Temme's expansion (DLMF 8.12.3) with its first two coefficients.
		z := x/shape - 1
		eta := math.Copysign(math.Sqrt(max(0, -2*Log1pRest(z))), z)
		c0, c1 := -1./3+eta/12, -1./540
		if math.Abs(eta) > 1e-3 {
			c0 = 1/z - 1/eta
			c1 = 1/(eta*eta*eta) - 1/(z*z*z) - 1/(z*z) - 1/(12*z)
		}
		rest := math.Exp(-shape*eta*eta/2) / math.Sqrt(2*math.Pi*shape) * (c0 + c1/shape)
		half := eta * math.Sqrt(shape/2)
		return math.Erfc(-half)/2 - rest, math.Erfc(half)/2 + rest
	}
	point := gammaPoint(shape, x)
	if x < shape+1 {
		term, sum := 1.0, 1.0
		for k := 1.0; term > 1e-17*sum; k++ {
			term *= x / (shape + k)
			sum += term
		}
		lower = min(1, point*sum)
		return lower, 1 - lower
	}
	upper = min(1, point*shape*gammaFraction(shape, x))
	return 1 - upper, upper
}

// GammaDensity returns x^(a−1) e^−x / Γ(a), the density of a gamma distribution with
// that shape and rate 1 at x > 0.
func GammaDensity(shape, x float64) float64 { return gammaPoint(shape, x) * (shape / x) }

// gammaPoint returns x^a e^−x / Γ(a+1).
func gammaPoint(a, x float64) float64 {
	return math.Exp(a*logRest(x/a-1, x/a)-StirlingRest(a)) / math.Sqrt(2*math.Pi*a)
}

// gammaFraction is the continued fraction of Γ(a, x) e^x x^−a (DLMF 8.9.2), by Lentz's
// algorithm, for x > a + 1.
func gammaFraction(a, x float64) float64 {
	b := x + 1 - a
	c, d := 1/1e-300, 1/b
	h := d
	for k := 1.0; k < 1e6; k++ {
		step := k * (a - k)
		b += 2
		d = 1 / lentz(b+step*d, 1e-300)
		c = lentz(b+step/c, 1e-300)
		h *= d * c
		if math.Abs(d*c-1) < 1e-16 {
			break
		}
	}
	return h
}

// GammaQuantile returns the x with P(X ≤ x) = p for X gamma distributed with that shape
// and rate 1, 0 < p < 1. It is 0 where it is below the range of float64.
func GammaQuantile(shape, p float64) float64 {
	// In y = ln x; Wilson and Hilferty's cube where it is positive, else the first term
	// of the series.
	z := NormalQuantile(min(max(p, 1e-15), 1-1e-15))
	root := 1 - 1/(9*shape) + z/(3*math.Sqrt(shape))
	y := math.Log(shape) + 3*math.Log(root)
	if !(root > 0.2) {
		lg, _, _ := LogGamma3(shape + 1)
		y = (math.Log(p) + lg) / shape
	}
	low, high := math.Inf(-1), math.Inf(1)
	for range 100 {
		x := math.Exp(y)
		lower, upper := GammaTails(shape, x)
		over := lower - p
		if p > 0.5 {
			over = (1 - p) - upper
		}
		if over > 0 {
			high = y
		} else {
			low = y
		}
		next := y - over/(shape*gammaPoint(shape, x))
		if math.Abs(next-y) <= 1e-15*max(1, math.Abs(y)) {
			return math.Exp(next)
		}
		if !(next > low && next < high) {
			next = (low + high) / 2
			if math.IsInf(low, 0) || math.IsInf(high, 0) {
				next = y - math.Copysign(1, over)
			}
		}
		if high < -745 {
			return 0
		}
		y = next
	}
	return math.Exp(y)
}
