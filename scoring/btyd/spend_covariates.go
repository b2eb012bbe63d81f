package btyd

import (
	"fmt"
	"math"
	"slices"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/scoring"
)

// CovariateGammaGamma is a [GammaGamma] model whose scale of spend depends on covariates
// that do not change in time: a customer with covariates z has v·exp(γ'z) in the place of
// v. An effect of 0.1 makes the mean spend of customers with one more of the covariate
// e^0.1 times as high; the share of the variance within customers is the same for all.
//
// The value is immutable and safe to share. The zero value is no model.
type CovariateGammaGamma struct {
	base       GammaGammaParams // at z = 0
	covariates []string
	effects    []float64
	covariance []float64
	identified []bool
	report     FitReport
	known      *Covariates // of the customers it was fitted to or bound to; may be nil
}

// Name returns "gammagamma+covariates".
func (m *CovariateGammaGamma) Name() string { return "gammagamma" + covariateSuffix }

// isModel is false for the zero value and nil.
func (m *CovariateGammaGamma) isModel() bool { return m != nil && m.base.V > 0 }

func errNoSpendCovariates() error { return errUnknown("FitSpendCovariates") }

// Covariates returns the names of the covariates in the order in which
// [CovariateGammaGamma.At] takes them.
func (m *CovariateGammaGamma) Covariates() []string {
	if m == nil {
		return nil
	}
	return slices.Clone(m.covariates)
}

// names are those of all parameters.
func (m *CovariateGammaGamma) names() []string {
	names := gammaGammaNames()
	for _, name := range m.covariates {
		names = append(names, "spend."+name)
	}
	return names
}

// params are all parameters.
func (m *CovariateGammaGamma) params() []float64 {
	return append([]float64{m.base.P, m.base.Q, m.base.V}, m.effects...)
}

// Parameters returns p, q and v of a customer whose covariates are all 0, and then the
// effects.
func (m *CovariateGammaGamma) Parameters() []Parameter {
	if !m.isModel() {
		return nil
	}
	var list []Parameter
	for i, v := range m.params() {
		list = append(list, Parameter{Name: m.names()[i], Value: v})
	}
	return withErrors(list, m.covariance, m.identified)
}

// Covariance returns the covariance matrix of the estimates in the order of Parameters;
// see [Model.Covariance].
func (m *CovariateGammaGamma) Covariance() ([][]float64, bool) {
	if !m.isModel() {
		return nil, false
	}
	return square(m.covariance, 3+len(m.effects))
}

// Report returns how the fit went.
func (m *CovariateGammaGamma) Report() FitReport {
	if m == nil {
		return FitReport{}
	}
	return m.report.clone()
}

// Compare tests whether the covariates matter: the likelihood-ratio test against the
// model fitted to the same customers without them. The error is as in [CompareNested].
func (m *CovariateGammaGamma) Compare(plain *GammaGamma) (LikelihoodRatio, error) {
	if !m.isModel() || !plain.known() {
		return LikelihoodRatio{}, errNoSpendCovariates()
	}
	small, large := plain.Report(), m.Report()
	if small.Customers != large.Customers || small.Excluded != large.Excluded {
		return LikelihoodRatio{}, fmt.Errorf("btyd: %s fitted to %d customers, with covariates to %d: %w", plain.Name(), small.Customers, large.Customers, ErrNotNested)
	}
	return likelihoodRatio(small, large, len(m.effects), false)
}

// At returns the model of customers with these covariates, in the order of
// [CovariateGammaGamma.Covariates]. It has no standard errors. The error is an
// [*InputError] for a value that is not finite, or so large that v leaves the range of
// models.
func (m *CovariateGammaGamma) At(z ...float64) (*GammaGamma, error) {
	if !m.isModel() {
		return nil, errNoSpendCovariates()
	}
	params, err := m.paramsAt(z)
	if err != nil {
		return nil, err
	}
	return &GammaGamma{params: params}, nil
}

func (m *CovariateGammaGamma) paramsAt(z []float64) (GammaGammaParams, error) {
	if len(z) != len(m.effects) {
		return m.base, &InputError{Name: "len(z)", Value: float64(len(z)), Reason: fmt.Sprintf("want %d covariates: %v", len(m.effects), m.covariates)}
	}
	params, shift := m.base, 0.0
	for k, v := range z {
		if !(math.Abs(v) <= largest) {
			return m.base, &InputError{Name: m.covariates[k], Value: v, Reason: "want a finite number"}
		}
		shift += m.effects[k] * v
	}
	params.V *= math.Exp(shift)
	return params, params.check()
}

// With returns the model with the covariates of other customers, such as new ones or
// those of a model read from JSON. The error is a [*CovariateError] unless they have the
// model's names in its order.
func (m *CovariateGammaGamma) With(covariates *Covariates) (*CovariateGammaGamma, error) {
	if !m.isModel() {
		return nil, errNoSpendCovariates()
	}
	if !slices.Equal(covariates.Names(), m.covariates) {
		return nil, &CovariateError{Reason: fmt.Sprintf("are %v, want %v in this order", covariates.Names(), m.covariates)}
	}
	bound := *m
	bound.known = covariates
	return &bound, nil
}

// ExpectedSpend returns a [*CovariateError]: the history alone does not tell. See
// [CovariateGammaGamma.ExpectedSpendOf] and [CovariateGammaGamma.At].
func (m *CovariateGammaGamma) ExpectedSpend(scoring.Summary) (float64, error) {
	if !m.isModel() {
		return 0, errNoSpendCovariates()
	}
	return 0, &CovariateError{Reason: "expected spend depends on them: ask with the customer's id, or the model at its covariates"}
}

// ExpectedSpendOf is [GammaGamma.ExpectedSpend] with the customer's covariates. The
// error may also be a [*CovariateError] for a customer who has none.
func (m *CovariateGammaGamma) ExpectedSpendOf(id rapport.ID, s scoring.Summary) (float64, error) {
	if !m.isModel() {
		return 0, errNoSpendCovariates()
	}
	if m.known == nil {
		return 0, &CovariateError{Customer: id, Reason: "missing: the model has none of any customer (see With)"}
	}
	at, ok := m.known.at[id]
	if !ok {
		return 0, &CovariateError{Customer: id, Reason: "missing"}
	}
	params, err := m.paramsAt(m.known.row(at))
	if err != nil {
		return 0, err
	}
	return (&GammaGamma{params: params}).ExpectedSpend(s)
}

// MarshalJSON writes the model, without the customers' covariates, as
// [Model.MarshalJSON] does.
func (m CovariateGammaGamma) MarshalJSON() ([]byte, error) {
	if !m.isModel() {
		return nil, errNoSpendCovariates()
	}
	file := modelFile{Kind: kindPrefix + m.Name(), Identified: m.identified, Report: m.report, Covariates: m.covariates}
	return file.write(m.names(), m.params(), m.covariance)
}

// UnmarshalJSON reads what [CovariateGammaGamma.MarshalJSON] wrote, as
// [Model.UnmarshalJSON] does.
func (m *CovariateGammaGamma) UnmarshalJSON(text []byte) error {
	file, err := decodeModel(text, m.Name())
	if err != nil {
		return err
	}
	back := &CovariateGammaGamma{covariates: file.Covariates, identified: file.Identified, report: file.Report}
	if len(back.covariates) == 0 || file.Unit != 0 || file.Effects != nil {
		return fmt.Errorf("btyd: spend model without covariates, or with a unit of time: %w", ErrModelFormat)
	}
	params, covariance, err := file.read(back.names())
	if err != nil {
		return err
	}
	back.base, back.effects, back.covariance = GammaGammaParams{params[0], params[1], params[2]}, params[3:], covariance
	if err := back.base.check(); err != nil {
		return fmt.Errorf("%w: %w", ErrModelFormat, err)
	}
	*m = *back
	return nil
}
