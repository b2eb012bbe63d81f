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

// Error says what is wrong with the text; a long text is cut.
func (e *IDError) Error() string {
	if e.Reason == "too long" {
		return fmt.Sprintf("rapport: id %s: too long, %d bytes where %d are allowed", quote(e.Text), len(e.Text), MaxIDLength)
	}
	return fmt.Sprintf("rapport: id %s: %s", quote(e.Text), e.Reason)
}

// ParseID returns text as an ID, or an [*IDError] that says what is wrong.
func ParseID(text string) (ID, error) {
	id := ID(text)
	if err := id.Validate(); err != nil {
		return "", err
	}
	return id, nil
}

// MustID is [ParseID] for literals: it panics on an error.
func MustID(text string) ID {
	id, err := ParseID(text)
	if err != nil {
		panic(err)
	}
	return id
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

// MarshalText returns the bytes of a valid id, nothing for the zero value, else
// an [*IDError].
func (id ID) MarshalText() ([]byte, error) {
	if id == "" {
		return nil, nil
	}
	if err := id.Validate(); err != nil {
		return nil, err
	}
	return []byte(id), nil
}

// UnmarshalText accepts what [ID.MarshalText] writes; the error is an
// [*IDError], and id is then unchanged.
func (id *ID) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*id = ""
		return nil
	}
	parsed, err := ParseID(string(text))
	if err != nil {
		return err
	}
	*id = parsed
	return nil
}
