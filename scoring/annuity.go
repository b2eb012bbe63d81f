package scoring

import (
	"fmt"
	"math"
)

// Perpetual, as a number of periods, stands for payments without end.
const Perpetual = math.MaxInt

// AnnuityFactor returns what one unit of money at the end of each period is worth
// now, if the customer is kept from period to period with the probability
// retention: Σ qᵗ, t = 1 … periods, with q = retention/(1+discount), and
// retention/(1+discount−retention) if periods is [Perpetual]. The discount is per
// period. (S. Gupta and D. R. Lehmann, Customers as Assets, Journal of Interactive
// Marketing 17(1), 2003.)
//
// The error is an [*InputError] for negative periods, a retention that is not from
// 0 to 1 or a discount that is not above −1; it wraps [ErrDiverges] if the sum
// without end is infinite, or is an [*OverflowError].
func AnnuityFactor(periods int, retention, discount float64) (float64, error) {
	if periods < 0 {
		return 0, &InputError{Name: "periods", Value: float64(periods), Reason: "want 0 or more"}
	}
	if err := checkShare("retention", retention); err != nil {
		return 0, err
	}
	if err := checkRate("discount", discount); err != nil {
		return 0, err
	}
	gap := discount + (1 - retention) // (1−q)(1+discount), without cancellation
	factor := retention / gap
	switch {
	case retention == 0 || periods == 0:
		return 0, nil
	case periods == Perpetual && gap <= 0:
		return 0, fmt.Errorf("scoring: retention %v for ever at discount %v: %w", retention, discount, ErrDiverges)
	case periods == Perpetual:
	case math.Abs(gap)*float64(periods) < 1e-150: // q is 1 to all digits, and 1/gap may be infinite
		factor = float64(periods)
	default:
		factor *= -math.Expm1(float64(periods) * math.Log1p(-gap/(1+discount)))
	}
	if math.IsInf(factor, 0) {
		return 0, &OverflowError{Sum: "annuity factor"}
	}
	return factor, nil
}
