package quality

import (
	"fmt"
	"slices"
	"strings"

	"github.com/rapport-crm/rapport"
)

// Gate says how good data must be before an analysis may use them. An analysis asks
// it first: figures from data that are not ready would be wrong without showing it.
type Gate struct {
	Analysis string  // required: whose gate it is, such as "lifetime-value"
	Records  int     // the least number of records; 0: any
	Floors   []Floor // all must be met
}

// Floor is the least value of one dimension.
type Floor struct {
	Dimension Dimension
	Field     string  // of this field; "": of all, see [Score.Of] and [FieldScore.Of]
	Least     float64 // from 0 to 1; a value equal to it is enough
	Lower     bool    // Accuracy: the lower end of its interval must reach it, so that a small sample does not do
}

// Shortfall is one reason why data are not ready.
type Shortfall struct {
	Reason    ShortfallReason
	Dimension Dimension     // "" for TooFewRecords
	Field     string        // "" for all fields
	Have      rapport.Ratio // with numerator, denominator and n; of TooFewRecords only n
	Value     float64       // what was compared: the value of Have, or the end of an interval
	Least     float64       // what it had to reach; of TooFewRecords a number of records
}

// ShortfallReason is a stable code.
type ShortfallReason string

// The reasons.
const (
	TooLow        ShortfallReason = "too-low"
	NoData        ShortfallReason = "no-data"       // the report has no value of it: never ready
	NoSuchField   ShortfallReason = "no-such-field" // the report does not know the field: never ready
	TooFewRecords ShortfallReason = "too-few-records"
)

// NotReadyError lists everything that keeps data from being ready.
type NotReadyError struct {
	Analysis string
	Reasons  []Shortfall // in the order of the gate: records first
}

// Error lists the reasons with their numbers:
//
//	quality: lifetime-value is not ready: completeness 0.62 < 0.8
func (e *NotReadyError) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "quality: %s is not ready: ", e.Analysis)
	for i, s := range e.Reasons {
		if i > 0 {
			b.WriteString("; ")
		}
		name := string(s.Dimension)
		if s.Field != "" {
			name += " of " + s.Field
		}
		switch s.Reason {
		case TooLow:
			fmt.Fprintf(&b, "%s %.4g < %.4g", name, s.Value, s.Least)
		case TooFewRecords:
			fmt.Fprintf(&b, "%d records < %.0f", s.Have.N, s.Least)
		default:
			fmt.Fprintf(&b, "%s: %s", name, s.Reason)
		}
	}
	return b.String()
}

// Validate returns nil or the first problem as a [*SpecError].
func (g Gate) Validate() error {
	switch {
	case g.Analysis == "":
		return &SpecError{Item: "gate", Reason: NotGiven}
	case g.Records < 0:
		return &SpecError{Item: "gate", Name: g.Analysis, Reason: NotInRange, Value: float64(g.Records)}
	}
	for _, f := range g.Floors {
		measured := append(Dimensions(), Overall)
		if f.Field != "" {
			measured = []Dimension{Completeness, Validity, Timeliness, Accuracy}
		}
		switch {
		case !slices.Contains(measured, f.Dimension):
			return &SpecError{Item: "floor", Name: string(f.Dimension), Reason: NotKnown}
		case !share(f.Least):
			return &SpecError{Item: "floor", Name: string(f.Dimension), Reason: NotInRange, Value: f.Least}
		case f.Lower && f.Dimension != Accuracy:
			return &SpecError{Item: "floor", Name: string(f.Dimension), Reason: NotMeant}
		}
	}
	return nil
}

// Check returns nil if the data of a report are ready, else a [*NotReadyError] with
// every reason. What was not measured is not ready. A gate that is not valid gives a
// [*SpecError].
func (g Gate) Check(report Report) error { return g.CheckScore(report.Total) }

// CheckScore is [Gate.Check] for the records of one source, owner or branch.
func (g Gate) CheckScore(score Score) error {
	if err := g.Validate(); err != nil {
		return err
	}
	var reasons []Shortfall
	if score.Records < g.Records {
		reasons = append(reasons, Shortfall{Reason: TooFewRecords, Have: rapport.Ratio{N: score.Records}, Value: float64(score.Records), Least: float64(g.Records)})
	}
	for _, f := range g.Floors {
		if s := f.shortfall(score); s.Reason != "" {
			reasons = append(reasons, s)
		}
	}
	if len(reasons) > 0 {
		return &NotReadyError{Analysis: g.Analysis, Reasons: reasons}
	}
	return nil
}

// shortfall has no reason if the floor is met.
func (f Floor) shortfall(score Score) Shortfall {
	s := Shortfall{Dimension: f.Dimension, Field: f.Field, Least: f.Least, Have: score.Of(f.Dimension)}
	accuracy := score.Accuracy
	if f.Field != "" {
		field, known := score.Field(f.Field)
		if !known {
			s.Reason = NoSuchField
			s.Have = rapport.Ratio{}
			return s
		}
		s.Have, accuracy = field.Of(f.Dimension), field.Accuracy
	}
	value, known := s.Have.Value()
	if f.Lower {
		value, known = accuracy.Low, accuracy.HasInterval()
	}
	switch {
	case !known:
		s.Reason = NoData
	case !(value >= f.Least):
		s.Reason, s.Value = TooLow, value
	}
	return s
}
