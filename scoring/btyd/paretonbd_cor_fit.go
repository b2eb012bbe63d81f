package btyd

import (
	"context"
	"math"
	"slices"

	"github.com/rapport-crm/rapport/internal/numeric"
)

// sarmanovRecipe fits the Pareto/NBD with correlated rates.
type sarmanovRecipe struct{}

func (sarmanovRecipe) names() []string { return []string{"r", "alpha", "s", "beta", "m"} }
func (sarmanovRecipe) zeros() []bool   { return []bool{false, false, false, false, true} }
func (sarmanovRecipe) plain() int      { return 1 }

func (sarmanovRecipe) law(p []float64) law { return newSarmanovLaw(p) }

// starts is that of the Pareto/NBD, without correlation.
func (sarmanovRecipe) starts(rows *Rows) [][]float64 {
	return [][]float64{append(slices.Clone(paretoRecipe{}.starts(rows)[0]), 0)}
}

func (sarmanovRecipe) objective(ctx context.Context, rows *Rows, workers int) numeric.Objective {
	l := &sarmanovLikelihood{ctx: ctx, rows: rows, workers: workers}
	return func(x, gradient, hessian []float64) (float64, error) {
		at := sarmanovPoint(x)
		k, ok := sarmanovFree(at, x[4])
		if !ok {
			return math.Inf(-1), nil
		}
		return l.evaluate(at, &k, gradient, hessian)
	}
}

func (sarmanovRecipe) ridges() []ridge {
	ridges := paretoRecipe{}.ridges()
	for i := range ridges {
		ridges[i].direction = append(ridges[i].direction, 0)
	}
	return ridges
}

func (sarmanovRecipe) limits(*Rows) []limit {
	return []limit{{
		boundary: BoundaryNoCorrelation, recipe: paretoRecipe{}, free: []int{0, 1, 2, 3},
		embed: func(p []float64) []float64 {
			if p[2] == 0 {
				p = []float64{p[0], p[1], smallest, 1}
			}
			return append(slices.Clone(p), 0)
		},
	}}
}

func (sarmanovRecipe) shifts() (purchase, life []float64) {
	return []float64{0, -1, 0, 0, 0}, []float64{0, 0, 0, -1, 0}
}

// sarmanovPiece is the recipe of the four parameters of the Pareto/NBD in which m is the
// best between 0 and an edge: the likelihood is concave in m. So no step has to be
// refused because m would be out of its range.
type sarmanovPiece struct {
	paretoRecipe
	edge sarmanovEdge
	of   *sarmanovLikelihood // of the rows, which all problems of a search share
}

func (r sarmanovPiece) objective(context.Context, *Rows, int) numeric.Objective {
	l := r.of
	return func(x, gradient, hessian []float64) (float64, error) {
		at := sarmanovPoint(x)
		if err := l.place(at); err != nil {
			return 0, err
		}
		end, _ := r.edge.at(at)
		k, atEnd, ok := l.best(end.value)
		if !ok {
			return math.Inf(-1), nil
		}
		sums := l.sum(at, k)
		if !atEnd {
			end = sarmanovK{value: k}
			if k != 0 { // follows the others
				for i := range 4 {
					end.gradient[i] = -sums.hessian[i*5+4] / sums.hessian[24]
				}
			}
		}
		end.chain(&sums, gradient, hessian)
		return sums.known(), nil
	}
}

func (r sarmanovPiece) piece() sarmanovPiece           { return r }
func (r sarmanovPiece) complete(x []float64) []float64 { return x }
func (r sarmanovPiece) free() []int                    { return []int{0, 1, 2, 3} }
