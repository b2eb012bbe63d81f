package btyd

import (
	"fmt"

	"github.com/rapport-crm/rapport/scoring"
)

// Forecast is what a model says of each customer's purchases in the Periods units
// after the end of calibration. [Model.Forecast] and [CovariateModel.Forecast] make
// one; a host fills it in itself to have its own forecasts, or those of a model
// without purchases in continuous time, judged by [EvaluateForecast].
type Forecast struct {
	Model   string  // its name in reports
	Periods float64 // how far it looks, in units of the summaries
	// Expected are the expected purchases, by customer in the order of
	// [scoring.Summaries.All].
	Expected []float64
	// Distribution returns for the i-th customer the probability of n purchases as a
	// function of n. It may be nil: then what needs probabilities is left out.
	// Several goroutines call it at once.
	Distribution func(i int) func(n int) float64
}

// Forecast returns what the model expects of all customers in the next t units. The
// error is an [*InputError] or [ErrUnitMismatch].
func (m *Model) Forecast(summaries *scoring.Summaries, t float64) (*Forecast, error) {
	summaries = given(summaries)
	f := &Forecast{Model: m.Name(), Periods: t, Expected: make([]float64, summaries.Len())}
	if err := m.ExpectedInto(f.Expected, summaries, t); err != nil {
		return nil, err
	}
	f.Distribution = func(i int) func(n int) float64 {
		_, s := summaries.At(i)
		return distribution(m.law, s, t)
	}
	return f, nil
}

// Forecast is [Model.Forecast] with covariates; see [CovariateModel.PAliveInto].
func (m *CovariateModel) Forecast(summaries *scoring.Summaries, covariates *Covariates, t float64) (*Forecast, error) {
	summaries = given(summaries)
	f := &Forecast{Periods: t, Expected: make([]float64, summaries.Len())}
	if err := m.ExpectedInto(f.Expected, summaries, covariates, t); err != nil {
		return nil, err
	}
	f.Model = fmt.Sprintf("%s with covariates", m.base.Name())
	laws := make([]law, 0, len(f.Expected))
	if err := m.each(make([]float64, len(f.Expected)), summaries, covariates, m.params, func(l law, memory future, _ scoring.Summary) (float64, future) {
		laws = append(laws, l)
		return 0, memory
	}); err != nil {
		return nil, err
	}
	f.Distribution = func(i int) func(n int) float64 {
		_, s := summaries.At(i)
		return distribution(laws[i], s, t)
	}
	return f, nil
}

// forecastOf is the forecast of any model.
func forecastOf(model TransactionModel, summaries *scoring.Summaries, t float64) (*Forecast, error) {
	if m, ok := model.(*Model); ok {
		return m.Forecast(summaries, t)
	}
	f := &Forecast{Model: model.Name(), Periods: t, Expected: make([]float64, summaries.Len())}
	if err := model.ExpectedInto(f.Expected, summaries, t); err != nil {
		return nil, err
	}
	f.Distribution = func(i int) func(n int) float64 {
		_, s := summaries.At(i)
		return func(n int) float64 { return model.Probability(s, n, t) }
	}
	return f, nil
}

// distribution returns P(Y(t) = n | x, t_x, T) as a function of n.
func distribution(l law, s scoring.Summary, t float64) func(n int) float64 {
	return countsOf(l.deadOdds(s), l.alive(s), t)
}

// countsOf returns P(Y(t) = n) as a function of n, of a customer with these odds of having
// left and this future if not.
func countsOf(deadOdds float64, f future, t float64) func(n int) float64 {
	dead, alive := logistic(deadOdds), logistic(-deadOdds)
	return func(n int) float64 {
		p := alive * f.probability(n, t)
		if n == 0 {
			p += dead
		}
		return min(1, p)
	}
}
