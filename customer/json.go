package customer

import (
	"bytes"
	"encoding/json"
	"fmt"

	"github.com/rapport-crm/rapport/internal/exactjson"
)

// jsonFormat is the version of the JSON forms, in their field "format". It is
// raised when a field is added or its meaning changes; older formats stay
// readable.
const jsonFormat = 1

// FormatError reports JSON of a format that this version of the package does not
// know, which is how a newer version's records show themselves to an older one.
type FormatError struct {
	Subject string // "customer", "transaction" or "interaction"
	Format  int
}

// Error names both formats.
func (e *FormatError) Error() string {
	return fmt.Sprintf("customer: %s JSON has format %d, this version reads %d", e.Subject, e.Format, jsonFormat)
}

// decodeStrict reads one JSON value and nothing after it. A field that the form
// does not have is an error, since dropping it would lose what somebody wrote;
// and so are a field that comes twice, one in other letter case, and bytes that
// are no UTF-8, which encoding/json would drop, take for ours or replace.
func decodeStrict(subject string, text []byte, form any) error {
	// The format comes first: a newer one explains unknown fields. This also
	// refuses text after the value.
	var head struct {
		Format int `json:"format"`
	}
	if err := json.Unmarshal(text, &head); err != nil {
		return fmt.Errorf("customer: decode %s: %w", subject, err)
	}
	if head.Format != jsonFormat {
		return &FormatError{Subject: subject, Format: head.Format}
	}
	if err := exactjson.Decode(text, form); err != nil {
		return fmt.Errorf("customer: decode %s: %w", subject, err)
	}
	return nil
}

// isNull reports the JSON null, which leaves a value as it is.
func isNull(text []byte) bool { return string(bytes.TrimSpace(text)) == "null" }
