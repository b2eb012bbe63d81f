package rapport

import (
	"encoding/json"
	"fmt"
	"math"
)

// Estimate is a figure with its uncertainty, from N observations.
//
// What is not known is absent, never NaN: N 0 means that there is no value at
// all, SE 0 that no standard error is stated, Level 0 that no interval is stated.
// A sample without any variation has SE 0 and is treated alike: it says nothing
// about how far off its figure may be. Absent numbers are 0 in Go and null in
// JSON: {"value":…,"se":…,"low":…,"high":…,"level":…,"n":…}.
//
// The interval runs from Low to High, both included. It need not lie around
// Value: a bootstrap interval of a biased figure may miss it.
type Estimate struct {
	Value float64 // in the unit of the figure
	SE    float64 // standard error, in the same unit; 0: not stated
	Low   float64 // lower end of the interval, in the same unit
	High  float64 // upper end of the interval, in the same unit
	Level float64 // confidence of the interval, above 0 and below 1, such as 0.95; 0: no interval
	N     int     // observations behind the figure; 0: no value
}

// EstimateError reports an [Estimate] or a [Ratio] that contradicts itself.
type EstimateError struct {
	Field  string // "Value", "SE", "Low", "High", "Level", "Num", "Den" or "N"
	Value  float64
	Reason string // for the reader of a log
}

// Error says which field is wrong, and how.
func (e *EstimateError) Error() string {
	return fmt.Sprintf("rapport: estimate: %s %s, got %v", e.Field, e.Reason, e.Value)
}

// NormalEstimate returns value ± z·se, where z is the quantile of the standard
// normal distribution at (1+level)/2: 1.959964 for a level of 0.95. With se 0 the
// result has neither standard error nor interval. It is an [*EstimateError] if
// value or se is not finite, se is negative, level is not above 0 and below 1, n
// is not above 0, or an end of the interval is beyond float64.
func NormalEstimate(value, se, level float64, n int) (Estimate, error) {
	switch {
	case n <= 0:
		return Estimate{}, &EstimateError{Field: "N", Value: float64(n), Reason: "must be above 0"}
	case !(level > 0 && level < 1):
		return Estimate{}, &EstimateError{Field: "Level", Value: level, Reason: "must be above 0 and below 1"}
	}
	e := Estimate{Value: value, SE: se, N: n}
	if se != 0 {
		margin := math.Sqrt2 * math.Erfinv(level) * se
		e.Low, e.High, e.Level = value-margin, value+margin, level
	}
	if err := e.Validate(); err != nil {
		return Estimate{}, err
	}
	return e, nil
}

// HasValue reports whether there is a figure at all.
func (e Estimate) HasValue() bool { return e.N > 0 }

// HasSE reports whether a standard error is stated.
func (e Estimate) HasSE() bool { return e.SE > 0 }

// HasInterval reports whether an interval is stated.
func (e Estimate) HasInterval() bool { return e.Level > 0 }

// Validate returns nil, or an [*EstimateError] for the first thing that is
// wrong: a number that is not finite, a negative SE or N, a Level that is neither
// 0 nor between 0 and 1, Low above High, or numbers where there should be none.
func (e Estimate) Validate() error {
	wrong := func(field string, value float64, reason string) error {
		return &EstimateError{Field: field, Value: value, Reason: reason}
	}
	for _, f := range [...]struct {
		name  string
		value float64
	}{{"Value", e.Value}, {"SE", e.SE}, {"Low", e.Low}, {"High", e.High}, {"Level", e.Level}} {
		switch {
		case !finite(f.value):
			return wrong(f.name, f.value, "must be finite")
		case e.N == 0 && f.value != 0:
			return wrong(f.name, f.value, "must be 0 where N is 0")
		}
	}
	switch {
	case e.N < 0:
		return wrong("N", float64(e.N), "must not be negative")
	case e.SE < 0:
		return wrong("SE", e.SE, "must not be negative")
	case e.Level < 0 || e.Level >= 1:
		return wrong("Level", e.Level, "must be above 0 and below 1, or 0 for no interval")
	case e.Level == 0 && e.Low != 0:
		return wrong("Low", e.Low, "must be 0 where Level is 0")
	case e.Level == 0 && e.High != 0:
		return wrong("High", e.High, "must be 0 where Level is 0")
	case e.Low > e.High:
		return wrong("Low", e.Low, "must not be above High")
	}
	return nil
}

func finite(x float64) bool { return !math.IsNaN(x) && !math.IsInf(x, 0) }

// estimateJSON is the written form; what is absent is null.
type estimateJSON struct {
	Value *float64 `json:"value"`
	SE    *float64 `json:"se"`
	Low   *float64 `json:"low"`
	High  *float64 `json:"high"`
	Level *float64 `json:"level"`
	N     int      `json:"n"`
}

// MarshalJSON writes the six members, null for what is absent. It refuses what
// [Estimate.Validate] refuses.
func (e Estimate) MarshalJSON() ([]byte, error) {
	if err := e.Validate(); err != nil {
		return nil, err
	}
	form := estimateJSON{N: e.N}
	if e.HasValue() {
		form.Value = &e.Value
	}
	if e.HasSE() {
		form.SE = &e.SE
	}
	if e.HasInterval() {
		form.Low, form.High, form.Level = &e.Low, &e.High, &e.Level
	}
	return json.Marshal(form)
}

// UnmarshalJSON accepts an object with exactly the six members. It refuses what
// [Estimate.Validate] refuses and numbers that stand where null should, as
// [Estimate.MarshalJSON] writes none. After an error e is unchanged; null changes
// nothing.
func (e *Estimate) UnmarshalJSON(data []byte) error {
	if string(data) == "null" {
		return nil
	}
	var form estimateJSON
	var n *int
	err := readObject("estimate", data, member{"value", &form.Value}, member{"se", &form.SE},
		member{"low", &form.Low}, member{"high", &form.High}, member{"level", &form.Level}, member{"n", &n})
	if err != nil {
		return err
	}
	if n == nil {
		return objectError("estimate", "n is a number, not null")
	}
	read := Estimate{N: *n, Value: orZero(form.Value), SE: orZero(form.SE),
		Low: orZero(form.Low), High: orZero(form.High), Level: orZero(form.Level)}
	if err := read.Validate(); err != nil {
		return err
	}
	interval := read.HasInterval()
	switch {
	case (form.Value != nil) != read.HasValue(), (form.SE != nil) != read.HasSE(),
		(form.Low != nil) != interval, (form.High != nil) != interval, (form.Level != nil) != interval:
		return objectError("estimate", "a member is null where a number should be, or a number where null should be")
	}
	*e = read
	return nil
}

func orZero(x *float64) float64 {
	if x == nil {
		return 0
	}
	return *x
}
