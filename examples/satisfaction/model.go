package main

import (
	"fmt"
	"os"

	"github.com/rapport-crm/rapport/satisfaction"
)

// A preset is a model whose items are the columns that begin as in published data of
// the European index.
type preset struct {
	name string
	make func() satisfaction.Model
}

func presets() []preset {
	return []preset{{"acsi", satisfaction.ACSI}, {"ecsi", satisfaction.ECSI}, {"scsb", satisfaction.SCSB}}
}

func presetNames() []string {
	var names []string
	for _, p := range presets() {
		names = append(names, p.name)
	}
	return names
}

// The answers of the presets go from presetLow to presetHigh.
const presetLow, presetHigh = 1, 10

// chooseModel returns the model that the options name, with the columns of the file. A
// specification says what becomes of missing answers unless the command line does; its
// fields that nobody reads come back as warnings.
func (a *answers) chooseModel(o *options) (satisfaction.Model, []string, error) {
	for _, p := range presets() {
		if p.name == o.model {
			model, err := p.make().BindPrefixes(a.sheet.Header, presetLow, presetHigh)
			if err != nil {
				err = a.explain(err)
			}
			return model, nil, err
		}
	}
	text, err := os.ReadFile(o.model)
	if err != nil {
		return satisfaction.Model{}, nil, err
	}
	spec, err := satisfaction.ParseSpec(text)
	if err != nil {
		return satisfaction.Model{}, nil, fmt.Errorf("%s: %w", o.model, err)
	}
	if !o.missing {
		o.pls.Missing = spec.Missing
	}
	var warnings []string
	for _, field := range spec.Skipped {
		warnings = append(warnings, fmt.Sprintf("unknown_field: %s is no field of a specification and was skipped", field))
	}
	return spec.Model, warnings, nil
}
