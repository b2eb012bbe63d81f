package btyd

import (
	"context"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/internal/numeric"
	"github.com/rapport-crm/rapport/scoring"
)

// FitNBD estimates the NBD model of Ehrenberg, "The Pattern of Consumer Purchases",
// Applied Statistics 8 (1959) 26–41, by maximum likelihood: customers buy at random
// at a rate λ ~ Gamma(r, α) and never leave. It is the baseline that a model with
// departure must beat, and what one becomes where the data show none.
//
// The errors are those of [Fit].
func FitNBD(ctx context.Context, summaries *scoring.Summaries, options *FitOptions) (*Model, error) {
	return Fit(ctx, NBD, Compress(summaries), options)
}

// NewNBD returns the NBD with known parameters: the shape r of the purchase rate and
// its rate parameter alpha in units of time, so that the mean rate is r/alpha. See [New].
func NewNBD(unit rapport.Unit, r, alpha float64) (*Model, error) { return New(NBD, unit, r, alpha) }

// nbdRecipe fits what the BG/NBD is with a = 0, or its relatives with k > 1 events a
// purchase, the condensed NBD.
type nbdRecipe struct{ k int }

func (r nbdRecipe) timing() timing { return timing{k: max(1, r.k)} }

func (nbdRecipe) names() []string            { return []string{"r", "alpha"} }
func (nbdRecipe) zeros() []bool              { return make([]bool, 2) }
func (r nbdRecipe) law(params []float64) law { return r.timing().law(params[0], params[1], 0, 1) }
func (r nbdRecipe) starts(rows *Rows) [][]float64 {
	age := rows.meanAge() / float64(r.timing().k)
	return [][]float64{logs(1, age), logs(0.1, age/10), logs(10, 10*age)}
}
func (r nbdRecipe) objective(ctx context.Context, rows *Rows, workers int) numeric.Objective {
	return newLikelihood(ctx, rows, workers, r.timing(), false).Evaluate
}
func (nbdRecipe) ridges() []ridge                    { return []ridge{homogeneousRate(2)} }
func (nbdRecipe) limits(*Rows) []limit               { return nil }
func (nbdRecipe) shifts() (purchase, life []float64) { return []float64{0, -1}, nil }

// homogeneousRate is the ridge r, α → ∞ of a family whose first parameters these are.
func homogeneousRate(size int) ridge {
	direction := make([]float64, size)
	direction[0], direction[1] = 1, 1
	return ridge{BoundaryHomogeneousRate, direction, func(p []float64) bool { return p[0] > 100 }}
}

// noDropout is the NBD as the limit of a family that begins with r and α and is
// completed by the other parameters given, one of which is 0.
func noDropout(rest ...float64) limit {
	return limit{
		boundary: BoundaryNoDropout, recipe: nbdRecipe{}, free: []int{0, 1},
		embed: func(p []float64) []float64 { return append([]float64{p[0], p[1]}, rest...) },
	}
}
