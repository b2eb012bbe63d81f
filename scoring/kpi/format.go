package kpi

import (
	"bytes"
	"encoding/json"
	"fmt"

	"github.com/rapport-crm/rapport/internal/exactjson"
)

// format is the version of the JSON forms, in their field "format".
const format = 1

// FormatError reports JSON of a format that this version of the package does not
// know, which is how what a newer version wrote shows itself to an older one.
type FormatError struct {
	Subject string // what the JSON is of: "registry", "figure", …
	Format  int
}

// Error names both formats.
func (e *FormatError) Error() string {
	return fmt.Sprintf("kpi: %s JSON has format %d, this version reads %d", e.Subject, e.Format, format)
}

// decode reads one JSON value into a form that has a field "format". The format comes
// first: a newer one explains fields that this version does not know.
func decode(subject string, text []byte, form any) error {
	var head struct {
		Format int `json:"format"`
	}
	if err := json.Unmarshal(text, &head); err != nil {
		return fmt.Errorf("kpi: decode %s: %w", subject, err)
	}
	if head.Format != format {
		return &FormatError{Subject: subject, Format: head.Format}
	}
	if err := exactjson.Decode(text, form); err != nil {
		return fmt.Errorf("kpi: decode %s: %w", subject, err)
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
