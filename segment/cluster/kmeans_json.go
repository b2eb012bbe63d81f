package cluster

import (
	"encoding/json"
	"fmt"
	"math"
)

type kmeansForm struct {
	Format     int         `json:"format"`
	Scaler     *Scaler     `json:"scaler"`
	Centers    [][]float64 `json:"centers"`
	Sizes      []int       `json:"sizes"`
	Within     []float64   `json:"within"`
	Starts     int         `json:"starts"`
	SampleRows int         `json:"sample_rows"`
	Iterations int         `json:"iterations"`
	Converged  bool        `json:"converged"`
}

// MarshalJSON writes the scaler, the clusters and the report. The zero KMeans is
// [ErrNotFitted].
func (m *KMeans) MarshalJSON() ([]byte, error) {
	if m.scaler == nil {
		return nil, ErrNotFitted
	}
	r := m.report
	return json.Marshal(kmeansForm{
		Format: jsonFormat, Scaler: m.scaler, Centers: m.Centers(), Sizes: m.sizes, Within: m.within,
		Starts: r.Starts, SampleRows: r.SampleRows, Iterations: r.Iterations, Converged: r.Converged,
	})
}

// UnmarshalJSON reads what [KMeans.MarshalJSON] wrote; it assigns as that one did and
// marshals to the same bytes. It is for a fresh value, not for a model in use. The error
// is that of [Scaler.UnmarshalJSON]; after it m is unchanged.
func (m *KMeans) UnmarshalJSON(text []byte) error {
	var form kmeansForm
	if err := decode("k-means", text, &form); err != nil {
		return err
	}
	k := len(form.Sizes)
	switch {
	case form.Scaler == nil:
		return content("k-means", "no scaler")
	case k < 1 || k > MaxClusters || len(form.Centers) != k || len(form.Within) != k:
		return content("k-means", fmt.Sprintf("%d sizes, %d centers, %d sums within", k, len(form.Centers), len(form.Within)))
	case form.Starts < 1 || form.SampleRows < 1 || form.Iterations < 0:
		return content("k-means", "starts, sample_rows or iterations")
	}
	read := KMeans{scaler: form.Scaler, sizes: form.Sizes, within: form.Within, report: KMeansReport{
		Starts: form.Starts, SampleRows: form.SampleRows, Iterations: form.Iterations, Converged: form.Converged, Within: sum(form.Within),
	}}
	for c, center := range form.Centers {
		if len(center) != form.Scaler.width() {
			return &WidthError{Got: len(center), Want: form.Scaler.width()}
		}
		if !bounded(center...) || form.Sizes[c] < 0 || !(form.Within[c] >= 0) {
			return content("k-means", fmt.Sprintf("cluster %d", c))
		}
		read.centers = append(read.centers, center...)
		read.report.Customers += form.Sizes[c]
	}
	if read.report.Customers < 1 || math.IsInf(read.report.Within, 0) {
		return content("k-means", fmt.Sprintf("%d customers, sum within %v", read.report.Customers, read.report.Within))
	}
	*m = read
	return nil
}
