package kpi

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/rapport-crm/rapport"
)

// Range says between which values of a figure attainment rises from 0 to 1. Full below
// Zero makes less the better.
type Range struct {
	Zero, Full float64
}

// Criterion is a KPI of a scorecard.
type Criterion struct {
	KPI    string
	Weight float64 // above 0, up to 1e9
	Range  Range   // Zero and Full differ
	Most   float64 // the greatest attainment, 1 to 10; 0 stands for 1: no credit for more than full
}

// Scorecard weighs figures into one score: an immutable value, made by [NewScorecard].
type Scorecard struct {
	criteria []Criterion
	least    float64
}

// NewScorecard returns a scorecard. LeastData is the part of the weight that must have
// data for a score, from 0 to 1; 0 stands for 1: all of it. The error is a [*CodeError]
// for a KPI that is no code or stands twice, or an [*InputError] for no criteria and for
// a number out of its bounds.
func NewScorecard(leastData float64, criteria ...Criterion) (*Scorecard, error) {
	if !(leastData >= 0 && leastData <= 1) {
		return nil, &InputError{Subject: "scorecard", Name: "least data", Value: leastData, Reason: "want 0 to 1"}
	}
	if leastData == 0 {
		leastData = 1
	}
	if len(criteria) == 0 {
		return nil, &InputError{Subject: "scorecard", Name: "criteria", Value: 0, Reason: "want at least one"}
	}
	s := &Scorecard{criteria: slices.Clone(criteria), least: leastData}
	for i, c := range criteria {
		if err := checkCode("criterion", c.KPI); err != nil {
			return nil, err
		}
		if slices.ContainsFunc(criteria[:i], func(other Criterion) bool { return other.KPI == c.KPI }) {
			return nil, &CodeError{Subject: "criterion", Code: c.KPI, Reason: "twice"}
		}
		width := c.Range.Full - c.Range.Zero
		switch {
		case !validWeight(c.Weight) || c.Weight == 0:
			return nil, &InputError{Subject: c.KPI, Name: "weight", Value: c.Weight, Reason: "want above 0, up to 1e9"}
		case !finite(width) || width == 0:
			return nil, &InputError{Subject: c.KPI, Name: "full", Value: c.Range.Full, Reason: fmt.Sprintf("want a finite range from zero, %v", c.Range.Zero)}
		case c.Most != 0 && !(c.Most >= 1 && c.Most <= 10):
			return nil, &InputError{Subject: c.KPI, Name: "most", Value: c.Most, Reason: "want 1 to 10"}
		case c.Most == 0:
			s.criteria[i].Most = 1
		}
	}
	return s, nil
}

// StaffCriteria returns the four measures by which staff who serve dealers are judged in
// place of their sales volume, of equal weight: turnover of the dealer's inventory, the
// dealer's profit on our goods, its satisfaction, and our share of what it buys. What
// counts as full is the house's own.
func StaffCriteria(turns, profit, satisfaction, wallet Range) []Criterion {
	return []Criterion{
		{KPI: InventoryTurns, Weight: 1, Range: turns},
		{KPI: DealerProfitShare, Weight: 1, Range: profit},
		{KPI: SatisfactionIndex, Weight: 1, Range: satisfaction},
		{KPI: WalletShare, Weight: 1, Range: wallet},
	}
}

// Criteria returns the criteria, with their defaults written out.
func (s *Scorecard) Criteria() []Criterion { return slices.Clone(s.criteria) }

// LeastData returns the part of the weight that must have data.
func (s *Scorecard) LeastData() float64 { return s.least }

// CriterionScore is what one figure contributes.
type CriterionScore struct {
	Criterion  Criterion
	Value      float64 // of the figure
	HasData    bool
	Attainment float64 // (value − zero) / (full − zero), within 0 and the most
	// Contribution is the attainment times the weight, over the weight of all criteria
	// with data: those of a scorecard sum to its score.
	Contribution float64
}

// Score is what a scorecard comes to.
type Score struct {
	// Figure is [StaffScore], Σ weight × attainment over Σ weight of the criteria with
	// data. It has no value with too few of them. Its scope is that of the figures; for a
	// person it needs a role ([Registry.Visible]).
	Figure   Figure
	Criteria []CriterionScore // in the order of the scorecard
	Data     rapport.Ratio    // the weight with data over all
}

// Score weighs figures of one period and scope; figures that are no criterion play no
// part. The error is that of [Figure.Validate], a [*CodeError] for two figures of one KPI,
// a [*PairError] for figures of two periods or scopes, or that of a scope which is none.
func (s *Scorecard) Score(period rapport.Interval, scope Scope, figures ...Figure) (Score, error) {
	if err := scope.validate(); err != nil {
		return Score{}, err
	}
	byCode := make(map[string]Figure, len(figures))
	for _, f := range figures {
		if err := f.Validate(); err != nil {
			return Score{}, err
		}
		if f.Period != period || f.Scope != scope {
			return Score{}, &PairError{Code: f.Code, Before: period, After: f.Period, Reason: fmt.Sprintf("want figures of the period and of scope %q, got %q", scope, f.Scope)}
		}
		if _, twice := byCode[f.Code]; twice {
			return Score{}, &CodeError{Subject: "figure", Code: f.Code, Reason: "twice"}
		}
		byCode[f.Code] = f
	}
	var result Score
	attained := 0.0
	for _, c := range s.criteria {
		part := CriterionScore{Criterion: c}
		if part.Value, part.HasData = byCode[c.KPI].Value(); part.HasData {
			part.Attainment = min(max(0, (part.Value-c.Range.Zero)/(c.Range.Full-c.Range.Zero)), c.Most)
			attained += c.Weight * part.Attainment
			result.Data.Num += c.Weight
			result.Data.N++
		}
		result.Data.Den += c.Weight
		result.Criteria = append(result.Criteria, part)
	}
	result.Figure = Figure{Code: StaffScore, Unit: UnitShare, Period: period, Scope: scope}
	if result.Data.Num > 0 && result.Data.Num >= s.least*result.Data.Den*(1-rounding) {
		result.Figure = quotient(StaffScore, UnitShare, period, attained, result.Data.Num, result.Data.N)
		result.Figure.Scope = scope
		for i, part := range result.Criteria {
			result.Criteria[i].Contribution = part.Criterion.Weight * part.Attainment / result.Data.Num
		}
	}
	return result, nil
}

type criterionFile struct {
	KPI    string   `json:"kpi"`
	Weight float64  `json:"weight"`
	Zero   *float64 `json:"zero"`
	Full   *float64 `json:"full"`
	Most   float64  `json:"most"`
}

type scorecardFile struct {
	Format    int             `json:"format"`
	LeastData float64         `json:"least_data"`
	Criteria  []criterionFile `json:"criteria"`
}

// MarshalJSON writes {"format":1,"least_data":…,"criteria":[…]}, defaults written out.
func (s *Scorecard) MarshalJSON() ([]byte, error) {
	file := scorecardFile{Format: format, LeastData: s.least, Criteria: make([]criterionFile, len(s.criteria))}
	for i, c := range s.criteria {
		file.Criteria[i] = criterionFile{KPI: c.KPI, Weight: c.Weight, Zero: &c.Range.Zero, Full: &c.Range.Full, Most: c.Most}
	}
	return json.Marshal(file)
}

// UnmarshalJSON reads what [Scorecard.MarshalJSON] wrote; it marshals to the same bytes.
// It is for a fresh value, not for a scorecard in use. The error is a [*FormatError], that
// of the JSON, a [*CodeError] for a missing field or that of [NewScorecard]; after it s is
// unchanged.
func (s *Scorecard) UnmarshalJSON(text []byte) error {
	if isNull(text) {
		return nil
	}
	var file scorecardFile
	if err := decode("scorecard", text, &file); err != nil {
		return err
	}
	criteria := make([]Criterion, len(file.Criteria))
	for i, c := range file.Criteria {
		if err := checkFields("scorecard", field{"zero", c.Zero != nil}, field{"full", c.Full != nil}); err != nil {
			return err
		}
		criteria[i] = Criterion{KPI: c.KPI, Weight: c.Weight, Range: Range{Zero: *c.Zero, Full: *c.Full}, Most: c.Most}
	}
	read, err := NewScorecard(file.LeastData, criteria...)
	if err != nil {
		return err
	}
	*s = *read
	return nil
}
