package kpi

import (
	"encoding/json"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strings"
)

// Registry holds the definitions of a house, one for each code. It is immutable and
// safe to share; the zero value has none. [Standard] is the one to begin with.
type Registry struct {
	definitions map[string]Definition
	codes       []string // ascending
}

// NewRegistry returns a registry of the definitions, in any order. The error is a
// [*DefinitionError], or a [*CodeError] for a code that stands twice.
func NewRegistry(definitions ...Definition) (*Registry, error) {
	return new(Registry).add(definitions, false)
}

// With returns a registry in which the given definitions replace those of their codes
// or come in addition: the way a host states its own owners, periods and roles, and
// its own KPIs. The unit of a code must stay as it is, since the functions of this
// package make figures of it. The error is a [*DefinitionError], or a [*CodeError] for
// a code that is given twice.
func (r *Registry) With(definitions ...Definition) (*Registry, error) {
	return r.add(definitions, true)
}

func (r *Registry) add(definitions []Definition, replace bool) (*Registry, error) {
	all := make(map[string]Definition, len(r.definitions)+len(definitions))
	maps.Copy(all, r.definitions)
	given := make(map[string]bool, len(definitions))
	for _, d := range definitions {
		if err := d.Validate(); err != nil {
			return nil, err
		}
		if given[d.Code] {
			return nil, &CodeError{Subject: "definition", Code: d.Code, Reason: "twice"}
		}
		given[d.Code] = true
		if old, ok := all[d.Code]; replace && ok && old.Unit != d.Unit {
			return nil, &DefinitionError{Code: d.Code, Field: "unit", Reason: fmt.Sprintf("is %s, want %s as it was", d.Unit, old.Unit)}
		}
		d.Excludes = slices.Clone(d.Excludes)
		all[d.Code] = d
	}
	return &Registry{definitions: all, codes: slices.Sorted(maps.Keys(all))}, nil
}

// Len returns how many definitions there are.
func (r *Registry) Len() int { return len(r.codes) }

// All yields the definitions by code, ascending.
func (r *Registry) All() iter.Seq[Definition] {
	return func(yield func(Definition) bool) {
		for _, code := range r.codes {
			d := r.definitions[code]
			d.Excludes = slices.Clone(d.Excludes)
			if !yield(d) {
				return
			}
		}
	}
}

// Definition returns the definition of a code, or a [*CodeError] for one that is not known.
func (r *Registry) Definition(code string) (Definition, error) {
	d, ok := r.definitions[code]
	if !ok {
		return Definition{}, &CodeError{Subject: "definition", Code: code, Reason: "unknown"}
	}
	d.Excludes = slices.Clone(d.Excludes)
	return d, nil
}

// Check returns nil for a figure that is sound ([Figure.Validate]) and of the unit that
// its definition states. The error is a [*CodeError] for a code that is not known, a
// [*DefinitionError] for another unit, or that of the figure.
func (r *Registry) Check(f Figure) error {
	d, ok := r.definitions[f.Code]
	if !ok {
		return &CodeError{Subject: "definition", Code: f.Code, Reason: "unknown"}
	}
	if d.Unit != f.Unit {
		return &DefinitionError{Code: f.Code, Field: "unit", Reason: fmt.Sprintf("is %s, the figure has %q", d.Unit, clip(string(f.Unit)))}
	}
	return f.Validate()
}

// Visible returns the figures that somebody with the given roles may see, in the order
// given, and how many were withheld. A figure of one person ([Person]) is shown to those
// who have the definition's IndividualRole only, to nobody if none is stated: to judge
// people takes a right, to judge work does not. The error is that of [Registry.Check].
func (r *Registry) Visible(figures []Figure, roles ...string) (shown []Figure, withheld int, err error) {
	for _, f := range figures {
		if err := r.Check(f); err != nil {
			return nil, 0, err
		}
		role := r.definitions[f.Code].IndividualRole
		if f.Scope.Kind == Person && (role == "" || !slices.Contains(roles, role)) {
			withheld++
			continue
		}
		shown = append(shown, f)
	}
	return shown, withheld, nil
}

// String returns a line for each definition, by code.
func (r *Registry) String() string {
	var b strings.Builder
	for _, code := range r.codes {
		b.WriteString(r.definitions[code].String())
		b.WriteByte('\n')
	}
	return b.String()
}

type definitionFile struct {
	Code           string    `json:"code"`
	Owner          string    `json:"owner"`
	Unit           Unit      `json:"unit"`
	Direction      Direction `json:"direction,omitempty"`
	Numerator      string    `json:"numerator,omitempty"`
	Denominator    string    `json:"denominator,omitempty"`
	Formula        string    `json:"formula,omitempty"`
	Source         string    `json:"source"`
	Period         string    `json:"period"`
	Excludes       []string  `json:"excludes,omitempty"`
	IndividualRole string    `json:"individual_role,omitempty"`
}

type registryFile struct {
	Format      int              `json:"format"`
	Definitions []definitionFile `json:"definitions"`
}

// MarshalJSON writes {"format":1,"definitions":[…]}, by code.
func (r *Registry) MarshalJSON() ([]byte, error) {
	file := registryFile{Format: format, Definitions: make([]definitionFile, 0, r.Len())}
	for d := range r.All() {
		file.Definitions = append(file.Definitions, definitionFile(d))
	}
	return json.Marshal(file)
}

// UnmarshalJSON reads what [Registry.MarshalJSON] wrote; it marshals to the same bytes.
// It is for a fresh value, not for a registry in use. The error is a [*FormatError], that
// of the JSON, a [*CodeError] for a missing field or that of [NewRegistry]; after it r is
// unchanged.
func (r *Registry) UnmarshalJSON(text []byte) error {
	if isNull(text) {
		return nil
	}
	var file registryFile
	if err := decode("registry", text, &file); err != nil {
		return err
	}
	if err := checkFields("registry", field{"definitions", file.Definitions != nil}); err != nil {
		return err
	}
	definitions := make([]Definition, len(file.Definitions))
	for i, d := range file.Definitions {
		definitions[i] = Definition(d)
	}
	read, err := NewRegistry(definitions...)
	if err != nil {
		return err
	}
	*r = *read
	return nil
}
