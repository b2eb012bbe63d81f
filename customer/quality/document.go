package quality

import (
	"fmt"
	"time"
)

// Format says what a value must look like to be valid: a code. The empty format
// accepts any text.
type Format string

// The formats, and what checks them.
const (
	FormatEmail      Format = "email"       // [ParseEmail]
	FormatPhone      Format = "phone"       // [ParsePhone]
	FormatMainlandID Format = "mainland-id" // [ParseMainlandID]
	FormatCreditCode Format = "credit-code" // [ParseCreditCode]
	FormatIBAN       Format = "iban"        // [ParseIBAN]
	FormatLuhn       Format = "luhn"        // [ParseLuhn]
	FormatDate       Format = "date"        // [ParseDate]
)

// IsValid reports whether f is one of the formats or empty.
func (f Format) IsValid() bool {
	switch f {
	case "", FormatEmail, FormatPhone, FormatMainlandID, FormatCreditCode, FormatIBAN, FormatLuhn, FormatDate:
		return true
	}
	return false
}

// Parse returns the standard form of a text of this format. The error is a
// [*DocumentError], or a [*SpecError] for a format that is unknown.
func (f Format) Parse(text string) (string, error) {
	switch f {
	case "":
		return text, nil
	case FormatEmail:
		return ParseEmail(text)
	case FormatPhone:
		return ParsePhone(text)
	case FormatMainlandID:
		id, err := ParseMainlandID(text)
		return id.Number, err
	case FormatCreditCode:
		return ParseCreditCode(text)
	case FormatIBAN:
		return ParseIBAN(text)
	case FormatLuhn:
		return ParseLuhn(text)
	case FormatDate:
		date, err := ParseDate(text)
		if err != nil {
			return "", err
		}
		return date.Format(time.DateOnly), nil
	}
	return "", &SpecError{Item: "format", Name: string(f), Reason: NotKnown}
}

// Fault says what is wrong with a document: a stable code.
type Fault string

// The faults.
const (
	WrongLength    Fault = "length"
	WrongCharacter Fault = "character"
	WrongDigit     Fault = "check-digit"
	WrongDate      Fault = "date"
	WrongRegion    Fault = "region" // no such province or country
	WrongShape     Fault = "shape"  // parts are missing or out of place
	OutOfRange     Fault = "range"  // a date before or after what the field accepts
)

// DocumentError reports a text that is no valid document of its format. It holds
// no part of the text, which may be personal.
type DocumentError struct {
	Format   Format
	Fault    Fault
	Position int // of the character at fault, from 0; -1: the whole
}

// Error names format, fault and position.
func (e *DocumentError) Error() string {
	if e.Position < 0 {
		return fmt.Sprintf("quality: not a valid %s: %s", e.Format, e.Fault)
	}
	return fmt.Sprintf("quality: not a valid %s: %s at character %d", e.Format, e.Fault, e.Position)
}

// maxDocument is the longest text that a parser looks at, in bytes.
const maxDocument = 1024

func digitsOnly(text string) bool {
	for i := range len(text) {
		if text[i] < '0' || text[i] > '9' {
			return false
		}
	}
	return true
}
