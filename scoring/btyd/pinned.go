package btyd

import (
	"math"
	"slices"

	"github.com/rapport-crm/rapport/internal/numeric"
)

const (
	// pinnedFrom is how far, in logarithms, a coordinate lies from where a search begins for
	// it to count as on its way to infinity.
	pinnedFrom = 7
	// pinnedLoss is the likelihood that the next factor of a hundred may promise in a
	// direction that is given up.
	pinnedLoss = 0.05
	// nearEnd is how far from where a search begins the near end of a ridge is taken to be.
	nearEnd = 3
	// nearSteps bounds the search from there: a maximum that steps have gone past is close,
	// and one that takes more is the way back up the ridge.
	nearSteps = 20
)

// bounded is an objective on parameters from 1e-100 to 1e100 alone: where [New] takes
// them and float64 holds what is computed from them. Searches do not step beyond.
func (e *estimation) bounded(f numeric.Objective) numeric.Objective {
	reach := math.Log(largest)
	return func(x, gradient, hessian []float64) (float64, error) {
		for _, v := range x[:min(e.positive, len(x))] {
			if !(math.Abs(v) <= reach) {
				return math.Inf(-1), nil
			}
		}
		return f(x, gradient, hessian)
	}
}

// restricted is an objective over the free coordinates; full has the others and is
// written on.
func restricted(f numeric.Objective, full []float64, free []int) numeric.Objective {
	size := len(full)
	g, h := make([]float64, size), make([]float64, size*size)
	return func(x, gradient, hessian []float64) (float64, error) {
		for i, at := range free {
			full[at] = x[i]
		}
		value, err := f(full, g, h)
		for i, at := range free {
			gradient[i] = g[at]
			for j, and := range free {
				hessian[i*len(free)+j] = h[at*size+and]
			}
		}
		return value, err
	}
}

// allBut are the positions of size coordinates without that one.
func allBut(held, size int) []int {
	others := make([]int, 0, size-1)
	for i := range size {
		if i != held {
			others = append(others, i)
		}
	}
	return others
}

// pick returns the components of x at those positions.
func pick(x []float64, positions []int) []float64 {
	picked := make([]float64, len(positions))
	for i, at := range positions {
		picked[i] = x[at]
	}
	return picked
}

// pin ends a search that did not converge because parameters are on their way to
// infinity along a curve that has no name: it holds the one that has come farthest
// where it is, climbs over the others, and so on. The point is returned as it was if
// that does not end at a maximum, or if the parameters held still promise a gain. named
// are the boundaries it is known to be at.
func (e *estimation) pin(at numeric.Maximum, named []Boundary) (optimum, bool, error) {
	start := e.recipe.starts(e.rows)[0]
	size := len(at.X)
	free := make([]int, size)
	for i := range free {
		free[i] = i
	}
	best := at
	best.X = slices.Clone(at.X)
	for !best.Converged && len(free) > 1 {
		far, held := float64(pinnedFrom), -1
		for k, i := range free {
			if d := math.Abs(best.X[i] - start[i]); i < e.positive && d > far {
				far, held = d, k
			}
		}
		if held < 0 {
			return optimum{}, false, nil
		}
		free = slices.Delete(free, held, held+1)
		search := numeric.Newton{MaxIterations: e.options.MaxIterations, Tolerance: e.options.Tolerance, StepCap: stepCap, Shares: true}
		found, err := search.Maximize(restricted(e.bounded(e.objective(e.ctx, e.rows)), best.X, free), pick(best.X, free))
		e.iterations += found.Iterations
		e.evaluations += found.Evaluations
		if err != nil {
			return optimum{}, false, err
		}
		for i, k := range free {
			best.X[k] = found.X[i]
		}
		best.Converged, best.Value = found.Converged, found.Value
	}
	var err error
	best.Gradient, best.Hessian = make([]float64, size), make([]float64, size*size)
	if best.Value, err = e.objective(e.ctx, e.rows)(best.X, best.Gradient, best.Hessian); err != nil || !best.Converged {
		return optimum{}, false, err
	}
	o := e.inside(best, nil)
	if o.boundaries = named; len(named) == 0 {
		o.boundaries = []Boundary{BoundaryUnidentified}
	}
	for i := range size {
		if slices.Contains(free, i) {
			continue
		}
		outwards := best.Gradient[i] * math.Copysign(1, best.X[i]-start[i])
		if outwards*math.Log(probeFactor) > pinnedLoss && math.Abs(best.X[i]) < math.Log(largest)-1 {
			return optimum{}, false, nil
		}
		unit := make([]float64, size)
		unit[i] = 1
		o.flat = append(o.flat, unit)
		o.Gradient[i] = 0
	}
	return o, true, nil
}

// back looks once more from the near end of a ridge: steps may have gone past a maximum
// that is little higher than the ridge. With few rows that costs next to nothing.
func (e *estimation) back(at optimum) (optimum, error) {
	if len(at.boundaries) == 0 || e.rows.Len() >= fewRows {
		return at, nil
	}
	start, iterations := e.recipe.starts(e.rows)[0], e.options.MaxIterations
	e.options.MaxIterations = min(iterations, nearSteps)
	defer func() { e.options.MaxIterations = iterations }()
	for _, d := range at.flat {
		most := 0.0
		for i, v := range d {
			if x := at.X[i] - start[i]; v != 0 && (v > 0) == (x > 0) {
				most = max(most, (math.Abs(x)-nearEnd)/math.Abs(v))
			}
		}
		if most == 0 {
			continue
		}
		from := slices.Clone(at.X)
		for i, v := range d {
			from[i] -= most * v
		}
		found, err := e.climb(e.rows, from, e.options.Tolerance)
		if err != nil {
			return at, err
		}
		e.starts++
		if found.Converged && found.Value > at.Value+leastGain {
			ridges, err := e.probe(found)
			at = e.inside(found, ridges)
			return at, err
		}
	}
	return at, nil
}
