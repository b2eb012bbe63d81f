package lead

import (
	"fmt"
	"math"
	"slices"

	"github.com/rapport-crm/rapport"
)

// Scale says what points mean: Points stand for Odds of one event against that many
// other outcomes, and PDO more points double Odds. With 600, 19 and 50, a score of 600
// is a chance of one in 20 of the event, 650 one of one in 39. The methods want numbers
// that [Scale.Validate] accepts.
type Scale struct {
	Points float64 `json:"points"`
	Odds   float64 `json:"odds"` // above 0
	PDO    float64 `json:"pdo"`  // above 0
}

// DefaultScale is 600 points at odds of 19, 50 to double them.
func DefaultScale() Scale { return Scale{Points: 600, Odds: 19, PDO: 50} }

// Validate returns nil, or an [*OptionError] for numbers that make no scale.
func (s Scale) Validate() error {
	const far = 1e9
	switch {
	case !(math.Abs(s.Points) <= far):
		return &OptionError{Option: "Points", Value: s.Points, Want: "a number up to 1e9"}
	case !(s.Odds > 0 && s.Odds <= far):
		return &OptionError{Option: "Odds", Value: s.Odds, Want: "above 0, up to 1e9"}
	case !(s.PDO > 0 && s.PDO <= far):
		return &OptionError{Option: "PDO", Value: s.PDO, Want: "above 0, up to 1e9"}
	}
	return nil
}

// Factor is B = PDO/ln 2, the points of one unit of log odds.
func (s Scale) Factor() float64 { return s.PDO / math.Ln2 }

// Offset is A = Points − B·ln Odds, the points where event and other outcome are as
// likely.
func (s Scale) Offset() float64 { return s.Points - s.Factor()*math.Log(s.Odds) }

// Probability is the chance of the event at a score: 1/(1 + exp((score − A)/B)).
func (s Scale) Probability(score float64) float64 {
	return probability((s.Offset() - score) / s.Factor())
}

// ScoredBin is a bin with its points.
type ScoredBin struct {
	Bin
	Points int
	Exact  float64 // before rounding: −B·coefficient·WOE
}

// Variable is one column of a [Scorecard].
type Variable struct {
	Column      string
	Coefficient rapport.Estimate // of the weight of evidence, in the log odds of the event
	IV          rapport.Estimate
	Bins        []ScoredBin
	// WrongSign says that the coefficient is negative: points run against the evidence
	// of the column, which is mostly a sign that another column says the same better.
	WrongSign bool
}

// Scorecard gives points for the bins that a row falls into: more points, a smaller
// chance of the event. It is an immutable value made by [FitScorecard], [NewScorecard]
// or read from JSON.
type Scorecard struct {
	scale     Scale
	intercept rapport.Estimate
	binnings  []*Binning
	variables []Variable
	base      int
}

// NewScorecard makes a scorecard of bins and of a regression on their weights of
// evidence: the log odds of the event are intercept + Σ coefficient·WOE. The points of
// a bin are −B·coefficient·WOE and the base is A − B·intercept, each rounded to whole
// points. (N. Siddiqi, Credit risk scorecards, 2006, chapter 6, who calls good what is
// no event.) A nil scale is [DefaultScale].
//
// Errors: a [*ColumnError] for a column that comes twice, for too few or too many
// coefficients, one without a value and points beyond 1e9; an [*OptionError] for the scale;
// [ErrNotFitted] for a binning that is none; a [*rapport.EstimateError].
func NewScorecard(binnings []*Binning, intercept rapport.Estimate, coefficients []rapport.Estimate, scale *Scale) (*Scorecard, error) {
	s := &Scorecard{scale: DefaultScale(), intercept: intercept, binnings: slices.Clone(binnings)}
	if scale != nil {
		s.scale = *scale
	}
	if err := s.scale.Validate(); err != nil {
		return nil, err
	}
	if len(binnings) == 0 || len(coefficients) != len(binnings) {
		return nil, &ColumnError{Reason: fmt.Sprintf("%d coefficients for %d binnings", len(coefficients), len(binnings))}
	}
	known := map[string]bool{}
	for i, b := range binnings {
		if b == nil || len(b.bins) == 0 {
			return nil, fmt.Errorf("lead: binning %d: %w", i, ErrNotFitted)
		}
		if known[b.column] {
			return nil, &ColumnError{Column: b.column, Reason: "comes twice"}
		}
		known[b.column] = true
		v := Variable{Column: b.column, Coefficient: coefficients[i], IV: b.iv, WrongSign: coefficients[i].Value < 0}
		if err := coefficients[i].Validate(); err != nil {
			return nil, fmt.Errorf("lead: coefficient of %q: %w", b.column, err)
		}
		if !coefficients[i].HasValue() {
			return nil, &ColumnError{Column: b.column, Reason: "the coefficient has no value"}
		}
		for _, bin := range b.bins {
			exact := -s.scale.Factor() * v.Coefficient.Value * bin.WOE
			points, ok := wholePoints(exact)
			if !ok {
				return nil, &ColumnError{Column: b.column, Reason: fmt.Sprintf("bin %s would have %v points", bin.Label, exact)}
			}
			v.Bins = append(v.Bins, ScoredBin{Bin: bin, Points: points, Exact: exact + 0})
		}
		s.variables = append(s.variables, v)
	}
	if err := intercept.Validate(); err != nil {
		return nil, fmt.Errorf("lead: intercept: %w", err)
	}
	if !intercept.HasValue() {
		return nil, &ColumnError{Reason: "the intercept has no value"}
	}
	exact := s.exactBase()
	base, ok := wholePoints(exact)
	if !ok {
		return nil, &ColumnError{Reason: fmt.Sprintf("the base would have %v points", exact)}
	}
	s.base = base
	return s, nil
}

// wholePoints rounds points to the nearest whole, halves away from 0. It is false for
// points so many that they are surely a mistake.
func wholePoints(exact float64) (int, bool) {
	if !(math.Abs(exact) <= 1e9) {
		return 0, false
	}
	return int(math.Round(exact)), true
}

func (s *Scorecard) exactBase() float64 { return s.scale.Offset() - s.scale.Factor()*s.intercept.Value }

// Scale returns what the points mean.
func (s *Scorecard) Scale() Scale { return s.scale }

// Intercept is the log odds of the event where the evidence of all columns is 0.
func (s *Scorecard) Intercept() rapport.Estimate { return s.intercept }

// Base returns the points that every row has, whole and before rounding.
func (s *Scorecard) Base() (points int, exact float64) {
	if len(s.variables) == 0 {
		return 0, 0
	}
	return s.base, s.exactBase()
}

// Variables returns the columns in their order, with the points of their bins.
func (s *Scorecard) Variables() []Variable {
	variables := slices.Clone(s.variables)
	for i := range variables {
		variables[i].Bins = slices.Clone(variables[i].Bins)
		for k := range variables[i].Bins {
			variables[i].Bins[k].Labels = slices.Clone(variables[i].Bins[k].Labels)
		}
	}
	return variables
}
