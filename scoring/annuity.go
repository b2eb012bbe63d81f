package scoring

import (
	"fmt"
	"math"

	"github.com/rapport-crm/rapport/internal/numeric"
)

// Perpetual, as a number of periods, stands for payments without end.
const Perpetual = numeric.Forever

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
	factor := numeric.Annuity(periods, retention, discount)
	if math.IsInf(factor, 0) && periods == Perpetual && discount+(1-retention) <= 0 {
		return 0, fmt.Errorf("scoring: retention %v for ever at discount %v: %w", retention, discount, ErrDiverges)
	}
	if math.IsInf(factor, 0) {
		return 0, &OverflowError{Sum: "annuity factor"}
	}
	return factor, nil
}
