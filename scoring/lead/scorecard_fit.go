package lead

import (
	"fmt"

	"github.com/rapport-crm/rapport"
)

// ScorecardOptions are options of [FitScorecard]; nil or zero fields are the defaults.
type ScorecardOptions struct {
	Scale *Scale  // nil: [DefaultScale]
	L2    float64 // the penalty of [FitLogistic]; 0: none
}

// FitScorecard fits a logistic regression of the outcomes on the weights of evidence of
// binned columns, and makes a scorecard of it. The bins are commonly made of the same
// rows; every bin then has the points of its own evidence, corrected for what the other
// columns say already.
//
// Errors: those of [Binning.Apply], [FitLogistic] and [NewScorecard]. A column whose
// bins have all the same evidence is a [*ColumnError].
func FitScorecard(binnings []*Binning, columns []Column, outcomes []bool, o *ScorecardOptions) (*Scorecard, error) {
	if o == nil {
		o = &ScorecardOptions{}
	}
	for i, b := range binnings {
		if b == nil || len(b.bins) == 0 {
			return nil, fmt.Errorf("lead: binning %d: %w", i, ErrNotFitted)
		}
	}
	chosen, _, err := pickBinned(binnings, columns)
	if err != nil {
		return nil, err
	}
	evidence := make([]Column, len(binnings))
	for i, b := range binnings {
		if evidence[i], err = b.Apply(*chosen[i]); err != nil {
			return nil, err
		}
	}
	model, err := FitLogistic(evidence, outcomes, &LogisticOptions{L2: o.L2})
	if err != nil {
		return nil, err
	}
	var coefficients []rapport.Estimate
	for _, c := range model.Coefficients() {
		coefficients = append(coefficients, c.Estimate)
	}
	return NewScorecard(binnings, model.Intercept().Estimate, coefficients, o.Scale)
}
