package btyd

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"slices"

	"github.com/rapport-crm/rapport"
)

// modelVersion is the version of the files that this release writes.
const modelVersion = 1

// modelFile is the JSON of a model. Field order is part of the format: what was
// written once is written again byte for byte.
type modelFile[P any] struct {
	Kind       string       `json:"kind"` // "rapport/bgnbd" or "rapport/gammagamma"
	Version    int          `json:"version"`
	Unit       rapport.Unit `json:"unit,omitzero"` // of models of time
	Params     P            `json:"params"`
	Covariance [][]float64  `json:"covariance"` // null if there is none
	Identified []bool       `json:"identified"` // which parameters have a standard error
	Report     FitReport    `json:"report"`
}

// MarshalJSON writes the model with a kind and a version. What
// [BGNBD.UnmarshalJSON] reads back marshals to the same bytes. It is an
// [*InputError] for the zero value, which is no model.
func (m BGNBD) MarshalJSON() ([]byte, error) {
	if !m.known() {
		return nil, errUnknown("FitBGNBD, NewBGNBD")
	}
	file := modelFile[BGNBDParams]{
		Kind: "rapport/bgnbd", Version: modelVersion, Unit: m.unit, Params: m.params,
		Identified: m.identified[:], Report: m.report,
	}
	file.Covariance, _ = square(m.covariance, 4)
	return json.Marshal(file)
}

// UnmarshalJSON reads what [BGNBD.MarshalJSON] wrote. It is for a fresh value, not
// for a model in use. The error wraps [ErrModelFormat], and an [*InputError] for
// parameters outside their domain.
func (m *BGNBD) UnmarshalJSON(text []byte) error {
	file, covariance, err := readModel[BGNBDParams](text, "rapport/bgnbd", 4)
	if err != nil {
		return err
	}
	if !file.Unit.IsValid() {
		return fmt.Errorf("btyd: model without unit of time: %w", ErrModelFormat)
	}
	if err := file.Params.check(); err != nil {
		return fmt.Errorf("%w: %w", ErrModelFormat, err)
	}
	*m = BGNBD{unit: file.Unit, params: file.Params, covariance: covariance, identified: [4]bool(file.Identified), report: file.Report}
	return nil
}

// MarshalJSON writes the model as [BGNBD.MarshalJSON] does.
func (g GammaGamma) MarshalJSON() ([]byte, error) {
	if !g.known() {
		return nil, errUnknown("FitGammaGamma, NewGammaGamma")
	}
	file := modelFile[GammaGammaParams]{
		Kind: "rapport/gammagamma", Version: modelVersion, Params: g.params,
		Identified: g.identified[:], Report: g.report,
	}
	file.Covariance, _ = square(g.covariance, 3)
	return json.Marshal(file)
}

// UnmarshalJSON reads what [GammaGamma.MarshalJSON] wrote, as [BGNBD.UnmarshalJSON]
// does.
func (g *GammaGamma) UnmarshalJSON(text []byte) error {
	file, covariance, err := readModel[GammaGammaParams](text, "rapport/gammagamma", 3)
	if err != nil {
		return err
	}
	if file.Unit != 0 {
		return fmt.Errorf("btyd: spend model with a unit of time: %w", ErrModelFormat)
	}
	if err := file.Params.check(); err != nil {
		return fmt.Errorf("%w: %w", ErrModelFormat, err)
	}
	*g = GammaGamma{params: file.Params, covariance: covariance, identified: [3]bool(file.Identified), report: file.Report}
	return nil
}

// readModel decodes a file and checks all but the parameters. Kind and version are
// looked at first, so that a later version is named as such and not by a field
// that this one does not know.
func readModel[P any](text []byte, kind string, size int) (modelFile[P], []float64, error) {
	var file modelFile[P]
	var head struct {
		Kind    string `json:"kind"`
		Version int    `json:"version"`
	}
	if err := json.Unmarshal(text, &head); err != nil {
		return file, nil, fmt.Errorf("btyd: %w: %w", ErrModelFormat, err)
	}
	if head.Kind != kind || head.Version != modelVersion {
		return file, nil, fmt.Errorf("btyd: kind %q version %d, want %q version %d: %w", head.Kind, head.Version, kind, modelVersion, ErrModelFormat)
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&file); err != nil {
		return file, nil, fmt.Errorf("btyd: %w: %w", ErrModelFormat, err)
	}
	if _, err := decoder.Token(); err != io.EOF {
		return file, nil, fmt.Errorf("btyd: text after the model: %w", ErrModelFormat)
	}
	if len(file.Identified) != size || (file.Covariance != nil && len(file.Covariance) != size) {
		return file, nil, fmt.Errorf("btyd: want a covariance of %d parameters: %w", size, ErrModelFormat)
	}
	if file.Covariance == nil {
		if slices.Contains(file.Identified, true) {
			return file, nil, fmt.Errorf("btyd: identified parameters without covariance: %w", ErrModelFormat)
		}
		return file, nil, nil
	}
	flat := make([]float64, 0, size*size)
	for i, row := range file.Covariance {
		if len(row) != size || !(row[i] >= 0 && row[i] <= math.MaxFloat64) {
			return file, nil, fmt.Errorf("btyd: row %d of the covariance is no variance and covariances of %d parameters: %w", i+1, size, ErrModelFormat)
		}
		if file.Identified[i] && row[i] == 0 {
			return file, nil, fmt.Errorf("btyd: identified parameter %d without variance: %w", i+1, ErrModelFormat)
		}
		flat = append(flat, row...)
	}
	for i := range size {
		for j := range i {
			// No correlation is above 1, rounding apart.
			most := math.Sqrt(flat[i*size+i]) * math.Sqrt(flat[j*size+j]) * (1 + 1e-9)
			if c := flat[i*size+j]; c != flat[j*size+i] || !(math.Abs(c) <= most) {
				return file, nil, fmt.Errorf("btyd: covariance of parameters %d and %d is impossible: %w", j+1, i+1, ErrModelFormat)
			}
		}
	}
	return file, flat, nil
}
