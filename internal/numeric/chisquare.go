package numeric

import "math"

// ChiSquareTail returns P(X > x) for X with a chi-square distribution of df ≥ 1
// degrees of freedom, x ≥ 0, by the finite sums of Abramowitz and Stegun (26.4.4 and
// 26.4.5). The relative error is below 1e-13 for x to 500 and df to 100.
func ChiSquareTail(x float64, df int) float64 {
	if x <= 0 {
		return 1
	}
	half := x / 2
	sum, term, from := 0.0, math.Exp(-half), 1.0
	if df%2 == 1 {
		sum = math.Erfc(math.Sqrt(half))
		term *= 2 * math.Sqrt(half/math.Pi)
		from = 1.5
	}
	// Terms half^(k−1) e^−half / Γ(k), k = from, from+1, … up to df/2.
	for k := from; k <= float64(df)/2+0.25; k++ {
		sum += term
		term *= half / k
	}
	return min(1, sum)
}

// NormalQuantile returns the z with Φ(z) = p for 1e-15 ≤ p ≤ 1 − 1e-15. The relative
// error is below 1e-14, that of 1−p apart.
func NormalQuantile(p float64) float64 {
	if p > 0.5 {
		return -NormalQuantile(1 - p)
	}
	z := math.Sqrt2 * math.Erfinv(1-2*p)
	// One Newton step on the tail itself, which 1−2p has rounded.
	density := math.Exp(-z*z/2) / math.Sqrt(2*math.Pi)
	return -(z + (math.Erfc(z/math.Sqrt2)/2-p)/density)
}
