package btyd

import (
	"fmt"
	"math"
	"slices"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/scoring"
)

// Model is a model of purchases with its parameters: of any [Family], fitted by
// [Fit] and its relatives, made by [New] or read from JSON. Times are in
// [Model.Unit].
//
// The value is immutable and safe to share. The zero value is no model: it predicts
// 0 or returns an [*InputError].
type Model struct {
	family     Family
	unit       rapport.Unit
	law        law
	params     []float64
	covariance []float64 // of the parameters, row by row; nil if unknown
	identified []bool    // which of them have a standard error
	report     FitReport
}

// New returns the model with known parameters, for example published ones, in the
// order of [Family.Parameters]. Parameters lie between 1e-100 and 1e100, so that
// nothing computed from them leaves the range of float64; the one whose zero means
// that nobody leaves may be 0. The model has no standard errors and an empty report.
// The error is an [*InputError].
func New(family Family, unit rapport.Unit, params ...float64) (*Model, error) {
	r := family.recipe()
	if r == nil {
		return nil, &InputError{Name: "family", Value: float64(family), Reason: wantFamily}
	}
	if !unit.IsValid() {
		return nil, &InputError{Name: "unit", Value: float64(unit), Reason: "want day, week or month"}
	}
	if err := checkParams(r, params); err != nil {
		return nil, err
	}
	return newModel(family, unit, slices.Clone(params)), nil
}

// newModel makes a model of parameters that were checked and are its own.
func newModel(family Family, unit rapport.Unit, params []float64) *Model {
	return &Model{family: family, unit: unit, law: family.recipe().law(params), params: params, identified: make([]bool, len(params))}
}

// checkParams returns an [*InputError] for parameters outside their domain.
func checkParams(r recipe, params []float64) error {
	names, zeros := r.names(), r.zeros()
	if len(params) != len(names) {
		return &InputError{Name: "len(params)", Value: float64(len(params)), Reason: fmt.Sprintf("want %d: %v", len(names), names)}
	}
	positive := positives(r)
	for i, v := range params {
		size := v
		if i >= positive {
			size = math.Abs(v)
		}
		if (size >= smallest && size <= largest) || (v == 0 && zeros[i]) {
			continue
		}
		reason := "want a number from 1e-100 to 1e100"
		if zeros[i] {
			reason += ", or 0"
		}
		return &InputError{Name: names[i], Value: v, Reason: reason}
	}
	if c, ok := r.(joint); ok {
		return c.check(params)
	}
	return nil
}

// known is false for the zero Model and nil, which know nothing: their methods return
// 0 or an error as for arguments outside their domain.
func (m *Model) known() bool { return m != nil && m.law != nil }

// errUnknown is the error of the zero value of a model or scorer.
func errUnknown(constructor string) error {
	return &InputError{Name: "model", Reason: "want one from " + constructor + " or JSON"}
}

// errNoModel is [errUnknown] for models of purchases.
func errNoModel() error { return errUnknown("Fit, New") }

// Family returns the model's family; 0 for no model.
func (m *Model) Family() Family {
	if m == nil {
		return 0
	}
	return m.family
}

// Name returns the name of the family, such as "bgnbd".
func (m *Model) Name() string { return m.Family().String() }

// Unit returns the unit of time of the model; 0 for no model.
func (m *Model) Unit() rapport.Unit {
	if m == nil {
		return 0
	}
	return m.unit
}

// Parameters returns the parameters, in the order of [Family.Parameters], with their
// standard errors.
func (m *Model) Parameters() []Parameter {
	if !m.known() {
		return nil
	}
	list := make([]Parameter, len(m.params))
	for i, name := range m.family.Parameters() {
		list[i] = Parameter{Name: name, Value: m.params[i]}
	}
	return withErrors(list, m.covariance, m.identified)
}

// Param returns the parameter of that name, false if the model has none.
func (m *Model) Param(name string) (float64, bool) {
	if !m.known() {
		return 0, false
	}
	i := slices.Index(m.family.Parameters(), name)
	if i < 0 {
		return 0, false
	}
	return m.params[i], true
}

// Covariance returns the covariance matrix of the estimates in the order of
// [Model.Parameters], from the inverse Hessian in log parameters by the delta
// method; false where there is none. On a boundary it is that of the directions the
// data identify.
func (m *Model) Covariance() ([][]float64, bool) {
	if !m.known() {
		return nil, false
	}
	return square(m.covariance, len(m.params))
}

// Report returns how the fit went; it is zero for a model made by [New].
func (m *Model) Report() FitReport {
	if m == nil {
		return FitReport{}
	}
	return m.report.clone()
}

// LogLikelihood returns the logarithm of the likelihood of the customer's history,
// the constant Γ(r+x)/Γ(r) included; 0 for an invalid summary.
func (m *Model) LogLikelihood(s scoring.Summary) float64 {
	if !m.known() || !valid(s) {
		return 0
	}
	return m.law.logLikelihood(s)
}
