package customer

import (
	"fmt"
	"strings"
)

// Kind says what sort of party a customer is. There is no mixed kind: a sole
// trader is a person with the roles of a business.
type Kind uint8

// The kinds of customer.
const (
	Person Kind = iota + 1
	Organisation
	Household
)

// ParseKind accepts "person", "organisation" and "household"; the error is a
// [*CodeError].
func ParseKind(text string) (Kind, error) {
	for k := Person; k <= Household; k++ {
		if k.String() == text {
			return k, nil
		}
	}
	return 0, &CodeError{Type: "kind", Code: text}
}

// IsValid reports whether k is one of the kinds; the zero value is not.
func (k Kind) IsValid() bool { return k >= Person && k <= Household }

// String returns the code of the kind, "" for the zero value.
func (k Kind) String() string {
	switch k {
	case 0:
		return ""
	case Person:
		return "person"
	case Organisation:
		return "organisation"
	case Household:
		return "household"
	}
	return fmt.Sprintf("Kind(%d)", uint8(k))
}

// MarshalText returns the code of the kind, nothing for the zero value.
func (k Kind) MarshalText() ([]byte, error) { return marshalCode("kind", k, k == 0 || k.IsValid()) }

// UnmarshalText accepts what [Kind.MarshalText] writes.
func (k *Kind) UnmarshalText(text []byte) error { return unmarshalCode(k, text, ParseKind) }

// CodeError reports a text that is no code of an enumeration of this package.
type CodeError struct {
	Type string // of which enumeration: "kind", "role", "transaction kind", "direction", "visibility", "stage", …
	Code string // as it was given
}

// Error quotes the text and lists what would do.
func (e *CodeError) Error() string {
	var codes []string
	switch e.Type {
	case "kind":
		codes = codesFrom(Person)
	case "role":
		codes = codesFrom(Prospect)
	case "transaction kind":
		codes = codesFrom(Sale)
	case "direction":
		codes = codesFrom(Inbound)
	case "visibility":
		codes = codesFrom(VisibleOwner)
	case "stage":
		codes = codesFrom(StageProspect)
	case "check scheme":
		codes = codesFrom(CheckMod1110)
	}
	text := fmt.Sprintf("customer: %q is not a %s", e.Code, e.Type)
	if last := len(codes) - 1; last > 0 {
		text += ": want " + strings.Join(codes[:last], ", ") + " or " + codes[last]
	}
	return text
}

// codesFrom returns the codes of an enumeration, given its first value.
func codesFrom[T interface {
	~uint8
	fmt.Stringer
	IsValid() bool
}](first T) []string {
	var codes []string
	for value := first; value.IsValid(); value++ {
		codes = append(codes, value.String())
	}
	return codes
}

func marshalCode(name string, value fmt.Stringer, valid bool) ([]byte, error) {
	if !valid {
		return nil, &CodeError{Type: name, Code: value.String()}
	}
	return []byte(value.String()), nil
}

func unmarshalCode[T any](target *T, text []byte, parse func(string) (T, error)) error {
	if len(text) == 0 {
		var zero T
		*target = zero
		return nil
	}
	value, err := parse(string(text))
	if err != nil {
		return err
	}
	*target = value
	return nil
}
