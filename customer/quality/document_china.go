package quality

import (
	"strings"
	"time"
)

// MainlandID is a citizen identity number of mainland China.
type MainlandID struct {
	Number string    // 18 characters, an X as capital letter
	Region string    // the first six digits: where it was first issued
	Born   time.Time // date of birth, at 00:00 UTC
	Male   bool      // the 17th digit is odd
}

// ParseMainlandID reads a citizen identity number of 18 characters (GB 11643-1999):
// six digits of region, whose first two are a province, eight of the date of birth,
// three in sequence and a check character by ISO 7064 mod 11-2, so that the sum of
// weight and digit is 1 modulo 11 with weights 2^17, …, 2, 1. The error is a
// [*DocumentError].
func ParseMainlandID(text string) (MainlandID, error) {
	fail := func(fault Fault, at int) (MainlandID, error) {
		return MainlandID{}, &DocumentError{FormatMainlandID, fault, at}
	}
	if len(text) != 18 {
		return fail(WrongLength, -1)
	}
	remainder := 0
	for i := range 18 {
		digit := int(text[i]) - '0'
		switch {
		case i == 17 && (text[i] == 'X' || text[i] == 'x'):
			digit = 10
		case digit < 0 || digit > 9:
			return fail(WrongCharacter, i)
		}
		remainder = (remainder*2 + digit) % 11
	}
	if !strings.Contains(provinces, " "+text[:2]+" ") {
		return fail(WrongRegion, 0)
	}
	born, err := time.Parse("20060102", text[6:14])
	if err != nil || born.Year() < 1800 {
		return fail(WrongDate, 6)
	}
	if remainder != 1 {
		return fail(WrongDigit, 17)
	}
	return MainlandID{Number: strings.ToUpper(text), Region: text[:6], Born: born, Male: text[16]%2 == 1}, nil
}

// provinces are the first two digits of the codes of GB/T 2260; 83 is on residence
// permits of people from Taiwan.
const provinces = " 11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 71 81 82 83 "

// creditAlphabet are the characters of GB 32100-2015 in the order of their values:
// no I, O, S, V, Z.
const creditAlphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"

// ParseCreditCode reads a unified social credit code of 18 characters (GB
// 32100-2015): authority and type, six digits of region, nine characters of
// organisation and a check character, so that the sum of 3^i and the value of
// character i is 0 modulo 31. It returns the code in capital letters. The error is
// a [*DocumentError].
func ParseCreditCode(text string) (string, error) {
	fail := func(fault Fault, at int) (string, error) {
		return "", &DocumentError{FormatCreditCode, fault, at}
	}
	if len(text) != 18 {
		return fail(WrongLength, -1)
	}
	text = strings.ToUpper(text)
	if len(text) != 18 { // a letter outside ASCII whose capital is longer or shorter
		return fail(WrongCharacter, -1)
	}
	sum, weight := 0, 1
	for i := range 18 {
		value := strings.IndexByte(creditAlphabet, text[i])
		if value < 0 || i >= 2 && i < 8 && value > 9 {
			return fail(WrongCharacter, i)
		}
		if i == 17 {
			weight = 1
		}
		sum += weight * value
		weight = weight * 3 % 31
	}
	if sum%31 != 0 {
		return fail(WrongDigit, 17)
	}
	return text, nil
}
