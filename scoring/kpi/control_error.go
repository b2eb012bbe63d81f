package kpi

import "fmt"

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

// finiteSeries refuses NaN and infinities.
func finiteSeries(values []float64) error {
	for i, v := range values {
		if !finite(v) {
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

// demands returns an [*InputError] for the first demand that does not hold, or that is
// on a number which is not finite.
func demands(subject string, list ...demand) error {
	for _, d := range list {
		if !finite(d.value) {
			return &InputError{Subject: subject, Name: d.name, Value: d.value, Reason: "want a finite number"}
		}
		if !d.holds {
			return &InputError{Subject: subject, Name: d.name, Value: d.value, Reason: "want " + d.want}
		}
	}
	return nil
}
