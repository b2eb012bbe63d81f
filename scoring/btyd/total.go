package btyd

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/scoring"
)

// ExpectedTotal returns the expected number of purchases of all customers together
// in the next t units, with an interval in which the actual number lies with
// probability level. Its variance is the sum of two parts: that of the parameters,
// by the delta method over their covariance (none for known parameters), and that
// of the customers' behaviour, Σ Var[Y(t) | x, t_x, T]. The interval takes the model
// for granted and cannot be below 0 in reality even if Low is.
//
// The error is [ErrUnitMismatch], an [*InputError] for t, an error of
// [rapport.NormalEstimate] for level, or the context's.
func (m *Model) ExpectedTotal(ctx context.Context, summaries *scoring.Summaries, t, level float64) (rapport.Estimate, error) {
	summaries = given(summaries)
	values := make([]float64, summaries.Len())
	scorer := m.NewScorer()
	if err := scorer.Expected(values, summaries, t); err != nil {
		return rapport.Estimate{}, err
	}
	pairs := make([]float64, len(values))
	scorer.predict(pairs, summaries, func(f future) float64 { return f.pairs(t) })
	total, variance := 0.0, 0.0
	for i, v := range values {
		total += v
		variance += max(0, pairs[i]+v-v*v)
	}
	ofParameters, err := deltaVariance(ctx, m.params, slopes(m.params, positives(m.family.recipe())), m.covariance, func(params []float64) (float64, error) {
		err := newModel(m.family, m.unit, slices.Clone(params)).ExpectedInto(values, summaries, t)
		return sum(values), err
	})
	if err != nil {
		return rapport.Estimate{}, err
	}
	estimate, err := rapport.NormalEstimate(total, math.Sqrt(variance+ofParameters), level, summaries.Len())
	if err != nil {
		return rapport.Estimate{}, fmt.Errorf("btyd: %s: total over %v periods: %w", m.Name(), t, err)
	}
	return estimate, nil
}

// deltaVariance returns the variance of f that comes from the parameters, by the delta
// method. The derivatives are central differences with steps of 1e-4 of the scales, for
// positive parameters those of their size: expectations are smooth to 1e-13, so that
// eight digits are left.
func deltaVariance(ctx context.Context, params, scales, covariance []float64, f func(params []float64) (float64, error)) (float64, error) {
	if covariance == nil {
		return 0, nil
	}
	const step = 1e-4
	size := len(params)
	gradient := make([]float64, size)
	for i, scale := range scales {
		if covariance[i*size+i] == 0 {
			continue
		}
		for _, sign := range []float64{1, -1} {
			if err := ctx.Err(); err != nil {
				return 0, err
			}
			p := slices.Clone(params)
			p[i] += sign * step * scale
			value, err := f(p)
			if err != nil {
				return 0, err
			}
			gradient[i] += sign * value / (2 * step * scale)
		}
	}
	variance := 0.0
	for i := range size {
		for j := range size {
			variance += gradient[i] * covariance[i*size+j] * gradient[j]
		}
	}
	return max(0, variance), nil
}

// sum adds in order.
func sum(values []float64) float64 {
	total := 0.0
	for _, v := range values {
		total += v
	}
	return total
}
