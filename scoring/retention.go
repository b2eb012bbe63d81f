package scoring

import (
	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/internal/numeric"
)

// PerpetualValue returns margin · r/(1+d−r), what a customer is worth that brings
// the margin at the end of each period for as long as it is kept, with the
// probability r = retention from period to period, at the discount d per period:
// margin × [AnnuityFactor] without end. The margin is whole minor units and may be
// negative; the value is rounded once, half-even. The error is that of
// AnnuityFactor or of the amount.
func PerpetualValue(margin rapport.Money, retention, discount float64) (rapport.Money, error) {
	factor, err := AnnuityFactor(Perpetual, retention, discount)
	if err != nil {
		return rapport.Money{}, err
	}
	var p purse
	minor, err := p.take(margin)
	if err != nil {
		return rapport.Money{}, named("margin", err)
	}
	return p.rounded("value", float64(minor)*factor)
}

// RetentionEffect is what a better retention does to the value of a customer.
type RetentionEffect struct {
	From, To      float64       // retention before and after
	Before, After rapport.Money // [PerpetualValue] at the two
	Gain          rapport.Money // After − Before, exactly
	// Change is the gain over the value before; it has no value if that is nothing.
	// It is computed before rounding to cents and does not depend on the margin. N
	// is 0: nothing was observed.
	Change rapport.Ratio
}

// RetentionSensitivity returns what raising retention by points (0.05 is five
// percentage points; negative for a loss) does to a customer that brings the
// margin at the end of each period, at a discount per period. (F. F. Reichheld
// and W. E. Sasser, Zero Defections, Harvard Business Review 68(5), 1990, found
// that five points less defection raise profits by 25 to 85 percent.) The errors
// are those of [PerpetualValue]; retention + points must be from 0 to 1 too.
func RetentionSensitivity(margin rapport.Money, retention, points, discount float64) (RetentionEffect, error) {
	e := RetentionEffect{From: retention, To: retention + points}
	var err error
	if e.Before, err = PerpetualValue(margin, e.From, discount); err != nil {
		return RetentionEffect{}, err
	}
	if e.After, err = PerpetualValue(margin, e.To, discount); err != nil {
		return RetentionEffect{}, err
	}
	if e.Gain, err = e.After.Sub(e.Before); err != nil {
		return RetentionEffect{}, err
	}
	before, err := AnnuityFactor(Perpetual, e.From, discount)
	if err != nil {
		return RetentionEffect{}, err
	}
	e.Change = rapport.Ratio{Num: numeric.AnnuityRaise(e.From, e.To, discount), Den: before}
	return e, nil
}

// RetentionTable returns [RetentionSensitivity] for each retention and each raise:
// row i is for retentions[i], column j for points[j]. A cell whose retention would
// be above 1 or below 0 is the zero RetentionEffect.
func RetentionTable(margin rapport.Money, discount float64, retentions, points []float64) ([][]RetentionEffect, error) {
	table := make([][]RetentionEffect, len(retentions))
	for i, retention := range retentions {
		table[i] = make([]RetentionEffect, len(points))
		for j, raise := range points {
			if to := retention + raise; checkShare("retention", retention) == nil && (to < 0 || to > 1) {
				continue
			}
			var err error
			if table[i][j], err = RetentionSensitivity(margin, retention, raise, discount); err != nil {
				return nil, err
			}
		}
	}
	return table, nil
}
