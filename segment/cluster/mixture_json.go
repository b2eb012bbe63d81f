package cluster

import (
	"encoding/json"
	"fmt"
	"math"
)

type componentForm struct {
	Weight     float64   `json:"weight"`
	Mean       []float64 `json:"mean"`
	Covariance []float64 `json:"covariance"` // the matrix row after row, its diagonal, or the one variance
}

type mixtureForm struct {
	Format        int             `json:"format"`
	Scaler        *Scaler         `json:"scaler"`
	Covariance    string          `json:"covariance"`
	Components    []componentForm `json:"components"`
	Customers     int             `json:"customers"`
	Starts        int             `json:"starts"`
	SampleRows    int             `json:"sample_rows"`
	Iterations    int             `json:"iterations"`
	Converged     bool            `json:"converged"`
	LogLikelihood float64         `json:"log_likelihood"`
	Penalized     float64         `json:"penalized"`
}

// MarshalJSON writes the scaler, the groups and the report. The zero Mixture is
// [ErrNotFitted].
func (m *Mixture) MarshalJSON() ([]byte, error) {
	if m.scaler == nil {
		return nil, ErrNotFitted
	}
	r := m.report
	form := mixtureForm{
		Format: jsonFormat, Scaler: m.scaler, Covariance: m.form.String(), Customers: r.Customers, Starts: r.Starts, SampleRows: r.SampleRows,
		Iterations: r.Iterations, Converged: r.Converged, LogLikelihood: r.LogLikelihood, Penalized: r.Penalized,
	}
	for i := range m.components {
		c := &m.components[i]
		form.Components = append(form.Components, componentForm{c.weight, c.mean, c.covariance})
	}
	return json.Marshal(form)
}

// UnmarshalJSON reads what [Mixture.MarshalJSON] wrote; it assigns as that one did and
// marshals to the same bytes. It is for a fresh value, not for a model in use. The error
// is that of [Scaler.UnmarshalJSON], or [ErrSingular]; after it m is unchanged.
func (m *Mixture) UnmarshalJSON(text []byte) error {
	var form mixtureForm
	if err := decode("mixture", text, &form); err != nil {
		return err
	}
	if form.Scaler == nil {
		return content("mixture", "no scaler")
	}
	read := Mixture{scaler: form.Scaler, form: Spherical + 1}
	for f := range read.form {
		if f.String() == form.Covariance {
			read.form = f
		}
	}
	k, d := len(form.Components), form.Scaler.width()
	switch {
	case read.form > Spherical:
		return content("mixture", fmt.Sprintf("covariance %.40q", form.Covariance))
	case k < 1 || k > MaxClusters:
		return content("mixture", fmt.Sprintf("%d components", k))
	case form.Customers < 1 || form.Starts < 1 || form.SampleRows < 1 || form.Iterations < 0:
		return content("mixture", "customers, starts, sample_rows or iterations")
	}
	total := 0.0
	for i, c := range form.Components {
		if len(c.Mean) != d {
			return &WidthError{Got: len(c.Mean), Want: d}
		}
		if len(c.Covariance) != read.form.entries(d) || !(c.Weight >= 0) || !bounded(c.Mean...) || !bounded(c.Covariance...) {
			return content("mixture", fmt.Sprintf("component %d", i))
		}
		total += c.Weight
		comp := component{form: read.form, weight: c.Weight, mean: c.Mean, covariance: c.Covariance}
		if read.form == Full && !symmetric(c.Covariance, d) {
			return content("mixture", fmt.Sprintf("covariance of component %d is not symmetric", i))
		}
		if !comp.prepare() {
			return ErrSingular
		}
		read.components = append(read.components, comp)
	}
	if !(math.Abs(total-1) <= 1e-6) {
		return content("mixture", fmt.Sprintf("weights sum to %v", total))
	}
	read.report = MixtureReport{
		Customers: form.Customers, Starts: form.Starts, SampleRows: form.SampleRows, Iterations: form.Iterations, Converged: form.Converged,
		LogLikelihood: form.LogLikelihood, Penalized: form.Penalized, Parameters: read.form.free(k, d),
	}
	*m = read
	return nil
}

func symmetric(m []float64, d int) bool {
	for f := range d {
		for g := range f {
			if m[f*d+g] != m[g*d+f] {
				return false
			}
		}
	}
	return true
}
