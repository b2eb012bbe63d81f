package pipeline

import (
	"fmt"
	"strings"
)

// Finding is something that [Inspect] found in a definition.
type Finding struct {
	Code    string // stable, for programs: "unknown_stage"
	Path    string // where: "transitions[3].to"
	Text    string // what, with the names
	Warning bool   // odd, but the definition works
}

// String returns where, what and the code.
func (f Finding) String() string { return fmt.Sprintf("%s: %s (%s)", f.Path, f.Text, f.Code) }

// DefinitionError holds everything that is wrong with a definition, and the warnings.
type DefinitionError struct {
	Definition Ref
	Findings   []Finding // in the order of the definition
}

func (e *DefinitionError) Error() string {
	var texts []string
	for _, f := range e.Findings {
		if !f.Warning {
			texts = append(texts, f.String())
		}
	}
	return fmt.Sprintf("pipeline: %s cannot be compiled: %s", name(e.Definition), strings.Join(texts, "; "))
}
