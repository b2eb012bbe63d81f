package btyd

import (
	"context"

	"github.com/rapport-crm/rapport/internal/numeric"
)

// paretoRecipe fits the Pareto/NBD from r = .7, s = .6 and α = β = .4 mean T, near which many
// published fits lie; φ is elementary at α = β.
type paretoRecipe struct{}

func (paretoRecipe) names() []string { return []string{"r", "alpha", "s", "beta"} }
func (paretoRecipe) zeros() []bool   { return []bool{false, false, true, false} }

func (paretoRecipe) law(p []float64) law { return paretoNBD{p[0], p[1], p[2], p[3]} }

func (paretoRecipe) starts(rows *Rows) [][]float64 {
	age := rows.meanAge()
	gap := rows.customers * age / rows.sumX // the mean time between purchases if nobody leaves
	return [][]float64{
		logs(0.7, 0.4*age, 0.6, 0.4*age),
		// Many who leave at once, few who ever do, and one rate of leaving for all.
		logs(0.5, 0.5*gap, 0.3, age/10),
		logs(0.5, 0.5*gap, 0.1, age),
		logs(0.2, 0.2*gap, 20, 20*age),
	}
}

func (paretoRecipe) objective(ctx context.Context, rows *Rows, workers int) numeric.Objective {
	return newParetoLikelihood(ctx, rows, workers).Evaluate
}

// settled: a maximum at a time far from all ages, where part of the customers leave at
// once, may be lower than one where all leave at about the same rate.
func (paretoRecipe) settled(rows *Rows, p []float64) bool {
	age := rows.meanAge()
	return p[1] > age/1000 && p[3] > age/1000
}

func (paretoRecipe) ridges() []ridge {
	return []ridge{
		homogeneousRate(4),
		// s, β → 0 with (β/t)^s constant: a part leaves at once, the rest never. The way bends;
		// this is its direction at β = 1e-87 t, about where a search gives up.
		{BoundaryPolarDropout, []float64{0, 0, -0.005, -1}, func(p []float64) bool { return p[2] < 0.05 && p[3] < 1e-40*p[1] }},
		{BoundaryHomogeneousDropout, []float64{0, 0, 1, 1}, func(p []float64) bool { return p[2] > 100 }},
		{BoundaryNoDropout, []float64{0, 0, -1, 0}, func(p []float64) bool { return p[2] < 0.01 }},
		{BoundaryNoDropout, []float64{0, 0, 0, 1}, func(p []float64) bool { return p[3] > 100*max(1, p[2])*p[1] }},
	}
}

// asymptote: s, β → ∞, the same rate of leaving for all.
func (paretoRecipe) asymptote() asymptote {
	return asymptote{[]float64{0, 0, 1, 1}, 2, 100}
}

// limits: the NBD has the same r and α and s = 0.
func (paretoRecipe) limits(*Rows) []limit { return []limit{noDropout(0, 1)} }

func (paretoRecipe) shifts() (purchase, life []float64) {
	return []float64{0, -1, 0, 0}, []float64{0, 0, 0, -1}
}
