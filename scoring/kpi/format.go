package kpi

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/rapport-crm/rapport/internal/exactjson"
)

// format is the version of the JSON forms, in their field "format".
const format = 1

// FormatError reports JSON of a format that this version of the package does not
// know, which is how what a newer version wrote shows itself to an older one.
type FormatError struct {
	Subject string // what the JSON is of: "registry", "figure", …
	Format  int    // 0: none was given
}

// Error names both formats.
func (e *FormatError) Error() string {
	if e.Format == 0 {
		return fmt.Sprintf("kpi: %s JSON has no format, this version reads %d", e.Subject, format)
	}
	return fmt.Sprintf("kpi: %s JSON has format %d, this version reads %d", e.Subject, e.Format, format)
}

// decode reads one JSON value into a form that has a field "format". The format comes
// first: a newer one explains fields that this version does not know.
func decode(subject string, text []byte, form any) error {
	switch found, err := exactjson.DecodeFormat(text, format, form); {
	case err != nil:
		return fmt.Errorf("kpi: decode %s: %w", subject, err)
	case found != format:
		return &FormatError{Subject: subject, Format: found}
	}
	return nil
}

// isNull reports the JSON null, which leaves a value as it is.
func isNull(text []byte) bool { return string(bytes.TrimSpace(text)) == "null" }

// field is a field of a JSON form, and whether it was there.
type field struct {
	name  string
	there bool
}

// checkFields returns nil, or a [*CodeError] for the first field that is missing: one whose
// zero would be read as a number that somebody stated.
func checkFields(subject string, fields ...field) error {
	for _, f := range fields {
		if !f.there {
			return &CodeError{Subject: "field of " + subject + " JSON", Code: f.name, Reason: "missing"}
		}
	}
	return nil
}

// decodeWhole is decode for what only a program writes: every field has to be there, also
// in nested objects, as the zero of one that is not would be read as stated. The error for
// one that is missing, or null where the form has a value, is a [*CodeError].
func decodeWhole(subject string, text []byte, form any) error {
	if err := decode(subject, text, form); err != nil {
		return err
	}
	written, err := json.Marshal(form)
	if err != nil {
		return fmt.Errorf("kpi: decode %s: %w", subject, err)
	}
	var had, want any
	if err := errors.Join(json.Unmarshal(text, &had), json.Unmarshal(written, &want)); err != nil {
		return fmt.Errorf("kpi: decode %s: %w", subject, err)
	}
	name := missingField("", had, want)
	return checkFields(subject, field{name, name == ""})
}

// missingField is the name of the first field, by name, of one JSON value that another
// does not have; "" if it has them all.
func missingField(name string, had, want any) string {
	switch want := want.(type) {
	case map[string]any:
		fields, _ := had.(map[string]any)
		for _, key := range slices.Sorted(maps.Keys(want)) {
			value, there := fields[key]
			if !there {
				return key
			}
			if missing := missingField(key, value, want[key]); missing != "" {
				return missing
			}
		}
	case []any:
		list, _ := had.([]any)
		for i := range want {
			if i >= len(list) {
				return name
			}
			if missing := missingField(name, list[i], want[i]); missing != "" {
				return missing
			}
		}
	default:
		if had == nil && want != nil {
			return name
		}
	}
	return ""
}
