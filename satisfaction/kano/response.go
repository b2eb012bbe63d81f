package kano

import (
	"errors"
	"fmt"
	"iter"
	"time"

	"github.com/rapport-crm/rapport"
)

// Response is what one customer said of one feature.
type Response struct {
	Respondent    rapport.ID
	Feature       string // the feature's name, valid as a [rapport.ID] is
	Functional    Answer // how it is with the feature
	Dysfunctional Answer // how it is without it
	Importance    int    // from 1 to 9; 0: not stated
	// At is when it was said. [AnalyzePeriods] needs it, [Analyze] does not look at it.
	At time.Time
	// Weight is how many customers this one stands for, from [MinWeight] to [MaxWeight],
	// if [Options.Weighted] says that there are weights; else it is 0.
	Weight float64
}

// The smallest and the largest weight, and the largest importance.
const (
	MinWeight     = 1e-9
	MaxWeight     = 1e9
	MaxImportance = 9
)

// ErrNoResponses reports an analysis of nothing.
var ErrNoResponses = errors.New("kano: no responses")

// RowError reports a response that cannot be used.
type RowError struct {
	Row        int // its position in the stream, from 0
	Respondent rapport.ID
	Feature    string
	// Field is "respondent", "feature", "functional", "dysfunctional", "importance",
	// "weight", "at" or, for an error of the stream itself, "stream".
	Field  string
	Value  float64 // of the field, if it is a number
	First  int     // the earlier row if Reason is "twice", else -1
	Reason string  // "not valid", "not an answer of the table", "out of range", "weight without Options.Weighted", "no date", "twice" or "read failed"
	Err    error   // what lies behind "not valid" and "read failed", else nil
}

// Error says which row, respondent and feature, what is wrong, and the number.
func (e *RowError) Error() string {
	where := fmt.Sprintf("kano: row %d: %s", e.Row, e.Field)
	switch {
	case e.Err != nil:
		return where + ": " + e.Err.Error()
	case e.Reason == "twice":
		return fmt.Sprintf("%s %.80q has an answer to %.80q in row %d already", where, e.Respondent, e.Feature, e.First)
	case e.Reason == "no date":
		return fmt.Sprintf("%s of %.80q to %.80q: no date", where, e.Respondent, e.Feature)
	}
	return fmt.Sprintf("%s %v of %.80q to %.80q: %s", where, e.Value, e.Respondent, e.Feature, e.Reason)
}

// Unwrap returns what lies behind the error, nil if nothing does.
func (e *RowError) Unwrap() error { return e.Err }

// Options are the choices of an analysis; nil or the zero value is the usual one.
type Options struct {
	Table  Table   // the zero value is [Berger]
	Rule   Rule    // which verdict [Feature.Category] is; the zero value is [Mode]
	Coding Coding  // of the continuous analysis; the zero value is [Wide]
	Level  float64 // confidence of the intervals, above 0 and below 1; 0: 0.95
	// Weighted says that the responses carry survey weights. Without it a weight is an
	// error, and with it so is a response that has none.
	Weighted bool
}

// DefaultLevel is the confidence of intervals where the options name none.
const DefaultLevel = 0.95

// OptionError reports an option that cannot be.
type OptionError struct {
	Field string // "Table", "Rule", "Coding", "Level", "Alpha" or "Periods"
	Value float64
	Want  string
}

// Error names the option, what was given and what would do.
func (e *OptionError) Error() string {
	return fmt.Sprintf("kano: options: %s %v: want %s", e.Field, e.Value, e.Want)
}

// settle returns the options with the defaults written out.
func (o *Options) settle() (Options, error) {
	settled := Options{}
	if o != nil {
		settled = *o
	}
	switch {
	case !settled.Table.valid():
		return settled, &OptionError{Field: "Table", Value: float64(settled.Table), Want: wantTable}
	case !settled.Rule.valid():
		return settled, &OptionError{Field: "Rule", Value: float64(settled.Rule), Want: wantRule}
	case !settled.Coding.valid():
		return settled, &OptionError{Field: "Coding", Value: float64(settled.Coding), Want: wantCoding}
	}
	if settled.Level == 0 {
		settled.Level = DefaultLevel
	}
	return settled, checkLevel(settled.Level)
}

func checkLevel(level float64) error {
	if !(level > 0 && level < 1) {
		return &OptionError{Field: "Level", Value: level, Want: "above 0 and below 1"}
	}
	return nil
}

// check returns a [*RowError] for a response that cannot be used.
func (o *Options) check(row int, r *Response) error {
	refused := &RowError{Row: row, Respondent: r.Respondent, Feature: r.Feature, First: -1}
	wrong := func(field string, value float64, reason string, err error) error {
		refused.Field, refused.Value, refused.Reason, refused.Err = field, value, reason, err
		return refused
	}
	if err := r.Respondent.Validate(); err != nil {
		return wrong("respondent", 0, "not valid", err)
	}
	if err := rapport.ID(r.Feature).Validate(); err != nil {
		return wrong("feature", 0, "not valid", err)
	}
	const foreign, outside = "not an answer of the table", "out of range"
	switch {
	case r.Functional != Missing && !o.Table.allows(r.Functional):
		return wrong("functional", float64(r.Functional), foreign, nil)
	case r.Dysfunctional != Missing && !o.Table.allows(r.Dysfunctional):
		return wrong("dysfunctional", float64(r.Dysfunctional), foreign, nil)
	case r.Importance < 0 || r.Importance > MaxImportance:
		return wrong("importance", float64(r.Importance), outside, nil)
	case !o.Weighted && r.Weight != 0:
		return wrong("weight", r.Weight, "weight without Options.Weighted", nil)
	case o.Weighted && !(r.Weight >= MinWeight && r.Weight <= MaxWeight):
		return wrong("weight", r.Weight, outside, nil)
	}
	return nil
}

// Rows is a list of responses as the stream that [Analyze] reads.
func Rows(responses []Response) iter.Seq2[Response, error] {
	return func(yield func(Response, error) bool) {
		for i := range responses {
			if !yield(responses[i], nil) {
				return
			}
		}
	}
}
