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

// AnnuitySlope returns the derivative of [Annuity] with respect to the retention,
// Σ t·retentionᵗ⁻¹/(1+discount)ᵗ; (1+discount)/(1+discount−retention)² for
// [Forever]. It wants what Annuity wants, and takes time in proportion to a finite
// number of periods.
func AnnuitySlope(periods int, retention, discount float64) float64 {
	if periods == Forever {
		gap := discount + (1 - retention)
		if gap <= 0 {
			return math.Inf(1)
		}
		return (1 + discount) / gap / gap
	}
	sum, power := 0.0, 1/(1+discount)
	for t := 1; t <= periods && power != 0; t++ {
		sum += float64(t) * power
		power *= retention / (1 + discount)
	}
	return sum
}
