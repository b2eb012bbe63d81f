package lead

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
)

type coefficientForm struct {
	Column      string  `json:"column"`
	Mean        float64 `json:"mean"`
	Coefficient float64 `json:"coefficient"`
}

type logisticForm struct {
	Format            int               `json:"format"`
	Intercept         float64           `json:"intercept"`
	Columns           []coefficientForm `json:"columns"`
	Covariance        [][]float64       `json:"covariance"`
	Level             float64           `json:"level"`
	Rows              int               `json:"rows"`
	Events            int               `json:"events"`
	Penalty           float64           `json:"penalty"`
	LogLikelihood     float64           `json:"log_likelihood"`
	NullLogLikelihood float64           `json:"null_log_likelihood"`
	Iterations        int               `json:"iterations"`
}

// MarshalJSON writes the regression with a format number. The zero value, which no
// fit returns, is [ErrNoColumns].
func (m Logistic) MarshalJSON() ([]byte, error) {
	if len(m.names) == 0 {
		return nil, ErrNoColumns
	}
	form := logisticForm{Format: jsonFormat, Intercept: m.coefficients[0], Covariance: m.Covariance(), Level: m.level,
		Rows: m.summary.Rows, Events: m.summary.Events, Penalty: m.summary.L2, LogLikelihood: m.summary.LogLikelihood,
		NullLogLikelihood: m.summary.NullLogLikelihood, Iterations: m.summary.Iterations}
	for j, name := range m.names {
		form.Columns = append(form.Columns, coefficientForm{name, m.means[j], m.coefficients[j+1]})
	}
	return json.Marshal(form)
}

// UnmarshalJSON reads what [Logistic.MarshalJSON] wrote; it predicts as that one did
// and marshals to the same bytes. It is for a fresh value. The error is a
// [*FormatError] for another format; after an error m is unchanged.
func (m *Logistic) UnmarshalJSON(text []byte) error {
	const subject = "logistic regression"
	var form logisticForm
	if err := decode(subject, text, &form); err != nil {
		return err
	}
	if err := form.validate(); err != nil {
		return fmt.Errorf("lead: %s: %w", subject, err)
	}
	got := Logistic{coefficients: []float64{form.Intercept}, level: form.Level, summary: LogisticSummary{
		Rows: form.Rows, Events: form.Events, L2: form.Penalty, LogLikelihood: form.LogLikelihood,
		NullLogLikelihood: form.NullLogLikelihood, Iterations: form.Iterations}}
	for _, c := range form.Columns {
		got.names, got.means = append(got.names, c.Column), append(got.means, c.Mean)
		got.coefficients = append(got.coefficients, c.Coefficient)
	}
	for _, row := range form.Covariance {
		got.covariance = append(got.covariance, row...)
	}
	*m = got
	return nil
}

// validate refuses what no fit returns.
func (f *logisticForm) validate() error {
	names := make(map[string]bool)
	largest := 0.0
	for _, c := range f.Columns {
		if c.Column == "" || names[c.Column] {
			return fmt.Errorf("column %q has no name or comes twice", c.Column)
		}
		names[c.Column] = true
		largest = max(largest, math.Abs(c.Mean), math.Abs(c.Coefficient))
	}
	switch {
	case len(f.Columns) == 0:
		return errors.New("no columns")
	case largest > maxSize: // as no fit returns: contributions would overflow
		return fmt.Errorf("a mean or a coefficient of size %g", largest)
	case math.Abs(f.Intercept) > maxSize*maxSize:
		return fmt.Errorf("an intercept of size %g", math.Abs(f.Intercept))
	case f.Rows < 1 || f.Events < 1 || f.Events >= f.Rows || f.Iterations < 0:
		return fmt.Errorf("%d events in %d rows, %d iterations", f.Events, f.Rows, f.Iterations)
	case !(f.Penalty >= 0):
		return fmt.Errorf("penalty %v", f.Penalty)
	case len(f.Covariance) != len(f.Columns)+1:
		return fmt.Errorf("a covariance of %d rows for %d coefficients", len(f.Covariance), len(f.Columns)+1)
	}
	for i, row := range f.Covariance {
		if len(row) != len(f.Covariance) {
			return fmt.Errorf("row %d of the covariance has %d numbers", i, len(row))
		}
		for j := range row {
			if j >= i {
				continue
			}
			if row[j] != f.Covariance[j][i] {
				return fmt.Errorf("the covariance is not symmetric at %d, %d", i, j)
			}
		}
		if row[i] < 0 {
			return fmt.Errorf("a variance of %v", row[i])
		}
	}
	return checkConfidence(f.Level)
}
