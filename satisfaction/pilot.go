package satisfaction

import (
	"math"

	"github.com/rapport-crm/rapport"
)

// PilotRule is fixed before a trial and decides on it. Zero fields are defaults.
type PilotRule struct {
	MinN    int     // answers needed to decide at all; 0: 40
	MinMean float64 // mean answer for a go; 0: three quarters up the scale, 4 of 1 to 5
	// MinTopShare is the share of answers in the top box for a go, above 0, at most 1;
	// 0: 0.7.
	MinTopShare float64
	From, To    float64 // the top box; both 0: the top two marks, as in [TopBox]
	Level       float64 // confidence of the intervals; 0: 0.95
}

// PilotDecision is what a trial came to.
type PilotDecision string

// The decisions.
const (
	PilotGo        PilotDecision = "go"        // all conditions are met
	PilotNoGo      PilotDecision = "no_go"     // answers enough, and a condition is not met
	PilotUndecided PilotDecision = "undecided" // too few answers
)

// PilotCriterion is one condition of a [PilotRule] and how it was met.
type PilotCriterion struct {
	Name   string  // "answers", "mean" or "top_share"
	Value  float64 // as it came out; 0 where there are no answers
	Wanted float64 // at least
	Met    bool
	// Certain says that the interval lies on one side of what is wanted, all at or
	// above it or all below, so that chance would hardly have turned the verdict; the
	// number of answers is always certain. The decision does not depend on it.
	Certain bool
}

// Pilot is the answer of [EvaluatePilot].
type Pilot struct {
	Decision PilotDecision
	Criteria []PilotCriterion // answers, mean, top_share
	Mean     MeanScore
	Top      ShareScore
	Missing  int // respondents without an answer
}

// EvaluatePilot decides on a trial by the answers of those who took part: go where
// there are at least MinN answers, their mean is at least MinMean and the share of the
// top box at least MinTopShare; no-go where one of the latter is missed; undecided
// where answers are too few. The decision is by the figures themselves; each criterion
// says whether its interval bears it out. The error is an [*ArgumentError] for the rule
// or a [*BoxError].
func EvaluatePilot(c Column, rule PilotRule) (Pilot, error) {
	if rule.MinN == 0 {
		rule.MinN = 40
	}
	low, high := c.item.Low, c.item.High
	if rule.MinMean == 0 {
		rule.MinMean = low + 0.75*(high-low)
	}
	if rule.MinTopShare == 0 {
		rule.MinTopShare = 0.7
	}
	switch {
	case rule.MinN < 1:
		return Pilot{}, &ArgumentError{Name: "least number of answers", Value: float64(rule.MinN), Reason: "must be 1 or more, or 0 for 40"}
	case !(rule.MinMean >= low && rule.MinMean <= high):
		return Pilot{}, &ArgumentError{Name: "least mean", Value: rule.MinMean, Reason: "must be within the scale, or 0 for three quarters up"}
	case !(rule.MinTopShare > 0 && rule.MinTopShare <= 1):
		return Pilot{}, &ArgumentError{Name: "least top share", Value: rule.MinTopShare, Reason: "must be above 0 and at most 1, or 0 for 0.7"}
	}
	mean, err := MeanOf(c, rule.Level)
	if err != nil {
		return Pilot{}, err
	}
	top, err := TopBox(c, &ShareOptions{Level: rule.Level, From: rule.From, To: rule.To})
	if err != nil {
		return Pilot{}, err
	}
	n := c.Len()
	p := Pilot{Mean: mean, Top: top, Missing: c.Missing(), Criteria: []PilotCriterion{
		{Name: "answers", Value: float64(n), Wanted: float64(rule.MinN), Met: n >= rule.MinN, Certain: true},
		criterion("mean", mean.Mean, rule.MinMean),
		criterion("top_share", top.Share, rule.MinTopShare),
	}}
	switch {
	case !p.Criteria[0].Met:
		p.Decision = PilotUndecided
	case p.Criteria[1].Met && p.Criteria[2].Met:
		p.Decision = PilotGo
	default:
		p.Decision = PilotNoGo
	}
	return p, nil
}

// criterion holds a figure against what is wanted. A mean of weighted answers may be a
// rounding below the number that it is.
func criterion(name string, e rapport.Estimate, wanted float64) PilotCriterion {
	slack := 1e-12 * math.Abs(wanted)
	return PilotCriterion{Name: name, Value: e.Value, Wanted: wanted, Met: e.HasValue() && e.Value >= wanted-slack,
		Certain: e.HasInterval() && (e.Low >= wanted || e.High < wanted)}
}
