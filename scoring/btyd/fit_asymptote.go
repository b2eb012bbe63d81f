package btyd

import (
	"context"
	"errors"
	"math"
	"slices"

	"github.com/rapport-crm/rapport/internal/numeric"
)

// asymptotic is a recipe whose likelihood often rises for ever along a ridge, ever more
// slowly: by Newton steps that is a factor of e at a time. A climb that comes far along it
// ends, and goes on at the other end.
type asymptotic interface {
	recipe
	asymptote() asymptote
}

// asymptote is such a ridge. Its end is a problem with a parameter less.
type asymptote struct {
	direction []float64
	along     int     // the coordinate that says how far along a point is
	far       float64 // the parameter there from which on a look at the end is worth it
}

// to moves a point along until its parameter is there.
func (a asymptote) to(x []float64, where float64) []float64 {
	x = slices.Clone(x)
	way := (math.Log(where) - x[a.along]) / a.direction[a.along]
	for i, d := range a.direction {
		x[i] += way * d
	}
	return x
}

const (
	// asymptoteTrial is where the likelihood is seen to rise or to fall towards the end,
	// asymptoteEnd what counts as it: what is missing of the likelihood there is a
	// millionth of a millionth of what it rises along the ridge from 1/100.
	asymptoteTrial = 1e6
	asymptoteEnd   = 1e10
)

// errFar ends a climb.
var errFar = errors.New("far along a ridge")

// cautious is a recipe whose climbs end far along the asymptote.
type cautious struct{ asymptotic }

func (c cautious) objective(ctx context.Context, rows *Rows, workers int) numeric.Objective {
	f := c.asymptotic.objective(ctx, rows, workers)
	a := c.asymptote()
	best := math.Inf(-1)
	return func(x, gradient, hessian []float64) (float64, error) {
		value, err := f(x, gradient, hessian)
		if err != nil || value < best {
			return value, err
		}
		best = value
		if math.Exp(x[a.along]) > a.far {
			return value, errFar
		}
		return value, nil
	}
}

// rise climbs from a start, to the end of the asymptote if the likelihood rises
// towards it.
func (e *estimation) rise(start []float64) (numeric.Maximum, error) {
	a, ok := e.recipe.(asymptotic)
	if !ok || e.held(a.asymptote().direction) {
		return e.climb(e.rows, start, e.options.Tolerance)
	}
	e.recipe = cautious{a}
	best, err := e.climb(e.rows, start, e.options.Tolerance)
	e.recipe = a
	if !errors.Is(err, errFar) {
		return best, err
	}
	if e.end == nil {
		end, err := e.climbAtEnd(a.asymptote(), best.X)
		if err != nil {
			return best, err
		}
		e.end = &end
	}
	if e.end.Converged && e.end.Value >= best.Value {
		return *e.end, nil
	}
	if math.Exp(best.X[a.asymptote().along]) > a.asymptote().far {
		best.X = a.asymptote().to(best.X, a.asymptote().far) // a start beyond
	}
	return e.climb(e.rows, best.X, e.options.Tolerance)
}

// held reports whether a prior is on a parameter that the direction moves.
func (e *estimation) held(direction []float64) bool {
	for i, p := range e.penalty {
		if p != nil && direction[i] != 0 {
			return true
		}
	}
	return false
}

// climbAtEnd maximises at the end of the asymptote, from x. The result has not converged
// if the likelihood falls towards it.
func (e *estimation) climbAtEnd(a asymptote, x []float64) (numeric.Maximum, error) {
	var at numeric.Maximum
	for _, where := range []float64{asymptoteTrial, asymptoteEnd} {
		var err error
		if at, err = e.climbHolding(a.along, a.to(x, where), e.options.Tolerance); err != nil || !at.Converged {
			return at, err
		}
		at.Gradient, at.Hessian = make([]float64, len(x)), make([]float64, len(x)*len(x))
		if _, err := e.objective(e.ctx, e.rows)(at.X, at.Gradient, at.Hessian); err != nil {
			return at, err
		}
		e.evaluations++
		slope := 0.0
		for i, d := range a.direction {
			slope += d * at.Gradient[i]
		}
		if at.Converged = slope >= 0 || where == asymptoteEnd; !at.Converged {
			return at, nil
		}
		x = at.X
	}
	return at, nil
}

// climbHolding climbs with one coordinate held. The result has all coordinates, but the
// derivatives in the others.
func (e *estimation) climbHolding(held int, x []float64, tolerance float64) (numeric.Maximum, error) {
	others := allBut(held, len(x))
	over := restricted(e.bounded(e.objective(e.ctx, e.rows)), slices.Clone(x), others)
	search := numeric.Newton{MaxIterations: e.options.MaxIterations, Tolerance: tolerance, StepCap: stepCap, Shares: true}
	best, err := search.Maximize(over, pick(x, others))
	e.iterations += best.Iterations
	e.evaluations += best.Evaluations
	at := slices.Clone(x)
	for i, o := range others {
		at[o] = best.X[i]
	}
	best.X = at
	return best, err
}
