package main

import (
	"errors"
	"strconv"
	"strings"
)

// amountDigits is how many decimals of an amount are kept. Amounts are counted
// in whole millionths, so sums are exact.
const amountDigits = 6

// greatestAmount is the end of int64 in millionths, for people.
const greatestAmount = "9,223,372,036,854"

var (
	errAmountForm     = errors.New("is not a number such as 29.33")
	errAmountNegative = errors.New("is negative: this report counts purchases only")
	errAmountSize     = errors.New("is too large: amounts go up to " + greatestAmount)
)

// parseAmount reads a decimal number from zero up as millionths. The value is
// exact; digits beyond the sixth decimal are rounded, half to even. An exponent
// is accepted because spreadsheets and R write 100000 as 1e+05. A point without
// a digit after it is not: it is what a file cut off in an amount ends with.
func parseAmount(text string) (int64, error) {
	if text == "" {
		return 0, errors.New("is empty")
	}
	if n, ok := plainAmount(text); ok {
		return n, nil
	}
	number, exponent, err := splitExponent(text)
	if err != nil {
		return 0, err
	}
	unsigned, negative := strings.CutPrefix(number, "-")
	if !negative {
		unsigned = strings.TrimPrefix(number, "+")
	}
	whole, fraction, point := strings.Cut(unsigned, ".")
	digits := whole + fraction
	if digits == "" || point && fraction == "" {
		return 0, errAmountForm
	}
	for _, c := range []byte(digits) {
		if c < '0' || c > '9' {
			return 0, errAmountForm
		}
	}
	digits = strings.TrimLeft(digits, "0")
	if digits == "" {
		return 0, nil
	}
	if negative {
		return 0, errAmountNegative
	}
	return scaleDigits(digits, exponent-len(fraction)+amountDigits)
}

// plainAmount reads what nearly all amounts are, digits with a point among them
// and no more decimals than are kept, without allocating.
func plainAmount(text string) (n int64, ok bool) {
	if len(text) > 12 {
		return 0, false // with the missing decimals it might not fit
	}
	point := len(text) - 1
	for i, c := range []byte(text) {
		switch {
		case c >= '0' && c <= '9':
			n = 10*n + int64(c-'0')
		case c == '.' && point == len(text)-1 && i > 0:
			point = i
		default:
			return 0, false
		}
	}
	decimals := len(text) - 1 - point
	if decimals > amountDigits || text[len(text)-1] == '.' {
		return 0, false
	}
	for range amountDigits - decimals {
		n *= 10
	}
	return n, true
}

// splitExponent cuts text at the e of a number such as 1e+05.
func splitExponent(text string) (number string, exponent int, err error) {
	at := strings.IndexAny(text, "eE")
	if at < 0 {
		return text, 0, nil
	}
	digits := strings.TrimLeft(text[at+1:], "+-")
	if len(digits) == 0 || len(digits) > 4 || len(text)-at-1-len(digits) > 1 {
		return "", 0, errAmountForm
	}
	exponent, err = strconv.Atoi(text[at+1:])
	if err != nil {
		return "", 0, errAmountForm
	}
	return text[:at], exponent, nil
}

// scaleDigits returns digits × 10^shift as a whole number, rounded half to
// even. The first digit is not 0.
func scaleDigits(digits string, shift int) (int64, error) {
	kept := len(digits) + shift
	switch {
	case kept > 19:
		return 0, errAmountSize
	case kept < 0:
		return 0, nil
	}
	rest := ""
	if shift < 0 {
		digits, rest = digits[:kept], digits[kept:]
	} else {
		digits += strings.Repeat("0", shift)
	}
	var n uint64
	for _, c := range []byte(digits) {
		n = 10*n + uint64(c-'0') // at most 19 digits fit
	}
	if roundsUp(rest, n%2 == 1) {
		n++
	}
	if n > 1<<63-1 {
		return 0, errAmountSize
	}
	return int64(n), nil
}

// roundsUp reports whether the digits cut off carry into the last one kept.
func roundsUp(rest string, odd bool) bool {
	if rest == "" || rest[0] < '5' {
		return false
	}
	if rest[0] > '5' || strings.Trim(rest[1:], "0") != "" {
		return true
	}
	return odd
}
