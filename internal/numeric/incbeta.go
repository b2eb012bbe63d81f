package numeric

import "math"

// NegativeBinomialTail returns P(N ≥ n) for a purchase count N that is negative
// binomial: Poisson with a rate that is Gamma(r) with mean r·odds, where
// odds = t/α. It is the regularised incomplete beta function I_z(n, r) with
// z = odds/(1+odds). The second result is P(N = n).
//
// For 1e-3 ≤ r ≤ 1e4, 1e-8 ≤ odds ≤ 1e8 and 1 ≤ n ≤ 1e4 the relative error is below
// 1e-9, and below 1e-11 where n and r are below 100.
func NegativeBinomialTail(n int, r, odds float64) (tail, point float64) {
	if n <= 0 {
		return 1, math.Exp(-r * math.Log1p(odds))
	}
	k := float64(n)
	point = math.Exp(LogRising(r, k) - LogRising(1, k) - r*math.Log1p(odds) - k*math.Log1p(1/odds))
	z, rest := odds/(1+odds), 1/(1+odds)
	if z < (k+1)/(k+r+2) {
		return min(1, point*betaFraction(k, r, z)), point
	}
	return max(0, 1-point*k/r*betaFraction(r, k, rest)), point
}

// BetaTails returns P(B ≤ z) and P(B > z) for B beta distributed with a and b, where
// z = odds/(1+odds): the regularised incomplete beta function and its complement. For a
// and b from 1e-3 to 1e6 the smaller one has a relative error below 1e-10 where it is
// above 1e-300.
func BetaTails(a, b, odds float64) (lower, upper float64) {
	if !(odds > 0) {
		return 0, 1
	}
	if math.IsInf(odds, 1) {
		return 1, 0
	}
	// ln of z^a (1−z)^b / B(a, b), by its distance from the value at z = a/(a+b).
	sum := a + b
	r := odds * b / a // odds over those of that z
	u := b/sum + a/sum*r
	point := math.Exp(math.Log(a*(b/sum)/(2*math.Pi))/2 + StirlingRest(sum) - StirlingRest(a) - StirlingRest(b) +
		a*logRest(b/sum*(r-1)/u, r/u) + b*logRest(-a/sum*(r-1)/u, 1/u))
	if odds*(b+1) < a+1 {
		lower = min(1, point/a*betaFraction(a, b, odds/(1+odds)))
		return lower, 1 - lower
	}
	upper = min(1, point/b*betaFraction(b, a, 1/(1+odds)))
	return 1 - upper, upper
}

// betaFraction is the continued fraction of I_x(a, b) (DLMF 8.17.22) without its factor
// x^a (1−x)^b / (a B(a, b)), by Lentz's algorithm; it converges fast for x < (a+1)/(a+b+2).
func betaFraction(a, b, x float64) float64 {
	const tiny = 1e-300
	c, d := 1.0, 1-(a+b)*x/(a+1)
	if math.Abs(d) < tiny {
		d = tiny
	}
	d = 1 / d
	h := d
	for m := 1.0; m < 100000; m++ {
		even := m * (b - m) * x / ((a + 2*m - 1) * (a + 2*m))
		d = lentz(1+even*d, tiny)
		c = lentz(1+even/c, tiny)
		d = 1 / d
		h *= d * c
		odd := -(a + m) * (a + b + m) * x / ((a + 2*m) * (a + 2*m + 1))
		d = lentz(1+odd*d, tiny)
		c = lentz(1+odd/c, tiny)
		d = 1 / d
		h *= d * c
		if math.Abs(d*c-1) < 1e-16 {
			break
		}
	}
	return h
}

func lentz(v, tiny float64) float64 {
	if math.Abs(v) < tiny {
		return tiny
	}
	return v
}
