package btyd

import (
	"context"

	"github.com/rapport-crm/rapport/scoring"
)

// EvaluateVarying returns the log-likelihood of the Pareto/NBD with covariates that change in
// time at coordinates: the logarithms of r, α, s and β, or of r and α without dropout,
// and the scaled effects.
func EvaluateVarying(summaries *scoring.Summaries, visits *Visits, o CovariateOptions, dropout bool, x []float64, workers int) (value float64, gradient, hessian []float64, err error) {
	inner := ParetoNBD.recipe()
	if !dropout {
		inner = NBD.recipe()
	}
	r, err := newCovariateRecipe(inner, visits.calendar.names, o)
	if err != nil {
		return 0, nil, nil, err
	}
	data, err := newVaryingData(summaries, visits)
	if err != nil {
		return 0, nil, nil, err
	}
	r.spreads = data.spreads(r.effects)
	gradient, hessian = make([]float64, len(x)), make([]float64, len(x)*len(x))
	value, err = (&varyingRecipe{r, data, dropout}).objective(context.Background(), nil, workers)(x, gradient, hessian)
	return value, gradient, hessian, err
}

// Pairs returns E[Y(Y−1)] of the next t units, given that the customer is alive.
func (c *VaryingCustomer) Pairs(t float64) (float64, error) {
	ahead, now, err := c.future(t)
	return c.law.pairs(ahead, now), err
}

// LogLikelihood returns that of the history but for the effects on the purchase dates.
func (c *VaryingCustomer) LogLikelihood(x int) float64 {
	return c.law.logLikelihood(c.past, float64(x))
}

// LogOdds returns ln P(dead)/P(alive).
func (c *VaryingCustomer) LogOdds() float64 { return c.past.odds }
