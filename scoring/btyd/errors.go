package btyd

import (
	"errors"
	"fmt"
	"math"

	"github.com/rapport-crm/rapport/scoring"
)

var (
	// ErrNoRepeat says that no customer has bought twice, so nothing is known of
	// how often customers buy: no model can be fitted.
	ErrNoRepeat = errors.New("no customer has a repeat purchase: no model can be fitted")
	// ErrNoCustomers says that there is nobody to learn from.
	ErrNoCustomers = errors.New("no customers")
	// ErrNoStart says that a sampler found no parameters that both the priors and the
	// data allow.
	ErrNoStart = errors.New("no parameters with a positive posterior density found")
	// ErrNotConverged says that a fit stopped before the maximum. The model that
	// comes with it is the best point found; its report says how far it got.
	ErrNotConverged = errors.New("fit did not converge")
	// ErrNoIntervals says that the summaries do not hold what a model of regular
	// customers is about: SumLogInterval is 0 for every customer.
	ErrNoIntervals = errors.New("no times between purchases: SumLogInterval is 0 for every customer")
	// ErrTooFewSpenders says that fewer than two customers have a repeat purchase
	// with a positive mean spend.
	ErrTooFewSpenders = errors.New("gamma-gamma needs at least 2 repeat customers with positive spend")
	// ErrNoSpender says that no customer has a repeat purchase with a positive mean
	// spend.
	ErrNoSpender = errors.New("no repeat customer with positive spend")
	// ErrOneFrequency says that all customers have the same number of purchases, so that
	// the variance of their means cannot be split into that within and that between them.
	ErrOneFrequency = errors.New("all customers have the same number of repeat purchases: variances within and between them cannot be told apart")
	// ErrEqualSpend says that all customers have the same mean spend: the
	// likelihood has no maximum.
	ErrEqualSpend = errors.New("all repeat customers have the same mean spend: no spend model can be fitted")
	// ErrInfiniteMean says that the spend model gives the customer no finite mean:
	// p·x + q ≤ 1.
	ErrInfiniteMean = errors.New("expected spend is infinite")
	// ErrDiverges says that an expected count over an infinite horizon is infinite.
	ErrDiverges = errors.New("expected purchases over the horizon are infinite")
	// ErrUnitMismatch says that model and summaries count time in different units.
	ErrUnitMismatch = errors.New("model and summaries have different units of time")
	// ErrUnknownFamily says that there is no family of models of that name.
	ErrUnknownFamily = errors.New("no such family of models")
	// ErrModelFormat says that a text is not a model of the kind that reads it.
	ErrModelFormat = errors.New("not a model of this kind and version")
)

// InputError reports an argument outside its domain.
type InputError struct {
	Name   string // of the argument, field or parameter
	Value  float64
	Reason string // what is allowed
}

func (e *InputError) Error() string {
	return fmt.Sprintf("btyd: %s is %v: %s", e.Name, e.Value, e.Reason)
}

// textError is an [*InputError] about a text, which its message shows in place of a number.
type textError struct {
	text  string
	input InputError
}

// aboutText says what is allowed in place of a text; value is its position in a list.
func aboutText(name string, value int, text, reason string) error {
	return &textError{text, InputError{Name: name, Value: float64(value), Reason: reason}}
}

func (e *textError) Error() string {
	return fmt.Sprintf("btyd: %s is %q: %s", e.input.Name, e.text, e.input.Reason)
}

func (e *textError) Unwrap() error { return &e.input }

// FitError reports a fit that did not end at a maximum. Err is [ErrNotConverged] or
// the context's error. The model returned with it is the best point found, which the
// caller may decide to use; it is nil if the context ended before the first one.
type FitError struct {
	Model  string
	Report FitReport
	Err    error
}

func (e *FitError) Error() string {
	if e.Err != ErrNotConverged {
		return fmt.Sprintf("btyd: %s: %v after %d iterations and %d evaluations", e.Model, e.Err, e.Report.Iterations, e.Report.Evaluations)
	}
	return fmt.Sprintf("btyd: %s: %v after %d iterations and %d evaluations: log-likelihood %v, largest gradient %.3g",
		e.Model, e.Err, e.Report.Iterations, e.Report.Evaluations, e.Report.LogLikelihood, e.Report.MaxGradient)
}

// Unwrap returns Err.
func (e *FitError) Unwrap() error { return e.Err }

// Check returns an [*InputError] that names what makes s a summary that no
// customer can have, or nil. Members of [scoring.Summaries] always pass.
func Check(s scoring.Summary) error {
	switch {
	case valid(s) && isFinite(s.Spend):
		return nil
	case s.X < 0 || s.X > largestCount:
		return &InputError{Name: "X", Value: float64(s.X), Reason: "want a count of 0 to 2^53"}
	case !(s.T >= 0 && s.T <= math.MaxFloat64):
		return &InputError{Name: "T", Value: s.T, Reason: "want a finite time of 0 or more"}
	case !(s.TX >= 0 && s.TX <= s.T):
		return &InputError{Name: "TX", Value: s.TX, Reason: fmt.Sprintf("want 0 ≤ TX ≤ T = %v", s.T)}
	case s.X == 0 && s.TX != 0:
		return &InputError{Name: "TX", Value: s.TX, Reason: "want 0 for a customer without repeat purchase"}
	case s.X > 0 && s.TX == 0:
		return &InputError{Name: "TX", Value: s.TX, Reason: fmt.Sprintf("want a positive time: %d repeat purchases take time", s.X)}
	case !isFinite(s.SumLogInterval):
		return &InputError{Name: "SumLogInterval", Value: s.SumLogInterval, Reason: "want a finite number"}
	}
	return &InputError{Name: "Spend", Value: s.Spend, Reason: "want a finite amount"}
}

// valid is [Check] for the fields that a transaction model reads.
func valid(s scoring.Summary) bool {
	return s.X >= 0 && s.X <= largestCount && s.TX >= 0 && s.TX <= s.T && s.T <= math.MaxFloat64 && (s.X > 0) == (s.TX > 0) &&
		isFinite(s.SumLogInterval)
}

func isFinite(v float64) bool { return math.Abs(v) <= math.MaxFloat64 }

// largestCount is a count up to which all are float64 numbers.
const largestCount = 1 << 53

const (
	// smallest and largest bound parameters, horizons and discount rates: products
	// of three of them are still float64 numbers.
	smallest, largest = 1e-100, 1e100
)

// validTime reports whether t is a horizon that a model can look ahead.
func validTime(t float64) bool { return t >= 0 && t <= largest }
