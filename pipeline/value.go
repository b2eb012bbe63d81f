package pipeline

import (
	"strings"
	"time"
	"unicode/utf8"

	"github.com/shopspring/decimal"

	"github.com/rapport-crm/rapport"
)

// Value is what a field holds: a small comparable value that is kept as the text in
// which it is stored. The zero Value holds nothing.
type Value struct {
	text string
	kind FieldKind
}

// Text returns a text, white space at its ends cut off; an empty text holds nothing.
func Text(text string) Value { return Value{strings.TrimSpace(text), TextField} }

// Number returns a decimal number.
func Number(n decimal.Decimal) Value { return Value{n.String(), NumberField} }

// Whole returns a whole number.
func Whole(n int64) Value { return Number(decimal.NewFromInt(n)) }

// Amount returns an amount of money; no money holds nothing.
func Amount(m rapport.Money) Value {
	if m.Currency() == 0 {
		return Value{}
	}
	return Value{m.String(), MoneyField}
}

// Day returns a calendar day; the zero Date holds nothing. Numbers that are no date are
// kept as they are, and no field takes them.
func Day(d Date) Value {
	if d == (Date{}) {
		return Value{}
	}
	return Value{d.String(), DateField}
}

// Instant returns an instant in UTC, to the nanosecond; the zero time holds nothing. No
// field takes one outside the years 0 to 9999, which RFC 3339 cannot write.
func Instant(at time.Time) Value {
	if at.IsZero() {
		return Value{}
	}
	return Value{at.UTC().Format(time.RFC3339Nano), TimeField}
}

// Flag returns yes or no.
func Flag(yes bool) Value {
	if yes {
		return Value{"true", FlagField}
	}
	return Value{"false", FlagField}
}

// List returns a text with several names, one a line, as the products and competitors of
// a deal are given: white space around names is cut off, empty ones are left out.
func List(names ...string) Value {
	var lines []string
	for _, name := range names {
		lines = append(lines, Text(name).List()...)
	}
	return Value{strings.Join(lines, "\n"), TextField}
}

// ParseValue reads the text of a value of a kind; an empty one holds nothing. The error
// is an [*InputError].
func ParseValue(kind FieldKind, text string) (Value, error) {
	wrong := func(want string) (Value, error) {
		return Value{}, &InputError{Name: "value", Value: text, Want: want}
	}
	if text == "" {
		return Value{}, nil
	}
	switch kind {
	case TextField:
		if !utf8.ValidString(text) || strings.TrimSpace(text) != text {
			return wrong("text in UTF-8 without white space at its ends")
		}
	case NumberField:
		// An exponent is refused before it is written out: a short one asks for gigabytes.
		if n, err := decimal.NewFromString(text); err != nil || strings.ContainsAny(text, "eE") || n.String() != text {
			return wrong("a decimal number")
		}
	case MoneyField:
		if m, err := rapport.ParseMoney(text); err != nil || m.String() != text {
			return wrong("an amount with its currency")
		}
	case DateField:
		if d, err := ParseDate(text); err != nil || d.String() != text {
			return wrong("a date such as 2026-03-31")
		}
	case TimeField:
		if at, err := time.Parse(time.RFC3339Nano, text); err != nil || Instant(at).text != text {
			return wrong("an instant in UTC such as 2026-03-31T12:00:00Z")
		}
	case FlagField:
		if text != "true" && text != "false" {
			return wrong(`"true" or "false"`)
		}
	default:
		return wrong("a kind of field")
	}
	return Value{text, kind}, nil
}

// Kind returns what sort of value it is; of one that holds nothing, TextField.
func (v Value) Kind() FieldKind { return v.kind }

// Empty reports whether the value holds nothing.
func (v Value) Empty() bool { return v.text == "" }

// String returns the text in which the value is stored.
func (v Value) String() string { return v.text }

// flaw says why a value could not be written and read again, nothing if it could.
func (v Value) flaw() string {
	switch v.kind {
	case TextField:
		if !utf8.ValidString(v.text) {
			return "want text in UTF-8"
		}
	case DateField, TimeField:
		if _, ok := v.Time(nil); !ok && !v.Empty() {
			return "want a " + v.kind.String() + " that RFC 3339 can write"
		}
	}
	return ""
}

// Number returns the number of a NumberField.
func (v Value) Number() (decimal.Decimal, bool) {
	if v.kind != NumberField {
		return decimal.Decimal{}, false
	}
	n, err := decimal.NewFromString(v.text)
	return n, err == nil
}

// Money returns the amount of a MoneyField.
func (v Value) Money() (rapport.Money, bool) {
	if v.kind != MoneyField {
		return rapport.Money{}, false
	}
	m, err := rapport.ParseMoney(v.text)
	return m, err == nil
}

// List returns the lines of a TextField that are not empty, nil if there are none.
func (v Value) List() []string {
	if v.kind != TextField {
		return nil
	}
	var names []string
	for line := range strings.Lines(v.text) {
		if line = strings.TrimSpace(line); line != "" {
			names = append(names, line)
		}
	}
	return names
}

// Time returns the instant of a TimeField, or the first one of the day of a DateField in
// a location (nil: UTC).
func (v Value) Time(in *time.Location) (time.Time, bool) {
	if in == nil {
		in = time.UTC
	}
	switch v.kind {
	case TimeField:
		at, err := time.Parse(time.RFC3339Nano, v.text)
		return at, err == nil
	case DateField:
		day, err := ParseDate(v.text)
		if err != nil {
			return time.Time{}, false
		}
		return (&Calendar{location: in}).begin(day.number()), true
	}
	return time.Time{}, false
}

// Flag returns the answer of a FlagField.
func (v Value) Flag() (yes, ok bool) { return v.text == "true", v.kind == FlagField }

// Values are fields with what they hold, by name.
type Values map[string]Value
