package quality

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/internal/exactjson"
	"github.com/rapport-crm/rapport/internal/stats"
)

// Report is what a [Meter] found. What was not measured has no value: a ratio with
// denominator 0, an estimate with N 0.
type Report struct {
	At       time.Time `json:"at"`
	Total    Score     `json:"total"`
	Sources  []Score   `json:"sources,omitempty"`  // by name; none if no row said where it came from
	Owners   []Score   `json:"owners,omitempty"`   // likewise
	Branches []Score   `json:"branches,omitempty"` // likewise
}

// Score is the quality of some records.
type Score struct {
	Name         string           `json:"name,omitzero"`   // of the source, owner or branch; "": of all, or not known
	Records      int              `json:"records"`         // how many
	Overall      rapport.Ratio    `json:"overall"`         // Σ weight·value / Σ weight over the dimensions that have a value; N: records
	Completeness rapport.Ratio    `json:"completeness"`    // Σ weight of filled values / Σ weight of all; N: records
	Validity     rapport.Ratio    `json:"validity"`        // valid / filled values of fields with a format
	Uniqueness   rapport.Ratio    `json:"uniqueness"`      // records less expected duplicates / records
	Consistency  rapport.Ratio    `json:"consistency"`     // rules that hold / rules that apply, over all records
	Timeliness   rapport.Ratio    `json:"timeliness"`      // Σ freshness / values with a date of confirmation
	Checked      rapport.Ratio    `json:"checked"`         // right / checked values
	Accuracy     rapport.Estimate `json:"accuracy"`        // the same with its interval, see [Accuracy95]
	Fields       []FieldScore     `json:"fields"`          // in the order of the specification
	Rules        []RuleScore      `json:"rules,omitempty"` // likewise
}

// FieldScore is the quality of one field.
type FieldScore struct {
	Name       string           `json:"name"`
	Filled     rapport.Ratio    `json:"filled"` // filled values / records
	Validity   rapport.Ratio    `json:"validity"`
	Timeliness rapport.Ratio    `json:"timeliness"`
	Checked    rapport.Ratio    `json:"checked"`
	Accuracy   rapport.Estimate `json:"accuracy"`
}

// RuleScore is how often a rule held.
type RuleScore struct {
	Code  string        `json:"code"`
	Holds rapport.Ratio `json:"holds"` // records for which it holds / to which it applies
}

// Of returns the ratio of a dimension: of Accuracy that of checked values, of Overall
// the overall score.
func (s Score) Of(d Dimension) rapport.Ratio {
	switch d {
	case Completeness:
		return s.Completeness
	case Validity:
		return s.Validity
	case Uniqueness:
		return s.Uniqueness
	case Consistency:
		return s.Consistency
	case Timeliness:
		return s.Timeliness
	case Accuracy:
		return s.Checked
	case Overall:
		return s.Overall
	}
	return rapport.Ratio{}
}

// Of returns the ratio of a dimension that a field has: Completeness (filled values),
// Validity, Timeliness or Accuracy; no value for another.
func (f FieldScore) Of(d Dimension) rapport.Ratio {
	switch d {
	case Completeness:
		return f.Filled
	case Validity:
		return f.Validity
	case Timeliness:
		return f.Timeliness
	case Accuracy:
		return f.Checked
	}
	return rapport.Ratio{}
}

// Field returns the score of a field; false if there is none of that name.
func (s Score) Field(name string) (FieldScore, bool) {
	i := slices.IndexFunc(s.Fields, func(f FieldScore) bool { return f.Name == name })
	if i < 0 {
		return FieldScore{}, false
	}
	return s.Fields[i], true
}

// Accuracy95 returns the share of checked values that were right with its 95 %
// interval (Wilson 1927): 92 of 100 is 0.92 [0.850, 0.959]. It has no value if
// nothing was checked. The values of one record are counted as independent. It is a
// [*SpecError] if right is not from 0 to checked.
func Accuracy95(right, checked int) (rapport.Estimate, error) {
	if checked < 0 || right < 0 || right > checked {
		return rapport.Estimate{}, &SpecError{Item: "sample", Name: "right", Reason: NotInRange, Value: float64(right)}
	}
	if checked == 0 {
		return rapport.Estimate{}, nil
	}
	const level = 0.95
	value, low, high := stats.Wilson(float64(right), float64(checked), stats.NormalMargin(level))
	return rapport.Estimate{Value: value, Low: low, High: high, Level: level, N: checked}, nil
}

// Report returns what was measured so far. Equal rows give equal reports, in any
// order.
func (m *Meter) Report() Report {
	r := Report{At: m.at, Total: m.score("", m.total)}
	for g, to := range []*[]Score{&r.Sources, &r.Owners, &r.Branches} {
		names := slices.Sorted(maps.Keys(m.groups[g]))
		if len(names) == 0 || len(names) == 1 && names[0] == "" {
			continue
		}
		for _, name := range names {
			*to = append(*to, m.score(name, m.groups[g][name]))
		}
	}
	return r
}

func ratio(num, den int) rapport.Ratio {
	return rapport.Ratio{Num: float64(num), Den: float64(den), N: den}
}

func fractions(sum int64, of int) rapport.Ratio {
	return rapport.Ratio{Num: float64(sum) / fractionUnits, Den: float64(of), N: of}
}

// accurate cannot fail: right values are counted among the checked ones.
func accurate(f *fieldTally) rapport.Estimate {
	e, _ := Accuracy95(f.right, f.checked)
	return e
}

func (m *Meter) score(name string, t *tally) Score {
	s := Score{Name: name, Records: t.records, Completeness: rapport.Ratio{N: t.records}}
	var all fieldTally
	for i, f := range t.fields {
		spec := &m.spec.Fields[i]
		s.Completeness.Num += spec.weight() * float64(f.filled)
		s.Completeness.Den += spec.weight() * float64(t.records)
		all.parsed += f.parsed
		all.valid += f.valid
		all.dated += f.dated
		all.checked += f.checked
		all.right += f.right
		all.fresh += f.fresh
		s.Fields = append(s.Fields, FieldScore{
			Name: spec.Name, Filled: ratio(f.filled, t.records), Validity: ratio(f.valid, f.parsed),
			Timeliness: fractions(f.fresh, f.dated), Checked: ratio(f.right, f.checked), Accuracy: accurate(&f),
		})
	}
	s.Validity, s.Timeliness = ratio(all.valid, all.parsed), fractions(all.fresh, all.dated)
	s.Checked, s.Accuracy = ratio(all.right, all.checked), accurate(&all)
	if m.spec.Twins {
		s.Uniqueness = fractions(t.unique, t.records)
	}
	var applied, held int
	for i, r := range t.rules {
		applied, held = applied+r.applied, held+r.held
		s.Rules = append(s.Rules, RuleScore{Code: m.spec.Rules[i].Code(), Holds: ratio(r.held, r.applied)})
	}
	s.Consistency = ratio(held, applied)
	s.Overall.N = t.records
	for _, d := range Dimensions() {
		if value, known := s.Of(d).Value(); known {
			w := m.spec.Weights.of(d)
			s.Overall.Num += w * value
			s.Overall.Den += w
		}
	}
	return s
}

// reportFormat is the version of the written form of a [Report].
const reportFormat = 1

type plainReport Report

type reportForm struct {
	Format int `json:"format"`
	*plainReport
}

// FormatError reports JSON of a format that this version does not know.
type FormatError struct{ Format int }

// Error names both formats.
func (e *FormatError) Error() string {
	return fmt.Sprintf("quality: report JSON has format %d, this version reads %d", e.Format, reportFormat)
}

// MarshalJSON writes the report in a versioned form. Equal reports give the same
// bytes.
func (r Report) MarshalJSON() ([]byte, error) {
	r.At = r.At.UTC()
	return json.Marshal(reportForm{reportFormat, (*plainReport)(&r)})
}

// UnmarshalJSON reads what [Report.MarshalJSON] writes. Null leaves r as it is; so
// does an error, which is a [*FormatError] or one about the JSON itself.
func (r *Report) UnmarshalJSON(text []byte) error {
	if string(text) == "null" {
		return nil
	}
	var head struct {
		Format int `json:"format"`
	}
	if err := json.Unmarshal(text, &head); err != nil {
		return fmt.Errorf("quality: decode report: %w", err)
	}
	if head.Format != reportFormat {
		return &FormatError{Format: head.Format}
	}
	var read Report
	if err := exactjson.Decode(text, &reportForm{plainReport: (*plainReport)(&read)}); err != nil {
		return fmt.Errorf("quality: decode report: %w", err)
	}
	read.At = read.At.UTC()
	*r = read
	return nil
}
