package identity

import (
	"fmt"
	"strconv"
)

// Kind says what the values of a field are, and with it how they are brought
// into standard form and compared.
type Kind uint8

// The kinds.
const (
	Name         Kind = iota + 1 // of a person, a place or a thing: "Dr. Mei Li"
	Organisation                 // of a company: "Sample Trading Co., Ltd."
	Text                         // any other words
	Address                      // a line of an address, or all of it
	Date                         // a day, a month or a year
	Phone                        // a telephone number
	Email                        // an e-mail address
	Code                         // letters and digits that identify: a document number, a postcode, a house number
	Number                       // a quantity
)

// String returns the kind's word, such as "name"; "kind(12)" for no kind.
func (k Kind) String() string {
	switch k {
	case Name:
		return "name"
	case Organisation:
		return "organisation"
	case Text:
		return "text"
	case Address:
		return "address"
	case Date:
		return "date"
	case Phone:
		return "phone"
	case Email:
		return "email"
	case Code:
		return "code"
	case Number:
		return "number"
	}
	return "kind(" + strconv.Itoa(int(k)) + ")"
}

// IsValid reports whether k is one of the kinds.
func (k Kind) IsValid() bool { return k >= Name && k <= Number }

// ParseKind returns the kind of a word as [Kind.String] writes it. Any other word
// is a *[KindError].
func ParseKind(word string) (Kind, error) {
	for k := Name; k <= Number; k++ {
		if k.String() == word {
			return k, nil
		}
	}
	return 0, &KindError{Word: word}
}

// MarshalText writes the kind's word. No kind is a *[KindError].
func (k Kind) MarshalText() ([]byte, error) {
	if !k.IsValid() {
		return nil, &KindError{Word: k.String()}
	}
	return []byte(k.String()), nil
}

// UnmarshalText reads a word as [ParseKind] does.
func (k *Kind) UnmarshalText(text []byte) error {
	parsed, err := ParseKind(string(text))
	if err != nil {
		return err
	}
	*k = parsed
	return nil
}

// KindError is a word that names no kind.
type KindError struct {
	Word string // as given
}

// Error names the word and the kinds that there are.
func (e *KindError) Error() string {
	return fmt.Sprintf("identity: unknown kind %s, want name, organisation, text, address, date, phone, email, code or number", quoted(e.Word))
}

// Form is a value in its standard form, in which values are compared. Equal
// values that are written differently mostly have equal forms.
type Form struct {
	Text  string // comparable text; "": there is no value
	Valid bool   // the value is what its kind asks for: a date of the calendar, an address with a host. If not, Text is what can be compared all the same
}

// MaxValueLength is the length in bytes of the longest value that a
// [Standardiser] takes.
const MaxValueLength = 1 << 14

// TextReason is a stable code for what is wrong with a value.
type TextReason string

// The reasons.
const (
	NotUTF8      TextReason = "not-utf8"       // not valid UTF-8
	ValueTooLong TextReason = "value-too-long" // more bytes than the limit
)

// TextError is a value that cannot be brought into any form.
type TextError struct {
	Reason TextReason
	Length int // of the value, in bytes
	Limit  int // the most bytes that are taken
	At     int // of NotUTF8: the first byte that is none
}

// Error states the reason and the numbers.
func (e *TextError) Error() string {
	if e.Reason == ValueTooLong {
		return fmt.Sprintf("identity: a value has %d bytes, at most %d are taken", e.Length, e.Limit)
	}
	return fmt.Sprintf("identity: a value of %d bytes is not valid UTF-8 at byte %d", e.Length, e.At)
}

// quoted writes a text of any length for a message.
func quoted(text string) string {
	const longest = 64
	if len(text) > longest {
		return strconv.Quote(text[:longest]) + "…"
	}
	return strconv.Quote(text)
}
