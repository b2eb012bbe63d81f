package identity

import (
	"fmt"
	"math"
)

// Agreement is what is known of a field beforehand.
type Agreement struct {
	Match float64 // share of matches with equal values, above 0 and below 1
	Other float64 // share of others with equal values, above 0 and below 1
	// Frequencies are the shares of values, in standard form, that are more or less
	// frequent than Other says.
	Frequencies map[string]float64
}

// NewModel returns a model from figures that are known rather than learnt: the
// probability that two random records match, and one [Agreement] a field. Values
// that are not equal count as different, however close. It compares all pairs. The
// errors are a [*SchemaError] and an [*OptionError].
func NewModel(schema Schema, prior float64, fields []Agreement) (*Model, error) {
	if err := schema.Validate(); err != nil {
		return nil, err
	}
	if !(prior > 0 && prior < 1) {
		return nil, &OptionError{Name: "prior", Value: prior, Range: "above 0 and below 1"}
	}
	if len(fields) != len(schema.Fields) {
		return nil, &OptionError{Name: "agreements", Value: float64(len(fields)), Range: fmt.Sprintf("%d, one a field", len(schema.Fields))}
	}
	options, err := (*Options)(nil).orDefault()
	if err != nil {
		return nil, err
	}
	standardiser, err := NewStandardiser(nil)
	if err != nil {
		return nil, err
	}
	m := &Model{schema: schema.clone(), options: options, standardiser: standardiser, all: true, slope: 1,
		tokens: make([]*Tokens, len(fields)), frequencies: make([]frequencies, len(fields)), parameters: newParameters(len(fields))}
	p := m.parameters
	p.prior = prior
	for f, a := range fields {
		kind := schema.Fields[f].Kind
		if err := a.validate(schema.Fields[f].Name); err != nil {
			return nil, err
		}
		k := len(levelNames(kind))
		p.parent[f] = -1
		p.m[f], p.r[f], p.u[f] = make([]float64, k), make([]float64, k), grow(nil, 1, k)
		for l := 1; l < k; l++ {
			p.m[f][l], p.u[f][0][l] = (1-a.Match)/float64(k-2), (1-a.Other)/float64(k-2)
		}
		p.m[f][exact], p.u[f][0][exact] = a.Match, a.Other
		copy(p.r[f], p.u[f][0])
		m.frequencies[f].bits = make(map[string]float64, len(a.Frequencies))
		for value, share := range a.Frequencies {
			m.frequencies[f].bits[value] = math.Log2(a.Other / share)
		}
		if byWords(kind) {
			m.tokens[f] = NewTokens(func(func(string) bool) {})
		}
	}
	p.weigh()
	return m, nil
}

// validate checks what is known of a field.
func (a Agreement) validate(field string) error {
	check := func(what string, share float64) error {
		if !(share > 0 && share < 1) {
			return &OptionError{Name: what + " of " + field, Value: share, Range: "above 0 and below 1"}
		}
		return nil
	}
	if err := check("Match", a.Match); err != nil {
		return err
	}
	if err := check("Other", a.Other); err != nil {
		return err
	}
	for value, share := range a.Frequencies {
		if err := check("frequency of "+quoted(value), share); err != nil {
			return err
		}
	}
	return nil
}

func (s Schema) clone() Schema { return Schema{Fields: append([]Field(nil), s.Fields...)} }

// byWords reports whether values of a kind are compared by their words.
func byWords(kind Kind) bool { return kind == Text || kind == Address || kind == Organisation }

// newParameters returns empty parameters of k comparisons.
func newParameters(k int) *parameters {
	return &parameters{parent: make([]int, k), m: make([][]float64, k), r: make([][]float64, k),
		u: make([][][]float64, k), bits: make([][][]float64, k), kin: make([][][]float64, k),
		tempers: make([][]float64, k), kinShare: make([]float64, k)}
}
