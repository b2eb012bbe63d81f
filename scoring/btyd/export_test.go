package btyd

import (
	"context"
	"math"

	"github.com/rapport-crm/rapport/internal/numeric"
	"github.com/rapport-crm/rapport/scoring"
)

// EvaluateBGNBD returns the log-likelihood of rows at the logarithms of r, α, a and
// b with its gradient and Hessian (row major), as the fit sees them.
func EvaluateBGNBD(rows *Rows, logs []float64, workers int) (value float64, gradient, hessian []float64) {
	return EvaluateFamily(BGNBD, rows, logs, workers)
}

// EvaluateCondensedNBD is [EvaluateBGNBD] for what the BG/CNBD-k is with a = 0.
func EvaluateCondensedNBD(k int, rows *Rows, logs []float64) (value float64, gradient, hessian []float64) {
	gradient, hessian = make([]float64, 2), make([]float64, 4)
	value, _ = nbdRecipe{k}.objective(context.Background(), rows, 1)(logs, gradient, hessian)
	return value, gradient, hessian
}

// WhileAlive returns E[Y(t)], P(alive at t) and E[Y(Y−1)] of a customer who is alive,
// given the history; direct says by which of the two ways of a renewal.
func WhileAlive(m *Model, s scoring.Summary, t float64, direct bool) (expected, survival, pairs float64) {
	p := m.law.alive(s).(*renewal)
	if direct {
		v := p.moments(t)
		return v.expected, v.survival, v.pairs
	}
	f := p.far(t)
	return f.mean(p.a, p.b, (*farHorizon).expected), f.mean(p.a, p.b, (*farHorizon).survival), f.mean(p.a, p.b, (*farHorizon).pairs)
}

// Pairs returns E[Y(Y−1)] of the next t units given that the customer is alive.
func Pairs(m *Model, s scoring.Summary, t float64) float64 { return m.law.alive(s).pairs(t) }

// ExpectedWhileAlive returns the expected purchases in t units of a customer that is
// alive after x purchases by that age, as predicted and by quadrature.
func ExpectedWhileAlive(r, alpha, a, b, x, age, t float64) (predicted, quadrature float64) {
	alive := process{r + x, alpha + age, a, b + x}
	tau, s := t/alive.rate, alive.shape
	return alive.expected(t), numeric.BetaMean(alive.a, alive.b, s*tau, func(q float64) float64 {
		if q*tau*s < 1e-17 {
			return s * tau
		}
		return -math.Expm1(-s*math.Log1p(q*tau)) / q
	})
}

// EvaluateCovariates returns the log-likelihood of a family with covariates on both
// processes at coordinates: the logarithms of the parameters and the scaled effects.
func EvaluateCovariates(family Family, summaries *scoring.Summaries, covariates *Covariates, x []float64, workers int) (value float64, gradient, hessian []float64) {
	r, _ := newCovariateRecipe(family.recipe(), covariates.names, CovariateOptions{})
	g, _ := covariates.group(summaries)
	r.groups = g.compress(summaries)
	r.setSpreads()
	gradient, hessian = make([]float64, len(x)), make([]float64, len(x)*len(x))
	value, _ = r.objective(context.Background(), nil, workers)(x, gradient, hessian)
	return value, gradient, hessian
}

// EvaluateFamily is [EvaluateBGNBD] for any family: the objective that its fit climbs.
func EvaluateFamily(f Family, rows *Rows, logs []float64, workers int) (value float64, gradient, hessian []float64) {
	n := len(logs)
	gradient, hessian = make([]float64, n), make([]float64, n*n)
	value, _ = f.recipe().objective(context.Background(), rows, workers)(logs, gradient, hessian)
	return value, gradient, hessian
}

// Inside returns what has no method of its own yet: the log-odds of having left, the
// posterior means of both rates, and E[Y(Y−1)] over t units given survival.
func Inside(m *Model, s scoring.Summary, t float64) (odds, purchase, dropout, pairs float64) {
	purchase, dropout = m.law.posterior(s)
	return m.law.deadOdds(s), purchase, dropout, m.law.alive(s).pairs(t)
}

// EvaluateSpend returns the log-likelihood of rows at the logarithms of p, q and v with
// its gradient and Hessian (row major), as the fit sees them.
func EvaluateSpend(rows *SpendRows, logs []float64) (value float64, gradient, hessian []float64) {
	gradient, hessian = make([]float64, 3), make([]float64, 9)
	value, _ = newSpendLikelihood(context.Background(), rows, nil, 1).Evaluate(logs, gradient, hessian)
	return value, gradient, hessian
}

// EvaluateNarrow is EvaluateSpend in the coordinates for means that hardly differ; logs
// is the same point in those of EvaluateSpend.
func EvaluateNarrow(rows *SpendRows, at []float64) (value float64, gradient, hessian, logs []float64) {
	gradient, hessian = make([]float64, 3), make([]float64, 9)
	n := newNarrowLikelihood(newSpendLikelihood(context.Background(), rows, nil, 1))
	value, _ = n.Evaluate(at, gradient, hessian)
	return value, gradient, hessian, []float64{at[0], at[1], at[1] - at[0] + n.spread*at[2] + math.Log(n.center)}
}

// EvaluateNarrowCovariates is [EvaluateSpendCovariates] in the coordinates for means that
// hardly differ; logs is the same point in those of the latter.
func EvaluateNarrowCovariates(summaries *scoring.Summaries, covariates *Covariates, at []float64, penalty float64) (value float64, gradient, hessian, logs []float64) {
	rows, design, _ := groupSpend(summaries, covariates)
	for range design.standardise() {
		design.penalties = append(design.penalties, penalty)
	}
	gradient, hessian = make([]float64, len(at)), make([]float64, len(at)*len(at))
	n := newNarrowLikelihood(newSpendLikelihood(context.Background(), rows, design, 1))
	design.unit = n.spread
	value, _ = n.Evaluate(at, gradient, hessian)
	logs = []float64{at[0], at[1], at[1] - at[0] + n.spread*at[2] + math.Log(n.center)}
	for _, effect := range at[3:] {
		logs = append(logs, effect*n.spread)
	}
	return value, gradient, hessian, logs
}

// EvaluateSpendCovariates is EvaluateSpend with covariates: behind the three logarithms
// are the effects of covariates in standard form, shrunk by penalty.
func EvaluateSpendCovariates(summaries *scoring.Summaries, covariates *Covariates, at []float64, penalty float64, workers int) (value float64, gradient, hessian []float64) {
	rows, design, _ := groupSpend(summaries, covariates)
	for range design.standardise() {
		design.penalties = append(design.penalties, penalty)
	}
	gradient, hessian = make([]float64, len(at)), make([]float64, len(at)*len(at))
	value, _ = newSpendLikelihood(context.Background(), rows, design, workers).Evaluate(at, gradient, hessian)
	return value, gradient, hessian
}

// MixingOf judges chains of equal length.
func MixingOf(chains [][]float64) Mixing { return mixing(chains) }

// LogMoments returns the mean and the variance of the logarithm of a parameter.
func LogMoments(p Prior) (mean, variance float64) { return p.logMoments() }

// ValueOf is the log-likelihood of [EvaluateFamily] as samplers see it.
func ValueOf(f Family, rows *Rows, logs []float64) float64 {
	value, _ := f.recipe().(valued).value(context.Background(), rows)(logs)
	return value
}

// Glance is P(alive) and the means of both rates as averages take them.
func Glance(m *Model, s scoring.Summary) (alive, purchase, dropout float64) {
	return m.law.(hidden).glance(s)
}
