package quality

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/rapport-crm/rapport/customer"
)

// Spec says what is measured: the fields of a record, the rules between them and
// what each dimension counts in the overall score. It is not changed while a
// [Meter] works with it.
type Spec struct {
	Fields  []Field
	Rules   []Rule
	Weights Weights // the zero value: all dimensions count alike
	Twins   bool    // rows say how likely they are duplicates, so uniqueness is measured
}

// Field is one column of the records.
type Field struct {
	Name         string    // required: a code that no other field has
	Weight       float64   // in completeness, ≥ 0 and finite; 0 counts as 1 unless Optional
	Optional     bool      // may be empty: not counted in completeness
	Format       Format    // what a value must look like; "": any text
	Earliest     time.Time // of a date: the first day that is valid; zero: no limit
	Latest       time.Time // of a date: the last day that is valid; zero: no limit
	HalfLifeDays float64   // after so many days of 24 hours a confirmed value counts half, 2^(−age/half-life); 0: it does not age
	MeanLifeDays float64   // the same as e^(−age/mean life); one of the two at most
}

// Weights are what the dimensions count in the overall score: finite, ≥ 0.
type Weights struct {
	Completeness, Validity, Uniqueness, Consistency, Timeliness, Accuracy float64
}

// Trouble is what is wrong with a [Spec] or a row: a stable code.
type Trouble string

// The troubles.
const (
	NotGiven      Trouble = "missing"
	NotKnown      Trouble = "unknown"
	GivenTwice    Trouble = "duplicate"
	NotInRange    Trouble = "out-of-range"
	NotThatMany   Trouble = "wrong-number"
	NotMeant      Trouble = "not-allowed" // set, but has no meaning here
	NotSame       Trouble = "different"   // two meters of unlike specifications
	TooManyGroups Trouble = "too-many"    // more sources, owners or branches than MaxGroups
)

// SpecError reports something in a specification, a row or a gate that cannot be
// used.
type SpecError struct {
	Item   string // such as "field", "rule", "weight", "row"
	Name   string // which of them
	Reason Trouble
	Value  float64 // the number at fault, where there is one
}

// Error says what is wrong.
func (e *SpecError) Error() string {
	text := fmt.Sprintf("quality: %s %q: %s", e.Item, e.Name, e.Reason)
	if e.Value != 0 {
		text += fmt.Sprintf(", got %v", e.Value)
	}
	return text
}

// isCode reports whether a text can name something: 1 to 128 bytes of UTF-8 without
// control characters.
func isCode(text string) bool {
	return text != "" && len(text) <= customer.MaxCodeLength && utf8.ValidString(text) && !strings.ContainsFunc(text, unicode.IsControl)
}

// share reports whether x is a number from 0 to 1.
func share(x float64) bool { return x >= 0 && x <= 1 }

// amount reports whether x is a finite number of at least 0.
func amount(x float64) bool { return x >= 0 && !math.IsInf(x, 1) }

// maxWeight keeps sums of weights over all records within exact integers and far
// from the ends of float64.
const maxWeight = 1e9

// Validate returns nil or the first problem as a [*SpecError].
func (s Spec) Validate() error {
	if len(s.Fields) == 0 {
		return &SpecError{Item: "field", Reason: NotGiven}
	}
	for i, f := range s.Fields {
		if err := f.check(); err != nil {
			return err
		}
		if s.field(f.Name) != i {
			return &SpecError{Item: "field", Name: f.Name, Reason: GivenTwice}
		}
	}
	for i, r := range s.Rules {
		if r == nil || r.Code() == "" {
			return &SpecError{Item: "rule", Reason: NotGiven}
		}
		if !isCode(r.Code()) {
			return &SpecError{Item: "rule", Name: r.Code(), Reason: NotInRange, Value: float64(len(r.Code()))}
		}
		if slices.ContainsFunc(s.Rules[:i], func(earlier Rule) bool { return earlier.Code() == r.Code() }) {
			return &SpecError{Item: "rule", Name: r.Code(), Reason: GivenTwice}
		}
		for _, name := range r.Fields() {
			if s.field(name) < 0 {
				return &SpecError{Item: "rule", Name: r.Code() + ": " + name, Reason: NotKnown}
			}
		}
	}
	for _, d := range Dimensions() {
		if w := s.Weights.of(d); !amount(w) || w > maxWeight {
			return &SpecError{Item: "weight", Name: string(d), Reason: NotInRange, Value: w}
		}
	}
	return nil
}

func (f Field) check() error {
	wrong := func(reason Trouble, value float64) error {
		return &SpecError{Item: "field", Name: f.Name, Reason: reason, Value: value}
	}
	switch {
	case f.Name == "":
		return wrong(NotGiven, 0)
	case !isCode(f.Name):
		return wrong(NotInRange, float64(len(f.Name)))
	case !f.Format.IsValid():
		return wrong(NotKnown, 0)
	case !amount(f.Weight) || f.Weight > maxWeight:
		return wrong(NotInRange, f.Weight)
	case f.Optional && f.Weight != 0:
		return wrong(NotMeant, f.Weight)
	case !amount(f.HalfLifeDays):
		return wrong(NotInRange, f.HalfLifeDays)
	case !amount(f.MeanLifeDays):
		return wrong(NotInRange, f.MeanLifeDays)
	case f.HalfLifeDays > 0 && f.MeanLifeDays > 0:
		return wrong(NotMeant, f.MeanLifeDays)
	case f.Format != FormatDate && !(f.Earliest.IsZero() && f.Latest.IsZero()):
		return wrong(NotMeant, 0)
	case !f.Earliest.IsZero() && !f.Latest.IsZero() && f.Latest.Before(f.Earliest):
		return wrong(NotInRange, 0)
	}
	return nil
}

// field returns the place of a field, −1 if there is none of that name.
func (s *Spec) field(name string) int {
	return slices.IndexFunc(s.Fields, func(f Field) bool { return f.Name == name })
}

// weight returns what the field counts in completeness.
func (f *Field) weight() float64 {
	switch {
	case f.Optional:
		return 0
	case f.Weight == 0:
		return 1
	}
	return f.Weight
}

// parse reports whether a value that is not blank is valid.
func (f *Field) parse(value string) error {
	if f.Format == FormatDate {
		date, err := ParseDate(value)
		if err != nil {
			return err
		}
		if !f.Earliest.IsZero() && date.Before(f.Earliest) || !f.Latest.IsZero() && date.After(f.Latest) {
			return &DocumentError{FormatDate, OutOfRange, -1}
		}
		return nil
	}
	_, err := f.Format.Parse(value)
	return err
}

// freshness returns how much a value of an age still counts, from 1 to 0. One that
// is confirmed in the future counts as of now.
func (f *Field) freshness(age time.Duration) float64 {
	days := max(0, age.Hours()/24)
	if f.HalfLifeDays > 0 {
		return math.Exp2(-days / f.HalfLifeDays)
	}
	return math.Exp(-days / f.MeanLifeDays)
}

func (f *Field) ages() bool { return f.HalfLifeDays > 0 || f.MeanLifeDays > 0 }
