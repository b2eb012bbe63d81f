package satisfaction

import (
	"errors"
	"fmt"
	"math"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/internal/numeric"
	"github.com/rapport-crm/rapport/internal/stats"
)

// What an [*ObservationsError] can wrap.
var (
	// ErrNoObservations says that there are none.
	ErrNoObservations = errors.New("no observations")
	// ErrOneOutcome says that all customers stayed or all left.
	ErrOneOutcome = errors.New("all customers stayed or all left")
	// ErrOneIndex says that all have the same index.
	ErrOneIndex = errors.New("all have the same index")
	// ErrSeparation says that some index tells exactly who stays and who leaves, ties
	// at that index and an overlap of a millionth of the range apart, so that no finite
	// slope fits best. More observations, or the
	// linear link, may help.
	ErrSeparation = errors.New("the index separates those who stayed from those who left")
	// ErrLinkNotConverged says that the search for the best link ran out of steps.
	ErrLinkNotConverged = errors.New("the fit did not converge")
)

// ObservationsError reports observations from which no link can be fitted.
type ObservationsError struct {
	Rows int // observations given
	Err  error
}

// Error says how many observations there are, and what is wrong with them.
func (e *ObservationsError) Error() string {
	return fmt.Sprintf("satisfaction: retention link of %d observations: %v", e.Rows, e.Err)
}

// Unwrap returns the reason.
func (e *ObservationsError) Unwrap() error { return e.Err }

// RetentionObservation is what one customer answered, and whether it stayed for the
// period after. The index comes before the outcome: an answer given after the
// decision measures something else.
type RetentionObservation struct {
	Index    float64 // 0 to 100
	Retained bool
	Weight   float64 // above 0; 1 for one customer
}

// LinkForm is the shape of a link.
type LinkForm string

const (
	// LogisticLink: retention = 1/(1+exp(−a−b·index)). It is the default, which the
	// empty string stands for too.
	LogisticLink LinkForm = "logistic"
	// LinearLink: retention = a + b·index, by weighted least squares. It may leave 0 to
	// 1, which is then an error where it is used.
	LinearLink LinkForm = "linear"
)

// LinkOptions says how a link is fitted; nil is all defaults.
type LinkOptions struct {
	Form LinkForm
	// SurveyWeights says that weights make a sample representative. Their unit then
	// means nothing and the covariance is the robust one. Otherwise weights are
	// counts: how many customers with this index and outcome the row stands for.
	SurveyWeights bool
	Level         float64 // confidence of the intervals and the test; 0 stands for 0.95
}

// LinkVerdict says what a link is good for.
type LinkVerdict string

const (
	// LinkSupported: retention rises with the index, distinguishable from no link.
	LinkSupported LinkVerdict = "supported"
	// LinkIndistinct: the slope cannot be told from 0 at the level of confidence. What
	// is computed from it is no evidence.
	LinkIndistinct LinkVerdict = "not_distinguishable_from_0"
	// LinkWrongSign: retention falls with the index, distinguishable from no link.
	// Something else moves both, or the index measures something else.
	LinkWrongSign LinkVerdict = "wrong_sign"
)

// LinkTest is a test of the link against none, chi-square with one degree of
// freedom.
type LinkTest struct {
	// Kind is "deviance", twice the gain in log likelihood, or "wald", the square of
	// the slope over its standard error: for linear links and with survey weights,
	// where there is no likelihood.
	Kind      string
	ChiSquare float64
	P         float64
}

// RetentionLink is a fitted link from the index of satisfaction to retention in the
// next period. It is immutable.
type RetentionLink struct {
	Form LinkForm
	// Intercept and Slope, per point of the index: in log odds for a logistic link, in
	// retention for a linear one. N is the number of observations.
	Intercept, Slope rapport.Estimate
	Covariance       [2][2]float64 // of intercept and slope
	// LogLikelihood and that without the link; 0 for a linear link and for survey
	// weights, which have none.
	LogLikelihood, NullLogLikelihood float64
	Test                             LinkTest
	Verdict                          LinkVerdict
	Retained                         rapport.Ratio // weight of those who stayed over all
	Least, Most                      float64       // index among the observations

	level float64
}

// FitRetentionLink fits a link to own data. (R. T. Rust and A. J. Zahorik, Customer
// satisfaction, customer retention, and market share, Journal of Retailing 69,
// 1993.) A fitted link is association, not proof of cause.
//
// The error is an [*EconomicsError], which counts observations from 1, for an index
// outside 0 to 100, a weight outside 1e-100 to 1e100 (0 does not stand for 1), or a
// level; a [*FormError]; or an [*ObservationsError].
func FitRetentionLink(observations []RetentionObservation, options *LinkOptions) (*RetentionLink, error) {
	var o LinkOptions
	if options != nil {
		o = *options
	}
	if o.Form == "" {
		o.Form = LogisticLink
	}
	if o.Level == 0 {
		o.Level = 0.95
	}
	if o.Form != LogisticLink && o.Form != LinearLink {
		return nil, &FormError{Form: o.Form}
	}
	if !(o.Level > 0 && o.Level < 1) {
		return nil, &EconomicsError{Name: "Level", Value: o.Level, Reason: "want above 0 and below 1"}
	}
	link := &RetentionLink{Form: o.Form, level: o.Level}
	columns, err := link.read(observations)
	if err != nil {
		return nil, err
	}
	switch o.Form {
	case LogisticLink:
		err = link.fitLogistic(columns, o.SurveyWeights)
	case LinearLink:
		err = link.fitLinear(columns, o.SurveyWeights)
	}
	if err == nil {
		err = link.judge()
	}
	if err != nil {
		return nil, &ObservationsError{Rows: len(observations), Err: err}
	}
	return link, nil
}

// FormError reports a [LinkForm] that does not exist.
type FormError struct{ Form LinkForm }

// Error names the form.
func (e *FormError) Error() string {
	return fmt.Sprintf("satisfaction: link %q: want %q or %q", string(e.Form), string(LogisticLink), string(LinearLink))
}

// linkColumns holds observations as models take them.
type linkColumns struct{ index, outcome, weight []float64 }

func (l *RetentionLink) read(observations []RetentionObservation) (linkColumns, error) {
	n := len(observations)
	if n == 0 {
		return linkColumns{}, &ObservationsError{Err: ErrNoObservations}
	}
	c := linkColumns{index: make([]float64, n), outcome: make([]float64, n), weight: make([]float64, n)}
	l.Least, l.Most = math.Inf(1), math.Inf(-1)
	l.Retained.N = n
	for i, o := range observations {
		row := func(name string) string { return fmt.Sprintf("%s of observation %d", name, i+1) }
		if !(o.Index >= 0 && o.Index <= 100) {
			return c, &EconomicsError{Name: row("Index"), Value: o.Index, Reason: "want 0 to 100"}
		}
		// A wider range would leave no digits to the small ones.
		if !(o.Weight >= 1e-100 && o.Weight <= 1e100) {
			return c, &EconomicsError{Name: row("Weight"), Value: o.Weight, Reason: "want above 0, from 1e-100 to 1e100"}
		}
		c.index[i], c.weight[i] = o.Index, o.Weight
		if o.Retained {
			c.outcome[i] = 1
			l.Retained.Num += o.Weight
		}
		l.Retained.Den += o.Weight
		l.Least, l.Most = min(l.Least, o.Index), max(l.Most, o.Index)
	}
	return c, nil
}

func (l *RetentionLink) fitLogistic(c linkColumns, survey bool) error {
	fit, err := stats.FitLogistic(stats.Logistic{Columns: [][]float64{c.index}, Outcomes: c.outcome, Weights: c.weight, Robust: survey})
	var column *stats.ColumnError
	switch {
	case errors.Is(err, stats.ErrOneOutcome):
		return ErrOneOutcome
	case errors.Is(err, stats.ErrSeparated):
		return ErrSeparation
	case errors.Is(err, stats.ErrNotConverged):
		return ErrLinkNotConverged
	case errors.As(err, &column):
		return ErrOneIndex
	case err != nil:
		return err
	}
	l.Intercept.Value, l.Slope.Value = fit.Coefficients[0], fit.Coefficients[1]
	l.Covariance = [2][2]float64{{fit.Covariance[0], fit.Covariance[1]}, {fit.Covariance[2], fit.Covariance[3]}}
	if survey {
		return nil
	}
	l.LogLikelihood, l.NullLogLikelihood = fit.LogLikelihood, fit.NullLogLikelihood
	l.Test = LinkTest{Kind: "deviance", ChiSquare: max(0, 2*(fit.LogLikelihood-fit.NullLogLikelihood))}
	return nil
}

func (l *RetentionLink) fitLinear(c linkColumns, survey bool) error {
	if l.Retained.Num == 0 || l.Retained.Num == l.Retained.Den {
		return ErrOneOutcome
	}
	line, ok := stats.FitLine(c.index, c.outcome, c.weight, !survey)
	if !ok {
		return ErrOneIndex
	}
	l.Intercept.Value, l.Slope.Value, l.Covariance = line.Intercept, line.Slope, line.Covariance
	// Two places, each with one outcome: the line has no scatter but that of rounding.
	if math.Sqrt(line.Covariance[1][1]) <= 1e-12*math.Abs(line.Slope) {
		return ErrSeparation
	}
	return nil
}

// judge completes a fitted link: intervals, test and verdict.
func (l *RetentionLink) judge() error {
	var err error
	for i, e := range [...]*rapport.Estimate{&l.Intercept, &l.Slope} {
		if *e, err = l.estimate(e.Value, math.Sqrt(l.Covariance[i][i])); err != nil {
			return err
		}
	}
	if !l.Slope.HasSE() { // weights so unequal that rounding ate the covariance
		return ErrLinkNotConverged
	}
	if l.Test.Kind == "" {
		z := l.Slope.Value / l.Slope.SE
		l.Test = LinkTest{Kind: "wald", ChiSquare: z * z}
	}
	l.Test.P = numeric.ChiSquareTail(l.Test.ChiSquare, 1)
	switch {
	case l.Test.P > 1-l.level:
		l.Verdict = LinkIndistinct
	case l.Slope.Value < 0:
		l.Verdict = LinkWrongSign
	default:
		l.Verdict = LinkSupported
	}
	return nil
}

func (l *RetentionLink) estimate(value, se float64) (rapport.Estimate, error) {
	e, err := rapport.NormalEstimate(value, se, l.level, l.Retained.N)
	if err != nil {
		return rapport.Estimate{}, fmt.Errorf("satisfaction: retention link: %w", err)
	}
	return e, nil
}
