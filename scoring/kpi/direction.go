package kpi

import "fmt"

// Direction says which way a figure is better.
type Direction uint8

// The directions.
const (
	HigherIsBetter Direction = iota + 1 // revenue, retention, satisfaction
	LowerIsBetter                       // cost a contact, lost calls, complaints
)

// DirectionError reports a text that is no [Direction].
type DirectionError struct {
	Text string
}

func (e *DirectionError) Error() string {
	return fmt.Sprintf("kpi: %q is no direction: higher or lower", e.Text)
}

// String returns "higher" or "lower".
func (d Direction) String() string {
	switch d {
	case HigherIsBetter:
		return "higher"
	case LowerIsBetter:
		return "lower"
	}
	return fmt.Sprintf("Direction(%d)", uint8(d))
}

// MarshalText writes "higher" or "lower"; anything else is a [*DirectionError].
func (d Direction) MarshalText() ([]byte, error) {
	if d != HigherIsBetter && d != LowerIsBetter {
		return nil, &DirectionError{Text: d.String()}
	}
	return []byte(d.String()), nil
}

// UnmarshalText reads what [Direction.MarshalText] writes; anything else is a
// [*DirectionError].
func (d *Direction) UnmarshalText(text []byte) error {
	switch string(text) {
	case "higher":
		*d = HigherIsBetter
	case "lower":
		*d = LowerIsBetter
	default:
		return &DirectionError{Text: string(text)}
	}
	return nil
}
