package main

import (
	"fmt"
	"io"
	"os"

	"github.com/rapport-crm/rapport/pipeline"
)

// mostText is how much a file may hold: far more than any process needs.
const mostText = 8 << 20

// examine checks a process in a file, prints what was found, and shows it if it can be
// compiled. Guards and choices that it names are taken as given, for only the host has
// them.
func examine(path string, show func(*pipeline.Machine, io.Writer) error, out, problems io.Writer) error {
	text, err := read(path)
	if err != nil {
		return err
	}
	d, err := pipeline.ParseDefinition(text)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	options := hostless(&d)
	wrong := 0
	for _, f := range pipeline.Inspect(d, options) {
		what := "odd"
		if !f.Warning {
			what = "wrong"
			wrong++
		}
		fmt.Fprintf(problems, "%s: %s: %v\n", path, what, f)
	}
	if wrong > 0 {
		return fmt.Errorf("%s cannot be compiled, findings that are wrong: %d", path, wrong)
	}
	m, err := pipeline.Compile(d, options)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return show(m, out)
}

func read(path string) ([]byte, error) {
	file := os.Stdin
	if path != "-" {
		var err error
		if file, err = os.Open(path); err != nil {
			return nil, err
		}
		defer file.Close()
	}
	text, err := io.ReadAll(io.LimitReader(file, mostText+1))
	if err == nil && len(text) > mostText {
		err = fmt.Errorf("%s: more than %d bytes", path, mostText)
	}
	return text, err
}

// hostless stands in for the functions of the host that a definition names.
func hostless(d *pipeline.Definition) *pipeline.Options {
	options := &pipeline.Options{Guards: map[string]pipeline.Guard{}, Choices: map[string]pipeline.Choice{}}
	guards := func(names []string) {
		for _, name := range names {
			options.Guards[name] = func(pipeline.Check) error { return nil }
		}
	}
	for _, s := range d.Stages {
		guards(s.Enter.Guards)
		guards(s.Leave.Guards)
	}
	for _, t := range d.Transitions {
		guards(t.When)
		guards(t.Gate.Guards)
		if t.Choose != "" {
			options.Choices[t.Choose] = func(c pipeline.Check) (pipeline.StageID, error) { return c.Input.To, nil }
		}
	}
	return options
}
