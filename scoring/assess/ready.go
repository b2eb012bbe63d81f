package assess

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/scoring/kpi"
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
		if share, ok := m.Share.Value(); ok && !(share >= 0 && share <= 1) {
			return &InputError{Name: "share of " + m.Dimension, Value: fmt.Sprint(share), Want: "0 to 1"}
		}
	}
	return nil
}

// Readiness is how far the organisation has come, by a maturity model.
type Readiness struct {
	Model      string        `json:"model"`
	Conditions []Condition   `json:"conditions"`
	Mean       rapport.Ratio `json:"mean"`
	Level      string        `json:"level,omitempty"` // that the mean reaches; "" if some condition has no answer
	Highest    int           `json:"highest"`         // the highest level there is
	Weakest    []string      `json:"weakest"`         // the conditions with the lowest score
}

// Condition is one of the conditions without which customer management does not last.
type Condition struct {
	Code  string        `json:"code"`
	Score rapport.Ratio `json:"score"` // mean level over the answers
}

// ReadinessOf takes an assessment by a maturity model, such as [kpi.FiveConditions].
func ReadinessOf(model *kpi.MaturityModel, m kpi.Maturity) Readiness {
	r := Readiness{Model: model.Code(), Mean: m.Mean, Level: model.Level(m.MeanLevel), Highest: len(model.Levels()), Weakest: m.Weakest}
	for _, d := range m.Dimensions {
		r.Conditions = append(r.Conditions, Condition{d.Dimension, d.Score})
	}
	return r
}

func (r Readiness) check() error {
	if err := named(r.Model); err != nil {
		return err
	}
	for _, c := range r.Conditions {
		if err := named(c.Code); err != nil {
			return err
		}
		if err := c.Score.Validate(); err != nil {
			return err
		}
	}
	return r.Mean.Validate()
}

// readiness asks for the parts of the organisation and refuses data that are not ready.
func (a *Assessor) readiness(ctx context.Context, asOf time.Time) (Finding[[]Measure], Finding[Readiness], error) {
	quality, err := ask(PartQuality, "", asOf, a.sources.Quality != nil, checkMeasures,
		func() (Finding[[]Measure], error) { return a.sources.Quality(ctx, asOf) })
	if err != nil {
		return quality, Finding[Readiness]{}, err
	}
	if quality.Absent != NoSource || a.floorsSet {
		measures, _ := quality.Get()
		if err := checkReady(measures, a.options.Floors, asOf); err != nil {
			return quality, Finding[Readiness]{}, err
		}
	}
	conditions, err := ask(PartConditions, "", asOf, a.sources.Conditions != nil,
		Readiness.check,
		func() (Finding[Readiness], error) { return a.sources.Conditions(ctx, asOf) })
	return quality, conditions, err
}
