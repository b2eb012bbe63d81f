package lead

import (
	"errors"
	"fmt"
	"math"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/internal/stats"
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
	evidence, err := pick(binnings, columns)
	if err != nil {
		return nil, err
	}
	for i, b := range binnings {
		if evidence[i], err = b.Apply(evidence[i]); err != nil {
			return nil, err
		}
		if err := evidence[i].check(len(outcomes)); err != nil {
			return nil, err
		}
	}
	intercept, coefficients, err := fitEvidence(evidence, outcomes, o.L2)
	if err != nil {
		return nil, err
	}
	return NewScorecard(binnings, intercept, coefficients, o.Scale)
}

func fitEvidence(columns []Column, outcomes []bool, l2 float64) (rapport.Estimate, []rapport.Estimate, error) {
	var none rapport.Estimate
	data := stats.Logistic{L2: l2, Outcomes: make([]float64, len(outcomes))}
	for i, event := range outcomes {
		if event {
			data.Outcomes[i] = 1
		}
	}
	for _, c := range columns {
		data.Columns = append(data.Columns, c.Numbers)
	}
	fit, err := stats.FitLogistic(data)
	if fault, ok := errors.AsType[*stats.ColumnError](err); ok && fault.Column >= 0 {
		return none, nil, &ColumnError{Column: columns[fault.Column].Name, Reason: fault.Error()}
	}
	if err != nil {
		return none, nil, fmt.Errorf("lead: scorecard: %w", err)
	}
	side := len(fit.Coefficients)
	estimates := make([]rapport.Estimate, side)
	for i, c := range fit.Coefficients {
		if estimates[i], err = rapport.NormalEstimate(c, math.Sqrt(fit.Covariance[i*side+i]), 0.95, len(outcomes)); err != nil {
			return none, nil, err
		}
	}
	return estimates[0], estimates[1:], nil
}

func probability(logOdds float64) float64 { return 1 / (1 + math.Exp(-logOdds)) }
