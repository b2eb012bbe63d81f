package btyd

import (
	"math"
	"slices"

	"github.com/rapport-crm/rapport/internal/numeric"
)

// spendChart is the coordinates in which a spend model is searched: three, behind
// which the coefficients of covariates may follow.
type spendChart struct {
	evaluate numeric.Objective
	center   float64
	ridges   []ridge // of homogeneous and of constant spend
	// point returns the coordinates of a model with pv/q = center·e^lambda.
	point func(logP, logQ, lambda float64) []float64
	// logV returns ln v at a point.
	logV func(at []float64) float64
	// jacobian holds the derivatives of ln p, ln q and ln v with respect to the
	// coordinates; nil if they are the first of them.
	jacobian [][]float64
}

// chart returns the logarithms of the parameters or, for narrow spends, the
// coordinates of [narrowLikelihood].
func (f *spendLikelihood) chart() *spendChart {
	enough := func(i int) func(p []float64) bool { return func(p []float64) bool { return p[i] > 100 } }
	if f.narrow() {
		n := newNarrowLikelihood(f)
		return &spendChart{
			evaluate: n.Evaluate,
			center:   n.center,
			ridges:   []ridge{{BoundaryHomogeneousSpend, []float64{0, 1, 0}, enough(1)}, {BoundaryConstantSpend, []float64{1, 0, 0}, enough(0)}},
			point:    func(logP, logQ, lambda float64) []float64 { return []float64{logP, logQ, lambda / n.spread} },
			logV:     func(at []float64) float64 { return at[1] - at[0] + n.spread*at[2] + math.Log(n.center) },
			jacobian: [][]float64{{1, 0, 0}, {0, 1, 0}, {-1, 1, n.spread}},
		}
	}
	center := math.Exp(f.sumLogMean / f.rows.customers)
	size := 3 + f.coefficients()
	direction := func(v ...float64) []float64 { return append(v, make([]float64, size-3)...) }
	c := &spendChart{
		evaluate: f.Evaluate,
		center:   center,
		point: func(logP, logQ, lambda float64) []float64 {
			return direction(logP, logQ, lambda+math.Log(center)+logQ-logP)
		},
		logV: func(at []float64) float64 { return at[2] },
	}
	c.ridges = []ridge{
		{BoundaryHomogeneousSpend, direction(0, 1, 1), enough(1)},
		{BoundaryConstantSpend, direction(1, 0, -1), enough(0)},
	}
	return c
}

// coefficients is the number of covariates.
func (f *spendLikelihood) coefficients() int {
	if f.design == nil {
		return 0
	}
	return len(f.design.values[0])
}

// starts are where to climb from; all but the first are tried only if that ends badly.
func (f *spendLikelihood) starts(c *spendChart) [][]float64 {
	log, mean := math.Log, f.meanSpend
	from := func(p, q, v float64) []float64 { return c.point(log(p), log(q), log(p*v/q/c.center)) }
	if f.narrow() {
		square := 0.0
		for i, m := range f.rows.mean {
			e := (m - mean) / mean
			square += f.rows.weight[i] * e * e
		}
		shape := 2 * f.rows.customers / square // half of the variance from each source
		return [][]float64{c.point(log(shape), log(shape), 0)}
	}
	// Then little and much heterogeneity of either kind; then spend over many powers of ten.
	return [][]float64{
		from(2, 3, mean), from(0.5, 2, mean), from(30, 3, mean/15), from(2, 30, 15*mean),
		from(0.5, 0.2, f.lowest), from(0.15, 0.15, c.center),
	}
}

// covariance is [curvature] of p, q and v.
func (c *spendChart) covariance(params, hessian []float64, flat [][]float64) (covariance []float64, identified []bool) {
	if c.jacobian == nil {
		return curvature(params, hessian, flat)
	}
	inner, identified := curvature([]float64{1, 1, 1}, hessian, flat)
	if inner == nil {
		return nil, identified
	}
	identified[2] = len(flat) == 0 // every ridge moves v
	covariance = make([]float64, 9)
	for i, a := range c.jacobian {
		for j, b := range c.jacobian {
			for k := range a {
				for l := range b {
					covariance[i*3+j] += params[i] * params[j] * a[k] * inner[k*3+l] * b[l]
				}
			}
		}
	}
	for i := range 3 {
		for j := range i { // rounding may make a difference
			covariance[i*3+j] = covariance[j*3+i]
		}
	}
	return covariance, identified
}

// logs returns ln p, ln q and ln v at a point, and what follows them.
func (c *spendChart) logs(at []float64) []float64 {
	logs := slices.Clone(at)
	logs[2] = c.logV(at)
	return logs
}

// add adds the priors to the objective.
func (c *spendChart) add(p penalty) {
	likelihood := c.evaluate
	if c.jacobian == nil {
		c.evaluate = p.onto(likelihood)
		return
	}
	c.evaluate = func(at, gradient, hessian []float64) (float64, error) {
		value, err := likelihood(at, gradient, hessian)
		logs := c.logs(at)
		for i, prior := range p {
			if prior == nil {
				continue
			}
			v, d1, d2 := prior.logDensity(logs[i])
			value += v
			for k, slope := range c.jacobian[i] {
				gradient[k] += d1 * slope
				for l, other := range c.jacobian[i] {
					hessian[k*3+l] += d2 * slope * other
				}
			}
		}
		return value, err
	}
}
