package btyd

import (
	"errors"
	"math"
	"slices"

	"github.com/rapport-crm/rapport/internal/numeric"
)

// sarmanovProblem is one on the way to the maximum of the family, with m as the best
// between 0 and an edge.
type sarmanovProblem interface {
	recipe
	piece() sarmanovPiece
	// complete returns the coordinates of r, α, s and β, free the positions of those that
	// are searched.
	complete(x []float64) []float64
	free() []int
}

const (
	// sarmanovSteady is how homogeneous the rates of leaving may be at the start.
	sarmanovSteady = 10
	// sarmanovIterations bounds the search of a problem, of which there are three at most.
	sarmanovIterations = 25
)

// search goes from the maximum without correlation to where the likelihood rises with m,
// or falls, first with one of the two edges of that end of the range: where the maximum
// lies beyond the other one, that is the next, and then the corner between them.
func (r sarmanovRecipe) search(e *estimation) (optimum, error) {
	best, err := e.within(r.limits(e.rows)[0])
	e.starts++
	if err != nil || !best.Converged || best.params[2] == smallest {
		return best, err
	}
	start := logs(best.params[:4]...)
	if steady := math.Log(sarmanovSteady); start[2] > steady {
		// One rate of leaving for all is correlated with nothing.
		start[3] -= start[2] - steady
		start[2] = steady
	}
	of := &sarmanovLikelihood{ctx: e.ctx, rows: e.rows, workers: e.options.Workers}
	edges, err := e.uphill(of, start)
	if err != nil {
		return best, err
	}
	first, err := e.maximizeWith(sarmanovPiece{edge: edges[0], of: of}, start)
	if err != nil || first.steady || first.within {
		return e.better(best, first, err)
	}
	// The maximum lies beyond the other edge: with that one, or where both meet.
	other, corner := sarmanovPiece{edge: edges[1], of: of}, sarmanovCorner{sarmanovPiece{edge: edges[0], of: of}}
	start = first.X
	if !e.held([]float64{0, 0, 1, 0, 0}) {
		at, err := e.maximizeWith(corner, []float64{start[0], start[1], start[3]})
		if err != nil {
			return best, err
		}
		away, err := e.leaves(corner.complete(at.X), other)
		if err != nil || (at.Converged && !away) {
			return e.better(best, at, err)
		}
		start = corner.complete(at.X)
	}
	second, err := e.maximizeWith(other, start)
	return e.better(best, second, err)
}

// better returns the maximum of a problem if it is one of the family above the best.
func (e *estimation) better(best optimum, at sarmanovMaximum, err error) (optimum, error) {
	if err != nil || !at.within || at.Value <= best.Value+leastGain {
		return best, err
	}
	return e.correlated(at)
}

// leaves reports whether the likelihood rises from a corner into the piece of an edge:
// that is towards a larger s, and a smaller E e^−μ, for two of them.
func (e *estimation) leaves(corner []float64, piece sarmanovPiece) (bool, error) {
	gradient := make([]float64, 4)
	e.evaluations++
	_, err := piece.objective(e.ctx, e.rows, e.options.Workers)(corner, gradient, make([]float64, 16))
	slope := gradient[2]
	if piece.edge == sarmanovBuy || piece.edge == sarmanovLow {
		slope = -slope
	}
	return slope > 0, err
}

// sarmanovMaximum is that of a problem.
type sarmanovMaximum struct {
	numeric.Maximum // in its own coordinates
	problem         sarmanovProblem
	nested          *estimation
	params          []float64 // of the family
	atEnd           bool      // m is at the edge
	within          bool      // m is within its range
	steady          bool      // the search went to where all leave at one rate
}

// uphill returns the edges in the direction in which the likelihood rises from m = 0, the
// nearer one first.
func (e *estimation) uphill(l *sarmanovLikelihood, x []float64) ([]sarmanovEdge, error) {
	at := sarmanovPoint(x)
	e.evaluations++
	if err := l.place(at); err != nil {
		return nil, err
	}
	edges := []sarmanovEdge{sarmanovLow, sarmanovSteep}
	if s := l.sum(at, 0); s.gradient[4] > 0 {
		edges = []sarmanovEdge{sarmanovLeave, sarmanovBuy}
	}
	if _, ok := edges[0].at(at); !ok {
		slices.Reverse(edges)
	}
	return edges, nil
}

// maximizeWith climbs in a problem.
func (e *estimation) maximizeWith(problem sarmanovProblem, start []float64) (sarmanovMaximum, error) {
	options := e.options
	options.Start, options.MaxIterations = nil, min(options.MaxIterations, sarmanovIterations)
	nested := &estimation{ctx: e.ctx, recipe: problem, rows: e.rows, options: options, positive: len(start), penalty: e.penalty.of(problem.free())}
	at := sarmanovMaximum{problem: problem, nested: nested}
	if a, ok := problem.(asymptotic); ok {
		nested.recipe = cautious{a}
	}
	var err error
	at.Maximum, err = nested.climb(e.rows, start, options.Tolerance)
	nested.recipe = problem
	e.iterations += nested.iterations
	e.evaluations += nested.evaluations
	nested.iterations, nested.evaluations = 0, 0
	e.starts++
	if errors.Is(err, errFar) {
		at.steady = true
		return at, nil
	}
	if err != nil {
		return at, err
	}
	x := problem.complete(at.X)
	point := sarmanovPoint(x)
	piece := problem.piece()
	if piece.of.at != *point { // the last step was refused
		e.evaluations++
		if err := piece.of.place(point); err != nil {
			return at, err
		}
	}
	end, _ := piece.edge.at(point)
	k, atEnd, ok := piece.of.best(end.value)
	shares := sarmanovShares(point.r, point.alpha, point.s, point.beta)
	low, high := shares.bounds()
	m := k / shares.mean()
	at.atEnd, at.within = atEnd, ok && m >= low*(1+1e-9) && m <= high*(1+1e-9)
	at.params = []float64{point.r, point.alpha, point.s, point.beta, min(max(m, low), high)}
	return at, nil
}

// correlated is a maximum as one of the family.
func (e *estimation) correlated(at sarmanovMaximum) (optimum, error) {
	if !at.atEnd {
		inside, err := e.climb(e.rows, e.coordinates(at.params), e.options.Tolerance)
		if err != nil {
			return e.abandon(inside), err
		}
		ridges, err := e.probe(inside)
		return e.inside(inside, ridges), err
	}
	ridges, err := at.nested.probe(at.Maximum)
	e.evaluations += at.nested.evaluations
	return e.embedded(at.nested.inside(at.Maximum, ridges), at.params, at.problem.free(), BoundaryCorrelation), err
}

// sarmanovPoint is that of the coordinates of r, α, s and β.
func sarmanovPoint(x []float64) *paretoPoint {
	return &paretoPoint{math.Exp(x[0]), math.Exp(x[1]), math.Exp(x[2]), math.Exp(x[3])}
}
