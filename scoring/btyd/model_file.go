package btyd

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"

	"github.com/rapport-crm/rapport/internal/exactjson"
)

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
	if file, err = decodeModel(text, name); err != nil {
		return file, nil, nil, err
	}
	params, covariance, err = file.read(names)
	return file, params, covariance, err
}

// decodeModel reads the outer form of a file of that kind.
func decodeModel(text []byte, name string) (file modelFile, err error) {
	if err := decodeFile(text, kindPrefix+name, &file); err != nil {
		return file, err
	}
	return file, file.Report.check()
}

// decodeFile reads a file of that kind into a struct, all of it and nothing but it.
func decodeFile(text []byte, kind string, into any) error {
	fail := func(format string, args ...any) error {
		return fmt.Errorf("btyd: "+format+": %w", append(args, ErrModelFormat)...)
	}
	head, err := readHead(text)
	if err != nil {
		return err
	}
	if head.Kind != kind || head.Version != modelVersion {
		return fail("kind %q version %d, want %q version %d", head.Kind, head.Version, kind, modelVersion)
	}
	if err := exactjson.Decode(text, into, "params"); err != nil {
		return fail("%v", err)
	}
	return nil
}

// read returns the parameters in the order of their names and their covariance.
func (f *modelFile) read(names []string) (params, covariance []float64, err error) {
	fail := func(format string, args ...any) ([]float64, []float64, error) {
		return nil, nil, fmt.Errorf("btyd: "+format+": %w", append(args, ErrModelFormat)...)
	}
	var values map[string]float64
	if err := json.Unmarshal(f.Params, &values); err != nil {
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
	covariance, err = f.readCovariance(len(names))
	return params, covariance, err
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
