package customer

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"

	"github.com/rapport-crm/rapport/internal/exactjson"
)

// jsonFormat is the version of most JSON forms, in their field "format". A version is
// raised when a field is added or its meaning changes; older formats stay readable.
const jsonFormat = 1

// formats returns which formats of a subject this version reads; it writes the newest.
func formats(subject string) (oldest, newest int) {
	switch subject {
	case "customer":
		return 1, customerFormat
	case "transaction", "interaction":
		return 1, eventFormat
	}
	return jsonFormat, jsonFormat
}

// FormatError reports JSON of a format that this version of the package does not
// know, which is how a newer version's records show themselves to an older one.
type FormatError struct {
	Subject string // what the JSON is of: "customer", "transaction", "interaction", "relation", …
	Format  int
}

// Error names both formats.
func (e *FormatError) Error() string {
	oldest, newest := formats(e.Subject)
	reads := strconv.Itoa(newest)
	if oldest < newest {
		reads = strconv.Itoa(oldest) + " to " + reads
	}
	return fmt.Sprintf("customer: %s JSON has format %d, this version reads %s", e.Subject, e.Format, reads)
}

// decodeStrict reads one JSON value and nothing after it. A field that the form
// does not have is an error, since dropping it would lose what somebody wrote;
// and so are a field that comes twice, one in other letter case, and bytes that
// are no UTF-8, which encoding/json would drop, take for ours or replace.
func decodeStrict(subject string, text []byte, form any) error {
	// The format comes first: a newer one explains unknown fields.
	if _, err := formatOf(subject, text); err != nil {
		return err
	}
	return decodeForm(subject, text, form)
}

// formatOf returns the format of JSON, which is one that this version reads. It also
// refuses text after the value.
func formatOf(subject string, text []byte) (int, error) {
	var head struct {
		Format int `json:"format"`
	}
	if err := json.Unmarshal(text, &head); err != nil {
		return 0, fmt.Errorf("customer: decode %s: %w", subject, err)
	}
	if oldest, newest := formats(subject); head.Format < oldest || head.Format > newest {
		return 0, &FormatError{Subject: subject, Format: head.Format}
	}
	return head.Format, nil
}

// decodeForm is [decodeStrict] for JSON whose format is known.
func decodeForm(subject string, text []byte, form any) error {
	if err := exactjson.Decode(text, form); err != nil {
		return fmt.Errorf("customer: decode %s: %w", subject, err)
	}
	return nil
}

// isNull reports the JSON null, which leaves a value as it is.
func isNull(text []byte) bool { return string(bytes.TrimSpace(text)) == "null" }
