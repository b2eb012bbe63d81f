package btyd

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/rapport-crm/rapport/internal/numeric"
)

const (
	// sampleRows is the number of distinct rows from which on a fit begins with a
	// sample, and sampleStride how sparse that is.
	sampleRows   = 20000
	sampleStride = 50
	// stepCap bounds a Newton step in log parameters: a factor of e².
	stepCap = 2
)

// estimation is one fit under way. Points are in coordinates: the logarithms of the
// parameters, or for signed ones the parameters themselves.
type estimation struct {
	ctx      context.Context
	recipe   recipe
	rows     *Rows
	options  FitOptions
	positive int     // coordinates that are logarithms, the first ones
	penalty  penalty // of priors; nil for none

	end *numeric.Maximum // that of the asymptote, once it was looked at

	iterations, evaluations, starts int
}

func newEstimation(ctx context.Context, name string, r recipe, rows *Rows, options *FitOptions) (*estimation, error) {
	positive := positives(r)
	o, err := options.orDefault(len(r.names()), positive)
	if err != nil {
		return nil, err
	}
	penalty, err := newPenalty(o.Priors, r.names()[:positive])
	if err != nil {
		return nil, err
	}
	if rows == nil || rows.repeaters == 0 {
		n := 0
		if rows != nil {
			n = rows.Customers()
		}
		return nil, fmt.Errorf("btyd: %s: %d customers: %w", name, n, ErrNoRepeat)
	}
	if d, ok := r.(demanding); ok {
		if err := d.check(rows); err != nil {
			return nil, fmt.Errorf("btyd: %s: %w", name, err)
		}
	}
	return &estimation{ctx: ctx, recipe: r, rows: rows, options: o, positive: positive, penalty: penalty}, nil
}

// coordinates are those of parameters.
func (e *estimation) coordinates(params []float64) []float64 {
	return append(logs(params[:e.positive]...), params[e.positive:]...)
}

// params are those at coordinates.
func (e *estimation) params(x []float64) []float64 {
	p := slices.Clone(x)
	for i := range e.positive {
		p[i] = min(max(math.Exp(x[i]), smallest), largest)
	}
	return p
}

// slopes are the derivatives of parameters in their coordinates, of which the first are
// logarithms, as many as positive.
func slopes(params []float64, positive int) []float64 {
	d := slices.Clone(params)
	for i := positive; i < len(d); i++ {
		d[i] = 1
	}
	return d
}

// objective is what is maximised over the rows: the log-likelihood and the priors.
func (e *estimation) objective(ctx context.Context, rows *Rows) numeric.Objective {
	objective := e.recipe.objective(ctx, rows, e.options.Workers)
	if r, ok := e.recipe.(elsewhere); ok && e.penalty != nil {
		return e.penalty.through(objective, e.ofPriors, r.origin(true))
	}
	return e.penalty.onto(objective)
}

// optimum is a maximum of the family, perhaps at a boundary.
type optimum struct {
	numeric.Maximum           // its gradient and Hessian are those of all parameters
	params          []float64 // not their coordinates
	logPrior        float64   // what the priors add to the value
	flat            [][]float64
	boundaries      []Boundary
}

// report says how the fit went.
func (e *estimation) report(best optimum) FitReport {
	size := len(e.recipe.names())
	r := FitReport{
		Converged: best.Converged, Iterations: e.iterations, Evaluations: e.evaluations, Starts: e.starts,
		Parameters: len(orthogonal(best.flat, size)),
		Customers:  e.rows.Customers(), Repeaters: int(math.Round(e.rows.repeaters)),
		Boundaries: []Boundary{}, Warnings: []Warning{},
	}
	if !math.IsInf(best.Value, -1) {
		r.LogPrior = best.logPrior
		r.LogLikelihood, r.MaxGradient = best.Value-best.logPrior, largestOf(best.Gradient)
	}
	for _, b := range best.boundaries {
		if !slices.Contains(r.Boundaries, b) {
			r.Boundaries = append(r.Boundaries, b)
		}
	}
	return r
}

// climb runs Newton's method and counts the work.
func (e *estimation) climb(rows *Rows, start []float64, tolerance float64) (numeric.Maximum, error) {
	search := numeric.Newton{MaxIterations: e.options.MaxIterations, Tolerance: tolerance, StepCap: stepCap, Shares: true}
	best, err := search.Maximize(e.bounded(e.objective(e.ctx, rows)), start)
	e.iterations += best.Iterations
	e.evaluations += best.Evaluations
	return best, err
}

// search returns the best maximum found. With an error, which is the context's, it is
// the best so far; its value is −Inf if there is none.
func (e *estimation) search() (optimum, error) {
	limits := slices.DeleteFunc(e.recipe.limits(e.rows), e.excluded)
	for _, l := range limits {
		if l.certain {
			e.starts++
			return e.within(l)
		}
	}
	if r, ok := e.recipe.(guided); ok {
		return r.search(e)
	}
	if r, ok := e.recipe.(rooted); ok && e.penalty == nil {
		return e.grow(r, limits[0])
	}
	starts := e.recipe.starts(e.rows)
	if len(e.options.Start) > 0 {
		starts[0] = e.coordinates(e.options.Start)
	} else if e.rows.Len() >= sampleRows && e.positive == len(starts[0]) {
		rough, err := e.climb(e.rows.sample(sampleStride), starts[0], 0.1)
		if err != nil {
			return e.abandon(rough), err
		}
		if rough.Converged {
			starts[0] = rough.X
		}
	}
	best, err := e.rise(starts[0])
	if err != nil {
		return e.abandon(best), err
	}
	e.starts++
	ridges, err := e.probe(best)
	for _, start := range starts[1:] {
		if err != nil || (best.Converged && len(ridges) == 0 && e.settled(best)) {
			break
		}
		var other numeric.Maximum
		if other, err = e.rise(start); err != nil {
			break
		}
		e.starts++
		// A gain beyond rounding; or the same height, properly reached.
		gain := other.Value - best.Value
		if gain > 1e-7 || (gain > -1e-7 && other.Converged && !best.Converged) {
			best = other
			ridges, err = e.probe(best)
		}
	}
	result := e.inside(best, ridges)
	if err != nil {
		return result, err
	}
	for _, l := range limits {
		nested, err := e.within(l)
		if err != nil {
			return result, err
		}
		gain := nested.Value - result.Value
		if gain > 1e-9 || (gain >= -1e-6 && (len(ridges) > 0 || !best.Converged)) {
			result, ridges = nested, nil
		}
	}
	return e.ended(result)
}

// ended is a result, once more looked at if the search did not converge.
func (e *estimation) ended(at optimum) (optimum, error) {
	if len(at.X) != len(at.params) || math.IsInf(at.Value, -1) {
		return at, nil // that of a nested model, looked at in its own search
	}
	if at.Converged {
		return e.back(at)
	}
	if pinned, ok, err := e.pin(at.Maximum, at.boundaries); ok || err != nil {
		if ok {
			at = pinned
		}
		return at, err
	}
	return at, nil
}

// settled reports whether a maximum looks like the only one.
func (e *estimation) settled(at numeric.Maximum) bool {
	w, ok := e.recipe.(wary)
	return !ok || w.settled(e.rows, e.params(at.X))
}

// inside is a maximum over all parameters.
func (e *estimation) inside(at numeric.Maximum, ridges []ridge) optimum {
	o := optimum{Maximum: at, params: e.params(at.X), logPrior: e.penalty.at(e.ofPriors(at.X))}
	for _, r := range ridges {
		o.boundaries = append(o.boundaries, r.boundary)
		o.flat = append(o.flat, r.direction)
	}
	return o
}

// abandon is the point at which a search was cut off, with its likelihood.
func (e *estimation) abandon(at numeric.Maximum) optimum {
	if !math.IsInf(at.Value, -1) {
		// Its value may be that of a sample.
		objective := e.objective(context.WithoutCancel(e.ctx), e.rows)
		at.Value, _ = objective(at.X, at.Gradient, at.Hessian)
		e.evaluations++
	}
	at.Converged = false
	return e.inside(at, nil)
}

// within fits the limit and returns it as a point of the family.
func (e *estimation) within(l limit) (optimum, error) {
	nested := &estimation{ctx: e.ctx, recipe: l.recipe, rows: e.rows, options: e.options, positive: positives(l.recipe), penalty: e.penalty.of(l.free)}
	if len(e.options.Start) > 0 {
		nested.options.Start = make([]float64, len(l.free))
		for i, at := range l.free {
			nested.options.Start[i] = e.options.Start[at]
		}
	}
	best, err := nested.search()
	e.iterations += nested.iterations
	e.evaluations += nested.evaluations
	if best.params == nil {
		return best, err
	}
	return e.embedded(best, l.embed(best.params), l.free, l.boundary), err
}

// embedded is a maximum over the free parameters as one of the family, at a boundary.
func (e *estimation) embedded(best optimum, params []float64, free []int, boundary Boundary) optimum {
	size := len(e.recipe.names())
	o := optimum{Maximum: best.Maximum, params: params, logPrior: best.logPrior, boundaries: append([]Boundary{boundary}, best.boundaries...)}
	o.Gradient, o.Hessian = make([]float64, size), make([]float64, size*size)
	for i, at := range free {
		o.Gradient[at] = best.Gradient[i]
		for j, and := range free {
			o.Hessian[at*size+and] = best.Hessian[i*len(free)+j]
		}
	}
	for i := range size {
		if !slices.Contains(free, i) {
			unit := make([]float64, size)
			unit[i] = 1
			o.flat = append(o.flat, unit)
		}
	}
	for _, d := range best.flat {
		direction := make([]float64, size)
		for i, at := range free {
			direction[at] = d[i]
		}
		o.flat = append(o.flat, direction)
	}
	return o
}

// excluded reports whether a prior forbids the limit: one on a parameter that it fixes
// at an end of its range.
func (e *estimation) excluded(l limit) bool {
	for i, p := range e.penalty {
		if p != nil && !slices.Contains(l.free, i) {
			return true
		}
	}
	return false
}

// probe finds the ridges at a maximum.
func (e *estimation) probe(at numeric.Maximum) ([]ridge, error) {
	objective := e.objective(e.ctx, e.rows)
	count := func(x, g, h []float64) (float64, error) {
		e.evaluations++
		return objective(x, g, h)
	}
	found, err := findRidges(count, at, e.recipe.ridges())
	if err != nil || len(found) > 0 || !at.Converged {
		return found, err
	}
	return findRidges(count, at, flattest(at))
}

// largestOf returns the largest absolute component.
func largestOf(v []float64) float64 {
	top := 0.0
	for _, c := range v {
		top = max(top, math.Abs(c))
	}
	return top
}
