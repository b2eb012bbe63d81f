package customer

import (
	"encoding/json"
	"math"
	"strconv"

	"github.com/rapport-crm/rapport/internal/exactjson"
)

// ValueType is the type of an attribute's [Value]: a code that never changes its
// meaning.
type ValueType string

// The types of value.
const (
	TextValue   ValueType = "text"   // free text
	NumberValue ValueType = "number" // a finite number, in the unit that the attribute's name implies
	DateValue   ValueType = "date"   // a calendar day or the known part of one
	FlagValue   ValueType = "flag"   // yes or no
	CodeValue   ValueType = "code"   // one of a set of codes that the host keeps
)

// Value is what an attribute says: a small comparable value of one of five types. The
// zero Value holds nothing.
type Value struct {
	kind   ValueType
	text   string // text and code
	number float64
	date   Date
	flag   bool
}

// TextOf returns a free text, up to [MaxTextLength] bytes.
func TextOf(text string) Value { return Value{kind: TextValue, text: text} }

// NumberOf returns a number. NaN and the infinities are refused where the value is
// used; minus zero is zero.
func NumberOf(n float64) Value {
	if n == 0 {
		n = 0 // not -0, which is equal but is written otherwise
	}
	return Value{kind: NumberValue, number: n}
}

// DateOf returns a date.
func DateOf(d Date) Value { return Value{kind: DateValue, date: d} }

// FlagOf returns yes or no.
func FlagOf(yes bool) Value { return Value{kind: FlagValue, flag: yes} }

// CodeOf returns a code, up to [MaxCodeLength] bytes.
func CodeOf(code string) Value { return Value{kind: CodeValue, text: code} }

// Type returns the type, "" for the zero value.
func (v Value) Type() ValueType { return v.kind }

// Text returns the text or the code; it is false for a value of another type.
func (v Value) Text() (string, bool) {
	return v.text, v.kind == TextValue || v.kind == CodeValue
}

// Number returns the number; it is false for a value of another type.
func (v Value) Number() (float64, bool) { return v.number, v.kind == NumberValue }

// Date returns the date; it is false for a value of another type.
func (v Value) Date() (Date, bool) { return v.date, v.kind == DateValue }

// Flag returns yes or no; ok is false for a value of another type.
func (v Value) Flag() (yes, ok bool) { return v.flag, v.kind == FlagValue }

// String returns the value as text, without its type: numbers with as many digits as
// it takes to read them back, "true" or "false".
func (v Value) String() string {
	switch v.kind {
	case NumberValue:
		return strconv.FormatFloat(v.number, 'g', -1, 64)
	case DateValue:
		return v.date.String()
	case FlagValue:
		return strconv.FormatBool(v.flag)
	}
	return v.text
}

// value checks what an attribute says.
func (c *checker) value(p path, v Value) {
	switch v.kind {
	case TextValue:
		c.required(p, v.text, MaxTextLength)
	case CodeValue:
		c.required(p, v.text, MaxCodeLength)
	case NumberValue:
		if math.IsNaN(v.number) || math.IsInf(v.number, 0) {
			c.report(p, OutOfRange)
		}
	case DateValue:
		switch {
		case v.date == Date{}:
			c.report(p, Missing)
		case !v.date.IsValid():
			c.report(p, Malformed)
		}
	case FlagValue:
	default:
		c.report(p, Missing)
	}
}

type valueJSON struct {
	Type   ValueType `json:"type"`
	Text   *string   `json:"text,omitempty"`
	Number *float64  `json:"number,omitempty"`
	Flag   *bool     `json:"flag,omitempty"`
}

// MarshalJSON writes {"type":"number","number":3}; text, codes and dates are under
// "text", yes and no under "flag". The zero value is null.
func (v Value) MarshalJSON() ([]byte, error) {
	form := valueJSON{Type: v.kind}
	switch v.kind {
	case "":
		return []byte("null"), nil
	case NumberValue:
		form.Number = &v.number
	case FlagValue:
		form.Flag = &v.flag
	default:
		text := v.String()
		form.Text = &text
	}
	return json.Marshal(form)
}

// UnmarshalJSON reads what [Value.MarshalJSON] writes. Null leaves v as it is; so does
// an error, which is a [*CodeError] for an unknown type or a value that is not of its
// type, a [*DateError], or one about the JSON itself.
func (v *Value) UnmarshalJSON(text []byte) error {
	if isNull(text) {
		return nil
	}
	var form valueJSON
	if err := exactjson.Decode(text, &form); err != nil {
		return err
	}
	given := 0
	for _, is := range []bool{form.Text != nil, form.Number != nil, form.Flag != nil} {
		if is {
			given++
		}
	}
	switch {
	case given != 1:
	case form.Type == NumberValue && form.Number != nil:
		*v = NumberOf(*form.Number)
		return nil
	case form.Type == FlagValue && form.Flag != nil:
		*v = FlagOf(*form.Flag)
		return nil
	case form.Type == TextValue && form.Text != nil:
		*v = TextOf(*form.Text)
		return nil
	case form.Type == CodeValue && form.Text != nil:
		*v = CodeOf(*form.Text)
		return nil
	case form.Type == DateValue && form.Text != nil:
		date, err := ParseDate(*form.Text)
		if err != nil {
			return err
		}
		*v = DateOf(date)
		return nil
	}
	return &CodeError{Type: "value", Code: string(form.Type)}
}
