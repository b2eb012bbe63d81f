package pls

import (
	"fmt"
	"strings"
)

// Scheme says how the inner proxy of a construct weighs its neighbours.
type Scheme uint8

// The inner weighting schemes.
const (
	PathWeighting Scheme = iota // regression coefficients for predecessors, correlations for successors
	Factorial                   // correlations
	Centroid                    // signs of correlations
)

// String returns "path", "factorial" or "centroid".
func (s Scheme) String() string { return name(int(s), "path", "factorial", "centroid") }

// MarshalText writes what [Scheme.String] returns, or an [*OptionError].
func (s Scheme) MarshalText() ([]byte, error) {
	return writeName("scheme", int(s), "path", "factorial", "centroid")
}

// UnmarshalText reads what [Scheme.MarshalText] writes, or fails with an [*OptionError].
func (s *Scheme) UnmarshalText(text []byte) error {
	at, err := readName("scheme", string(text), "path", "factorial", "centroid")
	if err == nil {
		*s = Scheme(at)
	}
	return err
}

// Metric says whether items are divided by their standard deviation.
type Metric uint8

// The metrics.
const (
	Standardised Metric = iota // every item counts alike
	Raw                        // centred only: for items on one answer scale, where a wider spread means more
)

// String returns "standardised" or "raw".
func (m Metric) String() string { return name(int(m), "standardised", "raw") }

// MarshalText writes what [Metric.String] returns, or an [*OptionError].
func (m Metric) MarshalText() ([]byte, error) {
	return writeName("metric", int(m), "standardised", "raw")
}

// UnmarshalText reads what [Metric.MarshalText] writes, or fails with an [*OptionError].
func (m *Metric) UnmarshalText(text []byte) error {
	at, err := readName("metric", string(text), "standardised", "raw")
	if err == nil {
		*m = Metric(at)
	}
	return err
}

// Missing says what becomes of missing answers. What was done is in the
// [MissingReport] of the result. A respondent without any answer is left out.
type Missing uint8

// The treatments of missing answers.
const (
	// MeanReplacement puts the mean of the item's answers in their place. It keeps
	// every other row and understates spread and correlations.
	MeanReplacement Missing = iota
	// Casewise leaves out rows with any missing answer among the items of the model.
	Casewise
	// Pairwise takes each step of the algorithm from the rows that it can use: a
	// score is missing where an item of its block is, an inner proxy where a
	// neighbour's score is, and each correlation uses the rows that have both (as
	// semPLS does). It needs the answers themselves ([Fit]).
	Pairwise
	// PairwiseCorrelation fits the matrix of correlations that each use the rows
	// with both answers. Unlike [Pairwise] it keeps what single items of incomplete
	// blocks say; the matrix need not be positive definite.
	PairwiseCorrelation
)

// String returns "mean", "casewise", "pairwise" or "pairwise_correlation".
func (m Missing) String() string {
	return name(int(m), "mean", "casewise", "pairwise", "pairwise_correlation")
}

// MarshalText writes what [Missing.String] returns, or an [*OptionError].
func (m Missing) MarshalText() ([]byte, error) {
	return writeName("missing", int(m), "mean", "casewise", "pairwise", "pairwise_correlation")
}

// UnmarshalText reads what [Missing.MarshalText] writes, or fails with an [*OptionError].
func (m *Missing) UnmarshalText(text []byte) error {
	at, err := readName("missing", string(text), "mean", "casewise", "pairwise", "pairwise_correlation")
	if err == nil {
		*m = Missing(at)
	}
	return err
}

// Orientation says in which of its two directions a construct points.
type Orientation uint8

// The orientation rules.
const (
	// MajorityOrientation makes more loadings of a construct positive than negative;
	// with as many of both their sum is positive.
	MajorityOrientation Orientation = iota
	// FirstItemOrientation makes the loading of a construct's first item positive.
	FirstItemOrientation
)

// Options adjust an estimation. Nil and the zero value mean: path weighting,
// standardised items, means for missing answers, no correction for attenuation.
type Options struct {
	Scheme      Scheme
	Metric      Metric
	Missing     Missing
	Orientation Orientation
	// Consistent corrects loadings, correlations and paths for attenuation by the
	// reliability ρA of constructs in mode A with two items or more (PLSc; T. K.
	// Dijkstra, J. Henseler, Consistent partial least squares path modeling, MIS
	// Quarterly 39, 2015). Weights stay as they are. It needs standardised items, and is not
	// there under [Pairwise].
	Consistent bool
	// Tolerance ends the iteration when no weight of a standardised item changes by
	// more; 0 stands for 1e-10. The best that float64 allows is about 1e-14.
	Tolerance float64
	// MaxIterations bounds the iteration; 0 stands for 1000.
	MaxIterations int
}

// OptionError reports an option without a meaning.
type OptionError struct {
	Option string
	Value  string
	Reason string
}

// Error names the option, its value and what is wrong.
func (e *OptionError) Error() string {
	return fmt.Sprintf("pls: option %s %s: %s", e.Option, e.Value, e.Reason)
}

// settled returns the options with defaults filled in, or an [*OptionError].
func (o *Options) settled() (Options, error) {
	var s Options
	if o != nil {
		s = *o
	}
	unknown := func(option string, value uint8) (Options, error) {
		return s, &OptionError{Option: option, Value: fmt.Sprint(value), Reason: "is unknown"}
	}
	switch {
	case s.Scheme > Centroid:
		return unknown("scheme", uint8(s.Scheme))
	case s.Metric > Raw:
		return unknown("metric", uint8(s.Metric))
	case s.Missing > PairwiseCorrelation:
		return unknown("missing", uint8(s.Missing))
	case s.Orientation > FirstItemOrientation:
		return unknown("orientation", uint8(s.Orientation))
	case s.Consistent && s.Metric == Raw:
		return s, &OptionError{Option: "consistent", Value: "true", Reason: "needs standardised items"}
	case s.Consistent && s.Missing == Pairwise:
		return s, &OptionError{Option: "consistent", Value: "true", Reason: "needs one matrix of correlations, which pairwise steps do not have; pairwise_correlation does"}
	case !(s.Tolerance >= 0 && s.Tolerance < 1):
		return s, &OptionError{Option: "tolerance", Value: fmt.Sprint(s.Tolerance), Reason: "want 0 to 1"}
	case s.MaxIterations < 0:
		return s, &OptionError{Option: "max iterations", Value: fmt.Sprint(s.MaxIterations), Reason: "want 0 or more"}
	}
	if s.Tolerance == 0 {
		s.Tolerance = 1e-10
	}
	if s.MaxIterations == 0 {
		s.MaxIterations = 1000
	}
	return s, nil
}

// name returns the name at a place, or "unknown(place)".
func name(at int, names ...string) string {
	if at < len(names) {
		return names[at]
	}
	return fmt.Sprintf("unknown(%d)", at)
}

func writeName(option string, at int, names ...string) ([]byte, error) {
	if at >= len(names) {
		return nil, &OptionError{Option: option, Value: fmt.Sprint(at), Reason: "is unknown"}
	}
	return []byte(names[at]), nil
}

func readName(option, text string, names ...string) (int, error) {
	for i, n := range names {
		if n == text {
			return i, nil
		}
	}
	return 0, &OptionError{Option: option, Value: fmt.Sprintf("%q", text), Reason: "is unknown: want " + strings.Join(names, ", ")}
}
