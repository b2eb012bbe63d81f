package rapport

import (
	"fmt"

	"github.com/shopspring/decimal"
)

// Rounding says how digits are cut off. The zero value is [RoundHalfEven]; a
// value that is none of the constants rounds as the zero value does.
type Rounding uint8

// The ways to round. Each is shown with what becomes of -2.5, -1.5, 1.5 and 2.5
// when no digit may stay after the point.
const (
	// RoundHalfEven goes to the nearest, a tie to the even neighbour, so that
	// ties do not add up in one direction: -2, -2, 2, 2.
	RoundHalfEven Rounding = iota
	// RoundHalfUp goes to the nearest, a tie away from zero, as invoices are
	// mostly rounded: -3, -2, 2, 3.
	RoundHalfUp
	// RoundDown goes towards zero: -2, -1, 1, 2.
	RoundDown
	// RoundUp goes away from zero: -3, -2, 2, 3.
	RoundUp
	// RoundFloor goes towards minus infinity: -3, -2, 1, 2.
	RoundFloor
	// RoundCeiling goes towards plus infinity: -2, -1, 2, 3.
	RoundCeiling
)

// RoundingError reports a text or a number that is no way to round.
type RoundingError struct {
	Text string // as it was given
}

// Error says what was refused and what would do.
func (e *RoundingError) Error() string {
	return fmt.Sprintf("rapport: %s is not a rounding: want half-even, half-up, down, up, floor or ceiling", quote(e.Text))
}

// ParseRounding accepts "half-even", "half-up", "down", "up", "floor" and
// "ceiling". The error is a [*RoundingError].
func ParseRounding(text string) (Rounding, error) {
	for r := RoundHalfEven; r.IsValid(); r++ {
		if r.String() == text {
			return r, nil
		}
	}
	return 0, &RoundingError{Text: text}
}

// IsValid reports whether r is one of the constants.
func (r Rounding) IsValid() bool { return r <= RoundCeiling }

// String returns the name that [ParseRounding] accepts, and "Rounding(77)" for a
// number that is no way to round.
func (r Rounding) String() string {
	switch r {
	case RoundHalfEven:
		return "half-even"
	case RoundHalfUp:
		return "half-up"
	case RoundDown:
		return "down"
	case RoundUp:
		return "up"
	case RoundFloor:
		return "floor"
	case RoundCeiling:
		return "ceiling"
	}
	return fmt.Sprintf("Rounding(%d)", uint8(r))
}

// MarshalText returns the name of the rounding, or a [*RoundingError].
func (r Rounding) MarshalText() ([]byte, error) {
	if !r.IsValid() {
		return nil, &RoundingError{Text: r.String()}
	}
	return []byte(r.String()), nil
}

// UnmarshalText accepts what [Rounding.MarshalText] writes; the error is a
// [*RoundingError], and r is then unchanged.
func (r *Rounding) UnmarshalText(text []byte) error {
	parsed, err := ParseRounding(string(text))
	if err != nil {
		return err
	}
	*r = parsed
	return nil
}

// divide returns num / den, rounded once to the given digits after the point. It
// is the only place where money is rounded; den is never zero.
func (r Rounding) divide(num, den decimal.Decimal, digits int32) decimal.Decimal {
	quotient, rest := num.QuoRem(den, digits) // cut towards zero
	if rest.IsZero() {
		return quotient
	}
	unit := decimal.New(1, -digits)
	negative := num.Sign() != den.Sign()
	var away bool // from zero, by one unit
	switch r {
	case RoundDown:
	case RoundUp:
		away = true
	case RoundFloor:
		away = negative
	case RoundCeiling:
		away = !negative
	default:
		twice := rest.Abs().Mul(decimal.New(2, 0))
		switch twice.Cmp(unit.Mul(den.Abs())) {
		case 1:
			away = true
		case 0:
			away = r == RoundHalfUp || quotient.Coefficient().Bit(0) == 1
		}
	}
	switch {
	case !away:
		return quotient
	case negative:
		return quotient.Sub(unit)
	default:
		return quotient.Add(unit)
	}
}
