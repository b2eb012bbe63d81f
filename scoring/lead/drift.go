package lead

import (
	"fmt"
	"math"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/internal/numeric"
)

// PSI is the population stability index Σ (a−e)·ln(a/e) of actual shares against
// expected ones; amounts are divided by their total. Classes that are 0 on both sides
// say nothing. A class of one side alone is a [*RowError], since the index is infinite:
// [MeasureDrift] knows the counts and can put something in the place of zero. So is an
// amount that is neither 0 nor from 1e-100 to 1e100.
func PSI(expected, actual []float64) (float64, error) {
	if len(actual) != len(expected) {
		return 0, &LengthError{What: "actual shares", Got: len(actual), Want: len(expected)}
	}
	totals := [2]float64{}
	for k, side := range [][]float64{expected, actual} {
		what := []string{"expected share", "actual share"}[k]
		for i, x := range side {
			if x != 0 && !(x >= 1/maxSize && x <= maxSize) {
				return 0, &RowError{What: what, Row: i, Value: x, Reason: "want a share or an amount, 0 or from 1e-100 to 1e100"}
			}
			if x == 0 && max(expected[i], actual[i]) > 0 {
				return 0, &RowError{What: what, Row: i, Value: x, Reason: "the class is not empty on the other side, so the index is infinite"}
			}
			totals[k] += x
		}
	}
	if totals[0] == 0 {
		return 0, ErrNoRows
	}
	index := 0.0
	for i, e := range expected {
		if e > 0 {
			e, a := e/totals[0], actual[i]/totals[1]
			index += (a - e) * math.Log(a/e)
		}
	}
	return index, nil
}

// DriftVerdict is what a stability index means.
type DriftVerdict int

// What a stability index means.
const (
	DriftNoData DriftVerdict = iota // a base is empty
	DriftStable                     // below [DriftOptions.Watch]
	DriftWatch                      // from there up to [DriftOptions.Act]
	DriftAct                        // above
)

// String returns "no-data", "stable", "watch" or "act".
func (v DriftVerdict) String() string {
	names := []string{"no-data", "stable", "watch", "act"}
	if v < 0 || int(v) >= len(names) {
		return fmt.Sprintf("DriftVerdict(%d)", int(v))
	}
	return names[v]
}

// DriftOptions are options of [MeasureDrift]; nil or zero fields are the defaults.
type DriftOptions struct {
	Watch     float64 // an index from here on is to be watched; 0: 0.1
	Act       float64 // above it something is to be done; at least Watch; 0: 0.25
	ZeroCount float64 // stands for the count of a class empty on one side; above 0, at most 1; 0: 0.5
	Level     float64 // of the interval, above 0 and below 1; 0: 0.95
}

// normal returns the options with the defaults in place.
func (o *DriftOptions) normal() (DriftOptions, error) {
	var n DriftOptions
	if o != nil {
		n = *o
	}
	for _, option := range []struct {
		value *float64
		or    float64
	}{{&n.Watch, 0.1}, {&n.Act, 0.25}, {&n.ZeroCount, 0.5}, {&n.Level, 0.95}} {
		if *option.value == 0 {
			*option.value = option.or
		}
	}
	switch {
	case !(n.Watch > 0 && n.Watch <= maxSize):
		return n, &OptionError{Option: "Watch", Value: n.Watch, Want: "above 0"}
	case !(n.Act >= n.Watch && n.Act <= maxSize):
		return n, &OptionError{Option: "Act", Value: n.Act, Want: fmt.Sprintf("at least Watch, %v", n.Watch)}
	case !(n.ZeroCount > 0 && n.ZeroCount <= 1):
		return n, &OptionError{Option: "ZeroCount", Value: n.ZeroCount, Want: "above 0 and at most 1"}
	case !(n.Level > 0 && n.Level < 1):
		return n, &OptionError{Option: "Level", Value: n.Level, Want: "above 0 and below 1"}
	}
	return n, nil
}

// DriftClass is one class of a [Drift].
type DriftClass struct {
	Label            string
	Expected, Actual int
	Part             float64 // of the index
	Adjusted         bool    // [DriftOptions.ZeroCount] stands for the count of one side
}

// Drift tells how far a later base has moved from an earlier one.
type Drift struct {
	// Index is the population stability index, or for one column the characteristic
	// stability index. It has no value if a base is empty. Its standard error says
	// how sure the size of a drift is; whether there is any is for P.
	Index   rapport.Estimate
	Verdict DriftVerdict
	// Chance is the index that two samples of these sizes have on average without any
	// drift, (classes − 1)·(1/n + 1/m): small bases look less stable than they are.
	Chance float64
	// ChiSquare is Index/(1/n + 1/m), with DF degrees of freedom, one less than classes
	// that are not empty on both sides, and P the chance of that much without drift.
	// DF 0: no test. (S. Kullback, Information theory and statistics, 1959, chapter 6;
	// B. Yurdakul and J. Naranjo, Statistical properties of the population stability
	// index, Journal of Risk Model Validation 14, 2020.)
	ChiSquare float64
	DF        int
	P         float64
	Classes   []DriftClass
}

// MeasureDrift compares how many rows of a later base, actual, fall into each class with
// how many of an earlier one, expected, did. Labels name the classes; nil leaves them
// without names.
//
// Errors: a [*LengthError]; a [*RowError] for a negative count; an [*OptionError].
func MeasureDrift(labels []string, expected, actual []int, o *DriftOptions) (*Drift, error) {
	options, err := o.normal()
	if err != nil {
		return nil, err
	}
	if labels == nil {
		labels = make([]string, len(expected))
	}
	for _, side := range []struct {
		what string
		got  int
	}{{"actual counts", len(actual)}, {"labels", len(labels)}} {
		if side.got != len(expected) {
			return nil, &LengthError{What: side.what, Got: side.got, Want: len(expected)}
		}
	}
	d := &Drift{Classes: make([]DriftClass, len(expected))}
	var n, m int
	for i, e := range expected {
		if least := min(e, actual[i]); least < 0 || max(e, actual[i]) > mostRows {
			return nil, &RowError{What: "count", Row: i, Value: float64(least), Reason: "want 0 or more, up to 2^50"}
		}
		d.Classes[i] = DriftClass{Label: labels[i], Expected: e, Actual: actual[i]}
		n, m = n+e, m+actual[i]
	}
	if n == 0 || m == 0 {
		return d, nil
	}
	parts := make([]evidence, len(expected))
	used := 0
	for i := range d.Classes {
		class := &d.Classes[i]
		parts[i] = weigh(class.Actual, class.Expected, float64(m), float64(n), options.ZeroCount)
		class.Part, class.Adjusted = parts[i].part, parts[i].adjusted
		if class.Actual+class.Expected > 0 {
			used++
		}
	}
	d.Index = divergence(parts, float64(m), float64(n), options.Level)
	unit := 1/float64(n) + 1/float64(m)
	d.DF = used - 1
	d.Chance = float64(d.DF) * unit
	if d.DF > 0 {
		d.ChiSquare = d.Index.Value / unit
		d.P = numeric.ChiSquareTail(d.ChiSquare, d.DF)
	}
	switch index := d.Index.Value; {
	case index < options.Watch:
		d.Verdict = DriftStable
	case index <= options.Act:
		d.Verdict = DriftWatch
	default:
		d.Verdict = DriftAct
	}
	return d, nil
}

// ScoreDrift compares the scores of a later base, actual, with those of an earlier one,
// in classes that cuts divide: they ascend, and a score on a cut is of the class above.
// Errors: those of [MeasureDrift]; a [*ColumnError] for the cuts; a [*RowError] for a
// score that is no number.
func ScoreDrift[T int | float64](expected, actual []T, cuts []float64, o *DriftOptions) (*Drift, error) {
	classes, err := emptyBinning("score", true, Cuts{Breaks: cuts}, BinningOptions{})
	if err != nil {
		return nil, err
	}
	labels := make([]string, len(classes.bins))
	for i := range classes.bins {
		labels[i] = classes.bins[i].Label
	}
	counts := [2][]int{make([]int, len(labels)), make([]int, len(labels))}
	for k, side := range [][]T{expected, actual} {
		one := Column{Numbers: make([]float64, 1)}
		for i, score := range side {
			one.Numbers[0] = float64(score)
			at, missing, _ := classes.place(&one, 0)
			if missing || math.IsInf(one.Numbers[0], 0) {
				return nil, &RowError{What: []string{"expected score", "actual score"}[k], Row: i, Value: one.Numbers[0], Reason: "want a number"}
			}
			counts[k][at]++
		}
	}
	return MeasureDrift(labels, counts[0], counts[1], o)
}
