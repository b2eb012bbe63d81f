package cluster

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"

	"github.com/rapport-crm/rapport/internal/exactjson"
)

// jsonFormat is the version of the JSON forms, in their field "format". It is raised when
// a field is added or its meaning changes.
const jsonFormat = 1

// ErrContent reports JSON of a format that is known whose content cannot be.
var ErrContent = errors.New("content that no fit has written")

// FormatError reports JSON of a format that this version of the package does not know,
// which is how what a newer version wrote shows itself to an older one.
type FormatError struct {
	Subject string // what the JSON is of: "scaler", "k-means", "mixture"
	Format  int    // 0: none was given
}

// Error names both formats.
func (e *FormatError) Error() string {
	if e.Format == 0 {
		return fmt.Sprintf("cluster: %s: JSON has no format, this version reads %d", e.Subject, jsonFormat)
	}
	return fmt.Sprintf("cluster: %s: JSON has format %d, this version reads %d", e.Subject, e.Format, jsonFormat)
}

// decode reads a form strictly. The format is looked at first, since a newer one explains
// unknown fields.
func decode(subject string, text []byte, form any) error {
	switch found, err := exactjson.DecodeFormat(text, jsonFormat, form); {
	case err != nil:
		return fmt.Errorf("cluster: %s: %w", subject, err)
	case found != jsonFormat:
		return &FormatError{Subject: subject, Format: found}
	}
	return nil
}

// content reports what is wrong with the content of a form.
func content(subject, what string) error {
	return fmt.Errorf("cluster: %s: %s: %w", subject, what, ErrContent)
}

// bounded tells whether numbers are at most MaxSize² in size, as variances may be.
func bounded(values ...float64) bool {
	for _, v := range values {
		if !(math.Abs(v) <= MaxSize*MaxSize) {
			return false
		}
	}
	return true
}

type featureForm struct {
	Name      string  `json:"name"`
	Transform string  `json:"transform"`
	Center    float64 `json:"center"`
	Scale     float64 `json:"scale"`
}

type scalerForm struct {
	Format   int           `json:"format"`
	Features []featureForm `json:"features"`
}

// MarshalJSON writes how each column is scaled. The zero Scaler is [ErrNotFitted].
func (s *Scaler) MarshalJSON() ([]byte, error) {
	if len(s.features) == 0 {
		return nil, ErrNotFitted
	}
	form := scalerForm{Format: jsonFormat}
	for _, f := range s.features {
		form.Features = append(form.Features, featureForm{f.Name, f.Transform.String(), f.Center, f.Scale})
	}
	return json.Marshal(form)
}

// UnmarshalJSON reads what [Scaler.MarshalJSON] wrote; it marshals to the same bytes. It
// is for a fresh value, not for a scaler in use. The error is a [*FormatError], a
// [*WidthError], a [*ColumnError], wraps [ErrContent] or is one of the syntax; after it s
// is unchanged.
func (s *Scaler) UnmarshalJSON(text []byte) error {
	var form scalerForm
	if err := decode("scaler", text, &form); err != nil {
		return err
	}
	var read Scaler
	var columns []Column
	for _, f := range form.Features {
		transform := Log1p + 1
		for t := range transform {
			if t.String() == f.Transform {
				transform = t
			}
		}
		if !bounded(f.Center, f.Scale) || !(f.Scale > 0) {
			return content("scaler", fmt.Sprintf("center %v and scale %v", f.Center, f.Scale))
		}
		read.features = append(read.features, Feature{f.Name, transform, f.Center, f.Scale})
		columns = append(columns, Column{Name: f.Name, Transform: transform, Values: []float64{0}})
	}
	if err := checkNames(columns); err != nil {
		return err
	}
	*s = read
	return nil
}
