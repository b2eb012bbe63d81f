package btyd

import (
	"fmt"
	"math"
	"slices"
)

// Parameter is an estimate with its standard error.
type Parameter struct {
	Name  string
	Value float64
	// SE is the standard error, valid if Identified: it is 0 and Identified is
	// false for known parameters and where the data do not tell the value.
	SE         float64
	Identified bool
}

// Boundary names a limit of the model at which, or on the way to which, the
// likelihood has its supremum. Predictions at a boundary are usable; the
// parameters it concerns have no standard errors.
type Boundary string

// The boundaries of the transaction and spend models.
const (
	// BoundaryNoDropout: nobody leaves; the model is the NBD (a = 0).
	BoundaryNoDropout Boundary = "no_dropout"
	// BoundaryHomogeneousDropout: all customers leave with the same probability
	// (a, b → ∞ with a/(a+b) fixed).
	BoundaryHomogeneousDropout Boundary = "homogeneous_dropout"
	// BoundaryPolarDropout: a customer leaves at its first repeat purchase, in the
	// MBG families at its very first, or never (a, b → 0 with a/(a+b) fixed); under the
	// Pareto/NBD, at once or never (s, β → 0).
	BoundaryPolarDropout Boundary = "polar_dropout"
	// BoundaryCertainDropout: every customer leaves at its first repeat purchase
	// (b → 0 or a → ∞).
	BoundaryCertainDropout Boundary = "certain_dropout"
	// BoundaryNoAgeing: the propensity to leave does not grow with age; the
	// GGompertz/NBD is the Pareto/NBD with (s, β/b) (b → 0 with β/b fixed).
	BoundaryNoAgeing Boundary = "no_ageing"
	// BoundaryHomogeneousRate: all customers buy at the same rate (r, α → ∞ with
	// r/α fixed).
	BoundaryHomogeneousRate Boundary = "homogeneous_rate"
	// BoundaryUnboundedEffect: the effect of a covariate grows without end, as when
	// nobody leaves in one of two groups.
	BoundaryUnboundedEffect Boundary = "unbounded_effect"
	// BoundaryUnidentified: the parameters can move together by a factor of a hundred
	// in some direction, which has no name of its own, at no cost in likelihood.
	BoundaryUnidentified Boundary = "unidentified"
	// BoundaryCorrelation: the correlation of the purchase rate and the rate of leaving
	// is at an end of the range that the model allows.
	BoundaryCorrelation Boundary = "correlation"
	// BoundaryNoCorrelation: the two rates are independent (m = 0).
	BoundaryNoCorrelation Boundary = "no_correlation"
	// BoundaryHomogeneousSpend: all customers have the same mean spend (q, v → ∞
	// with v/q fixed).
	BoundaryHomogeneousSpend Boundary = "homogeneous_spend"
	// BoundaryConstantSpend: a customer spends the same each time (p → ∞, v → 0
	// with p·v fixed).
	BoundaryConstantSpend Boundary = "constant_spend"
)

// Warning is a stable code for something a developer should know about a fit.
type Warning string

// The warnings.
const (
	// WarningFewCustomers: fewer than 20 customers with a repeat purchase.
	WarningFewCustomers Warning = "few_customers"
	// WarningWeaklyIdentified: a parameter is known to less than a factor of 4 (the
	// standard error of its logarithm exceeds ln 2); with covariates one of customers
	// in their middle, the mean or what at least half of them have.
	WarningWeaklyIdentified Warning = "weakly_identified"
	// WarningOneCohort: all customers are of the same age T. Then every season and trend of
	// the calendar is one of the customers' age too: what looks like leaving may be one.
	WarningOneCohort Warning = "one_cohort"
	// WarningNoCovariance: the Hessian at the result is not negative definite and
	// no boundary explains it; there are no standard errors.
	WarningNoCovariance Warning = "no_covariance"
	// WarningSpendFrequency: mean spend and number of purchases correlate by more
	// than 0.3 in absolute value; the spend model assumes independence.
	WarningSpendFrequency Warning = "spend_frequency_correlation"
	// WarningNotMixed: the chains of a sampler do not agree (R-hat above 1.01).
	WarningNotMixed Warning = "not_mixed"
	// WarningFewEffective: the draws of a sampler are worth fewer than 400 independent
	// ones, in the middle or in the tails.
	WarningFewEffective Warning = "few_effective_draws"
)

// FitReport says how a fit went.
type FitReport struct {
	Converged   bool `json:"converged"`
	Iterations  int  `json:"iterations"`  // of all starts, those on a subsample included
	Evaluations int  `json:"evaluations"` // of likelihood, gradient and Hessian
	Starts      int  `json:"starts"`      // starting points tried, 1 unless a check failed
	// Parameters is how many the likelihood was maximised over.
	Parameters    int     `json:"parameters"`
	LogLikelihood float64 `json:"log_likelihood"`
	// LogPrior is the log density of the priors, 0 without: the fit is at the maximum of
	// LogLikelihood + LogPrior.
	LogPrior float64 `json:"log_prior,omitzero"`
	// MaxGradient is the largest absolute component of the gradient with respect
	// to the logarithms of the parameters.
	MaxGradient float64    `json:"max_gradient"`
	Customers   int        `json:"customers"`
	Repeaters   int        `json:"repeaters"` // customers with a repeat purchase that enter the fit
	Excluded    int        `json:"excluded"`  // repeat customers left out for want of positive spend
	Boundaries  []Boundary `json:"boundaries"`
	Warnings    []Warning  `json:"warnings"`
	// SpendFrequencyCorrelation is Pearson's correlation of mean spend and number
	// of repeat purchases over the customers of a spend model; 0 for others.
	SpendFrequencyCorrelation float64 `json:"spend_frequency_correlation"`
	// Profile has the log-likelihoods for k = 1, 2, … if k was chosen; see [FitBGCNBD].
	Profile []float64 `json:"profile,omitempty"`
}

// AIC returns Akaike's criterion, 2k − 2 ln L.
func (r FitReport) AIC() float64 { return 2*float64(r.Parameters) - 2*r.LogLikelihood }

// BIC returns Schwarz's criterion, k ln n − 2 ln L, n being Customers; 0 for an
// empty report.
func (r FitReport) BIC() float64 {
	if r.Customers == 0 {
		return 0
	}
	return float64(r.Parameters)*math.Log(float64(r.Customers)) - 2*r.LogLikelihood
}

// height is what a fit maximises.
func (r FitReport) height() float64 { return r.LogLikelihood + r.LogPrior }

func (r FitReport) clone() FitReport {
	r.Boundaries, r.Warnings = slices.Clone(r.Boundaries), slices.Clone(r.Warnings)
	r.Profile = slices.Clone(r.Profile)
	return r
}

// withErrors fills in the standard errors from a covariance matrix.
func withErrors(list []Parameter, covariance []float64, identified []bool) []Parameter {
	if covariance == nil {
		return list
	}
	for i := range list {
		if identified[i] {
			list[i].SE, list[i].Identified = math.Sqrt(covariance[i*len(list)+i]), true
		}
	}
	return list
}

// square unpacks a row-major n×n matrix.
func square(flat []float64, n int) ([][]float64, bool) {
	if flat == nil {
		return nil, false
	}
	rows := make([][]float64, n)
	for i := range rows {
		rows[i] = slices.Clone(flat[i*n : (i+1)*n])
	}
	return rows, true
}

// check returns an error that wraps [ErrModelFormat] for what no fit can report.
func (r FitReport) check() error {
	for _, c := range []struct {
		name  string
		count int
	}{
		{"iterations", r.Iterations}, {"evaluations", r.Evaluations}, {"starts", r.Starts}, {"parameters", r.Parameters},
		{"customers", r.Customers}, {"repeaters", r.Repeaters}, {"excluded", r.Excluded},
	} {
		if c.count < 0 {
			return fmt.Errorf("btyd: report with %d %s: %w", c.count, c.name, ErrModelFormat)
		}
	}
	return nil
}
