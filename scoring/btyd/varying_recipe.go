package btyd

import (
	"context"

	"github.com/rapport-crm/rapport/internal/numeric"
)

// varyingRecipe fits the Pareto/NBD, or without dropout the NBD, with covariates that
// change in time. Its parameters, ridges and starts are those of constant covariates; the
// likelihood is its own.
type varyingRecipe struct {
	*covariateRecipe
	data    *varyingData
	dropout bool
}

func (r *varyingRecipe) objective(ctx context.Context, _ *Rows, workers int) numeric.Objective {
	return newVaryingLikelihood(ctx, r, workers).Evaluate
}

func (r *varyingRecipe) limits(rows *Rows) []limit {
	limits := r.covariateRecipe.limits(rows)
	for i, l := range limits {
		if nested, ok := l.recipe.(*covariateRecipe); ok {
			limits[i].recipe = &varyingRecipe{nested, r.data, false}
		}
	}
	return limits
}
