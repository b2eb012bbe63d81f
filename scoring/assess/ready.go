package assess

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/rapport-crm/rapport"
)

// Measure is one figure of the quality of the data.
type Measure struct {
	Dimension string        `json:"dimension"` // such as "completeness"
	Share     rapport.Ratio `json:"share"`
}

// Floor is how good the data must be in one dimension.
type Floor struct {
	Dimension string
	Least     float64 // 0 to 1
}

// DefaultFloors asks for a completeness of .80.
func DefaultFloors() []Floor { return []Floor{{"completeness", 0.80}} }

// Shortfall is one reason why data are not ready.
type Shortfall struct {
	Dimension string
	Share     rapport.Ratio // no value: not measured
	Least     float64
}

// NotReadyError reports data that are not good enough for an assessment: its figures
// would be wrong without showing it.
type NotReadyError struct {
	AsOf    time.Time
	Reasons []Shortfall // in the order of the floors
}

func (e *NotReadyError) Error() string {
	reasons := make([]string, len(e.Reasons))
	for i, r := range e.Reasons {
		reasons[i] = fmt.Sprintf("%s not measured, wants %v", r.Dimension, r.Least)
		if share, ok := r.Share.Value(); ok {
			reasons[i] = fmt.Sprintf("%s %.4g is below %v (n %d)", r.Dimension, share, r.Least, r.Share.N)
		}
	}
	return "assess: data are not ready: " + strings.Join(reasons, ", ")
}

// checkReady returns a [*NotReadyError] where a floor is not met.
func checkReady(measures []Measure, floors []Floor, asOf time.Time) error {
	var short []Shortfall
	for _, f := range floors {
		s := Shortfall{Dimension: f.Dimension, Least: f.Least}
		for _, m := range measures {
			if m.Dimension == f.Dimension {
				s.Share = m.Share
			}
		}
		if share, ok := s.Share.Value(); !ok || share < f.Least {
			short = append(short, s)
		}
	}
	if short == nil {
		return nil
	}
	return &NotReadyError{asOf, short}
}

func checkFloors(floors []Floor) error {
	for _, f := range floors {
		if f.Dimension == "" || !(f.Least >= 0 && f.Least <= 1) {
			return &InputError{Name: "floor", Value: fmt.Sprintf("%q %v", f.Dimension, f.Least), Want: "a dimension and a share from 0 to 1"}
		}
	}
	return nil
}

func checkMeasures(measures []Measure) error {
	seen := make(map[string]bool, len(measures))
	for _, m := range measures {
		if m.Dimension == "" || seen[m.Dimension] {
			return &InputError{Name: "dimension", Value: fmt.Sprintf("%q", m.Dimension), Want: "a name that comes once"}
		}
		seen[m.Dimension] = true
		if err := m.Share.Validate(); err != nil {
			return err
		}
	}
	return nil
}

// Condition is one of the conditions without which customer management does not last.
type Condition struct {
	Code  string `json:"code"`
	Score int    `json:"score"` // from 1, not there, to 5, leading
	Note  string `json:"note,omitempty"`
}

// The five support conditions of the CRM value chain. (F. Buttle, The CRM value chain,
// Marketing Business, February 2001.)
const (
	ConditionCulture      = "culture" // and leadership
	ConditionData         = "data"    // and information technology
	ConditionProcess      = "process"
	ConditionOrganisation = "organisation"
	ConditionPeople       = "people"
)

// Maturity is what the scores of conditions come to.
type Maturity struct {
	Mean    rapport.Ratio // of the scores; N conditions
	Weakest Condition     // of equal ones the first
}

// MaturityOf returns the mean and the weakest of the conditions; scores of 4, 3, 2, 3
// and 3 have the mean 3.0. No conditions have no value. The error is an [*InputError]
// for a score that is not from 1 to 5, or a code that is empty or comes twice.
func MaturityOf(conditions []Condition) (Maturity, error) {
	var m Maturity
	seen := make(map[string]bool, len(conditions))
	for i, c := range conditions {
		if c.Score < 1 || c.Score > 5 {
			return Maturity{}, &InputError{Name: "score of " + c.Code, Value: fmt.Sprint(c.Score), Want: "1 to 5"}
		}
		if c.Code == "" || seen[c.Code] {
			return Maturity{}, &InputError{Name: "condition", Value: fmt.Sprintf("%q", c.Code), Want: "a name that comes once"}
		}
		seen[c.Code] = true
		m.Mean.Num += float64(c.Score)
		m.Mean.Den++
		m.Mean.N++
		if i == 0 || c.Score < m.Weakest.Score {
			m.Weakest = c
		}
	}
	return m, nil
}

// readiness asks for the parts of the organisation and refuses data that are not ready.
func (a *Assessor) readiness(ctx context.Context, asOf time.Time) (Finding[[]Measure], Finding[[]Condition], error) {
	quality, err := ask(PartQuality, "", asOf, a.sources.Quality != nil, checkMeasures,
		func() (Finding[[]Measure], error) { return a.sources.Quality(ctx, asOf) })
	if err != nil {
		return quality, Finding[[]Condition]{}, err
	}
	if quality.Absent != NoSource || a.floorsSet {
		measures, _ := quality.Get()
		if err := checkReady(measures, a.options.Floors, asOf); err != nil {
			return quality, Finding[[]Condition]{}, err
		}
	}
	conditions, err := ask(PartConditions, "", asOf, a.sources.Conditions != nil,
		func(c []Condition) error { _, err := MaturityOf(c); return err },
		func() (Finding[[]Condition], error) { return a.sources.Conditions(ctx, asOf) })
	return quality, conditions, err
}
