package kano

import (
	"fmt"
	"math"
)

// Curve draws how satisfied customers are, from −1 to 1, with how far a feature is
// fulfilled, from 0 to 1. It runs from worse at 0 to better at 1: with D = better −
// worse and fulfilment x it is
//
//	must-be          worse + D (1 − e^−x) e/(e − 1)   steep first, then flat
//	one-dimensional  worse + D x
//	attractive       worse + D (e^x − 1)/(e − 1)      flat first, then steep
//
// (T. Wang and P. Ji, Understanding customer needs through quantitative analysis of
// Kano's model, International Journal of Quality & Reliability Management 27, 2010.) The
// curve is a picture of the kind of a feature. That it has numbers does not make it a
// measurement of satisfaction.
type Curve struct {
	category      Category
	better, worse float64
}

// CurveError reports what has no curve.
type CurveError struct {
	Field string  // "category", "better", "worse" or "x"
	Value float64 // of a category, its number
	Want  string
}

// Error names the field, the number and what would do.
func (e *CurveError) Error() string {
	return fmt.Sprintf("kano: curve: %s %v: want %s", e.Field, e.Value, e.Want)
}

// NewCurve returns the curve of a feature that is [MustBe], [OneDimensional] or
// [Attractive]; the others have none. better is from 0 to 1 and worse from −1 to 0, as
// in a [Profile]. The error is a [*CurveError].
func NewCurve(category Category, better, worse float64) (Curve, error) {
	switch {
	case category < MustBe || category > Attractive:
		return Curve{}, &CurveError{"category", float64(category), "must-be, one-dimensional or attractive"}
	case !(better >= 0 && better <= 1):
		return Curve{}, &CurveError{"better", better, "0 to 1"}
	case !(worse >= -1 && worse <= 0):
		return Curve{}, &CurveError{"worse", worse, "−1 to 0"}
	}
	return Curve{category, better, worse}, nil
}

// Curve returns the curve of the feature by its category, or the [*CurveError] of
// [NewCurve].
func (f *Feature) Curve() (Curve, error) { return NewCurve(f.Category, f.Better.Value, f.Worse.Value) }

// At returns the satisfaction at a fulfilment x from 0 to 1; the zero Curve has none.
// The error is a [*CurveError].
func (c Curve) At(x float64) (float64, error) {
	if !(x >= 0 && x <= 1) {
		return 0, &CurveError{"x", x, "0 to 1"}
	}
	share := x
	switch c.category {
	case MustBe:
		share = math.Expm1(-x) / math.Expm1(-1)
	case OneDimensional:
	case Attractive:
		share = math.Expm1(x) / math.Expm1(1)
	default:
		return 0, &CurveError{"category", float64(c.category), "must-be, one-dimensional or attractive"}
	}
	return c.worse + (c.better-c.worse)*share, nil
}
