package btyd

import (
	"context"
	"errors"
	"math"

	"github.com/rapport-crm/rapport/internal/numeric"
)

// rooted is a recipe whose likelihood often has its supremum at its only limit, and
// then rises towards it for ever: the limit is fitted first, and a search that comes
// near without being above it ends there.
type rooted interface {
	recipe
	// quick is the recipe with an objective that is cheap and good enough to come near
	// a maximum.
	quick() rooted
	// branches are starts far from the nested optimum and next to it.
	branches(rows *Rows, nested []float64) (far, near []float64)
	// distance of a point from the limit; 1 is where the two differ much.
	distance(rows *Rows, x []float64) float64
}

const (
	// fromFar and fromNear are the distances at which a search that has not risen above
	// the limit is given up. From far that is early: where the likelihood does not rise
	// away from the limit, it has no maximum within a third of the way.
	fromFar, fromNear = 0.3, 0.003
	// leastGain over the limit makes a maximum worth its parameter.
	leastGain = 1e-6
	// roughTolerance ends a search with a cheap objective, whose values are right to
	// roughError.
	roughTolerance, roughError = 0.01, 0.001
)

// errAtRoot ends a search that has come to the limit.
var errAtRoot = errors.New("at the limit")

// pruned is a rooted recipe whose objective ends searches at the root.
type pruned struct {
	rooted
	near  float64 // the distance at which they end
	limit float64 // the log-likelihood there
}

func (p pruned) objective(ctx context.Context, rows *Rows, workers int) numeric.Objective {
	f := p.rooted.objective(ctx, rows, workers)
	best := math.Inf(-1)
	return func(x, gradient, hessian []float64) (float64, error) {
		value, err := f(x, gradient, hessian)
		if err != nil || value < best {
			return value, err
		}
		best = value
		if value <= p.limit && p.distance(rows, x) < p.near {
			return value, errAtRoot
		}
		return value, nil
	}
}

// branch is a start, with the distance at which its search is given up.
type branch struct {
	from []float64
	near float64
}

// grow is [estimation.search] for a rooted recipe.
func (e *estimation) grow(r rooted, root limit) (optimum, error) {
	start := e.options.Start
	e.options.Start = nil // it is in the family's parameters
	result, err := e.within(root)
	e.options.Start = start
	e.starts++
	if err != nil {
		return result, err
	}
	far, near := r.branches(e.rows, result.params)
	branches := []branch{{far, fromFar}}
	if len(start) > 0 {
		branches = append(branches, branch{e.coordinates(start), fromNear})
	}
	if e.rows.Len() < fewRows {
		for _, from := range r.starts(e.rows)[1:] {
			branches = append(branches, branch{from, fromNear})
		}
	}
	branches = append(branches, branch{near, fromNear})
	limit := result.Value
	for i, b := range branches {
		if i == len(branches)-1 {
			// Is there nothing far off, and does the likelihood rise away from the limit?
			if result.Value > limit || e.value(near) <= limit {
				break
			}
		}
		at, err := e.branch(r, b, limit)
		if errors.Is(err, errAtRoot) {
			continue
		}
		if err != nil {
			return result, err
		}
		if at.Value > result.Value+leastGain {
			ridges, err := e.probe(at)
			result = e.inside(at, ridges)
			if err != nil {
				return result, err
			}
		}
	}
	if err := e.ctx.Err(); err != nil {
		return result, err
	}
	return e.ended(result)
}

// value returns what is maximised at a point, −Inf if the context has ended.
func (e *estimation) value(x []float64) float64 {
	e.evaluations++
	value, err := e.objective(e.ctx, e.rows)(x, make([]float64, len(x)), make([]float64, len(x)*len(x)))
	if err != nil {
		return math.Inf(-1)
	}
	return value
}

// branch searches from one start, roughly first.
func (e *estimation) branch(r rooted, b branch, limit float64) (numeric.Maximum, error) {
	defer func() { e.recipe = r }()
	e.starts++
	e.recipe = pruned{r.quick(), b.near, limit + roughError}
	rows := e.rows
	if rows.Len() >= sampleRows {
		rows = rows.sample(sampleStride)
		e.recipe = r.quick() // the limit of the sample is not known
	}
	at, err := e.climb(rows, b.from, roughTolerance)
	if err != nil {
		return at, err
	}
	e.recipe = pruned{r, b.near, limit + leastGain}
	return e.climb(e.rows, at.X, e.options.Tolerance)
}
