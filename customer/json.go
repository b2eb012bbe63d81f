package customer

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
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
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	err := decoder.Decode(form)
	if err == nil && !utf8.Valid(text) {
		err = errors.New("the text is not UTF-8")
	}
	if err == nil {
		err = fieldsOnce(json.NewDecoder(bytes.NewReader(text)))
	}
	if err != nil {
		return fmt.Errorf("customer: decode %s: %w", subject, err)
	}
	return nil
}

// fieldsOnce reads a value that a form has accepted, and refuses an object in
// which a field comes twice or is not in small letters as the forms write it.
func fieldsOnce(decoder *json.Decoder) error {
	token, err := decoder.Token()
	if err != nil {
		return err
	}
	object := token == json.Delim('{')
	if !object && token != json.Delim('[') {
		return nil
	}
	var seen []string // as many as the form has fields, for all others were refused
	for decoder.More() {
		if object {
			token, err := decoder.Token()
			if err != nil {
				return err
			}
			field, _ := token.(string) // a key always is
			switch {
			case strings.Trim(field, "abcdefghijklmnopqrstuvwxyz_") != "":
				return fmt.Errorf("unknown field %q", field)
			case slices.Contains(seen, field):
				return fmt.Errorf("field %q comes twice", field)
			}
			seen = append(seen, field)
		}
		if err := fieldsOnce(decoder); err != nil {
			return err
		}
	}
	_, err = decoder.Token() // the closing bracket
	return err
}

// isNull reports the JSON null, which leaves a value as it is.
func isNull(text []byte) bool { return string(bytes.TrimSpace(text)) == "null" }
