package btyd

import (
	"context"

	"github.com/rapport-crm/rapport/internal/numeric"
)

// recipe is how a family is fitted. The search runs in the logarithms of the
// parameters.
type recipe interface {
	// names are the parameters in order.
	names() []string
	// zeros says which of them may be 0.
	zeros() []bool
	// law is the mathematics at parameters that lie in their domain, which it keeps.
	law(params []float64) law
	// starts are points to begin at; all but the first are tried only if that ends
	// badly.
	starts(rows *Rows) [][]float64
	// objective is the log-likelihood of the rows with gradient and Hessian, all in
	// log parameters. It is for one goroutine.
	objective(ctx context.Context, rows *Rows, workers int) numeric.Objective
	// ridges are the directions in which the likelihood may stay flat for ever.
	ridges() []ridge
	// limits are the nested models at the boundary of the family. They are fitted
	// too: none ends above the family itself.
	limits(rows *Rows) []limit
	// shifts are d ln(parameter)/d(γ'z) for covariates z of the purchase and of the
	// dropout process; nil for a process that the family does not have.
	shifts() (purchase, life []float64)
}

// signed is a recipe whose last parameters may have either sign, such as the effects
// of covariates: they are searched for themselves, not for their logarithms.
type signed interface {
	plain() int
}

// elsewhere is a recipe with priors that are not of the coordinates of its search, but of
// linear functions of them.
type elsewhere interface {
	origin(leaving bool) [][]float64
}

// positives returns how many parameters, the first ones, are searched for in
// logarithms.
func positives(r recipe) int {
	n := len(r.names())
	if s, ok := r.(signed); ok {
		n -= s.plain()
	}
	return n
}

// guided is a recipe with a search of its own.
type guided interface {
	search(e *estimation) (optimum, error)
}

// wary is a recipe whose likelihood may have several maxima: where the first one does
// not look settled, the other starts are tried too.
type wary interface {
	settled(rows *Rows, params []float64) bool
}

// joint is a recipe whose parameters restrict each other: check returns an [*InputError].
type joint interface {
	check(params []float64) error
}

// demanding is a recipe that does not take all rows.
type demanding interface {
	check(rows *Rows) error
}

// limit is a model with fewer parameters that a family becomes at its boundary.
type limit struct {
	boundary Boundary
	recipe   recipe
	free     []int // the positions of its parameters in the family
	// embed returns the family's parameters that say the same as the limit's.
	embed func(params []float64) []float64
	// certain says that the maximum is known to be here.
	certain bool
}
