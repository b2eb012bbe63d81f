package kpi

import (
	"fmt"
	"iter"
	"math"
	"slices"

	"github.com/rapport-crm/rapport"
)

// Verdict says what a change means.
type Verdict string

// The verdicts.
const (
	TrendNoData  Verdict = "no_data" // one of the two figures has no value
	TrendSame    Verdict = "same"    // no change at all
	TrendBetter  Verdict = "better"
	TrendWorse   Verdict = "worse"
	TrendChanged Verdict = "changed" // neither way of the figure is better
	TrendUnclear Verdict = "unclear" // the interval of the change has 0 in it
)

// Trend is the change from one figure to a later one of the same definition and scope.
type Trend struct {
	Code          string
	Scope         Scope
	Before, After rapport.Interval
	// Change is after less before, in the unit of the figure; absent (N 0) where one of
	// the two has no value. Rates of counts have the interval of R. G. Newcombe (1998, method 10),
	// which takes their bases for independent samples; estimates with standard errors
	// that of the normal distribution; other units have none.
	Change rapport.Estimate
	// Growth is the change as a part of the value before; it has no value where that was
	// not above zero.
	Growth rapport.Ratio
	// Verdict goes by the direction of the definition. Where there is an interval, a
	// change that it does not tell from none is [TrendUnclear].
	Verdict Verdict
}

// PairError reports figures that cannot stand in one comparison: of other definitions,
// scopes or currencies, or of periods that overlap or go backwards.
type PairError struct {
	Code          string // of the earlier one
	Before, After rapport.Interval
	Reason        string
}

// Error gives the code, the periods and the reason.
func (e *PairError) Error() string {
	return fmt.Sprintf("kpi: %s: %v and %v: %s", e.Code, e.Before, e.After, e.Reason)
}

// checkPair returns nil if b is a later figure of what a is of.
func checkPair(a, b Figure) error {
	reason := ""
	switch {
	case a.Code != b.Code:
		reason = "the later is " + clip(b.Code)
	case a.Scope != b.Scope:
		reason = fmt.Sprintf("scopes %q and %q", a.Scope, b.Scope)
	case a.Unit != b.Unit:
		reason = fmt.Sprintf("units %q and %q", a.Unit, b.Unit)
	case a.Amount.Currency() != b.Amount.Currency() && a.Amount.Currency() != 0 && b.Amount.Currency() != 0:
		reason = fmt.Sprintf("currencies %v and %v", a.Amount.Currency(), b.Amount.Currency())
	case a.Period.Overlaps(b.Period):
		reason = "the periods overlap"
	case a.Period.Compare(b.Period) > 0:
		reason = "the periods go backwards"
	default:
		return nil
	}
	return &PairError{Code: a.Code, Before: a.Period, After: b.Period, Reason: reason}
}

// Trend compares two figures, the earlier first. Level is that of the interval of the
// change, 0 for 0.95. The error is that of [Registry.Check], a [*PairError], or an
// [*InputError] for a level that is not between 0 and 1.
func (r *Registry) Trend(before, after Figure, level float64) (Trend, error) {
	for _, f := range [...]Figure{before, after} {
		if err := r.Check(f); err != nil {
			return Trend{}, err
		}
	}
	if err := checkPair(before, after); err != nil {
		return Trend{}, err
	}
	level, err := checkLevel(before.Code, level)
	if err != nil {
		return Trend{}, err
	}
	t := Trend{Code: before.Code, Scope: before.Scope, Before: before.Period, After: after.Period, Verdict: TrendNoData}
	was, ok1 := before.Value()
	is, ok2 := after.Value()
	if ok1 && ok2 && finite(is-was) {
		n := max(1, before.N+after.N) // a host's figure may state no n
		if t.Change, err = change(before, after, is-was, level, n); err != nil {
			return Trend{}, err
		}
		t.Growth = rapport.Ratio{Num: t.Change.Value, Den: max(was, 0), N: n}
		t.Verdict = verdict(t.Change, r.definitions[t.Code].Direction)
	}
	return t, nil
}

// change returns a difference with the interval that the unit has.
func change(before, after Figure, difference, level float64, n int) (rapport.Estimate, error) {
	switch {
	case before.counted() && after.counted():
		return rateDifference(after.Ratio, before.Ratio, level), nil
	case before.Estimate.HasSE() && after.Estimate.HasSE():
		return rapport.NormalEstimate(difference, math.Hypot(before.Estimate.SE, after.Estimate.SE), level, n)
	}
	return rapport.Estimate{Value: difference, N: n}, nil
}

func verdict(change rapport.Estimate, direction Direction) Verdict {
	switch {
	case change.Value == 0:
		return TrendSame
	case change.HasInterval() && change.Low <= 0 && change.High >= 0:
		return TrendUnclear
	case direction == 0:
		return TrendChanged
	case (change.Value > 0) == (direction == HigherIsBetter):
		return TrendBetter
	}
	return TrendWorse
}

// Series is figures of one definition and scope, by period. It is immutable; the zero
// value is empty.
type Series struct {
	figures []Figure
}

// NewSeries orders the figures by period. The error is a [*PairError] for figures that
// do not belong together, amounts of two currencies and periods that overlap, or that of
// [Figure.Validate].
func NewSeries(figures ...Figure) (Series, error) {
	sorted := slices.Clone(figures)
	slices.SortStableFunc(sorted, func(a, b Figure) int { return a.Period.Compare(b.Period) })
	priced := Figure{} // the last one with a currency: one without data has none
	for i, f := range sorted {
		if err := f.Validate(); err != nil {
			return Series{}, err
		}
		if i == 0 {
			priced = f
			continue
		}
		for _, earlier := range [...]Figure{sorted[i-1], priced} {
			if err := checkPair(earlier, f); err != nil {
				return Series{}, err
			}
		}
		if f.Amount.Currency() != 0 {
			priced = f
		}
	}
	return Series{figures: sorted}, nil
}

// Len returns how many figures there are, with data or without.
func (s Series) Len() int { return len(s.figures) }

// All yields the figures by period.
func (s Series) All() iter.Seq[Figure] { return slices.Values(s.figures) }

// Values yields the periods that have data with their values, in order.
func (s Series) Values() iter.Seq2[rapport.Interval, float64] {
	return func(yield func(rapport.Interval, float64) bool) {
		for _, f := range s.figures {
			if v, ok := f.Value(); ok && !yield(f.Period, v) {
				return
			}
		}
	}
}

// Trends returns the change from each figure of a series to the next: one fewer than
// there are figures. The errors are those of [Registry.Trend].
func (r *Registry) Trends(s Series, level float64) ([]Trend, error) {
	var trends []Trend
	for i := 1; i < len(s.figures); i++ {
		t, err := r.Trend(s.figures[i-1], s.figures[i], level)
		if err != nil {
			return nil, err
		}
		trends = append(trends, t)
	}
	return trends, nil
}
