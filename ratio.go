package rapport

import (
	"encoding/json"
)

// Ratio is a figure that is one number over another, such as a conversion rate:
// it keeps both and the number of observations, so that a reader sees what it
// rests on and ratios can be pooled. A denominator of zero is no error: there is
// then no value, and [Ratio.Value] says so.
//
// In JSON a Ratio is {"num":3,"den":4,"n":4,"value":0.75}; the value is null
// where there is none.
type Ratio struct {
	Num float64 // numerator
	Den float64 // denominator, 0: no value
	N   int     // observations behind the two
}

// Value returns Num / Den. It is false, with 0, if Den is zero, if a number is
// not finite or if the quotient is beyond float64.
func (r Ratio) Value() (float64, bool) {
	if r.Den == 0 || !finite(r.Num) || !finite(r.Den) {
		return 0, false
	}
	value := r.Num / r.Den
	if !finite(value) {
		return 0, false
	}
	return value, true
}

// Validate returns nil, or an [*EstimateError] for a number that is not finite
// or a negative N.
func (r Ratio) Validate() error {
	switch {
	case !finite(r.Num):
		return &EstimateError{Field: "Num", Value: r.Num, Reason: "must be finite"}
	case !finite(r.Den):
		return &EstimateError{Field: "Den", Value: r.Den, Reason: "must be finite"}
	case r.N < 0:
		return &EstimateError{Field: "N", Value: float64(r.N), Reason: "must not be negative"}
	}
	return nil
}

// ratioJSON is the written form.
type ratioJSON struct {
	Num   float64  `json:"num"`
	Den   float64  `json:"den"`
	N     int      `json:"n"`
	Value *float64 `json:"value"`
}

// MarshalJSON writes the numbers and their value, null where there is none. It
// refuses what [Ratio.Validate] refuses.
func (r Ratio) MarshalJSON() ([]byte, error) {
	if err := r.Validate(); err != nil {
		return nil, err
	}
	form := ratioJSON{Num: r.Num, Den: r.Den, N: r.N}
	if value, ok := r.Value(); ok {
		form.Value = &value
	}
	return json.Marshal(form)
}

// UnmarshalJSON accepts an object with exactly the four members, whose value is
// what the numbers give. After an error r is unchanged; null changes nothing.
func (r *Ratio) UnmarshalJSON(data []byte) error {
	if string(data) == "null" {
		return nil
	}
	var num, den, value *float64
	var n *int
	err := readObject("ratio", data, member{"num", &num}, member{"den", &den}, member{"n", &n}, member{"value", &value})
	if err != nil {
		return err
	}
	if num == nil || den == nil || n == nil {
		return objectError("ratio", "num, den and n are numbers, not null")
	}
	read := Ratio{Num: *num, Den: *den, N: *n}
	if err := read.Validate(); err != nil {
		return err
	}
	due, ok := read.Value()
	if ok != (value != nil) || ok && due != *value {
		return objectError("ratio", "value is not num / den")
	}
	*r = read
	return nil
}
