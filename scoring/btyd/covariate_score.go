package btyd

import (
	"context"
	"fmt"
	"math"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/scoring"
)

// PAliveInto sets dst[i] to the probability that the i-th customer has not left;
// len(dst) must be their number, and covariates must have the model's names in its
// order, and a row for every customer. The error is an [*InputError], a
// [*CovariateError] or [ErrUnitMismatch].
func (m *CovariateModel) PAliveInto(dst []float64, summaries *scoring.Summaries, covariates *Covariates) error {
	return m.each(dst, summaries, covariates, m.params0(), func(l law, memory future, s scoring.Summary) (float64, future) {
		return logistic(-l.deadOdds(s)), memory
	})
}

// ExpectedInto sets dst[i] to the expected purchases of the i-th customer in the next
// t units; see [CovariateModel.PAliveInto].
func (m *CovariateModel) ExpectedInto(dst []float64, summaries *scoring.Summaries, covariates *Covariates, t float64) error {
	return m.expectedInto(dst, summaries, covariates, t, m.params0())
}

func (m *CovariateModel) expectedInto(dst []float64, summaries *scoring.Summaries, covariates *Covariates, t float64, params []float64) error {
	if !validTime(t) {
		return &InputError{Name: "t", Value: t, Reason: "want a finite horizon of 0 or more"}
	}
	return m.each(dst, summaries, covariates, params, func(l law, memory future, s scoring.Summary) (float64, future) {
		f := futureIn(l, memory, s)
		return logistic(-l.deadOdds(s)) * f.expected(t), f
	})
}

// LifetimeValues is [LifetimeValues] with covariates of the purchases.
func (m *CovariateModel) LifetimeValues(dst []float64, spend SpendModel, summaries *scoring.Summaries, covariates *Covariates, h Horizon) error {
	if !m.known() {
		return errNoCovariateModel()
	}
	if spend == nil {
		return errNoSpend()
	}
	delta, err := h.Delta(m.Unit())
	if err != nil {
		return err
	}
	if h.Step != 0 {
		if err := checkSteps(h.Periods, delta, h.Step); err != nil {
			return err
		}
	}
	diverges := false
	err = m.each(dst, summaries, covariates, m.params, func(l law, memory future, s scoring.Summary) (float64, future) {
		f := futureIn(l, memory, s)
		if !converges(f, delta, h.Periods) {
			diverges = true
			return 0, f
		}
		n := 0.0
		if h.Step != 0 {
			n = discountedSteps(f, delta, h.Step, h.Periods)
		} else {
			n = discounted(f, delta, h.Periods)
		}
		return logistic(-l.deadOdds(s)) * n, f
	})
	if err != nil {
		return err
	}
	if diverges {
		return m.base.diverges(h.Periods, delta)
	}
	return timesSpend(dst, spend, summaries)
}

// ExpectedTotal is [Model.ExpectedTotal] with covariates.
func (m *CovariateModel) ExpectedTotal(ctx context.Context, summaries *scoring.Summaries, covariates *Covariates, t, level float64) (rapport.Estimate, error) {
	summaries = given(summaries)
	values := make([]float64, summaries.Len())
	if err := m.ExpectedInto(values, summaries, covariates, t); err != nil {
		return rapport.Estimate{}, err
	}
	pairs := make([]float64, len(values))
	if err := m.each(pairs, summaries, covariates, m.params, func(l law, memory future, s scoring.Summary) (float64, future) {
		f := futureIn(l, memory, s)
		return logistic(-l.deadOdds(s)) * f.pairs(t), f
	}); err != nil {
		return rapport.Estimate{}, err
	}
	return m.total(ctx, values, pairs, t, level, func(params []float64) error {
		return m.expectedInto(values, summaries, covariates, t, params)
	})
}

// total is the estimate of the sum of values, the expectations, with pairs E[Y(Y−1)] of each;
// expected fills in the values at other parameters.
func (m *CovariateModel) total(ctx context.Context, values, pairs []float64, t, level float64, expected func(params []float64) error) (rapport.Estimate, error) {
	total, variance := 0.0, 0.0
	for i, v := range values {
		total += v
		variance += max(0, pairs[i]+v-v*v)
	}
	ofParameters, err := deltaAlong(ctx, m.params, len(m.base.params), m.covariance, func(params []float64) (float64, error) {
		if err := expected(params); err != nil {
			return 0, err
		}
		return sum(values), nil
	})
	if err != nil {
		return rapport.Estimate{}, err
	}
	estimate, err := rapport.NormalEstimate(total, math.Sqrt(variance+ofParameters), level, len(values))
	if err != nil {
		return rapport.Estimate{}, fmt.Errorf("btyd: %s: total over %v periods: %w", m.Family(), t, err)
	}
	return estimate, nil
}

// params0 are the parameters, also of no model.
func (m *CovariateModel) params0() []float64 {
	if m == nil {
		return nil
	}
	return m.params
}

// futureIn is what the customer does if alive, in the memory of another if the law can.
func futureIn(l law, memory future, s scoring.Summary) future {
	if spare, ok := l.(sparing); ok {
		return spare.aliveIn(memory, s)
	}
	return l.alive(s)
}

// each sets dst[i] to f of the i-th customer under the law of its covariates.
func (m *CovariateModel) each(dst []float64, summaries *scoring.Summaries, covariates *Covariates, params []float64,
	f func(l law, memory future, s scoring.Summary) (float64, future)) error {
	if !m.known() {
		return errNoCovariateModel()
	}
	if summaries = given(summaries); len(dst) != summaries.Len() {
		return &InputError{Name: "len(dst)", Value: float64(len(dst)), Reason: fmt.Sprintf("want %d, one a customer", summaries.Len())}
	}
	if err := m.base.sameUnit(summaries); err != nil {
		return err
	}
	if covariates.Len() == 0 {
		return &CovariateError{Reason: "none given"}
	}
	for i, name := range m.covariates {
		if i >= len(covariates.names) || covariates.names[i] != name {
			return &CovariateError{Name: name, Reason: fmt.Sprintf("want the covariates %v in this order", m.covariates)}
		}
	}
	if len(covariates.names) > len(m.covariates) {
		return &CovariateError{Name: covariates.names[len(m.covariates)], Reason: "is none of the model's"}
	}
	g, err := covariates.group(summaries)
	if err != nil {
		return err
	}
	laws := make([]law, len(g.rows))
	for i, z := range g.rows {
		at, err := m.paramsAt(params, z)
		if err != nil {
			return err
		}
		laws[i] = m.base.family.recipe().law(at)
	}
	var memory future
	for i, at := range g.group {
		x, recency, age := summaries.History(i)
		dst[i], memory = f(laws[at], memory, scoring.Summary{X: x, TX: recency, T: age})
	}
	return nil
}
