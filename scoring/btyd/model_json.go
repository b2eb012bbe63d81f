package btyd

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/rapport-crm/rapport"
)

// modelVersion is the version of the files that this release writes.
const modelVersion = 1

// modelFile is the JSON of a model. Field order is part of the format: what was
// written once is written again byte for byte.
type modelFile struct {
	Kind       string          `json:"kind"` // "rapport/" and the name of the family
	Version    int             `json:"version"`
	Unit       rapport.Unit    `json:"unit,omitzero"` // of models of time
	Params     json.RawMessage `json:"params"`        // an object, in the order of the parameters
	Covariance [][]float64     `json:"covariance"`    // null if there is none
	Identified []bool          `json:"identified"`    // which parameters have a standard error
	Report     FitReport       `json:"report"`
	// Of models with covariates.
	Covariates []string     `json:"covariates,omitempty"`
	Effects    []effectFile `json:"effects,omitempty"`
}

const kindPrefix = "rapport/"

// MarshalJSON writes the model with a kind and a version. What
// [Model.UnmarshalJSON] reads back marshals to the same bytes. It is an
// [*InputError] for the zero value, which is no model.
func (m Model) MarshalJSON() ([]byte, error) {
	if !m.known() {
		return nil, errNoModel()
	}
	file := modelFile{Kind: kindPrefix + m.Name(), Unit: m.unit, Identified: m.identified, Report: m.report}
	return file.write(m.family.Parameters(), m.params, m.covariance)
}

// UnmarshalJSON reads what [Model.MarshalJSON] wrote, of any family. It is for a fresh
// value, not for a model in use. The error wraps [ErrModelFormat], and an
// [*InputError] for parameters outside their domain.
func (m *Model) UnmarshalJSON(text []byte) error {
	head, err := readHead(text)
	if err != nil {
		return err
	}
	family, err := ParseFamily(strings.TrimPrefix(head.Kind, kindPrefix))
	if err != nil || !strings.HasPrefix(head.Kind, kindPrefix) {
		return fmt.Errorf("btyd: kind %q, want that of a model of purchases: %w", head.Kind, ErrModelFormat)
	}
	names := family.Parameters()
	file, params, covariance, err := readModel(text, family.String(), names)
	if err != nil {
		return err
	}
	if !file.Unit.IsValid() || file.Covariates != nil || file.Effects != nil {
		return fmt.Errorf("btyd: model without unit of time, or with covariates: %w", ErrModelFormat)
	}
	if err := checkParams(family.recipe(), params); err != nil {
		return fmt.Errorf("%w: %w", ErrModelFormat, err)
	}
	back := newModel(family, file.Unit, params)
	back.covariance, back.identified, back.report = covariance, file.Identified, file.Report
	*m = *back
	return nil
}

// MarshalJSON writes the model as [Model.MarshalJSON] does.
func (g GammaGamma) MarshalJSON() ([]byte, error) {
	if !g.known() {
		return nil, errNoSpend()
	}
	file := modelFile{Kind: kindPrefix + g.Name(), Identified: g.identified[:], Report: g.report}
	return file.write(gammaGammaNames(), []float64{g.params.P, g.params.Q, g.params.V}, g.covariance)
}

// UnmarshalJSON reads what [GammaGamma.MarshalJSON] wrote, as [Model.UnmarshalJSON]
// does.
func (g *GammaGamma) UnmarshalJSON(text []byte) error {
	file, p, covariance, err := readModel(text, "gammagamma", gammaGammaNames())
	if err != nil {
		return err
	}
	if file.Unit != 0 || file.Covariates != nil || file.Effects != nil {
		return fmt.Errorf("btyd: spend model with a unit of time, or with covariates: %w", ErrModelFormat)
	}
	params := GammaGammaParams{p[0], p[1], p[2]}
	if err := params.check(); err != nil {
		return fmt.Errorf("%w: %w", ErrModelFormat, err)
	}
	*g = GammaGamma{params: params, covariance: covariance, identified: [3]bool(file.Identified), report: file.Report}
	return nil
}

func gammaGammaNames() []string { return []string{"p", "q", "v"} }

// write completes the file of a model.
func (f modelFile) write(names []string, params, covariance []float64) ([]byte, error) {
	f.Version = modelVersion
	f.Covariance, _ = square(covariance, len(params))
	object := []byte{'{'}
	for i, v := range params {
		if i > 0 {
			object = append(object, ',')
		}
		name, err := json.Marshal(names[i])
		if err != nil {
			return nil, err
		}
		number, err := json.Marshal(v)
		if err != nil {
			return nil, err
		}
		object = fmt.Appendf(object, "%s:%s", name, number)
	}
	f.Params = append(object, '}')
	return json.Marshal(f)
}
