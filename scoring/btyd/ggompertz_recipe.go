package btyd

import (
	"context"
	"math"

	"github.com/rapport-crm/rapport/internal/numeric"
)

// ggompertzRecipe fits the GGompertz/NBD; rough, with integrals good enough to come near.
type ggompertzRecipe struct{ rough bool }

func (ggompertzRecipe) names() []string { return []string{"r", "alpha", "b", "s", "beta"} }
func (ggompertzRecipe) zeros() []bool   { return []bool{false, false, false, true, false} }

func (ggompertzRecipe) law(p []float64) law {
	return ggompertz{p[0], p[1], gompertz{p[2], p[3], p[4]}}
}

func (ggompertzRecipe) starts(rows *Rows) [][]float64 {
	age := rows.meanAge()
	return [][]float64{
		logs(1, age, 1/age, 1, 1),
		// Nobody leaves before that age, then many do.
		logs(1, age, 10/age, 0.3, math.Exp(10)),
	}
}

// branches begins with the purchases of the nested Pareto/NBD: where it survives as
// many to the mean age, but with a hazard that doubles several times until then; and
// where it is itself, with little ageing.
func (ggompertzRecipe) branches(rows *Rows, nested []float64) (far, near []float64) {
	age, b := rows.meanAge(), nested[2]
	// P(alive at the mean age), kept off its ends.
	survivors := min(max(math.Exp(-nested[3]*gompertz{b, nested[3], nested[4]}.clock(age)), 0.02), 0.98)
	far = logs(nested[0], nested[1], 2/age, 1, survivors/(1-survivors)*math.Expm1(2))
	little := 0.01 / age
	return far, logs(nested[0], nested[1], little, max(nested[3], smallest), nested[4]/b*little)
}

func (ggompertzRecipe) quick() rooted { return ggompertzRecipe{rough: true} }

// distance is b·T at the mean age: how far the hazard of a customer grows until then.
// Where next to nobody leaves at all, it does not matter.
func (ggompertzRecipe) distance(rows *Rows, x []float64) float64 {
	age := rows.meanAge()
	return min(math.Exp(x[2])*age, leavers(gompertz{math.Exp(x[2]), math.Exp(x[3]), math.Exp(x[4])}, age))
}

// leavers is a hundred times the share of customers that leave until that age.
func leavers(g gompertz, age float64) float64 { return -100 * math.Expm1(-g.s*g.clock(age)) }

func (g ggompertzRecipe) objective(ctx context.Context, rows *Rows, workers int) numeric.Objective {
	return newGGompertzLikelihood(ctx, rows, workers, g.rough).Evaluate
}

func (ggompertzRecipe) ridges() []ridge {
	return []ridge{
		homogeneousRate(5),
		{BoundaryHomogeneousDropout, []float64{0, 0, 0, 1, 1}, func(p []float64) bool { return p[3] > 100 }},
		// With e^(bt) far above β all leave at the rate s·b.
		{BoundaryHomogeneousDropout, []float64{0, 0, 1, -1, 0}, func(p []float64) bool { return p[2]*p[1] > 3 && p[3] < 0.3 }},
		{BoundaryNoDropout, []float64{0, 0, 0, -1, 0}, func(p []float64) bool { return p[3] < 0.01 }},
		{BoundaryNoDropout, []float64{0, 0, 0, 0, 1}, func(p []float64) bool { return p[4] > 1e6*max(1, p[3]) }},
		{BoundaryNoAgeing, []float64{0, 0, -1, 0, -1}, func(p []float64) bool { return p[2]*p[1] < 1e-3 }},
	}
}

// limits: the Pareto/NBD, at a b at which nothing is left of ageing.
func (ggompertzRecipe) limits(rows *Rows) []limit {
	b := noAgeing / rows.meanAge()
	return []limit{{
		boundary: BoundaryNoAgeing, recipe: agelessRecipe{b: b}, free: []int{0, 1, 3, 4},
		embed: func(p []float64) []float64 { return []float64{p[0], p[1], b, p[2], p[3]} },
	}}
}

// shifts: life covariates scale a customer's η, so that β takes their inverse.
func (ggompertzRecipe) shifts() (purchase, life []float64) {
	return []float64{0, -1, 0, 0, 0}, []float64{0, 0, 0, 0, -1}
}

// noAgeing is b·T at the mean age in a model without ageing: predictions differ from
// those of b → 0 by a share of that order, far beyond the mean age too.
const noAgeing = 1e-12

// agelessRecipe fits r, α, s and β of the GGompertz/NBD at that b: the Pareto/NBD with
// (s, β/b).
type agelessRecipe struct {
	b     float64
	rough bool
}

func (agelessRecipe) names() []string { return []string{"r", "alpha", "s", "beta"} }
func (agelessRecipe) zeros() []bool   { return []bool{false, false, true, false} }

func (a agelessRecipe) law(p []float64) law {
	return ggompertz{p[0], p[1], gompertz{a.b, p[2], p[3]}}
}

func (a agelessRecipe) starts(rows *Rows) [][]float64 {
	age := rows.meanAge()
	return [][]float64{logs(1, age, 1, age*a.b)}
}

func (a agelessRecipe) objective(ctx context.Context, rows *Rows, workers int) numeric.Objective {
	full := newGGompertzLikelihood(ctx, rows, workers, a.rough)
	free := [...]int{0, 1, 3, 4}
	b := math.Log(a.b)
	return func(x, gradient, hessian []float64) (float64, error) {
		var g [gompertzSize]float64
		var h [gompertzSize * gompertzSize]float64
		value, err := full.Evaluate([]float64{x[0], x[1], b, x[2], x[3]}, g[:], h[:])
		for i, at := range free {
			gradient[i] = g[at]
			for j, and := range free {
				hessian[i*len(free)+j] = h[at*gompertzSize+and]
			}
		}
		return value, err
	}
}

func (a agelessRecipe) ridges() []ridge {
	return []ridge{
		homogeneousRate(4),
		{BoundaryHomogeneousDropout, []float64{0, 0, 1, 1}, func(p []float64) bool { return p[2] > 100 }},
		{BoundaryNoDropout, []float64{0, 0, -1, 0}, func(p []float64) bool { return p[2] < 0.01 }},
		{BoundaryNoDropout, []float64{0, 0, 0, 1}, func(p []float64) bool { return p[3]/a.b > 100*max(1, p[2])*p[1] }},
	}
}

func (agelessRecipe) limits(*Rows) []limit { return []limit{noDropout(0, 1)} }

func (a agelessRecipe) quick() rooted { return agelessRecipe{b: a.b, rough: true} }

func (a agelessRecipe) branches(rows *Rows, nested []float64) (far, near []float64) {
	age := rows.meanAge()
	return a.starts(rows)[0], logs(nested[0], nested[1], 1e-4, age*a.b)
}

func (a agelessRecipe) distance(rows *Rows, x []float64) float64 {
	return leavers(gompertz{a.b, math.Exp(x[2]), math.Exp(x[3])}, rows.meanAge())
}

func (agelessRecipe) shifts() (purchase, life []float64) {
	return []float64{0, -1, 0, 0}, []float64{0, 0, 0, -1}
}
