package btyd

import (
	"fmt"
	"math"
	"slices"

	"github.com/rapport-crm/rapport/internal/numeric"
)

// Prior is what is believed of a parameter before the data are seen. With priors a
// fit ends at the maximum of the posterior density (MAP) of the parameters'
// logarithms; standard errors are those of the posterior's curvature there.
//
// A prior makes weakly identified parameters usable: one as wide as a factor of ten
// hardly moves a fit to thousands of customers, and ends ridges to infinity. Make
// one with [LogNormalPrior] or [GammaPrior].
type Prior struct {
	parameter string
	kind      priorKind
	first     float64 // median or shape
	second    float64 // sigma or rate
}

type priorKind uint8

const (
	logNormalPrior priorKind = iota + 1
	gammaPrior
	squarePrior // −first·y², for coordinates that are no logarithms
)

// LogNormalPrior says that the logarithm of the parameter is normal around ln median
// with standard deviation sigma, both > 0; sigma = ln 2 is a factor of two either way.
func LogNormalPrior(parameter string, median, sigma float64) Prior {
	return Prior{parameter, logNormalPrior, median, sigma}
}

// GammaPrior says that the parameter is gamma with that shape and rate, both > 0: mean
// shape/rate.
func GammaPrior(parameter string, shape, rate float64) Prior {
	return Prior{parameter, gammaPrior, shape, rate}
}

// logDensity is that of the parameter's logarithm y with two derivatives.
func (p Prior) logDensity(y float64) (value, d1, d2 float64) {
	switch p.kind {
	case logNormalPrior:
		z := (y - math.Log(p.first)) / p.second
		return -z*z/2 - math.Log(p.second) - math.Log(2*math.Pi)/2, -z / p.second, -1 / (p.second * p.second)
	case squarePrior:
		return -p.first * y * y, -2 * p.first * y, -2 * p.first
	}
	scaled := p.second * math.Exp(y)
	lg, _, _ := numeric.LogGamma3(p.first)
	return p.first*(y+math.Log(p.second)) - scaled - lg, p.first - scaled, -scaled
}

// logMoments returns the mean and the variance of the parameter's logarithm.
func (p Prior) logMoments() (mean, variance float64) {
	if p.kind == logNormalPrior {
		return math.Log(p.first), p.second * p.second
	}
	_, psi, psi1 := numeric.LogGamma3(p.first)
	return psi - math.Log(p.second), psi1
}

// penalty holds the prior of each coordinate, nil where there is none.
type penalty []*Prior

// newPenalty sorts priors by the parameters of that name.
func newPenalty(priors []Prior, names []string) (penalty, error) {
	if len(priors) == 0 {
		return nil, nil
	}
	p := make(penalty, len(names))
	for i, prior := range priors {
		at := slices.Index(names, prior.parameter)
		switch {
		case at < 0 || prior.kind == 0:
			return nil, aboutText("Priors", i, prior.parameter, fmt.Sprintf("want a LogNormalPrior or GammaPrior of one of %v", names))
		case p[at] != nil:
			return nil, aboutText("Priors", i, prior.parameter, "want one prior a parameter, not a second")
		}
		for _, v := range []float64{prior.first, prior.second} {
			if !(v >= smallest && v <= largest) {
				return nil, &InputError{Name: fmt.Sprintf("a number of the prior of %q", prior.parameter), Value: v, Reason: "want 1e-100 to 1e100"}
			}
		}
		p[at] = &priors[i]
	}
	return p, nil
}

// of returns the priors of the coordinates free.
func (p penalty) of(free []int) penalty {
	if p == nil {
		return nil
	}
	nested := make(penalty, len(free))
	for i, at := range free {
		if at < len(p) {
			nested[i] = p[at]
		}
	}
	return nested
}

// at returns the log density of all priors.
func (p penalty) at(x []float64) float64 {
	sum := 0.0
	for i, prior := range p {
		if prior != nil {
			value, _, _ := prior.logDensity(x[i])
			sum += value
		}
	}
	return sum
}

// through adds the priors to an objective in other coordinates, at which logs returns
// those of the priors, with constant derivatives.
func (p penalty) through(f numeric.Objective, logs func(x []float64) []float64, jacobian [][]float64) numeric.Objective {
	return func(x, gradient, hessian []float64) (float64, error) {
		value, err := f(x, gradient, hessian)
		at := logs(x)
		for i, prior := range p {
			if prior == nil {
				continue
			}
			v, d1, d2 := prior.logDensity(at[i])
			value += v
			for k, slope := range jacobian[i] {
				gradient[k] += d1 * slope
				for l, other := range jacobian[i] {
					hessian[k*len(x)+l] += d2 * slope * other
				}
			}
		}
		return value, err
	}
}

// onto adds the priors to an objective.
func (p penalty) onto(f numeric.Objective) numeric.Objective {
	if p == nil {
		return f
	}
	return func(x, gradient, hessian []float64) (float64, error) {
		value, err := f(x, gradient, hessian)
		for i, prior := range p {
			if prior == nil {
				continue
			}
			v, d1, d2 := prior.logDensity(x[i])
			value += v
			gradient[i] += d1
			hessian[i*len(x)+i] += d2
		}
		return value, err
	}
}
