package customer

import (
	"fmt"
	"strings"
)

// Codes makes and reads the codes by which people and other systems name customers: a
// prefix, a number with leading zeros, and a check character. It is an immutable
// comparable value made by [NewCodes]; the zero value makes none.
//
// It keeps no count: a host takes the number from a sequence of its own, or asks for
// the code after the last one.
type Codes struct {
	prefix string
	digits int
	scheme CheckScheme
}

// CustomerCodeError reports a code that is none of the scheme, or a scheme that makes
// none.
type CustomerCodeError struct {
	Code   string // as it was given, cut at 128 bytes
	Reason Reason // Missing, Malformed (prefix, length or characters), WrongCheck, OutOfRange (no number left), Unknown (scheme)
	Want   string // WrongCheck: the character that the rest asks for
}

// Error quotes the code and says what is wrong.
func (e *CustomerCodeError) Error() string {
	text := fmt.Sprintf("customer: code %q: %s", e.Code, e.Reason)
	if e.Want != "" {
		text += ": want " + e.Want
	}
	return text
}

func codeError(code string, reason Reason) *CustomerCodeError {
	return &CustomerCodeError{Code: code[:min(len(code), MaxCodeLength)], Reason: reason}
}

// MaxCodeDigits is the most digits of the number in a customer code.
const MaxCodeDigits = 18

// NewCodes returns the codes with a prefix of up to 100 capital letters, digits and
// hyphens (none with [CheckMod3736]), "" for none, and a number of 1 to [MaxCodeDigits]
// digits. CheckMod3736 covers the prefix too; the other schemes cover the number alone,
// and a slip in the prefix shows because the prefix is always the same. The error is a
// [*CustomerCodeError].
func NewCodes(prefix string, digits int, scheme CheckScheme) (Codes, error) {
	if len(prefix) > MaxCodeLength-MaxCodeDigits-10 {
		return Codes{}, codeError(prefix, TooLong)
	}
	for i := range len(prefix) {
		c := prefix[i]
		if CheckMod3736.value(c) < 0 && (c != '-' || scheme == CheckMod3736) {
			return Codes{}, codeError(prefix, Malformed)
		}
	}
	if !scheme.IsValid() {
		return Codes{}, codeError(prefix, Unknown)
	}
	if digits < 1 || digits > MaxCodeDigits {
		return Codes{}, codeError(prefix, OutOfRange)
	}
	return Codes{prefix: prefix, digits: digits, scheme: scheme}, nil
}

// Code returns the code of a number. The error is a [*CustomerCodeError] with reason
// OutOfRange if it has too many digits.
func (c Codes) Code(number uint64) (string, error) {
	text := fmt.Sprintf("%0*d", c.digits, number)
	if len(text) != c.digits {
		return "", codeError(c.prefix+text, OutOfRange)
	}
	check, err := c.scheme.Character(c.checked(text))
	if err != nil {
		return "", err
	}
	return c.prefix + text + string(check), nil
}

// checked returns what the check character is made from.
func (c Codes) checked(number string) string {
	if c.scheme == CheckMod3736 {
		return c.prefix + number
	}
	return number
}

// Next returns the code after one, that of number 1 after "". The errors are those of
// [Codes.Parse] and [Codes.Code].
func (c Codes) Next(last string) (string, error) {
	if last == "" {
		return c.Code(1)
	}
	number, err := c.Parse(last)
	if err != nil {
		return "", err
	}
	return c.Code(number + 1)
}

// Parse returns the number of a code, which must be written exactly as [Codes.Code]
// does. The error is a [*CustomerCodeError] with reason Missing, Malformed or
// WrongCheck.
func (c Codes) Parse(code string) (uint64, error) {
	if code == "" {
		return 0, &CustomerCodeError{Reason: Missing}
	}
	rest, found := strings.CutPrefix(code, c.prefix)
	if !found || len(rest) != c.digits+1 || c.digits == 0 || c.scheme.value(rest[c.digits]) < 0 {
		return 0, codeError(code, Malformed)
	}
	number := uint64(0)
	for i := range c.digits {
		if rest[i] < '0' || rest[i] > '9' {
			return 0, codeError(code, Malformed)
		}
		number = 10*number + uint64(rest[i]-'0')
	}
	want, err := c.scheme.Character(c.checked(rest[:c.digits]))
	if err != nil {
		return 0, err
	}
	if rest[c.digits] != want {
		wrong := codeError(code, WrongCheck)
		wrong.Want = string(want)
		return 0, wrong
	}
	return number, nil
}

// Check returns nil if code is one of these codes, else the error of [Codes.Parse].
func (c Codes) Check(code string) error {
	_, err := c.Parse(code)
	return err
}
