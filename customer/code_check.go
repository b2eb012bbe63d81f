package customer

import "fmt"

// CheckScheme is a way to make a check character, which shows most slips of typing.
type CheckScheme uint8

// The schemes. All find every wrong single character. Of two neighbours exchanged,
// CheckDamm finds all, CheckMod3736 all but 0.2 %, CheckMod1110 all but 2.2 %, and
// CheckLuhn all but 09 for 90 and back, which is 2.2 %.
const (
	CheckMod1110 CheckScheme = iota + 1 // ISO/IEC 7064 (2003) MOD 11,10: digits, check digit 0 to 9
	CheckMod3736                        // ISO/IEC 7064 (2003) MOD 37,36: digits and A to Z, check character of the same
	CheckDamm                           // Damm (2004), Total anti-symmetrische Quasigruppen, order 10: digits
	CheckLuhn                           // Luhn (1960), US patent 2950048, as on bank cards: digits
)

// ParseCheckScheme accepts the codes that [CheckScheme.String] returns; the error is a
// [*CodeError].
func ParseCheckScheme(text string) (CheckScheme, error) {
	for s := CheckMod1110; s <= CheckLuhn; s++ {
		if s.String() == text {
			return s, nil
		}
	}
	return 0, &CodeError{Type: "check scheme", Code: text}
}

// IsValid reports whether s is one of the schemes; the zero value is not.
func (s CheckScheme) IsValid() bool { return s >= CheckMod1110 && s <= CheckLuhn }

// String returns the code of the scheme, "" for the zero value.
func (s CheckScheme) String() string {
	switch s {
	case 0:
		return ""
	case CheckMod1110:
		return "mod-11-10"
	case CheckMod3736:
		return "mod-37-36"
	case CheckDamm:
		return "damm"
	case CheckLuhn:
		return "luhn"
	}
	return fmt.Sprintf("CheckScheme(%d)", uint8(s))
}

// MarshalText returns the code of the scheme, nothing for the zero value.
func (s CheckScheme) MarshalText() ([]byte, error) {
	return marshalCode("check scheme", s, s == 0 || s.IsValid())
}

// UnmarshalText accepts what [CheckScheme.MarshalText] writes.
func (s *CheckScheme) UnmarshalText(text []byte) error {
	return unmarshalCode(s, text, ParseCheckScheme)
}

// Character returns the check character of a text without one. The error is a
// [*CustomerCodeError] with reason Missing for an empty text, Malformed for a character
// that the scheme does not know, or Unknown for a scheme that is none.
func (s CheckScheme) Character(text string) (byte, error) {
	if text == "" {
		return 0, &CustomerCodeError{Reason: Missing}
	}
	if !s.IsValid() {
		return 0, codeError(text, Unknown)
	}
	for i := range len(text) {
		if s.value(text[i]) < 0 {
			return 0, codeError(text, Malformed)
		}
	}
	const characters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	switch s {
	case CheckMod1110:
		return characters[hybrid(text, 10, s)], nil
	case CheckMod3736:
		return characters[hybrid(text, 36, s)], nil
	case CheckDamm:
		return damm(text), nil
	}
	return luhn(text), nil
}

// value returns the number of a character, -1 for one that the scheme does not know.
func (s CheckScheme) value(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case s == CheckMod3736 && c >= 'A' && c <= 'Z':
		return int(c-'A') + 10
	}
	return -1
}

// hybrid is the recursion of ISO/IEC 7064 over the moduli m+1 and m.
func hybrid(text string, m int, s CheckScheme) int {
	product := m
	for i := range len(text) {
		sum := (product + s.value(text[i])) % m
		if sum == 0 {
			sum = m
		}
		product = sum * 2 % (m + 1)
	}
	return (m + 1 - product) % m
}

// damm walks through the rows of the quasigroup; its diagonal is 0, so that a text with
// its check digit ends at 0.
func damm(text string) byte {
	const table = "0317598642" + "7092154863" + "4206871359" + "1750983426" + "6123045978" +
		"3674209581" + "5869720134" + "8945362017" + "9438617205" + "2581436790"
	row := 0
	for i := range len(text) {
		row = int(table[10*row+int(text[i]-'0')] - '0')
	}
	return byte('0' + row)
}

// luhn doubles every second digit from the right and adds the digits up.
func luhn(text string) byte {
	sum := 0
	for i := range len(text) {
		d := int(text[len(text)-1-i] - '0')
		if i%2 == 0 {
			d *= 2
			d = d/10 + d%10
		}
		sum += d
	}
	return byte('0' + (10-sum%10)%10)
}
