package stats

import "math"

// Wilson returns the rate successes/n and its score interval at the standard
// normal quantile z (1.959964 for 95 %). (E. B. Wilson, Journal of the American
// Statistical Association 22, 1927.) It wants n > 0, 0 ≤ successes ≤ n and z ≥ 0;
// both may be fractional, as with the effective size of a weighted sample.
func Wilson(successes, n, z float64) (rate, low, high float64) {
	rate = successes / n
	centre := rate + z*z/(2*n)
	margin := z * math.Sqrt(rate*(1-rate)/n+z*z/(4*n*n))
	scale := 1 + z*z/n
	// At the ends the interval reaches exactly to the rate; rounding must not pass it.
	return rate, min(max(0, (centre-margin)/scale), rate), max(min(1, (centre+margin)/scale), rate)
}

// RateDifference returns the difference of two rates, first less second, with the
// interval of R. G. Newcombe (Interval estimation for the difference between
// independent proportions, Statistics in Medicine 17, 1998, method 10): with the
// rates p and their Wilson intervals l … u,
//
//	(p₁ − p₂) − √((p₁−l₁)² + (u₂−p₂)²)  …  (p₁ − p₂) + √((u₁−p₁)² + (p₂−l₂)²)
//
// It wants what [Wilson] wants of each.
func RateDifference(successes1, n1, successes2, n2, z float64) (difference, low, high float64) {
	p1, low1, high1 := Wilson(successes1, n1, z)
	p2, low2, high2 := Wilson(successes2, n2, z)
	difference = p1 - p2
	return difference, difference - math.Hypot(p1-low1, high2-p2), difference + math.Hypot(high1-p1, p2-low2)
}
