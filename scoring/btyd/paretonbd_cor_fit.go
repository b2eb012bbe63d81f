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

// starts are those of the Pareto/NBD without correlation, and with half of the most.
func (sarmanovRecipe) starts(rows *Rows) [][]float64 {
	first := paretoRecipe{}.starts(rows)[0]
	low, high := sarmanovShares(math.Exp(first[0]), math.Exp(first[1]), math.Exp(first[2]), math.Exp(first[3])).bounds()
	var starts [][]float64
	for _, m := range []float64{0, high / 2, low / 2} {
		starts = append(starts, append(slices.Clone(first), m))
	}
	return starts
}

func (sarmanovRecipe) objective(ctx context.Context, rows *Rows, workers int) numeric.Objective {
	return (&sarmanovLikelihood{ctx: ctx, rows: rows, workers: workers}).Evaluate
}

func (sarmanovRecipe) ridges() []ridge {
	ridges := paretoRecipe{}.ridges()
	for i := range ridges {
		ridges[i].direction = append(ridges[i].direction, 0)
	}
	return ridges
}

// limits are no correlation, the ends of its range, each of two pieces, and the corner in
// which those of the upper end meet.
func (sarmanovRecipe) limits(*Rows) []limit {
	limits := []limit{{
		boundary: BoundaryNoCorrelation, recipe: paretoRecipe{}, free: []int{0, 1, 2, 3},
		embed: func(p []float64) []float64 {
			if p[2] == 0 {
				p = []float64{p[0], p[1], smallest, 1}
			}
			return append(slices.Clone(p), 0)
		},
	}}
	for _, edge := range []sarmanovEdge{sarmanovLeave, sarmanovBuy, sarmanovLow, sarmanovSteep} {
		limits = append(limits, limit{
			boundary: BoundaryCorrelation, recipe: sarmanovEdgeRecipe{edge: edge}, free: []int{0, 1, 2, 3},
			embed: func(p []float64) []float64 { return append(slices.Clone(p), edge.m(p)) },
		})
	}
	return append(limits, limit{
		boundary: BoundaryCorrelation, recipe: sarmanovCornerRecipe{}, free: []int{0, 1, 3}, embed: sarmanovCornerRecipe{}.embed,
	})
}

func (sarmanovRecipe) shifts() (purchase, life []float64) {
	return []float64{0, -1, 0, 0, 0}, []float64{0, 0, 0, -1, 0}
}

// m is that of an end of the range, kept within it.
func (e sarmanovEdge) m(p []float64) float64 {
	s := sarmanovShares(p[0], p[1], p[2], p[3])
	low, high := s.bounds()
	if e == sarmanovLow || e == sarmanovSteep {
		return low
	}
	return high
}

// sarmanovEdgeRecipe fits the model at an end of the range of m.
type sarmanovEdgeRecipe struct {
	paretoRecipe
	edge sarmanovEdge
}

func (r sarmanovEdgeRecipe) objective(ctx context.Context, rows *Rows, workers int) numeric.Objective {
	return (&sarmanovLikelihood{ctx: ctx, rows: rows, workers: workers, edge: r.edge}).Evaluate
}

// starts lie within the piece of the end that the edge is.
func (r sarmanovEdgeRecipe) starts(rows *Rows) [][]float64 {
	var starts [][]float64
	for _, x := range r.paretoRecipe.starts(rows) {
		for _, life := range []float64{0, -2, 2} {
			y := slices.Clone(x)
			y[3] += life
			at := paretoPoint{math.Exp(y[0]), math.Exp(y[1]), math.Exp(y[2]), math.Exp(y[3])}
			if _, ok := r.edge.at(&at, 0); ok {
				starts = append(starts, y)
				break
			}
		}
	}
	if len(starts) == 0 {
		starts = r.paretoRecipe.starts(rows)[:1]
	}
	return starts
}

func (r sarmanovEdgeRecipe) limits(*Rows) []limit { return nil }
