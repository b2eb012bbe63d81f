package identity

import (
	"fmt"
	"strings"
)

// PhoneNumber is a telephone number in its parts.
type PhoneNumber struct {
	Number    string // "+8613800000000", by ITU-T E.164 (2010): plus and up to 15 digits; of a national number of unknown calling code the digits alone
	Extension string // digits dialled behind it; "" none
}

// PhoneParser reads telephone numbers with more knowledge than the rules of this
// package, such as the numbering plans of all countries. It must be safe for use by several
// goroutines, and read what it returns as what it is.
type PhoneParser interface {
	// ParsePhone reads a number as people write it; callingCode, such as "86" or
	// "", is that of national numbers. It is false for what is no number.
	ParsePhone(value, callingCode string) (PhoneNumber, bool)
}

// CallingCodeError is a calling code that is none.
type CallingCodeError struct {
	Code string // as given
}

// Error names the code.
func (e *CallingCodeError) Error() string {
	return fmt.Sprintf("identity: calling code %s is not one to three digits, the first not 0", quoted(e.Code))
}

func isCallingCode(code string) bool {
	return len(code) >= 1 && len(code) <= 3 && isDigits(code) && code[0] != '0'
}

// The digits of a number: a national one may leave out its area, E.164 has at most 15.
const (
	fewestDigits = 5
	mostDigits   = 15
)

// Phone reads a telephone number into its parts; [Standardiser.Form] leaves the extension out.
// It is false for what cannot be a number: then Number is the text that stands for it in
// comparisons. A value that is not UTF-8 or too long is a *[TextError].
func (s *Standardiser) Phone(value string) (number PhoneNumber, valid bool, err error) {
	if err := checkValue(value); err != nil {
		return PhoneNumber{}, false, err
	}
	number, valid = s.phone(value)
	return number, valid, nil
}

func (s *Standardiser) phone(value string) (PhoneNumber, bool) {
	if s.options.Phones != nil {
		if number, ok := s.options.Phones.ParsePhone(value, s.options.CallingCode); ok {
			return number, true
		}
	}
	return readPhone(value, s.options.CallingCode)
}

// readPhone reads a number by these rules: a plus, 00 or, in the numbering plan of
// 1, 011 begins an international number; otherwise it is national, and gets the calling
// code in place of its trunk prefix. Without a calling code its digits are the
// number. What is no number keeps its digits, or the folded text if it has other letters.
func readPhone(value, callingCode string) (PhoneNumber, bool) {
	if isDigits(value) && value != "" {
		number, valid := e164(value, false, callingCode)
		return PhoneNumber{Number: number}, valid
	}
	whole := unquoted(value)
	text, extension := cutExtension(whole)
	digits, plus, ok := dialled(text)
	if !ok {
		return PhoneNumber{Number: whole}, false
	}
	number, valid := e164(digits, plus || startsWithCode(text, digits, callingCode), callingCode)
	return PhoneNumber{Number: number, Extension: extension}, valid
}

// e164 returns digits with their calling code, and whether they can be a number.
func e164(digits string, plus bool, callingCode string) (string, bool) {
	if !plus {
		if rest, ok := strings.CutPrefix(digits, "00"); ok && isInternational(rest) {
			return "+" + rest, true
		}
		if rest, ok := strings.CutPrefix(digits, "011"); ok && callingCode == "1" && isInternational(rest) {
			return "+" + rest, true
		}
		if callingCode == "" {
			return digits, len(digits) >= fewestDigits && len(digits) <= mostDigits
		}
		national := strings.TrimPrefix(digits, trunkPrefix(callingCode))
		if callingCode == "7" && len(digits) != 11 { // 8 begins area codes as well
			national = digits
		}
		if hasCallingCode(digits, callingCode) {
			national = digits[len(callingCode):]
		}
		if full := callingCode + national; len(national) >= fewestDigits && isInternational(full) {
			return "+" + full, true
		}
		return digits, false
	}
	return "+" + digits, isInternational(digits)
}

// isInternational tells the digits behind a plus.
func isInternational(digits string) bool {
	return len(digits) >= 7 && len(digits) <= mostDigits && digits[0] != '0'
}

// trunkPrefix is what is dialled before a national number within the country.
func trunkPrefix(callingCode string) string {
	switch callingCode {
	case "1":
		return "1"
	case "7":
		return "8"
	case "39", "45", "47", "34", "351", "30", "48", "420", "65", "852", "853", "378": // none, or part of the number
		return ""
	case "36":
		return "06"
	}
	return "0"
}

// hasCallingCode tells national numbers that were written with the calling code and
// without a plus: a Chinese mobile number of 13 digits.
func hasCallingCode(digits, callingCode string) bool {
	switch callingCode {
	case "86":
		return len(digits) == 13 && strings.HasPrefix(digits, "861")
	case "1", "7":
		return len(digits) == 11 && digits[0] == callingCode[0]
	}
	return false
}

// startsWithCode tells a folded text that begins with the calling code by itself, as in
// 86-20-55500101, and has more behind it than a local number. In numbering plans without a
// trunk prefix it may be the first digits of a national number.
func startsWithCode(text, digits, callingCode string) bool {
	rest, ok := strings.CutPrefix(strings.TrimLeft(text, "("), callingCode)
	return ok && callingCode != "" && trunkPrefix(callingCode) != "" && rest != "" && strings.IndexByte(" -./()", rest[0]) >= 0 &&
		len(digits)-len(callingCode) >= 8 && digits[len(callingCode)] != '0'
}

// cutExtension cuts the number to dial afterwards off a folded text.
func cutExtension(text string) (number, extension string) {
	for _, mark := range []string{"extension", "ext.", "ext", "转", "轉", "分机", "分機", ";ext=", "x", "#"} {
		at := strings.LastIndex(text, mark)
		if at <= 0 {
			continue
		}
		behind := strings.Trim(text[at+len(mark):], " .:=")
		if behind != "" && len(behind) <= 8 && isDigits(behind) {
			return strings.TrimRight(text[:at], " ,;"), behind
		}
	}
	return text, ""
}

// dialled returns the digits of a folded text in which nothing but them and what
// parts them stands.
func dialled(text string) (digits string, plus, ok bool) {
	text = strings.TrimPrefix(strings.TrimPrefix(text, "tel:"), "tel ")
	rest, plus := strings.CutPrefix(strings.TrimLeft(text, " ("), "+")
	if plus {
		rest = strings.Replace(rest, "(0)", "", 1)
	}
	if isDigits(rest) {
		return rest, plus, rest != ""
	}
	out := make([]byte, 0, 24)
	for _, r := range rest {
		switch {
		case r >= '0' && r <= '9':
			out = append(out, byte(r))
		case strings.ContainsRune(" -./()‐–—−", r):
		default:
			return "", false, false
		}
	}
	return string(out), plus, len(out) > 0
}
