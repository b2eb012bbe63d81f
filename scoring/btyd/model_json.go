package btyd

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"slices"
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
}

const kindPrefix = "rapport/"

// MarshalJSON writes the model with a kind and a version. What
// [Model.UnmarshalJSON] reads back marshals to the same bytes. It is an
// [*InputError] for the zero value, which is no model.
func (m Model) MarshalJSON() ([]byte, error) {
	if !m.known() {
		return nil, errNoModel()
	}
	return writeModel(m.Name(), m.unit, m.family.Parameters(), m.params, m.covariance, m.identified, m.report)
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
	if !file.Unit.IsValid() {
		return fmt.Errorf("btyd: model without unit of time: %w", ErrModelFormat)
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
	return writeModel(g.Name(), 0, gammaGammaNames(), []float64{g.params.P, g.params.Q, g.params.V}, g.covariance, g.identified[:], g.report)
}

// UnmarshalJSON reads what [GammaGamma.MarshalJSON] wrote, as [Model.UnmarshalJSON]
// does.
func (g *GammaGamma) UnmarshalJSON(text []byte) error {
	file, p, covariance, err := readModel(text, "gammagamma", gammaGammaNames())
	if err != nil {
		return err
	}
	if file.Unit != 0 {
		return fmt.Errorf("btyd: spend model with a unit of time: %w", ErrModelFormat)
	}
	params := GammaGammaParams{p[0], p[1], p[2]}
	if err := params.check(); err != nil {
		return fmt.Errorf("%w: %w", ErrModelFormat, err)
	}
	*g = GammaGamma{params: params, covariance: covariance, identified: [3]bool(file.Identified), report: file.Report}
	return nil
}

func gammaGammaNames() []string { return []string{"p", "q", "v"} }

// writeModel makes the file of a model.
func writeModel(name string, unit rapport.Unit, names []string, params, covariance []float64, identified []bool, report FitReport) ([]byte, error) {
	file := modelFile{Kind: kindPrefix + name, Version: modelVersion, Unit: unit, Identified: identified, Report: report}
	file.Covariance, _ = square(covariance, len(params))
	object := []byte{'{'}
	for i, v := range params {
		if i > 0 {
			object = append(object, ',')
		}
		number, err := json.Marshal(v)
		if err != nil {
			return nil, err
		}
		object = fmt.Appendf(object, "%q:%s", names[i], number)
	}
	file.Params = append(object, '}')
	return json.Marshal(file)
}

// modelHead is what a file says first.
type modelHead struct {
	Kind    string `json:"kind"`
	Version int    `json:"version"`
}

// readHead looks at kind and version alone, so that a later version is named as such
// and not by a field that this one does not know.
func readHead(text []byte) (modelHead, error) {
	var head modelHead
	if err := json.Unmarshal(text, &head); err != nil {
		return head, fmt.Errorf("btyd: %w: %w", ErrModelFormat, err)
	}
	return head, nil
}

// readModel decodes a file and checks all but the range of the parameters, which it
// returns in the order of their names.
func readModel(text []byte, name string, names []string) (file modelFile, params, covariance []float64, err error) {
	fail := func(format string, args ...any) (modelFile, []float64, []float64, error) {
		return file, nil, nil, fmt.Errorf("btyd: "+format+": %w", append(args, ErrModelFormat)...)
	}
	head, err := readHead(text)
	if err != nil {
		return file, nil, nil, err
	}
	if head.Kind != kindPrefix+name || head.Version != modelVersion {
		return fail("kind %q version %d, want %q version %d", head.Kind, head.Version, kindPrefix+name, modelVersion)
	}
	if key, ok := repeatedKey(text); ok {
		return fail("key %q twice", key)
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&file); err != nil {
		return fail("%v", err)
	}
	if _, err := decoder.Token(); err != io.EOF {
		return fail("text after the model")
	}
	var values map[string]float64
	if err := json.Unmarshal(file.Params, &values); err != nil {
		return fail("parameters: %v", err)
	}
	if len(values) != len(names) {
		return fail("%d parameters, want %v", len(values), names)
	}
	for _, name := range names {
		v, ok := values[name]
		if !ok {
			return fail("no parameter %q", name)
		}
		params = append(params, v)
	}
	if err := file.Report.check(); err != nil {
		return file, nil, nil, err
	}
	covariance, err = file.readCovariance(len(names))
	return file, params, covariance, err
}

// readCovariance checks that the matrix is one that estimates can have.
func (f *modelFile) readCovariance(size int) ([]float64, error) {
	fail := func(format string, args ...any) ([]float64, error) {
		return nil, fmt.Errorf("btyd: "+format+": %w", append(args, ErrModelFormat)...)
	}
	if len(f.Identified) != size || (f.Covariance != nil && len(f.Covariance) != size) {
		return fail("want a covariance of %d parameters", size)
	}
	if f.Covariance == nil {
		if slices.Contains(f.Identified, true) {
			return fail("identified parameters without covariance")
		}
		return nil, nil
	}
	flat := make([]float64, 0, size*size)
	for i, row := range f.Covariance {
		if len(row) != size || !(row[i] >= 0 && row[i] <= math.MaxFloat64) {
			return fail("row %d of the covariance is no variance and covariances of %d parameters", i+1, size)
		}
		if f.Identified[i] && row[i] == 0 {
			return fail("identified parameter %d without variance", i+1)
		}
		flat = append(flat, row...)
	}
	for i := range size {
		for j := range i {
			// No correlation is above 1, rounding apart.
			most := math.Sqrt(flat[i*size+i]) * math.Sqrt(flat[j*size+j]) * (1 + 1e-9)
			if c := flat[i*size+j]; c != flat[j*size+i] || !(math.Abs(c) <= most) {
				return fail("covariance of parameters %d and %d is impossible", j+1, i+1)
			}
		}
	}
	return flat, nil
}

// repeatedKey finds a key that an object of the text has twice: of such the decoder
// would take the last.
func repeatedKey(text []byte) (string, bool) {
	decoder := json.NewDecoder(bytes.NewReader(text))
	type level struct {
		keys map[string]bool // nil for an array
		key  bool            // the next token is a key
	}
	var levels []level
	for {
		token, err := decoder.Token()
		if err != nil {
			return "", false
		}
		top := len(levels) - 1
		if name, ok := token.(string); ok && top >= 0 && levels[top].key {
			if levels[top].keys[name] {
				return name, true
			}
			levels[top].keys[name], levels[top].key = true, false
			continue
		}
		switch token {
		case json.Delim('{'):
			levels = append(levels, level{map[string]bool{}, true})
			continue
		case json.Delim('['):
			levels = append(levels, level{})
			continue
		case json.Delim('}'), json.Delim(']'):
			levels = levels[:top]
			top--
		}
		if top >= 0 && levels[top].keys != nil {
			levels[top].key = true
		}
	}
}
