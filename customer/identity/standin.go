package identity

import (
	"strings"
	"unicode"
	"unicode/utf8"
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

type Form struct {
	Text  string
	Valid bool
}

func quoted(s string) string { return strconv.Quote(s) }

type StandardOptions struct {
	CallingCode string
	DayFirst    bool
}

type Standardiser struct{}

func NewStandardiser(o *StandardOptions) (*Standardiser, error) { return &Standardiser{}, nil }

type TextError struct{ Length int }

func (e *TextError) Error() string { return fmt.Sprintf("identity: bad text of %d bytes", e.Length) }

func (s *Standardiser) Form(kind Kind, value string) (Form, error) {
	if !utf8.ValidString(value) || len(value) > 1<<14 {
		return Form{}, &TextError{len(value)}
	}
	v := strings.ToLower(strings.TrimSpace(value))
	switch kind {
	case Date:
		d := strings.Map(func(r rune) rune {
			if r >= '0' && r <= '9' {
				return r
			}
			return -1
		}, v)
		if len(d) == 8 {
			return Form{d[:4] + "-" + d[4:6] + "-" + d[6:], true}, nil
		}
		return Form{d, false}, nil
	case Code, Phone:
		return Form{strings.ToUpper(strings.Map(func(r rune) rune {
			if unicode.IsLetter(r) || unicode.IsDigit(r) {
				return r
			}
			return -1
		}, v)), true}, nil
	case Email, Number:
		return Form{v, true}, nil
	}
	v = strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		if r == '\'' {
			return -1
		}
		return ' '
	}, v)
	return Form{strings.Join(strings.Fields(v), " "), true}, nil
}
