package segment

import (
	"fmt"
	"math"
	"slices"

	"github.com/rapport-crm/rapport/internal/numeric"
)

// CutBy says how a [Cut] finds its threshold.
type CutBy uint8

// The ways of cutting.
const (
	ByMean     CutBy = iota // at the mean of the base; the default
	ByQuantile              // at a quantile of the base
	ByValue                 // at a stated value, whatever the base is
)

// String returns the name of the way in JSON: "mean", "quantile" or "value".
func (b CutBy) String() string {
	switch b {
	case ByMean:
		return "mean"
	case ByQuantile:
		return "quantile"
	case ByValue:
		return "value"
	}
	return fmt.Sprintf("CutBy(%d)", uint8(b))
}

// Cut divides an axis into low and high. The zero Cut is at the mean of the base, and a
// value on the threshold is high.
type Cut struct {
	By CutBy
	// At is the threshold if By is [ByValue], in the unit of the axis and at most
	// [MaxValue] in size; if By is [ByQuantile] the share of the base below it, above 0
	// and below 1, where the quantile is the one of type 7 of R. J. Hyndman and Y. Fan
	// (The American Statistician 50, 1996); if By is [ByMean] it is 0.
	At float64
	// Above makes only values above the threshold high; otherwise a value on it is
	// high too.
	Above bool
}

// reason says what is wrong with a cut, "" if nothing is.
func (c Cut) reason() string {
	switch c.By {
	case ByMean:
		if c.At != 0 {
			return "a number without use: the cut is at the mean"
		}
	case ByQuantile:
		if !(c.At > 0 && c.At < 1) {
			return "quantile not between 0 and 1"
		}
	case ByValue:
		if !(math.Abs(c.At) <= MaxValue) {
			return "not a number or too large"
		}
	default:
		return "unknown way of cutting"
	}
	return ""
}

// Axis is a cut as a base of customers made it.
type Axis struct {
	Cut       Cut
	Threshold float64 // in the unit of the axis; 0 if Customers is 0, unless the cut is by value
	Customers int     // in the base
	Flat      bool    // all values are equal: the axis tells nobody apart
}

// high tells on which side of the threshold a value is.
func (a *Axis) high(v float64) bool {
	if a.Cut.Above {
		return v > a.Threshold
	}
	return v >= a.Threshold
}

// axis places the cut on the values of a base, which it may reorder.
func (c Cut) axis(values []float64) Axis {
	a := Axis{Cut: c, Customers: len(values), Threshold: c.At}
	if len(values) == 0 {
		if c.By != ByValue {
			a.Threshold = 0
		}
		return a
	}
	low, high := slices.Min(values), slices.Max(values)
	a.Flat = low == high
	switch c.By {
	case ByMean:
		a.Threshold = meanOf(values, low, high)
	case ByQuantile:
		slices.Sort(values)
		a.Threshold = numeric.Quantile(values, c.At)
	}
	a.Threshold += 0 // never minus zero
	return a
}

// meanOf returns the mean of values between low and high. The division may round it
// beyond them: equal values would then all lie on one side of their mean.
func meanOf(values []float64, low, high float64) float64 {
	var sum numeric.ExactSum
	for _, v := range values {
		sum.Add(v)
	}
	return min(max(sum.Total()/float64(len(values)), low), high)
}
