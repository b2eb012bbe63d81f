package rfm

import (
	"fmt"
	"math"
	"slices"
)

// Limits and default of the number of bins.
const (
	MinBins     = 2
	MaxBins     = 9 // so that three scores fit in three digits
	DefaultBins = 5
)

// DefaultQuantile is the type of quantile that is used if none is named.
const DefaultQuantile = 7

// Method says how a measure is cut into bins, and with that what becomes of equal
// values. On every measure a bin of higher values follows a bin of lower ones;
// recency is scored in reverse.
type Method uint8

// The methods.
const (
	// ByQuantile cuts at the quantiles of the base at 1/bins, 2/bins and so on. A
	// value on a cut point belongs below it, so equal values always share a bin
	// and bins are unequal where many values are equal. It is the default.
	ByQuantile Method = iota
	// ByRank makes bins of equal size whatever the values are: the best k scores
	// together hold ⌈k·n/bins⌉ of n customers. Of equal values the smaller id, in
	// byte order, has the better rank. A cut point is the worst customer of the
	// bins above it, value and id, so a later customer has the score that it would
	// have had beside the base.
	ByRank
	// ByThreshold cuts at [Cut.Thresholds], whatever the base is. A value on a
	// threshold belongs above it.
	ByThreshold
	// ByQuantileOfR cuts as the R package rfm does: at the quantiles of type 7 plus
	// 1, computed in the same float64 steps; a value on a cut point belongs above
	// it. This makes sense for whole numbers only.
	ByQuantileOfR
)

// methodNames is in the order of the constants.
func methodNames() []string { return []string{"quantile", "rank", "threshold", "quantile-r"} }

// String returns the name of the method in JSON: "quantile", "rank", "threshold" or
// "quantile-r".
func (m Method) String() string {
	if names := methodNames(); int(m) < len(names) {
		return names[m]
	}
	return fmt.Sprintf("Method(%d)", uint8(m))
}

// Cut says how one measure is cut. The zero value cuts at quantiles of type 7.
type Cut struct {
	Method Method
	// Quantile is the type of quantile of [ByQuantile], 1 to 9 as numbered by
	// Hyndman and Fan, Sample Quantiles in Statistical Packages, The American
	// Statistician 50 (1996), 361–365; 0 is [DefaultQuantile].
	Quantile int
	// Thresholds are the cut points of [ByThreshold], ascending and one fewer than
	// the bins; for recency in days.
	Thresholds []float64
}

// Weights are the weights of the three scores in [Scorer.Combined]: finite, none
// negative, not all zero but for the zero value, which weighs them equally.
type Weights struct {
	Recency, Frequency, Monetary float64
}

// Scheme says how customers are scored. The zero value makes five bins a measure
// at quantiles of type 7, each measure for itself, and weighs them equally.
type Scheme struct {
	Bins                         int // of each measure, [MinBins] to [MaxBins]; 0 is [DefaultBins]
	Recency, Frequency, Monetary Cut
	// Nested cuts frequency within each recency score, and monetary value within
	// each pair of recency and frequency score, so that bins by rank hold equally
	// many customers in all cells. Otherwise each measure is cut over the whole base.
	// Thresholds and weights are not affected.
	Nested  bool
	Weights Weights
}

// CompatR returns the scheme that gives the scores of the R package rfm with its
// defaults: five bins, [ByQuantileOfR] on every measure. That package counts every
// row of a log as an order, one with a negative amount too: [Aggregate] does so with
// [Window.ReturnsAreOrders]. It takes orders after the analysis date as well, with
// negative days since; here these are left out and counted in [Aggregation.Later].
func CompatR() Scheme {
	cut := Cut{Method: ByQuantileOfR}
	return Scheme{Recency: cut, Frequency: cut, Monetary: cut}
}

// SchemeError reports a scheme that makes no sense.
type SchemeError struct {
	Field  string  // "bins", "weights", or the measure whose cut is to blame
	Index  int     // which threshold or weight, from 0; -1: none
	Value  float64 // the number to blame, if there is one
	Reason string  // "out of range", "unknown method", "unknown quantile type", "quantile type without quantiles", "wrong number of thresholds", "thresholds without their method", "not finite", "too large", "not ascending", "negative"
}

// Error names the field, the number and the reason.
func (e *SchemeError) Error() string {
	if e.Index >= 0 {
		return fmt.Sprintf("rfm: scheme: %s: number %d, %v: %s", e.Field, e.Index, e.Value, e.Reason)
	}
	return fmt.Sprintf("rfm: scheme: %s: %v: %s", e.Field, e.Value, e.Reason)
}

// Validate returns nil if the scheme can be used, else a [*SchemeError].
func (s Scheme) Validate() error {
	s = s.normal()
	if s.Bins < MinBins || s.Bins > MaxBins {
		return &SchemeError{Field: "bins", Index: -1, Value: float64(s.Bins), Reason: "out of range"}
	}
	for _, m := range []Measure{Recency, Frequency, Monetary} {
		if err := s.cut(m).check(m, s.Bins); err != nil {
			return err
		}
	}
	for i, w := range []float64{s.Weights.Recency, s.Weights.Frequency, s.Weights.Monetary} {
		reason := sizeReason(w)
		if w < 0 {
			reason = "negative"
		}
		if reason != "" {
			return &SchemeError{Field: "weights", Index: i, Value: w, Reason: reason}
		}
	}
	return nil
}

func (c *Cut) check(m Measure, bins int) error {
	refuse := func(value float64, reason string) error {
		return &SchemeError{Field: m.String(), Index: -1, Value: value, Reason: reason}
	}
	switch {
	case c.Method > ByQuantileOfR:
		return refuse(float64(c.Method), "unknown method")
	case c.Method != ByQuantile && c.Quantile != 0:
		return refuse(float64(c.Quantile), "quantile type without quantiles")
	case c.Quantile < 0 || c.Quantile > 9:
		return refuse(float64(c.Quantile), "unknown quantile type")
	case c.Method != ByThreshold && len(c.Thresholds) > 0:
		return refuse(float64(len(c.Thresholds)), "thresholds without their method")
	case c.Method == ByThreshold && len(c.Thresholds) != bins-1:
		return refuse(float64(len(c.Thresholds)), "wrong number of thresholds")
	}
	for i, at := range c.Thresholds {
		reason := sizeReason(at)
		if reason == "" && i > 0 && at <= c.Thresholds[i-1] {
			reason = "not ascending"
		}
		if reason != "" {
			return &SchemeError{Field: m.String(), Index: i, Value: at, Reason: reason}
		}
	}
	return nil
}

// sizeReason says why a number cannot be used, "" if it can.
func sizeReason(v float64) string {
	switch {
	case math.IsNaN(v) || math.IsInf(v, 0):
		return "not finite"
	case math.Abs(v) > MaxSize:
		return "too large"
	}
	return ""
}

func (s *Scheme) cut(m Measure) *Cut {
	return [measures]*Cut{&s.Recency, &s.Frequency, &s.Monetary}[m]
}

// normal returns the scheme with its defaults written out and slices of its own.
func (s Scheme) normal() Scheme {
	if s.Bins == 0 {
		s.Bins = DefaultBins
	}
	if s.Weights == (Weights{}) {
		s.Weights = Weights{Recency: 1, Frequency: 1, Monetary: 1}
	}
	for _, m := range []Measure{Recency, Frequency, Monetary} {
		c := s.cut(m)
		if c.Method == ByQuantile && c.Quantile == 0 {
			c.Quantile = DefaultQuantile
		}
		c.Thresholds = slices.Clone(c.Thresholds)
	}
	return s
}
