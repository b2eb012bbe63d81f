package pipeline

import (
	"fmt"
	"slices"
)

// checkData finds the first field, by name, that an input cannot set in a stage.
func (m *Machine) checkData(stage StageID, data Values) error {
	if len(data) == 0 {
		return nil
	}
	var first *UnknownFieldError
	for id, v := range data {
		if want := m.refuses(stage, id, v); want != "" && (first == nil || id < first.Field) {
			first = &UnknownFieldError{id, v, want}
		}
	}
	if first != nil {
		return first
	}
	return nil
}

// checkOwn finds the first field, by name, that cannot be among those of a new deal: one
// that every deal has beside them, or one that holds nothing.
func checkOwn(fields Values) error {
	for _, id := range sortedKeys(fields) {
		switch v := fields[id]; {
		case slices.ContainsFunc(dealFields(), func(f Field) bool { return f.ID == id }):
			return &UnknownFieldError{id, v, "it is set on the deal itself"}
		case v.Empty():
			return &UnknownFieldError{id, v, "want a value, or no such field"}
		}
	}
	return nil
}

// refuses says what is wrong with a value of a field, nothing if it will do.
func (m *Machine) refuses(stage StageID, id string, v Value) string {
	i := m.fieldNames.find(id)
	if i < 0 {
		return "the definition has no such field"
	}
	f := &m.fields[i]
	switch {
	case len(f.SetIn) > 0 && !slices.Contains(f.SetIn, stage):
		return "it cannot be set in stage " + string(stage)
	case v.Empty():
		return ""
	case v.kind != f.Kind:
		return "want a value of kind " + f.Kind.String()
	case len(f.OneOf) > 0 && !slices.Contains(f.OneOf, v.text):
		return fmt.Sprintf("want one of %q", f.OneOf)
	}
	return v.flaw()
}
