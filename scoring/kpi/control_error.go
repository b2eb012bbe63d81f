package kpi

import (
	"fmt"
	"math"
)

// ParameterError reports a number of a policy, a chart or a model that it cannot have.
type ParameterError struct {
	Of    string  // "gauge", "alert", "shewhart", "ewma", "cusum", "rate_chart", "baseline", "forecast"
	Name  string  // of the field, in small letters
	Value float64 // as given
	Want  string  // for the reader of a log
}

func (e *ParameterError) Error() string {
	return fmt.Sprintf("kpi: %s: %s is %v: want %s", e.Of, e.Name, e.Value, e.Want)
}

// SeriesError reports a value of a series that cannot be used.
type SeriesError struct {
	Index  int // from 0
	Value  float64
	Reason string // for the reader of a log
}

func (e *SeriesError) Error() string {
	return fmt.Sprintf("kpi: value %d of the series is %v: %s", e.Index, e.Value, e.Reason)
}

// ShortSeriesError reports a series that is too short for what was asked.
type ShortSeriesError struct {
	For  string // what it is too short for: "individuals chart", "holt_winters", …
	Have int    // values that can be used
	Need int
}

func (e *ShortSeriesError) Error() string {
	return fmt.Sprintf("kpi: %s needs at least %d values, got %d", e.For, e.Need, e.Have)
}

// ConstantSeriesError reports values without any scatter, from which no limits follow.
type ConstantSeriesError struct {
	For   string
	Value float64 // the common value, or the common centre of the samples
	N     int
}

func (e *ConstantSeriesError) Error() string {
	return fmt.Sprintf("kpi: %s: no limits from %d values without scatter round %v", e.For, e.N, e.Value)
}

func isFinite(x float64) bool { return !math.IsNaN(x) && !math.IsInf(x, 0) }

// finiteSeries refuses NaN and infinities.
func finiteSeries(values []float64) error {
	for i, v := range values {
		if !isFinite(v) {
			return &SeriesError{Index: i, Value: v, Reason: "not finite"}
		}
	}
	return nil
}

// A demand is a condition that a number of a policy has to fulfil.
type demand struct {
	name  string
	value float64
	holds bool
	want  string
}

// check returns the first demand that does not hold, or that is on a number which is
// not finite.
func check(of string, demands ...demand) error {
	for _, d := range demands {
		if !isFinite(d.value) {
			return &ParameterError{Of: of, Name: d.name, Value: d.value, Want: "a finite number"}
		}
		if !d.holds {
			return &ParameterError{Of: of, Name: d.name, Value: d.value, Want: d.want}
		}
	}
	return nil
}
