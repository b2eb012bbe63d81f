package btyd

import (
	"context"
	"errors"
	"fmt"
	"math"

	"github.com/rapport-crm/rapport/scoring"
)

// ErrNoHoldout says that summaries have no hold-out to compare a forecast with.
var ErrNoHoldout = errors.New("the summaries have no hold-out: set Window.Until and Window.Holdout within the log")

// EvaluationOptions tune an evaluation; nil is the same as the zero value, which means
// the defaults.
type EvaluationOptions struct {
	// Classes are the smallest x of each class of customers, ascending from 0; empty
	// means 0, 1, … 7: the last class has no upper end.
	Classes []int
	// Groups is into how many groups of equal size customers are cut by what is
	// predicted; 0 means 10.
	Groups int
	// Levels are those of the predictive bands to try, each above 0 and below 1; empty
	// means 0.5, 0.8 and 0.9.
	Levels []float64
	// Workers bounds the goroutines; 0 means GOMAXPROCS. The result does not depend on
	// it, bit for bit.
	Workers int
}

// Evaluation compares a forecast with what the customers did in the hold-out. Counts
// are of purchase dates; means are over customers. No number is NaN or infinite: a
// ratio to nothing is 0.
type Evaluation struct {
	Model     string  `json:"model"`
	Periods   float64 `json:"periods"` // length of the hold-out in units
	Customers int     `json:"customers"`

	Actual       int     `json:"actual"`        // total of all customers
	Expected     float64 `json:"expected"`      // the same by the forecast
	Bias         float64 `json:"bias"`          // Expected − Actual
	RelativeBias float64 `json:"relative_bias"` // Bias / Actual
	MeanBias     float64 `json:"mean_bias"`     // Bias a customer

	MAE  float64 `json:"mae"`  // mean absolute error of a customer's count
	RMSE float64 `json:"rmse"` // root mean square error
	// Correlation is Pearson's of expected and actual counts, RankCorrelation Spearman's
	// (the same of ranks, equal values sharing theirs).
	Correlation     float64 `json:"correlation"`
	RankCorrelation float64 `json:"rank_correlation"`
	// Gini is how well the forecast tells buyers apart: the Gini coefficient of the
	// actual purchases with customers in order of the forecast, 0 for no order at
	// all, at most BestGini, which is theirs in the order of the purchases themselves.
	Gini     float64 `json:"gini"`
	BestGini float64 `json:"best_gini"`

	// Classes compares by x, Groups by what is expected, the highest first.
	Classes []ClassCalibration `json:"classes"`
	Groups  []GroupCalibration `json:"groups"`
	// Counts is nil if the forecast has no distribution.
	Counts *CountCalibration `json:"counts,omitempty"`
}

// ClassCalibration compares the customers of a class by their purchases in calibration.
type ClassCalibration struct {
	Class     string  `json:"class"` // such as "0", "3-5" or "7+"
	From      int     `json:"from"`  // the smallest x
	Customers int     `json:"customers"`
	Actual    float64 `json:"actual"`   // mean
	Expected  float64 `json:"expected"` // mean
}

// Evaluate compares a model, fitted to the summaries or to others, with the hold-out of
// the summaries. For models with covariates there is [CovariateModel.Evaluate], for
// all others [EvaluateForecast].
//
// The error is [ErrNoHoldout], [ErrUnitMismatch], an [*InputError], or the context's.
func Evaluate(ctx context.Context, model TransactionModel, summaries *scoring.Summaries, options *EvaluationOptions) (*Evaluation, error) {
	if model == nil {
		return nil, errNoModel()
	}
	summaries = given(summaries)
	h, err := holdout(summaries)
	if err != nil {
		return nil, err
	}
	f, err := forecastOf(model, summaries, h.Periods)
	if err != nil {
		return nil, err
	}
	return EvaluateForecast(ctx, f, summaries, options)
}

// Evaluate is [Evaluate] with covariates; see [CovariateModel.PAliveInto].
func (m *CovariateModel) Evaluate(ctx context.Context, summaries *scoring.Summaries, covariates *Covariates, options *EvaluationOptions) (*Evaluation, error) {
	h, err := holdout(given(summaries))
	if err != nil {
		return nil, err
	}
	f, err := m.Forecast(summaries, covariates, h.Periods)
	if err != nil {
		return nil, err
	}
	return EvaluateForecast(ctx, f, summaries, options)
}

// EvaluateForecast compares any forecast with the hold-out of the summaries, as long
// as both look equally far. The errors are those of [Evaluate].
func EvaluateForecast(ctx context.Context, forecast *Forecast, summaries *scoring.Summaries, options *EvaluationOptions) (*Evaluation, error) {
	o, err := options.orDefault()
	if err != nil {
		return nil, err
	}
	summaries = given(summaries)
	h, err := holdout(summaries)
	if err != nil {
		return nil, err
	}
	if err := forecast.check(h); err != nil {
		return nil, err
	}
	actual := make([]float64, len(h.X))
	for i, n := range h.X {
		actual[i] = float64(n)
	}
	e := &Evaluation{Model: forecast.Model, Periods: h.Periods, Customers: len(h.X), Actual: h.Total()}
	e.MAE, e.RMSE = meanErrors(forecast.Expected, h.X)
	e.compare(forecast.Expected, actual)
	e.Classes = classes(o.Classes, summaries, forecast.Expected, actual)
	e.Groups = groups(o.Groups, forecast.Expected, actual)
	if forecast.Distribution != nil {
		if e.Counts, err = calibrate(ctx, forecast.Distribution, h.X, o); err != nil {
			return nil, err
		}
	}
	return e, nil
}

// meanErrors returns the mean absolute and the root mean square error of a forecast.
func meanErrors(expected []float64, counts []int) (mae, rmse float64) {
	absolute, square := 0.0, 0.0
	for i, v := range expected {
		d := v - float64(counts[i])
		absolute, square = absolute+math.Abs(d), square+d*d
	}
	n := float64(len(counts))
	return absolute / n, math.Sqrt(square / n)
}

// compare fills in the bias and how well the forecast ranks the customers.
func (e *Evaluation) compare(expected, actual []float64) {
	e.Expected = sum(expected)
	e.Bias = e.Expected - float64(e.Actual)
	e.RelativeBias, e.MeanBias = ratio(e.Bias, float64(e.Actual)), e.Bias/float64(e.Customers)
	e.Correlation = correlation(expected, actual)
	order, itself := ranks(expected, nil), ranks(actual, nil)
	e.RankCorrelation = correlation(order, itself)
	e.Gini, e.BestGini = gini(order, actual), gini(itself, actual)
}

// holdout returns that of the summaries, or [ErrNoHoldout].
func holdout(summaries *scoring.Summaries) (*scoring.Holdout, error) {
	h := summaries.Holdout()
	if h == nil {
		return nil, fmt.Errorf("btyd: %d customers: %w", summaries.Len(), ErrNoHoldout)
	}
	return h, nil
}

// check returns an [*InputError] unless the forecast is one of that hold-out.
func (f *Forecast) check(h *scoring.Holdout) error {
	switch {
	case f == nil:
		return &InputError{Name: "forecast", Reason: "want one"}
	case len(f.Expected) != len(h.X):
		return &InputError{Name: "len(Expected)", Value: float64(len(f.Expected)), Reason: fmt.Sprintf("want %d, one a customer", len(h.X))}
	case f.Periods != h.Periods:
		return &InputError{Name: "Periods", Value: f.Periods, Reason: fmt.Sprintf("want those of the hold-out, %v", h.Periods)}
	}
	for i, v := range f.Expected {
		if !(v >= 0 && v <= largest) {
			return &InputError{Name: fmt.Sprintf("Expected[%d]", i), Value: v, Reason: "want a count of 0 to 1e100"}
		}
	}
	return nil
}

// orDefault checks the options and fills in the defaults.
func (o *EvaluationOptions) orDefault() (EvaluationOptions, error) {
	var c EvaluationOptions
	if o != nil {
		c = *o
	}
	if len(c.Classes) == 0 {
		c.Classes = []int{0, 1, 2, 3, 4, 5, 6, 7}
	}
	if len(c.Levels) == 0 {
		c.Levels = []float64{0.5, 0.8, 0.9}
	}
	if c.Groups == 0 {
		c.Groups = 10
	}
	switch {
	case c.Groups < 0 || c.Groups > 1000:
		return c, &InputError{Name: "Groups", Value: float64(c.Groups), Reason: "want 0 to 1000"}
	case c.Workers < 0:
		return c, &InputError{Name: "Workers", Value: float64(c.Workers), Reason: "want 0 or more"}
	}
	for i, x := range c.Classes {
		if (i == 0 && x != 0) || (i > 0 && x <= c.Classes[i-1]) {
			return c, &InputError{Name: fmt.Sprintf("Classes[%d]", i), Value: float64(x), Reason: "want ascending counts that begin with 0"}
		}
	}
	for _, level := range c.Levels {
		if err := checkBand(0, level); err != nil {
			return c, err
		}
	}
	return c, nil
}
