package rapport

import (
	"fmt"
	"strconv"
	"strings"
)

// Currency is a currency of ISO 4217, held as its numeric code: a small
// comparable value, usable as a map key. The zero value means "no currency";
// the package has a constant for every current code that has a minor unit
// ([CNY], [EUR], [JPY], …) and for the few that the constants' comment names.
//
// In text and JSON a currency is its three-letter code; the zero value is the
// empty string.
type Currency uint16

// CurrencyError reports a text or a number that is no currency of ISO 4217 with
// a minor unit.
type CurrencyError struct {
	Code string // as it was given; empty where a currency is missing
}

// Error says which code was refused, and how it is written if only its letters
// are small.
func (e *CurrencyError) Error() string {
	if e.Code == "" {
		return "rapport: the currency is missing: want an ISO 4217 code such as EUR"
	}
	hint := ""
	if c, err := ParseCurrency(strings.ToUpper(e.Code)); err == nil && c.String() != e.Code {
		hint = ": want capitals, " + c.String()
	}
	return fmt.Sprintf("rapport: %s is not an ISO 4217 currency code with a minor unit%s", quote(e.Code), hint)
}

// ParseCurrency returns the currency with the given three-letter code, in
// capitals as the standard writes it. The error is a [*CurrencyError].
func ParseCurrency(code string) (Currency, error) {
	lo, hi := 0, len(currencyTable)/currencyRecord
	for lo < hi {
		mid := int(uint(lo+hi) >> 1)
		record := currencyTable[mid*currencyRecord : (mid+1)*currencyRecord]
		switch {
		case record[:3] == code:
			return Currency(recordNumber(record)), nil
		case record[:3] < code:
			lo = mid + 1
		default:
			hi = mid
		}
	}
	return 0, &CurrencyError{Code: code}
}

// MustCurrency is [ParseCurrency] for literals: it panics on an error.
func MustCurrency(code string) Currency {
	c, err := ParseCurrency(code)
	if err != nil {
		panic(err)
	}
	return c
}

// IsValid reports whether c is a currency of the table; the zero value is not.
func (c Currency) IsValid() bool {
	_, ok := c.record()
	return ok
}

// Digits returns how many digits after the point the minor unit has: 2 for
// CNY, 0 for JPY, 3 for KWD. It is 0 for a value that is no currency.
func (c Currency) Digits() int {
	record, ok := c.record()
	if !ok {
		return 0
	}
	return int(record[6] - '0')
}

// String returns the three-letter code, "" for the zero value, and
// "Currency(123)" for a number that is no currency.
func (c Currency) String() string {
	if c == 0 {
		return ""
	}
	record, ok := c.record()
	if !ok {
		return "Currency(" + strconv.Itoa(int(c)) + ")"
	}
	return record[:3]
}

// MarshalText returns the three-letter code, nothing for the zero value, and a
// [*CurrencyError] for a number that is no currency.
func (c Currency) MarshalText() ([]byte, error) {
	if c != 0 && !c.IsValid() {
		return nil, &CurrencyError{Code: strconv.Itoa(int(c))}
	}
	return []byte(c.String()), nil
}

// UnmarshalText accepts what [Currency.MarshalText] writes; the error is a
// [*CurrencyError], and c is then unchanged.
func (c *Currency) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*c = 0
		return nil
	}
	parsed, err := ParseCurrency(string(text))
	if err != nil {
		return err
	}
	*c = parsed
	return nil
}

// record finds the seven bytes of c in one step; ok is false if c is no currency.
func (c Currency) record() (record string, ok bool) {
	if int(c) >= len(currencyIndex) || currencyIndex[c] == 0 {
		return "", false
	}
	end := int(currencyIndex[c]) * currencyRecord
	return currencyTable[end-currencyRecord : end], true
}

func recordNumber(record string) int {
	return int(record[3]-'0')*100 + int(record[4]-'0')*10 + int(record[5]-'0')
}
