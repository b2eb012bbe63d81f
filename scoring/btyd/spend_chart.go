package btyd

import (
	"math"

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
	// factors by which the first three coordinates of a Hessian are scaled to get that
	// of the parameters: the parameters themselves for logarithms.
	factors func(params []float64) []float64
	// slopes are the derivatives of the parameters with respect to the coordinates, each
	// times its factor; nil if they are one and the same.
	slopes func(params []float64) [][]float64
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
			factors:  func(p []float64) []float64 { return []float64{p[0], p[1], 1} },
			slopes: func(p []float64) [][]float64 {
				return [][]float64{{1, 0, 0}, {0, 1, 0}, {-p[2] / p[0], p[2] / p[1], p[2] * n.spread}}
			},
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
		logV:    func(at []float64) float64 { return at[2] },
		factors: func(p []float64) []float64 { return p[:3] },
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
