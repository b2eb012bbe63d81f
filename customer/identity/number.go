package identity

import (
	"strings"
	"unicode"
)

// numberForm returns a decimal in its shortest spelling. Signs, currency
// symbols and thousands separators are read; where a comma and a point occur, the
// last is the decimal one; a single comma before exactly three digits parts
// thousands. What is no number is folded text.
func numberForm(value string) Form {
	text := unquoted(value)
	number, ok := decimalText(text)
	if !ok {
		return Form{Text: text}
	}
	return Form{Text: number, Valid: true}
}

// decimalText reads a folded text as a number.
func decimalText(text string) (string, bool) {
	body, negative := text, false
	if inside, ok := strings.CutPrefix(body, "("); ok && strings.HasSuffix(inside, ")") { // of accountants
		body, negative = inside[:len(inside)-1], true
	}
	body = strings.TrimFunc(body, isMoneySign)
	switch {
	case strings.HasPrefix(body, "-"):
		body, negative = body[len("-"):], !negative
	case strings.HasPrefix(body, "−"): // the minus sign of typesetters
		body, negative = body[len("−"):], !negative
	case strings.HasPrefix(body, "+"):
		body = body[1:]
	}
	body = strings.TrimFunc(body, isMoneySign)
	whole, fraction, ok := decimalParts(body)
	if !ok {
		return "", false
	}
	whole = strings.TrimLeft(whole, "0")
	fraction = strings.TrimRight(fraction, "0")
	if whole == "" {
		whole = "0"
	}
	if fraction == "" && whole == "0" {
		return "0", true
	}
	out := make([]byte, 0, 32)
	if negative {
		out = append(out, '-')
	}
	out = append(out, whole...)
	if fraction != "" {
		out = append(append(out, '.'), fraction...)
	}
	if string(out) == text {
		return text, true
	}
	return string(out), true
}

func isMoneySign(r rune) bool { return r == ' ' || unicode.Is(unicode.Sc, r) }

// decimalParts returns the digits before and behind the decimal separator.
func decimalParts(body string) (whole, fraction string, ok bool) {
	points, commas := strings.Count(body, "."), strings.Count(body, ",")
	decimal := -1
	switch {
	case points > 0 && commas > 0:
		decimal = strings.LastIndexAny(body, ".,")
		if strings.Count(body, body[decimal:decimal+1]) > 1 {
			return "", "", false
		}
	case points == 1:
		decimal = strings.IndexByte(body, '.')
	case commas == 1 && len(body)-strings.IndexByte(body, ',') != len(",000"):
		decimal = strings.IndexByte(body, ',')
	}
	whole = body
	if decimal >= 0 {
		whole, fraction = body[:decimal], body[decimal+1:]
	}
	if points+commas > 0 && strings.ContainsAny(whole, "., '") {
		if whole, ok = withoutThousands(whole); !ok {
			return "", "", false
		}
	}
	return whole, fraction, isDigits(whole) && isDigits(fraction) && whole+fraction != ""
}

// withoutThousands takes separators out of groups of three digits.
func withoutThousands(whole string) (string, bool) {
	groups := strings.FieldsFunc(whole, func(r rune) bool { return r == '.' || r == ',' || r == ' ' || r == '\'' })
	for i, group := range groups {
		if !isDigits(group) || i > 0 && len(group) != 3 || len(group) > 3 {
			return "", false
		}
	}
	return strings.Join(groups, ""), true
}

func isDigits(text string) bool {
	for i := range len(text) {
		if text[i] < '0' || text[i] > '9' {
			return false
		}
	}
	return true
}
