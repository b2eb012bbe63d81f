package quality

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// ParseEmail reads an address in the common subset of RFC 5321 and 5322, with
// letters of every script as RFC 6531 has them: a dot-atom of at most 64 bytes, an
// at sign and a domain of two or more labels, 254 bytes in all. Quoted local parts,
// comments and address literals are not accepted. It returns the address with the
// domain in small letters. That mail arrives it does not say. The error is a
// [*DocumentError].
func ParseEmail(text string) (string, error) {
	fail := func(fault Fault, at int) (string, error) {
		return "", &DocumentError{FormatEmail, fault, at}
	}
	if len(text) > 254 {
		return fail(WrongLength, -1)
	}
	if !utf8.ValidString(text) {
		return fail(WrongCharacter, -1)
	}
	at := strings.LastIndexByte(text, '@')
	if at < 0 {
		return fail(WrongShape, -1)
	}
	local, domain := text[:at], text[at+1:]
	if len(local) > 64 {
		return fail(WrongLength, 64)
	}
	for atom := range strings.SplitSeq(local, ".") {
		if atom == "" {
			return fail(WrongShape, -1)
		}
	}
	for i, r := range local {
		if r != '.' && !(r < utf8.RuneSelf && isAtom(byte(r))) && !(r >= utf8.RuneSelf && unicode.In(r, unicode.L, unicode.M, unicode.N)) {
			return fail(WrongCharacter, i)
		}
	}
	labels := strings.Split(domain, ".")
	if len(labels) < 2 || digitsOnly(labels[len(labels)-1]) {
		return fail(WrongShape, at+1)
	}
	for _, label := range labels {
		if label == "" || len(label) > 63 || label[0] == '-' || label[len(label)-1] == '-' {
			return fail(WrongShape, at+1)
		}
		for _, r := range label {
			if r != '-' && !unicode.In(r, unicode.L, unicode.M, unicode.N) {
				return fail(WrongCharacter, at+1)
			}
		}
	}
	lower := local + "@" + strings.ToLower(domain)
	if len(lower) > 254 { // a capital letter that is shorter than its small one
		return fail(WrongLength, -1)
	}
	return lower, nil
}

// isAtom reports whether RFC 5322 lists an ASCII character as atext.
func isAtom(c byte) bool {
	return letterOrDigit(c) >= 0 || strings.IndexByte("!#$%&'*+-/=?^_`{|}~", c) >= 0
}

// ParsePhone reads an international number (ITU-T E.164): a plus and 7 to 15 digits,
// the first not 0, with blanks, hyphens, dots and round brackets between them. It
// returns the plus and the digits. A national number is not valid, since its country
// is not known; package identity makes such numbers international. The error is a
// [*DocumentError].
func ParsePhone(text string) (string, error) {
	fail := func(fault Fault, at int) (string, error) {
		return "", &DocumentError{FormatPhone, fault, at}
	}
	if len(text) > maxDocument {
		return fail(WrongLength, -1)
	}
	if !strings.HasPrefix(text, "+") {
		return fail(WrongShape, 0)
	}
	digits := []byte{'+'}
	for i := 1; i < len(text); i++ {
		switch c := text[i]; {
		case c >= '0' && c <= '9':
			digits = append(digits, c)
		case strings.IndexByte(" -.()", c) < 0:
			return fail(WrongCharacter, i)
		}
	}
	if len(digits) < 8 || len(digits) > 16 {
		return fail(WrongLength, -1)
	}
	if digits[1] == '0' {
		return fail(WrongShape, 1)
	}
	return string(digits), nil
}

// ParseDate reads a calendar date written as 2006-01-02 (ISO 8601), at 00:00 UTC.
// The error is a [*DocumentError].
func ParseDate(text string) (time.Time, error) {
	if len(text) != len(time.DateOnly) {
		return time.Time{}, &DocumentError{FormatDate, WrongLength, -1}
	}
	date, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return time.Time{}, &DocumentError{FormatDate, WrongDate, -1}
	}
	return date, nil
}
