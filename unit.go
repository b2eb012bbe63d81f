package rapport

import "fmt"

// Unit is the unit of time in which a model counts: recency, age, horizon and
// rates are in it. A week is 7 days, a month 30.4375 days (a twelfth of 365.25).
// The zero value is no unit; every function that takes a unit refuses it.
type Unit uint8

// The units of time.
const (
	Day Unit = iota + 1
	Week
	Month
)

// UnitError reports a text or a number that is no unit of time.
type UnitError struct {
	Text string // as it was given
}

// Error says what was refused and what would do.
func (e *UnitError) Error() string {
	return fmt.Sprintf("rapport: %s is not a unit of time: want day, week or month", quote(e.Text))
}

// ParseUnit accepts "day", "week" and "month". The error is a [*UnitError].
func ParseUnit(text string) (Unit, error) {
	switch text {
	case "day":
		return Day, nil
	case "week":
		return Week, nil
	case "month":
		return Month, nil
	}
	return 0, &UnitError{Text: text}
}

// MustUnit is [ParseUnit] for literals: it panics on an error.
func MustUnit(text string) Unit {
	u, err := ParseUnit(text)
	if err != nil {
		panic(err)
	}
	return u
}

// IsValid reports whether u is one of the three units.
func (u Unit) IsValid() bool { return u >= Day && u <= Month }

// Days returns the length of the unit in days: 1, 7 or 30.4375; 0 for a value
// that is no unit.
func (u Unit) Days() float64 {
	switch u {
	case Day:
		return 1
	case Week:
		return 7
	case Month:
		return 30.4375
	}
	return 0
}

// PerYear returns how many units a year of 365.25 days has; 0 for a value that
// is no unit.
func (u Unit) PerYear() float64 {
	if !u.IsValid() {
		return 0
	}
	return 365.25 / u.Days()
}

// String returns "day", "week" or "month", "" for the zero value, and "Unit(7)"
// for a number that is no unit.
func (u Unit) String() string {
	switch u {
	case 0:
		return ""
	case Day:
		return "day"
	case Week:
		return "week"
	case Month:
		return "month"
	}
	return fmt.Sprintf("Unit(%d)", uint8(u))
}

// MarshalText returns the name of the unit, nothing for the zero value, and a
// [*UnitError] for a number that is no unit.
func (u Unit) MarshalText() ([]byte, error) {
	if u != 0 && !u.IsValid() {
		return nil, &UnitError{Text: u.String()}
	}
	return []byte(u.String()), nil
}

// UnmarshalText accepts what [Unit.MarshalText] writes; the error is a
// [*UnitError], and u is then unchanged.
func (u *Unit) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*u = 0
		return nil
	}
	parsed, err := ParseUnit(string(text))
	if err != nil {
		return err
	}
	*u = parsed
	return nil
}
