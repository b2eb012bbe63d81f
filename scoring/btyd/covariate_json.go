package btyd

import (
	"fmt"
	"slices"
	"strings"
)

// effectFile is the JSON of an effect.
type effectFile struct {
	Name      string `json:"name"`
	Covariate string `json:"covariate"`
	Purchase  bool   `json:"purchase"`
	Life      bool   `json:"life"`
}

// What follows the family in the kind of a file.
const (
	covariateSuffix = "+covariates"
	varyingSuffix   = "+varying"
)

// MarshalJSON writes the model, without the customers' covariates, as
// [Model.MarshalJSON] does.
func (m CovariateModel) MarshalJSON() ([]byte, error) {
	if !m.known() {
		return nil, errNoCovariateModel()
	}
	return m.marshal(covariateSuffix)
}

func (m *CovariateModel) marshal(suffix string) ([]byte, error) {
	file := modelFile{
		Kind: kindPrefix + m.Family().String() + suffix, Unit: m.Unit(),
		Identified: m.identified, Report: m.report, Covariates: m.covariates,
	}
	for _, e := range m.effects {
		file.Effects = append(file.Effects, effectFile{e.name, m.covariates[e.column], e.purchase, e.life})
	}
	return file.write(m.names(), m.params, m.covariance)
}

// UnmarshalJSON reads what [CovariateModel.MarshalJSON] wrote, as
// [Model.UnmarshalJSON] does.
func (m *CovariateModel) UnmarshalJSON(text []byte) error { return m.unmarshal(text, covariateSuffix) }

func (m *CovariateModel) unmarshal(text []byte, suffix string) error {
	fail := func(format string, args ...any) error {
		return fmt.Errorf("btyd: "+format+": %w", append(args, ErrModelFormat)...)
	}
	head, err := readHead(text)
	if err != nil {
		return err
	}
	name, ok := strings.CutSuffix(strings.TrimPrefix(head.Kind, kindPrefix), suffix)
	family, err := ParseFamily(name)
	if err != nil || !ok {
		return fail("kind %q, want that of a model with covariates", head.Kind)
	}
	file, err := decodeModel(text, name+suffix)
	if err != nil {
		return err
	}
	if _, wrong := wrongName(file.Covariates); wrong {
		return fail("covariates %q", file.Covariates)
	}
	back := &CovariateModel{covariates: file.Covariates}
	names := family.Parameters()
	base := len(names)
	for i, e := range file.Effects {
		column := slices.Index(file.Covariates, e.Covariate)
		if column < 0 || e.Name == "" || slices.Contains(names, e.Name) || !(e.Purchase || e.Life) {
			return fail("effect %d is none of a covariate", i)
		}
		names = append(names, e.Name)
		back.effects = append(back.effects, effect{e.Name, column, e.Purchase, e.Life})
	}
	if len(back.effects) == 0 || !file.Unit.IsValid() {
		return fail("no effects or no unit of time")
	}
	if back.params, back.covariance, err = file.read(names); err != nil {
		return err
	}
	if err := checkParams(family.recipe(), back.params[:base]); err != nil {
		return fmt.Errorf("%w: %w", ErrModelFormat, err)
	}
	back.base = newModel(family, file.Unit, back.params[:base:base])
	back.identified, back.report = file.Identified, file.Report
	*m = *back
	return nil
}
