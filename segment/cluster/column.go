package cluster

import (
	"errors"
	"fmt"
	"math"
	"unicode/utf8"
)

// MaxSize is the greatest size of a value: squares and their sums stay finite.
const MaxSize = 1e100

// MaxColumns is the greatest number of columns of one [Prepare].
const MaxColumns = 256

// ErrNoRows reports columns without customers.
var ErrNoRows = errors.New("cluster: no customers")

// ErrNotFitted reports the zero value of a model or a scaler.
var ErrNotFitted = errors.New("cluster: not fitted: want one from a fit or from JSON")

// Transform is what is done to a column's values before they are standardised.
type Transform uint8

// The transforms.
const (
	Plain Transform = iota // the values as they are
	Log                    // ln x, for x > 0: amounts that differ by factors
	Log1p                  // ln(1+x), for x > −1: counts that may be 0
)

// String returns the name of the transform in JSON: "plain", "log" or "log1p".
func (t Transform) String() string {
	switch t {
	case Plain:
		return "plain"
	case Log:
		return "log"
	case Log1p:
		return "log1p"
	}
	return fmt.Sprintf("Transform(%d)", uint8(t))
}

// of returns the transformed value, and what is wrong with the value if anything is.
func (t Transform) of(x float64) (float64, string) {
	switch {
	case math.IsNaN(x) || math.IsInf(x, 0):
		return 0, "not finite"
	case math.Abs(x) > MaxSize:
		return 0, "too large"
	case t == Plain:
		return x + 0, ""
	case t == Log && x > 0:
		return math.Log(x), ""
	case t == Log1p && x > -1:
		return math.Log1p(x), ""
	}
	return 0, "has no " + t.String()
}

// Column is one figure of every customer, in the order of all columns.
type Column struct {
	Name      string    // valid UTF-8, not empty, each another one
	Values    []float64 // finite and at most [MaxSize] in size
	Transform Transform // for [Prepare]; ignored where a scaler is fitted already
}

// ColumnError reports a column that cannot be used.
type ColumnError struct {
	Column string // its name
	Row    int    // of the value to blame, from 0; -1: the column as a whole
	Value  float64
	Reason string // "not finite", "too large", "has no log", "has no log1p", "all values equal", "spread too small", "name empty", "name not UTF-8", "name twice", "missing", "unknown transform", "other length than the first column"
}

// Error names the column, the row and the value if one is to blame, and the reason.
func (e *ColumnError) Error() string {
	if e.Row < 0 {
		return fmt.Sprintf("cluster: column %.80q: %s", e.Column, e.Reason)
	}
	return fmt.Sprintf("cluster: column %.80q: value %v in row %d: %s", e.Column, e.Value, e.Row, e.Reason)
}

// WidthError reports a number of columns or of figures that does not fit.
type WidthError struct {
	Got, Want int // Want is 0 if the number is not from 1 to [MaxColumns]
}

// Error gives both numbers.
func (e *WidthError) Error() string {
	if e.Want == 0 {
		return fmt.Sprintf("cluster: %d columns: want 1 to %d", e.Got, MaxColumns)
	}
	return fmt.Sprintf("cluster: %d figures of a customer: want %d", e.Got, e.Want)
}

// checkNames checks the names of columns and that they are equally long.
func checkNames(columns []Column) error {
	if len(columns) < 1 || len(columns) > MaxColumns {
		return &WidthError{Got: len(columns)}
	}
	seen := make(map[string]bool, len(columns))
	for _, c := range columns {
		reason := ""
		switch {
		case c.Name == "":
			reason = "name empty"
		case !utf8.ValidString(c.Name):
			reason = "name not UTF-8"
		case seen[c.Name]:
			reason = "name twice"
		case c.Transform > Log1p:
			reason = "unknown transform"
		case len(c.Values) != len(columns[0].Values):
			reason = "other length than the first column"
		default:
			seen[c.Name] = true
			continue
		}
		return &ColumnError{Column: c.Name, Row: -1, Reason: reason}
	}
	if len(columns[0].Values) == 0 {
		return ErrNoRows
	}
	return nil
}
