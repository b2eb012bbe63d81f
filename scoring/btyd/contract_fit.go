package btyd

import (
	"context"
	"errors"
	"fmt"
	"math"

	"github.com/rapport-crm/rapport/internal/numeric"
)

// Cohort is a group of customers who began a contract in the same period.
type Cohort struct {
	// Active[0] is how many began and Active[t] how many of them were left after t
	// renewals. Numbers never rise and need not be whole: a cohort is given weight by
	// multiplying all of them.
	Active []float64
}

// ErrTooFewRenewals says that no cohort was seen over enough renewals for the model: two
// for the shifted-beta-geometric, three for the beta-discrete-Weibull.
var ErrTooFewRenewals = errors.New("cohorts were not seen over enough renewals")

// Validate returns an [*InputError] that names what makes c impossible, or nil: numbers
// that are not finite, negative or rising, or none.
func (c Cohort) Validate() error { return c.validate("") }

func (c Cohort) validate(prefix string) error {
	if n := len(c.Active); n == 0 || n > maxPeriods+1 {
		return &InputError{Name: prefix + "len(Active)", Value: float64(n), Reason: "want those who began and at most 1000000 renewals"}
	}
	before := math.MaxFloat64
	for t, active := range c.Active {
		if !(active >= 0 && active <= before) {
			reason := "want a finite number of 0 or more"
			if t > 0 {
				reason = fmt.Sprintf("want 0 to the %v of the renewal before: customers who left do not come back", before)
			}
			return &InputError{Name: fmt.Sprintf("%sActive[%d]", prefix, t), Value: active, Reason: reason}
		}
		before = active
	}
	return nil
}

// LogLikelihood returns that of a cohort, Σ (Active[t−1]−Active[t]) ln(S(t−1)−S(t)) over
// its renewals and Active[T] ln S(T) for those left at its end; 0 for an invalid one.
func (m *Contract) LogLikelihood(c Cohort) float64 {
	if !m.known() || c.Validate() != nil {
		return 0
	}
	last := len(c.Active) - 1
	sum := 0.0
	for t := 1; t <= last; t++ {
		if lost := c.Active[t-1] - c.Active[t]; lost > 0 {
			// Where nobody can leave it is as low as a number gets.
			sum += lost * max(math.Log(-math.Expm1(-m.params.hazard(float64(t-1), 1)))+m.params.logSurvival(float64(t-1)), -math.MaxFloat64)
		}
	}
	if left := c.Active[last]; left > 0 {
		sum += left * m.params.logSurvival(float64(last))
	}
	return max(sum, -math.MaxFloat64)
}

// FitShiftedBetaGeometric estimates the sBG model from cohorts, which may differ in
// length, by maximum likelihood: damped Newton steps with the exact Hessian in log
// parameters, from several starts if the first ends badly. Boundaries in the report are
// those of (α, β) in place of (a, b): no_dropout if nobody ever left,
// homogeneous_dropout if retention does not rise.
//
// The error is [ErrTooFewRenewals], an [*InputError] for a cohort or an option, or a
// [*FitError] as in [Fit]. Active numbers that rise, such as sales of a period, are no
// cohort: customers who come and go need [FitBGBB] or [Fit].
func FitShiftedBetaGeometric(ctx context.Context, cohorts []Cohort, options *FitOptions) (*Contract, error) {
	data, err := newLosses(cohorts)
	if err != nil {
		return nil, err
	}
	return fitContract(ctx, contractRecipe{data: data}, options)
}

// FitBetaDiscreteWeibull estimates the BdW model as [FitShiftedBetaGeometric] does the
// sBG, from whose estimate with c = 1 it begins: its likelihood is never lower. Test
// against it with [CompareContracts].
func FitBetaDiscreteWeibull(ctx context.Context, cohorts []Cohort, options *FitOptions) (*Contract, error) {
	data, err := newLosses(cohorts)
	if err != nil {
		return nil, err
	}
	r := contractRecipe{data: data, weibull: true}
	if data.lost > 0 && len(data.left) > 3 {
		simple, err := fitContract(ctx, contractRecipe{data: data}, nil)
		if simple == nil {
			return nil, err
		}
		r.simple = simple.list()
	}
	return fitContract(ctx, r, options)
}

// ProfileContract returns the profile-likelihood interval of a parameter of a model that
// was fitted to these cohorts, as [Profile] does: that of c in particular.
func ProfileContract(ctx context.Context, model *Contract, cohorts []Cohort, parameter string, level float64, options *FitOptions) (ProfileInterval, error) {
	if !model.known() {
		return ProfileInterval{}, errUnknown("FitShiftedBetaGeometric and others")
	}
	if err := fitted(model.Name(), model.report); err != nil {
		return ProfileInterval{}, err
	}
	data, err := newLosses(cohorts)
	if err != nil {
		return ProfileInterval{}, err
	}
	return profileDiscrete(ctx, model.Name(), contractRecipe{data: data, weibull: model.weibull}, model.list(), parameter, level, options)
}

// CompareContracts tests a shifted-beta-geometric model against a beta-discrete-Weibull
// model fitted to the same cohorts: whether a customer's inclination to leave changes
// with time (c ≠ 1). The error is [ErrNotNested] or an [*InputError].
func CompareContracts(nested, full *Contract) (LikelihoodRatio, error) {
	if !nested.known() || !full.known() {
		return LikelihoodRatio{}, errUnknown("FitShiftedBetaGeometric and FitBetaDiscreteWeibull")
	}
	small, large := nested.Report(), full.Report()
	if nested.weibull || !full.weibull || small.Customers != large.Customers || small.Repeaters != large.Repeaters || small.Customers == 0 {
		return LikelihoodRatio{}, fmt.Errorf("btyd: %s fitted to %d customers in %s fitted to %d: %w", nested.Name(), small.Customers, full.Name(), large.Customers, ErrNotNested)
	}
	return likelihoodRatio(small, large, 1, false)
}

func fitContract(ctx context.Context, r contractRecipe, options *FitOptions) (*Contract, error) {
	m := &Contract{weibull: r.weibull, params: ContractParams{0, 1, 1}}
	size := len(r.names())
	if seen := max(0, len(r.data.left)-1); seen < size {
		return nil, fmt.Errorf("btyd: %s: %d renewals, want %d or more: %w", m.Name(), seen, size, ErrTooFewRenewals)
	}
	if r.data.lost == 0 {
		// The likelihood is 1 at α = 0, with nothing to estimate.
		m.identified = make([]bool, size)
		m.report = FitReport{
			Converged: true, Customers: headcount(r.data.began), Repeaters: headcount(r.data.renewed),
			Boundaries: []Boundary{BoundaryNoDropout}, Warnings: []Warning{},
		}
		return m, nil
	}
	fit, err := fitDiscrete(ctx, m.Name(), r, options, r.data.began, r.data.renewed)
	if fit == nil {
		return nil, err
	}
	m.params.Alpha, m.params.Beta = fit.params[0], fit.params[1]
	if r.weibull {
		m.params.C = fit.params[2]
	}
	m.covariance, m.identified, m.report = fit.covariance, fit.identified, fit.report
	return m, err
}

// losses are cohorts as the likelihood sees them.
type losses struct {
	gone []float64 // how many left at renewal t
	left []float64 // how many were last seen after renewal t, still active

	began, renewed, lost float64
}

func newLosses(cohorts []Cohort) (*losses, error) {
	l := &losses{}
	longest := 0
	for i, c := range cohorts {
		if err := c.validate(fmt.Sprintf("cohorts[%d].", i)); err != nil {
			return nil, err
		}
		if c.Active[0] > 0 {
			longest = max(longest, len(c.Active))
		}
	}
	l.gone, l.left = make([]float64, longest), make([]float64, longest)
	for _, c := range cohorts {
		if c.Active[0] == 0 {
			continue
		}
		for t := 1; t < len(c.Active); t++ {
			l.gone[t] += c.Active[t-1] - c.Active[t]
		}
		last := len(c.Active) - 1
		l.left[last] += c.Active[last]
		l.began += c.Active[0]
		if last > 0 {
			l.renewed += c.Active[1]
		}
	}
	for _, n := range l.gone {
		l.lost += n
	}
	if math.IsInf(l.began, 0) {
		return nil, &InputError{Name: "Active[0]", Value: l.began, Reason: "want a finite sum of customers"}
	}
	return l, nil
}

// contractRecipe fits the two models of contracts.
type contractRecipe struct {
	ownData
	data    *losses
	weibull bool
	simple  []float64 // the sBG estimate, from which the BdW begins
}

func (r contractRecipe) names() []string {
	names := []string{"alpha", "beta", "c"}
	if !r.weibull {
		return names[:2]
	}
	return names
}

func (r contractRecipe) zeros() []bool { return []bool{true, false, false}[:len(r.names())] }

func (r contractRecipe) starts(*Rows) [][]float64 {
	if !r.weibull {
		return [][]float64{logs(1, 1), logs(0.2, 0.5), logs(5, 50), logs(0.05, 0.05)}
	}
	starts := [][]float64{logs(1, 1, 1), logs(0.3, 1, 1.5), logs(3, 20, 0.6), logs(0.5, 2, 2.5), logs(20, 100, 0.5)}
	if r.simple != nil {
		starts[0] = logs(r.simple[0], r.simple[1], 1)
	}
	return starts
}

func (r contractRecipe) ridges() []ridge {
	list := []ridge{
		{BoundaryHomogeneousDropout, []float64{1, 1, 0}, func(p []float64) bool { return p[0] > 100 && p[1] > 100 }},
		{BoundaryPolarDropout, []float64{-1, -1, 0}, func(p []float64) bool { return p[0] < 0.01 && p[1] < 0.01 }},
		{BoundaryCertainDropout, []float64{0, -1, 0}, func(p []float64) bool { return p[1] < 0.01*min(1, p[0]) }},
		{BoundaryCertainDropout, []float64{1, 0, 0}, func(p []float64) bool { return p[0] > 100*max(1, p[1]) }},
		{BoundaryNoDropout, []float64{-1, 0, 0}, func(p []float64) bool { return p[0] < 0.01*min(1, p[1]) }},
		{BoundaryPolarDropout, []float64{0, 0, -1}, func(p []float64) bool { return len(p) > 2 && p[2] < 0.05 }},
	}
	if r.weibull {
		return list
	}
	list = list[:5]
	for i := range list {
		list[i].direction = list[i].direction[:2]
	}
	return list
}

func (r contractRecipe) objective(ctx context.Context, _ *Rows, _ int) numeric.Objective {
	return func(at, gradient, hessian []float64) (float64, error) {
		if err := ctx.Err(); err != nil {
			return 0, err
		}
		return r.data.evaluate(at, gradient, hessian), nil
	}
}
