package numeric

import "math"

// Forever, as a number of periods, stands for a sum without end.
const Forever = math.MaxInt

// Annuity returns Σ qᵗ, t = 1 … periods, with q = retention/(1+discount), and
// retention/(1+discount−retention) for [Forever]: what one unit at the end of each
// period is worth now to one who is kept with the probability retention. It wants
// periods ≥ 0, 0 ≤ retention ≤ 1 and discount > −1. The sum is +Inf where it has no
// end and retention is not below 1 + discount, or where it is beyond float64.
func Annuity(periods int, retention, discount float64) float64 {
	gap := discount + (1 - retention) // (1−q)(1+discount), without cancellation
	switch {
	case retention == 0 || periods == 0:
		return 0
	case periods == Forever && gap <= 0:
		return math.Inf(1)
	case periods == Forever:
		return retention / gap
	case math.Abs(gap)*float64(periods) < 1e-150: // q is 1 to all digits, and 1/gap may be infinite
		return float64(periods)
	}
	return retention / gap * -math.Expm1(float64(periods)*math.Log1p(-gap/(1+discount)))
}

// AnnuityRaise returns [Annuity] without end at the retention to less that at
// from, on one denominator: the raise may be much smaller than the rounding of the
// two. Both must be below 1 + discount.
func AnnuityRaise(from, to, discount float64) float64 {
	return (1 + discount) * (to - from) / ((discount + (1 - to)) * (discount + (1 - from)))
}

// AnnuitySlope returns the first and the second derivative of [Annuity] with respect
// to the retention, Σ t·retentionᵗ⁻¹/(1+discount)ᵗ and Σ t(t−1)·retentionᵗ⁻²/(1+discount)ᵗ;
// for [Forever] (1+discount)/(1+discount−retention)² and twice that over
// 1+discount−retention. It wants what Annuity wants, and takes time in proportion to
// a finite number of periods.
func AnnuitySlope(periods int, retention, discount float64) (first, second float64) {
	if periods == Forever {
		gap := discount + (1 - retention)
		if gap <= 0 {
			return math.Inf(1), math.Inf(1)
		}
		first = (1 + discount) / gap / gap
		return first, 2 * first / gap
	}
	q, power := retention/(1+discount), 1.0 // qᵗ⁻²
	for t := 1; t <= periods; t++ {
		if t == 1 {
			first = 1
			continue
		}
		first += float64(t) * power * q
		second += float64(t) * float64(t-1) * power
		if power *= q; power == 0 {
			break
		}
	}
	return first / (1 + discount), second / (1 + discount) / (1 + discount)
}
