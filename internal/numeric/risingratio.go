package numeric

import "math"

// RisingRatio returns ln (z+a)ₙ − ln (z)ₙ = ln Γ(z+a+n)Γ(z) / (Γ(z+a)Γ(z+n)) for z > 0
// and a, n ≥ 0, neither of which need be whole; it is symmetric in them and never
// negative. Where q ~ Beta(z, a), E[qⁿ] is e^−RisingRatio(z, a, n).
//
// It is small where a or n is small beside z, and keeps its digits there: for
// 1e-8 ≤ z ≤ 1e10, and a and n of 0 or from 1e-6 to 1e6, the relative error is below 1e-12.
func RisingRatio(z, a, n float64) float64 {
	short, long := min(a, n), max(a, n)
	if short == 0 {
		return 0
	}
	count, other := short, long
	if !shortProduct(count) {
		count, other = long, short
	}
	if shortProduct(count) {
		sum := 0.0
		for i := range int(count) {
			sum += log1pRatio(other, z+float64(i))
		}
		return sum
	}
	if short > z/2 {
		return LogRising(z+long, short) - LogRising(z, short)
	}
	// ∫ ψ(z+long+s) − ψ(z+s) ds over [0, short], far from the singularity at −z.
	return GaussLegendre(0, short, func(s float64) float64 {
		_, slope, _ := Rising3(z+s, long)
		return slope
	})
}

// shortProduct reports whether a rising factorial of n factors is multiplied out.
func shortProduct(n float64) bool { return n <= directRising && n == math.Trunc(n) }

// log1pRatio returns ln(1 + a/b), also where the quotient is beyond float64.
func log1pRatio(a, b float64) float64 {
	if q := a / b; q <= math.MaxFloat64 {
		return math.Log1p(q)
	}
	return math.Log(a) - math.Log(b)
}
