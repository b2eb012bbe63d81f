package btyd

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/scoring"
)

// CovariateModel is a model of purchases whose parameters depend on covariates that do
// not change in time. With covariates z a customer follows the family with
//
//	α·exp(−γ'z)                        purchases: γ > 0 raises the rate
//	β·exp(−γ'z)                        leaving, Pareto/NBD and GGompertz/NBD
//	a·exp(γ'z), b·exp(γ'z)             leaving, the BG and MBG families
//
// (Fader and Hardie, "Incorporating time-invariant covariates into the Pareto/NBD and
// BG/NBD models", note, 2007): [CovariateModel.At] is that customer's [Model]. The
// value is immutable and safe to share. The zero value is no model.
type CovariateModel struct {
	base       *Model // at z = 0, without inference
	covariates []string
	effects    []effect
	params     []float64 // of the base, then the effects
	covariance []float64
	identified []bool
	report     FitReport
}

// CovariateOptions tune [FitCovariates]; nil is the same as the zero value. Priors may
// be of the family's parameters.
type CovariateOptions struct {
	FitOptions
	// Purchase and Life name the covariates of the purchase and of the dropout process;
	// nil means all, an empty list none.
	Purchase, Life []string
	// Equal names covariates that have the same effect on both processes.
	Equal []string
	// PurchaseL2 and LifeL2 shrink the effects towards 0: what is maximised is
	// ln L − n·(PurchaseL2·Σγ² + LifeL2·Σγ²) for n customers, with the effects on either
	// process; one on both counts in both.
	PurchaseL2, LifeL2 float64
}

// FitCovariates estimates a family with covariates by maximum likelihood, with exact
// gradient and Hessian, from the family's fit without them; so its likelihood is
// never below that one's. Effects are parameters named "trans." or "life." and the
// covariate, or "both." if it is in Equal.
//
// Where a covariate has its zero and its unit does not change what is found: the search,
// to which MaxGradient refers, has covariates about their mean, or about the value that at
// least half of the customers have.
//
// The error is a [*CovariateError] for a customer without covariates, a covariate that is
// constant or a linear function of others, or one so far from 0 that a parameter there
// would lie outside 1e-100 to 1e100: its mean is then to be subtracted; or one of [Fit].
func FitCovariates(ctx context.Context, family Family, summaries *scoring.Summaries, covariates *Covariates, options *CovariateOptions) (*CovariateModel, error) {
	inner := family.recipe()
	if inner == nil {
		return nil, &InputError{Name: "family", Value: float64(family), Reason: wantFamily}
	}
	var o CovariateOptions
	if options != nil {
		o = *options
	}
	if covariates.Len() == 0 {
		return nil, &CovariateError{Reason: "none given"}
	}
	summaries = given(summaries)
	g, err := covariates.group(summaries)
	if err != nil {
		return nil, err
	}
	r, err := newCovariateRecipe(inner, covariates.names, o)
	if err != nil {
		return nil, err
	}
	if err := g.checkRank(covariates.names); err != nil {
		return nil, err
	}
	r.groups = g.compress(summaries)
	r.setSpreads()
	return r.fit(ctx, r, family, family.String()+" with covariates", Compress(summaries), covariates.names, o)
}

// known is false for the zero value and nil.
func (m *CovariateModel) known() bool { return m != nil && m.base.known() }

func errNoCovariateModel() error { return errUnknown("FitCovariates") }

// Family returns the family; 0 for no model.
func (m *CovariateModel) Family() Family {
	if m == nil {
		return 0
	}
	return m.base.Family()
}

// Unit returns the unit of time; 0 for no model.
func (m *CovariateModel) Unit() rapport.Unit {
	if m == nil {
		return 0
	}
	return m.base.Unit()
}

// Covariates returns the names of the covariates in the order in which
// [CovariateModel.At] takes them.
func (m *CovariateModel) Covariates() []string {
	if m == nil {
		return nil
	}
	return slices.Clone(m.covariates)
}

// names are those of all parameters.
func (m *CovariateModel) names() []string {
	names := m.base.family.Parameters()
	for _, e := range m.effects {
		names = append(names, e.name)
	}
	return names
}

// Parameters returns the family's parameters, which are those of a customer whose
// covariates are all 0, and then the effects, covariate by covariate: that on leaving
// before that on purchases.
func (m *CovariateModel) Parameters() []Parameter {
	if !m.known() {
		return nil
	}
	list := make([]Parameter, len(m.params))
	for i, name := range m.names() {
		list[i] = Parameter{Name: name, Value: m.params[i]}
	}
	return withErrors(list, m.covariance, m.identified)
}

// Covariance returns the covariance matrix of the estimates in the order of
// Parameters; see [Model.Covariance].
func (m *CovariateModel) Covariance() ([][]float64, bool) {
	if !m.known() {
		return nil, false
	}
	return square(m.covariance, len(m.params))
}

// Report returns how the fit went.
func (m *CovariateModel) Report() FitReport {
	if m == nil {
		return FitReport{}
	}
	return m.report.clone()
}

// Compare tests whether the covariates matter: the likelihood-ratio test against the
// same family fitted to the same customers without them. The error is as in
// [CompareNested].
func (m *CovariateModel) Compare(plain *Model) (LikelihoodRatio, error) {
	if !m.known() || !plain.known() {
		return LikelihoodRatio{}, errNoCovariateModel()
	}
	small, large := plain.Report(), m.Report()
	if m.Family() != plain.Family() || m.Unit() != plain.Unit() || small.Customers != large.Customers || small.Repeaters != large.Repeaters {
		return LikelihoodRatio{}, fmt.Errorf("btyd: %s fitted to %d customers, %s with covariates to %d: %w",
			plain.Name(), small.Customers, m.Family(), large.Customers, ErrNotNested)
	}
	return likelihoodRatio(small, large, len(m.effects), false)
}

// At returns the model of customers with these covariates, in the order of
// [CovariateModel.Covariates]. It has no standard errors. The error is an
// [*InputError] for a value that is not finite, or so large that a parameter leaves the
// range of models.
func (m *CovariateModel) At(z ...float64) (*Model, error) {
	if !m.known() {
		return nil, errNoCovariateModel()
	}
	if len(z) != len(m.covariates) {
		return nil, &InputError{Name: "len(z)", Value: float64(len(z)), Reason: fmt.Sprintf("want %d covariates: %v", len(m.covariates), m.covariates)}
	}
	params, err := m.paramsAt(m.params, z)
	if err != nil {
		return nil, err
	}
	return newModel(m.base.family, m.base.unit, params), nil
}

// paramsAt returns the family's parameters at covariates z, given all parameters.
func (m *CovariateModel) paramsAt(all, z []float64) ([]float64, error) {
	r := covariateRecipe{inner: m.base.family.recipe(), effects: m.effects}
	base := len(m.base.params)
	shift, slope := make([]float64, base), make([]float64, base)
	for k, e := range m.effects {
		if !(math.Abs(z[e.column]) <= largest) {
			return nil, &InputError{Name: m.covariates[e.column], Value: z[e.column], Reason: "want a finite number"}
		}
		r.slopeOf(slope, e, asGiven(), z)
		for i, d := range slope {
			shift[i] += d * all[base+k]
		}
	}
	params := make([]float64, base)
	for i, v := range all[:base] {
		params[i] = v * math.Exp(shift[i])
	}
	return params, checkParams(r.inner, params)
}
