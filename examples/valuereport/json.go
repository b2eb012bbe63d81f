package main

import (
	"bytes"
	"encoding/json"
	"io"
)

// document is what a report says in JSON: every key is always there, a number that
// does not exist is null, and numbers have all their digits. One customer or period
// a line keeps the file readable and easy to compare.
type document struct {
	model                     *fit
	spend                     *fit
	holdout                   *holdout
	customers                 []any // nil for none
	customersAfterCalibration *int
	selection                 *selection
	periods                   []any // nil for none
}

func (d *document) write(w io.Writer) error {
	out := jsonWriter{w: w}
	out.text(`{"model":`)
	out.value(d.model)
	out.text(",\n\"spend\":")
	out.value(d.spend)
	out.text(",\n\"holdout\":")
	out.value(d.holdout)
	out.text(",\n\"customers\":")
	out.lines(d.customers)
	out.text(",\n\"customers_after_calibration\":")
	out.value(d.customersAfterCalibration)
	out.text(",\n\"selection\":")
	out.value(d.selection)
	out.text(",\n\"periods\":")
	out.lines(d.periods)
	out.text("}\n")
	return out.err
}

// linesOf puts pointers to a list's elements where they are written one by one.
func linesOf[T any](list []T) []any {
	lines := make([]any, len(list))
	for i := range list {
		lines[i] = &list[i]
	}
	return lines
}

// writeJSON writes the report as JSON.
func (r *report) writeJSON(w io.Writer) error {
	after := r.summaries.CustomersAfter()
	d := document{model: &r.model, spend: r.spend, holdout: r.holdout, customers: linesOf(r.customers), customersAfterCalibration: &after, selection: r.selection}
	return d.write(w)
}

// jsonWriter writes pieces of JSON and keeps the first error.
type jsonWriter struct {
	w      io.Writer
	buffer bytes.Buffer
	err    error
}

func (j *jsonWriter) text(s string) {
	if j.err == nil {
		_, j.err = io.WriteString(j.w, s)
	}
}

func (j *jsonWriter) value(v any) {
	if j.err != nil {
		return
	}
	j.buffer.Reset()
	encoder := json.NewEncoder(&j.buffer)
	encoder.SetEscapeHTML(false) // ids stay as they are written
	if j.err = encoder.Encode(v); j.err == nil {
		_, j.err = j.w.Write(bytes.TrimRight(j.buffer.Bytes(), "\n"))
	}
}

// lines writes a list with one element a line.
func (j *jsonWriter) lines(list []any) {
	if list == nil {
		j.text("null")
		return
	}
	j.text("[")
	for i, v := range list {
		if i > 0 {
			j.text(",")
		}
		j.text("\n")
		j.value(v)
	}
	j.text("\n]")
}

// MarshalJSON writes the number with all its digits, or null.
func (f figure) MarshalJSON() ([]byte, error) {
	if !f.known {
		return []byte("null"), nil
	}
	return json.Marshal(f.value)
}

// UnmarshalJSON reads a number or null.
func (f *figure) UnmarshalJSON(text []byte) error {
	*f = figure{known: string(text) != "null"}
	if !f.known {
		return nil
	}
	return json.Unmarshal(text, &f.value)
}

// namedFigures is a JSON object whose keys stay in the order of the literature.
type namedFigures struct {
	names  []string
	values []figure
}

func (n namedFigures) MarshalJSON() ([]byte, error) {
	out := []byte{'{'}
	for i, name := range n.names {
		if i > 0 {
			out = append(out, ',')
		}
		key, err := json.Marshal(name)
		if err != nil {
			return nil, err
		}
		value, err := n.values[i].MarshalJSON()
		if err != nil {
			return nil, err
		}
		out = append(append(append(out, key...), ':'), value...)
	}
	return append(out, '}'), nil
}

// MarshalJSON writes the model's part of the report.
func (f fit) MarshalJSON() ([]byte, error) {
	var params, stdErrors namedFigures
	for _, p := range f.params {
		params.names = append(params.names, p.name)
		params.values = append(params.values, figureOf(p.value))
		stdErrors.values = append(stdErrors.values, p.stdError)
	}
	stdErrors.names = params.names
	warnings := f.warnings
	if warnings == nil {
		warnings = []string{}
	}
	return json.Marshal(struct {
		Name          string       `json:"name"`
		Params        namedFigures `json:"params"`
		StdErrors     namedFigures `json:"std_errors"`
		LogLikelihood figure       `json:"log_likelihood"`
		Customers     int          `json:"customers"`
		Converged     bool         `json:"converged"`
		Warnings      []string     `json:"warnings"`
	}{f.name, params, stdErrors, figureOf(f.logLikelihood), f.customers, f.converged, warnings})
}
