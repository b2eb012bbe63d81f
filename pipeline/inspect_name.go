package pipeline

import (
	"fmt"
	"unicode/utf8"
)

// declarations learns all names, and finds those that are declared twice or ill formed.
func (in *inspector) declarations() {
	d := in.d
	in.id(placeOf("id"), d.ID)
	if d.Version < 1 {
		in.fail(placeOf("version"), CodeBadVersion, "version %d, want 1 or more", d.Version)
	}
	in.text(placeOf("label"), d.Label)
	for i, s := range d.Stages {
		at := placeAt("stages", i).of("id")
		in.id(at, string(s.ID))
		if _, twice := in.stages[s.ID]; twice {
			in.fail(at, CodeDuplicate, "stage %q is declared twice", s.ID)
			in.tree = false
			continue
		}
		in.stages[s.ID] = i
	}
	for _, t := range d.Transitions {
		in.triggers[t.Trigger] = true
	}
	for _, f := range dealFields() {
		in.fields[f.ID] = &f
	}
	for i := range d.Fields {
		f := &d.Fields[i]
		at := placeAt("fields", i).of("id")
		in.id(at, f.ID)
		if in.fields[f.ID] != nil {
			in.fail(at, CodeDuplicate, "field %q is declared twice, or is one that every deal has", f.ID)
			continue
		}
		in.fields[f.ID] = f
	}
	for i, l := range d.Reasons {
		in.declare(placeAt("reasons", i).of("name"), in.reasons, "list of reasons", l.Name)
	}
	for i, name := range d.Roles {
		in.declare(placeAt("roles", i), in.roles, "role", name)
	}
	for i, l := range d.Checklists {
		in.declare(placeAt("checklists", i).of("id"), in.checklists, "checklist", l.ID)
	}
	for i, p := range d.Parts {
		in.declare(placeAt("parts", i).of("name"), in.parts, "part", p.Name)
		in.id(placeAt("parts", i).of("process"), p.Process)
	}
}

// declare adds a name to those that are known.
func (in *inspector) declare(at place, known map[string]bool, what, name string) {
	in.id(at, name)
	if known[name] {
		in.fail(at, CodeDuplicate, "%s %q is declared twice", what, name)
	}
	known[name] = true
}

// id checks the form of a name.
func (in *inspector) id(at place, name string) bool {
	good := wellFormed(name)
	if !good {
		in.fail(at, CodeBadID, "name %s: want 1 to 64 of a-z, 0-9, \"_\", \"-\" and \".\"", short(name))
	}
	return good
}

// wellFormed reports whether a name has the form of a StageID.
func wellFormed(name string) bool {
	for _, c := range []byte(name) {
		if !(c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '_' || c == '-' || c == '.') {
			return false
		}
	}
	return len(name) >= 1 && len(name) <= 64
}

// text checks a text of any form.
func (in *inspector) text(at place, text string) {
	switch {
	case len(text) > MaxText:
		in.fail(at, CodeBadText, "%d bytes of text, at most %d are accepted", len(text), MaxText)
	case !utf8.ValidString(text):
		in.fail(at, CodeBadText, "text %q is no UTF-8", text)
	}
}

// refer checks names in a list against those that are known, and notes their use.
func (in *inspector) refer(at place, names []string, known map[string]bool, code, what string) {
	in.once(at, names)
	for i, name := range names {
		in.used[use{what, name}] = true
		if !known[name] {
			in.fail(at.at(i), code, "%s %s is not declared", what, short(name))
		}
	}
}

// once finds names that a list has twice.
func (in *inspector) once(at place, names []string) {
	seen := make(map[string]bool, len(names))
	for i, name := range names {
		if seen[name] {
			in.warn(at.at(i), CodeRepeated, "%s comes twice", short(name))
		}
		seen[name] = true
	}
}

func (in *inspector) fieldNames(at place, names []string) {
	in.once(at, names)
	for i, name := range names {
		in.field(at.at(i), name)
	}
}

// field finds a field by its name.
func (in *inspector) field(at place, name string) *Field {
	in.used[use{"field", name}] = true
	f := in.fields[name]
	if f == nil {
		in.fail(at, CodeUnknownField, "field %s is not declared", short(name))
	}
	return f
}

// date checks that a field holds a date or an instant.
func (in *inspector) date(at place, name string) {
	if f := in.field(at, name); f != nil && f.Kind != DateField && f.Kind != TimeField {
		in.fail(at, CodeNotADate, "field %q is of kind %v, want date or time", name, f.Kind)
	}
}

// stageNames checks the names of stages in a list.
func (in *inspector) stageNames(at place, ids []StageID) {
	names := make([]string, len(ids))
	for i, id := range ids {
		names[i] = string(id)
		in.stage(at.at(i), id)
	}
	in.once(at, names)
}

// stage finds a stage by its name, −1 if there is none.
func (in *inspector) stage(at place, id StageID) int {
	i, ok := in.stages[id]
	if !ok {
		in.fail(at, CodeUnknownStage, "stage %s is not declared", short(id))
		in.linked = false
		return -1
	}
	return i
}

// guards checks the names of guards.
func (in *inspector) guards(at place, names []string) {
	in.once(at, names)
	for i, name := range names {
		in.asks = true
		if in.id(at.at(i), name) && in.options.Guards[name] == nil {
			in.fail(at.at(i), CodeUnknownGuard, "guard %q is not in the options", name)
		}
	}
}

// effects checks the names of effects, which the host knows.
func (in *inspector) effects(at place, names []string) {
	in.once(at, names)
	for i, name := range names {
		in.id(at.at(i), name)
	}
}

// unused finds what is declared and not named anywhere.
func (in *inspector) unused() {
	d := in.d
	look := func(at place, what, name string) {
		if !in.used[use{what, name}] {
			in.warn(at, CodeUnused, "%s %s is named nowhere", what, short(name))
		}
	}
	for i, f := range d.Fields {
		if !in.asks {
			look(placeAt("fields", i), "field", f.ID)
		}
	}
	for i, l := range d.Reasons {
		look(placeAt("reasons", i), "list of reasons", l.Name)
	}
	for i, name := range d.Roles {
		look(placeAt("roles", i), "role", name)
	}
	for i, l := range d.Checklists {
		look(placeAt("checklists", i), "checklist", l.ID)
	}
	for i, p := range d.Parts {
		look(placeAt("parts", i), "part", p.Name)
	}
}

// short quotes a name, cut if it is very long.
func short[T ~string](name T) string { return fmt.Sprintf("%.80q", string(name)) }
