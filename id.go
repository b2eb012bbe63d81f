package rapport

import (
	"fmt"
	"unicode"
	"unicode/utf8"
)

// MaxIDLength is the greatest length of an [ID] in bytes.
const MaxIDLength = 128

// ID names a customer, a transaction, a tenant or any other record: the host's
// own key, kept as written ("00004" stays "00004"), or one made by an
// [IDSource]. It is a string of 1 to 128 bytes of valid UTF-8 without control
// characters; the zero value means "no id".
//
// IDs are compared and ordered as bytes. Nothing folds case, trims space or
// normalises Unicode: two ids are one only if they are the same bytes.
type ID string

// IDError reports a text that cannot be an [ID].
type IDError struct {
	Text   string // as it was given
	Reason string // "empty", "too long", "not UTF-8" or "control character"
}

func (e *IDError) Error() string {
	text := e.Text
	if len(text) > MaxIDLength {
		text = text[:MaxIDLength] + "…"
	}
	return fmt.Sprintf("rapport: id %q is %s", text, e.Reason)
}

// ParseID returns text as an ID, or an [*IDError] that says what is wrong.
func ParseID(text string) (ID, error) {
	id := ID(text)
	if err := id.Validate(); err != nil {
		return "", err
	}
	return id, nil
}

// Validate returns nil if id is a valid ID, else an [*IDError].
func (id ID) Validate() error {
	switch {
	case id == "":
		return &IDError{Text: string(id), Reason: "empty"}
	case len(id) > MaxIDLength:
		return &IDError{Text: string(id), Reason: "too long"}
	case !utf8.ValidString(string(id)):
		return &IDError{Text: string(id), Reason: "not UTF-8"}
	}
	for _, r := range string(id) {
		if unicode.IsControl(r) {
			return &IDError{Text: string(id), Reason: "control character"}
		}
	}
	return nil
}
