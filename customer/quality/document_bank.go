package quality

import "strings"

// ParseIBAN reads an international bank account number (ISO 13616-1:2020), in one
// piece or in groups with blanks: a country, two check digits and an account of the
// country's length, for which the number made of account, country and check digits,
// with A = 10 to Z = 35, is 1 modulo 97. It returns the number in capital letters
// without blanks. The error is a [*DocumentError].
func ParseIBAN(text string) (string, error) {
	fail := func(fault Fault, at int) (string, error) {
		return "", &DocumentError{FormatIBAN, fault, at}
	}
	if len(text) > 2*maxIBAN {
		return fail(WrongLength, -1)
	}
	for i := range len(text) {
		if text[i] != ' ' && letterOrDigit(text[i]) < 0 {
			return fail(WrongCharacter, i)
		}
	}
	text = strings.ToUpper(strings.ReplaceAll(text, " ", ""))
	if len(text) < 5 {
		return fail(WrongLength, -1)
	}
	length := ibanLength(text[:2])
	switch {
	case length == 0:
		return fail(WrongRegion, 0)
	case len(text) != length:
		return fail(WrongLength, -1)
	case !digitsOnly(text[2:4]):
		return fail(WrongCharacter, 2)
	}
	remainder := 0
	for i := range len(text) {
		value := letterOrDigit(text[(i+4)%len(text)])
		if value > 9 {
			remainder *= 10
		}
		remainder = (remainder*10 + value) % 97
	}
	if remainder != 1 {
		return fail(WrongDigit, 2)
	}
	return text, nil
}

const maxIBAN = 34

// letterOrDigit returns 0 to 9, or 10 to 35 for a letter of either case; -1 for
// anything else.
func letterOrDigit(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c >= 'A' && c <= 'Z':
		return int(c-'A') + 10
	case c >= 'a' && c <= 'z':
		return int(c-'a') + 10
	}
	return -1
}

// ibanLength returns the length of a country's numbers by the IBAN registry of
// 2024, 0 for a country without.
func ibanLength(country string) int {
	const registry = "AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 EE20 EG29 ES24 FI18 " +
		"FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 " +
		"LV21 LY25 MC27 MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 PT25 QA29 RO24 RS22 RU33 SA24 SC31 " +
		"SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20 YE30 "
	for at := 0; at < len(registry); at += 5 {
		if registry[at:at+2] == country {
			return int(registry[at+2]-'0')*10 + int(registry[at+3]-'0')
		}
	}
	return 0
}

// ParseLuhn reads a number of 2 to 32 digits with the check digit of ISO/IEC 7812-1,
// as on payment cards, in one piece or in groups with blanks or hyphens: from the
// right, every second digit is doubled and counts by the sum of its digits, and the
// sum of all is 0 modulo 10. It returns the digits. The error is a
// [*DocumentError].
func ParseLuhn(text string) (string, error) {
	fail := func(fault Fault, at int) (string, error) {
		return "", &DocumentError{FormatLuhn, fault, at}
	}
	if len(text) > maxDocument {
		return fail(WrongLength, -1)
	}
	var digits []byte
	for i := range len(text) {
		switch c := text[i]; {
		case c >= '0' && c <= '9':
			digits = append(digits, c)
		case c != ' ' && c != '-':
			return fail(WrongCharacter, i)
		}
	}
	if len(digits) < 2 || len(digits) > 32 {
		return fail(WrongLength, -1)
	}
	sum := 0
	for i, c := range digits {
		value := int(c - '0')
		if (len(digits)-i)%2 == 0 {
			value = value*2%10 + value/5
		}
		sum += value
	}
	if sum%10 != 0 {
		return fail(WrongDigit, -1)
	}
	return string(digits), nil
}
