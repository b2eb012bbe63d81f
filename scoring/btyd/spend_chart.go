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
	unit     float64 // of the coefficients of covariates
	ridges   []ridge // of homogeneous and of constant spend
	// point returns the coordinates of a model with pv/q = center·e^lambda.
	point func(logP, logQ, lambda float64) []float64
	// logV returns ln v at a point.
	logV func(at []float64) float64
	// jacobian holds the derivatives of ln p, ln q, ln v and the coefficients with
	// respect to the coordinates; nil if they are these. With covariates v is that at
	// z = 0, while at, point and starts are about their middles.
	jacobian [][]float64
	// atMiddle is the jacobian with v at the covariates' middles.
	atMiddle [][]float64
}

// chart returns the logarithms of the parameters or, for narrow spends, the
// coordinates of [narrowLikelihood].
func (f *spendLikelihood) chart() *spendChart {
	enough := func(i int) func(p []float64) bool { return func(p []float64) bool { return p[i] > 100 } }
	size := 3 + f.coefficients()
	direction := func(v ...float64) []float64 { return append(v, make([]float64, size-3)...) }
	if f.narrow() {
		n := newNarrowLikelihood(f)
		c := &spendChart{
			evaluate: n.Evaluate,
			center:   n.center,
			unit:     n.spread,
			ridges:   []ridge{{BoundaryHomogeneousSpend, direction(0, 1, 0), enough(1)}, {BoundaryConstantSpend, direction(1, 0, 0), enough(0)}},
			point:    func(logP, logQ, lambda float64) []float64 { return direction(logP, logQ, lambda/n.spread) },
			logV:     func(at []float64) float64 { return at[1] - at[0] + n.spread*at[2] + math.Log(n.center) },
			jacobian: [][]float64{direction(1, 0, 0), direction(0, 1, 0), direction(-1, 1, n.spread)},
		}
		for i := 3; i < size; i++ {
			row := make([]float64, size)
			row[i] = n.spread
			c.jacobian = append(c.jacobian, row)
		}
		return c
	}
	center := math.Exp(f.sumLogMean / f.rows.customers)
	c := &spendChart{
		evaluate: f.Evaluate,
		center:   center,
		unit:     1,
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

// measure takes the zero of the covariates from where they are standardised.
func (c *spendChart) measure(spreads []spread) {
	size, logV := 3+len(spreads), c.logV
	if c.jacobian == nil {
		for i := range size {
			row := make([]float64, size)
			row[i] = 1
			c.jacobian = append(c.jacobian, row)
		}
	}
	c.atMiddle = slices.Clone(c.jacobian)
	c.jacobian[2] = slices.Clone(c.jacobian[2])
	drift := c.jacobian[2]
	for k, s := range spreads {
		drift[3+k] = c.unit * s.standard(0)
	}
	c.logV = func(at []float64) float64 {
		v := logV(at)
		for k := range spreads {
			v += drift[3+k] * at[3+k]
		}
		return v
	}
}

// at returns the coordinates of a model without effects.
func (c *spendChart) at(p, q, v float64) []float64 {
	return c.point(math.Log(p), math.Log(q), math.Log(p*v/q/c.center))
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
		c.at(2, 3, mean), c.at(0.5, 2, mean), c.at(30, 3, mean/15), c.at(2, 30, 15*mean),
		c.at(0.5, 0.2, f.lowest), c.at(0.15, 0.15, c.center),
	}
}

// covariance is [curvature] of p, q and v and the effects, whose derivatives with
// respect to their logarithms, or coefficients, are params.
func (c *spendChart) covariance(params, hessian []float64, flat [][]float64) (covariance []float64, identified []bool) {
	if c.jacobian == nil {
		return curvature(params, hessian, flat)
	}
	size := len(c.jacobian)
	ones := make([]float64, size)
	for i := range ones {
		ones[i] = 1
	}
	inner, identified := curvature(ones, hessian, flat)
	if inner == nil {
		return nil, identified
	}
	identified[2] = len(flat) == 0 // every ridge moves v
	covariance = make([]float64, size*size)
	for i, a := range c.jacobian {
		for j, b := range c.jacobian {
			for k := range a {
				for l := range b {
					covariance[i*size+j] += params[i] * params[j] * a[k] * inner[k*size+l] * b[l]
				}
			}
		}
	}
	mirror(covariance, size) // rounding may make a difference
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
	if c.jacobian == nil {
		c.evaluate = p.onto(c.evaluate)
		return
	}
	c.evaluate = p.through(c.evaluate, c.logs, c.jacobian)
}
