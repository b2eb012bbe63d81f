package satisfaction

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/rapport-crm/rapport/satisfaction/pls"
)

// SpecError reports a model in the short form that cannot be read.
type SpecError struct {
	Field  string // such as "scale"; empty if the text as a whole is meant
	Value  string // as it was given
	Reason string
	Err    error // the error behind it, or nil
}

// Error names the field.
func (e *SpecError) Error() string {
	text := "satisfaction: spec: "
	if e.Field != "" {
		text += e.Field
		if e.Value != "" {
			text += fmt.Sprintf(" %.80q", e.Value)
		}
		text += ": "
	}
	return text + e.Reason
}

// Unwrap returns Err.
func (e *SpecError) Unwrap() error { return e.Err }

// specFile is the short form. What may be written in several ways is raw.
type specFile struct {
	Name       string `json:"name"`
	Constructs []struct {
		Name       string          `json:"name"`
		Mode       string          `json:"mode"`
		Indicators json.RawMessage `json:"indicators"`
	} `json:"constructs"`
	Paths   []json.RawMessage `json:"paths"`
	Scale   json.RawMessage   `json:"scale"`
	Target  string            `json:"target"`
	Missing string            `json:"missing"`
}

// Spec is a model in the short form, read.
type Spec struct {
	Model   Model
	Missing pls.Missing // what becomes of missing answers
	// Skipped are the fields that the short form does not have, as they are written,
	// those of constructs as "constructs.colour"; sorted, each once. One of them may be
	// a field misspelt, whose default then holds.
	Skipped []string
}

// ParseSpec reads a model that a person wrote by hand:
//
//	{"constructs": [{"name": "Image", "mode": "A", "indicators": ["IMAG1", "IMAG2"]}, …],
//	 "paths": [["Image", "Satisfaction"], …],
//	 "scale": [1, 10], "target": "Satisfaction", "missing": "mean"}
//
// It is tolerant: a mode is A, B or unit in letters of any case, A if there is none; a
// single indicator needs no list; a path may be written "Image->Satisfaction"; fields it
// does not know are skipped and listed. The scale is one for all indicators or an object with one
// for each; there is none by default. The target is the construct Satisfaction unless it
// says otherwise, and missing answers are treated by the mean. Paths have no expected
// sign. The error is a [*SpecError] or, for a model that makes no sense, a [*ModelError].
func ParseSpec(text []byte) (Spec, error) {
	text = bytes.TrimPrefix(text, []byte("\ufeff"))
	var file specFile
	if err := json.Unmarshal(text, &file); err != nil {
		return Spec{}, &SpecError{Reason: err.Error(), Err: err}
	}
	model := Model{Name: file.Name, Target: file.Target}
	if model.Target == "" {
		model.Target = satisfactionName
	}
	var missing pls.Missing
	if file.Missing != "" {
		if err := missing.UnmarshalText([]byte(strings.ToLower(file.Missing))); err != nil {
			return Spec{}, &SpecError{Field: "missing", Value: file.Missing, Reason: "want mean, casewise, pairwise or pairwise_correlation", Err: err}
		}
	}
	scale, err := file.scale()
	if err != nil {
		return Spec{}, err
	}
	for _, block := range file.Constructs {
		c := Construct{Name: block.Name}
		if err := c.Mode.UnmarshalText([]byte(modeName(block.Mode))); err != nil {
			return Spec{}, &SpecError{Field: "mode", Value: block.Mode, Reason: "want A, B or unit", Err: err}
		}
		keys, err := oneOrMany(block.Indicators)
		if err != nil {
			return Spec{}, &SpecError{Field: "indicators", Value: string(block.Indicators), Reason: "want a name or a list of names", Err: err}
		}
		for _, key := range keys {
			ends, err := scale(key)
			if err != nil {
				return Spec{}, err
			}
			c.Items = append(c.Items, Item{Key: key, Low: ends[0], High: ends[1]})
		}
		model.Constructs = append(model.Constructs, c)
	}
	for _, raw := range file.Paths {
		path, err := parsePath(raw)
		if err != nil {
			return Spec{}, err
		}
		model.Paths = append(model.Paths, path)
	}
	if err := model.Validate(); err != nil {
		return Spec{}, err
	}
	return Spec{Model: model, Missing: missing, Skipped: skippedFields(text)}, nil
}

// skippedFields lists the fields of a text that [specFile] does not have. Names match in
// any case, as encoding/json takes them.
func skippedFields(text []byte) []string {
	found := make(map[string]bool)
	unknown := func(prefix string, object map[string]json.RawMessage, known ...string) {
		for field := range object {
			if !slices.ContainsFunc(known, func(name string) bool { return strings.EqualFold(name, field) }) {
				found[prefix+field] = true
			}
		}
	}
	// The text was decoded before, so that both have the shape that is asked for here.
	var file map[string]json.RawMessage
	var blocks struct {
		Constructs []map[string]json.RawMessage `json:"constructs"`
	}
	if json.Unmarshal(text, &file) != nil || json.Unmarshal(text, &blocks) != nil {
		return nil
	}
	unknown("", file, "name", "constructs", "paths", "scale", "target", "missing")
	for _, block := range blocks.Constructs {
		unknown("constructs.", block, "name", "mode", "indicators")
	}
	return slices.Sorted(maps.Keys(found))
}

// scale returns what gives the ends of an indicator's scale.
func (f *specFile) scale() (func(key string) ([2]float64, error), error) {
	wrong := func(value, reason string, err error) error {
		return &SpecError{Field: "scale", Value: value, Reason: reason, Err: err}
	}
	if len(f.Scale) == 0 || string(f.Scale) == "null" {
		return nil, wrong("", "is missing: want [low, high] or an object with one for each indicator", nil)
	}
	var many map[string]json.RawMessage
	one, err := endsOf(f.Scale)
	if err == nil {
		return func(string) ([2]float64, error) { return one, nil }, nil
	}
	if json.Unmarshal(f.Scale, &many) != nil {
		return nil, wrong(string(f.Scale), "want [low, high] or an object with one for each indicator", err)
	}
	return func(key string) ([2]float64, error) {
		ends, err := endsOf(many[key])
		if err != nil {
			return [2]float64{}, wrong(key, "want [low, high] for this indicator", err)
		}
		return ends, nil
	}, nil
}

// endsOf reads [low, high]; a list of another length, which an array would take, and null,
// which a number would, are errors.
func endsOf(raw []byte) (ends [2]float64, err error) {
	var list []*float64
	if err := json.Unmarshal(raw, &list); err != nil {
		return ends, err
	}
	if len(list) != 2 || list[0] == nil || list[1] == nil {
		return ends, fmt.Errorf("%d of two numbers, or null", len(list))
	}
	return [2]float64{*list[0], *list[1]}, nil
}

func modeName(text string) string {
	switch strings.ToLower(text) {
	case "", "a":
		return "A"
	case "b":
		return "B"
	}
	return strings.ToLower(text)
}

func oneOrMany(raw []byte) ([]string, error) {
	var one string
	if json.Unmarshal(raw, &one) == nil && string(raw) != "null" {
		return []string{one}, nil
	}
	var many []string
	err := json.Unmarshal(raw, &many)
	return many, err
}

func parsePath(raw []byte) (Path, error) {
	ends, err := oneOrMany(raw)
	if err == nil && len(ends) == 1 {
		if from, to, found := strings.Cut(ends[0], "->"); found {
			ends = []string{strings.TrimSpace(from), strings.TrimSpace(to)}
		}
	}
	if err != nil || len(ends) != 2 {
		return Path{}, &SpecError{Field: "path", Value: string(raw), Reason: "want [from, to]", Err: err}
	}
	return Path{From: ends[0], To: ends[1]}, nil
}
