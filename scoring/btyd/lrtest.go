package btyd

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/rapport-crm/rapport/internal/numeric"
)

// ErrNotNested says that the first model is no special case of the second, or that the
// two were not fitted to the same customers.
var ErrNotNested = errors.New("models are not nested, or not fitted to the same customers")

// LikelihoodRatio is the test of a model against a more general one.
type LikelihoodRatio struct {
	Statistic float64 // 2(ln L − ln L of the nested model), ≥ 0
	DF        int     // parameters that the nested model lacks
	// PValue is the probability of a statistic as large under the nested model, from
	// the chi-square distribution with DF degrees of freedom.
	PValue float64
	// AtBoundary says that the nested model lies at the end of the parameters' range,
	// as the NBD (a = 0) in the BG/NBD. The true p-value is then smaller: about half
	// for one parameter (Self and Liang, JASA 82 (1987) 605–610).
	AtBoundary bool
}

// CompareNested compares two models fitted to the same customers by maximum likelihood,
// of which the first is a special case of the second: the NBD of the BG, MBG, Pareto and
// GGompertz/NBD, the Pareto/NBD of the GGompertz/NBD (b → 0) and of the one
// with correlation (m = 0).
// Models that differ by the k of regular purchasing, as the NBD and the BG/CNBD-2, are
// not nested; compare those by likelihood or BIC. The error is [ErrNotNested] or an
// [*InputError].
func CompareNested(nested, full *Model) (LikelihoodRatio, error) {
	if !nested.known() || !full.known() {
		return LikelihoodRatio{}, errNoModel()
	}
	small, large := nested.Report(), full.Report()
	if !slices.Contains(nestedIn(full.family), nested.family) {
		return LikelihoodRatio{}, fmt.Errorf("btyd: %s in %s: %w", nested.Name(), full.Name(), ErrNotNested)
	}
	if small.Customers != large.Customers || small.Repeaters != large.Repeaters || small.Customers == 0 || nested.unit != full.unit {
		return LikelihoodRatio{}, fmt.Errorf("btyd: %s fitted to %d customers (%s), %s to %d (%s): %w",
			nested.Name(), small.Customers, nested.unit, full.Name(), large.Customers, full.unit, ErrNotNested)
	}
	return likelihoodRatio(small, large, len(full.params)-len(nested.params), nested.family == NBD || full.family == GGompertzNBD)
}

// likelihoodRatio is the test from two reports.
func likelihoodRatio(small, large FitReport, df int, atBoundary bool) (LikelihoodRatio, error) {
	if small.LogPrior != 0 || large.LogPrior != 0 {
		return LikelihoodRatio{}, &InputError{Name: "LogPrior", Value: small.LogPrior + large.LogPrior, Reason: "want fits without priors"}
	}
	test := LikelihoodRatio{Statistic: max(0, 2*(large.LogLikelihood-small.LogLikelihood)), DF: df, AtBoundary: atBoundary}
	if math.IsNaN(test.Statistic) || math.IsInf(test.Statistic, 0) {
		return LikelihoodRatio{}, &InputError{Name: "LogLikelihood", Value: test.Statistic, Reason: "want fitted models"}
	}
	test.PValue = numeric.ChiSquareTail(test.Statistic, df)
	return test, nil
}

// nestedIn returns the families that are special cases of f.
func nestedIn(f Family) []Family {
	switch f {
	case BGNBD, MBGNBD, ParetoNBD:
		return []Family{NBD}
	case GGompertzNBD, ParetoNBDCorrelated:
		return []Family{NBD, ParetoNBD}
	}
	return nil
}
