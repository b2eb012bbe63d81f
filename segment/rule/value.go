package rule

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/customer"
)

// Value is what an attribute holds, or a bound that it is held against: immutable,
// of one [Type]. The zero Value is none. A value that cannot be, such as a number that
// is not finite, is refused where it is used, with [ErrValue].
type Value struct {
	kind Type
	ord  int64 // number, flag, date, amount: in the order of the values
	text string
	tags []string
	unit rapport.Currency
	err  error
}

// missing stands for no value in a slot; no value has this place in the order.
const missing = math.MinInt64

// maxMinor bounds amounts, so that a sum of them never leaves 128 bits.
const maxMinor = 1 << 62

// NumberOf returns a finite number.
func NumberOf(n float64) Value {
	if math.IsNaN(n) || math.IsInf(n, 0) {
		return Value{kind: NumberType, err: ErrValue}
	}
	return Value{kind: NumberType, ord: ordinal(n)}
}

// ordinal maps finite numbers to whole ones in the same order.
func ordinal(n float64) int64 {
	if n == 0 {
		return 0 // the negative zero too
	}
	bits := int64(math.Float64bits(n))
	if bits < 0 {
		bits ^= math.MaxInt64
	}
	return bits
}

// number undoes [ordinal].
func number(ord int64) float64 {
	if ord < 0 {
		ord ^= math.MaxInt64
	}
	return math.Float64frombits(uint64(ord))
}

// TextOf returns a text of 1 to 4096 bytes of UTF-8 without control characters.
func TextOf(text string) Value {
	if text == "" || len(text) > MaxTextLength || !validText(text) {
		return Value{kind: TextType, err: ErrValue}
	}
	return Value{kind: TextType, text: text}
}

// FlagOf returns yes or no.
func FlagOf(yes bool) Value {
	v := Value{kind: FlagType}
	if yes {
		v.ord = 1
	}
	return v
}

// DateOf returns a date. Where only its year or month is known, a test is unknown
// unless all days that it may be agree.
func DateOf(d customer.Date) Value {
	if !d.IsValid() {
		return Value{kind: DateType, err: ErrValue}
	}
	first, last := d.Bounds()
	return Value{kind: DateType, ord: span{civilDay(first), civilDay(last)}.pack()}
}

// TagsOf returns a set of texts, in any order. No tags is a value: it is known that
// there are none.
func TagsOf(tags ...string) Value {
	v := Value{kind: TagsType, tags: []string{}}
	if len(tags) > MaxValues {
		v.err = ErrLimit
		return v
	}
	v.tags = append(v.tags, tags...)
	slices.Sort(v.tags)
	v.tags = slices.Compact(v.tags)
	for _, tag := range tags {
		if err := TextOf(tag).err; err != nil {
			v.err = err
		}
	}
	return v
}

// AmountOf returns an amount of whole minor units, less than 2^62 of them; round it
// first if it has more digits.
func AmountOf(m rapport.Money) Value {
	v := Value{kind: AmountType, unit: m.Currency()}
	minor, err := m.Minor()
	switch {
	case m.Currency() == 0:
		v.err = ErrCurrency
	case err != nil:
		v.err = err
	case minor >= maxMinor || minor <= -maxMinor:
		v.err = ErrLimit
	}
	if v.err == nil {
		v.ord = minor
	}
	return v
}

// Type returns the type of the value, 0 for none.
func (v Value) Type() Type { return v.kind }

// String writes the value as rules in JSON do, a set of tags with commas between
// them; "" for none.
func (v Value) String() string {
	if v.err != nil {
		return ""
	}
	switch v.kind {
	case NumberType:
		return strconv.FormatFloat(number(v.ord), 'g', -1, 64)
	case TextType:
		return v.text
	case FlagType:
		return strconv.FormatBool(v.ord == 1)
	case DateType:
		return unpack(v.ord).String()
	case TagsType:
		return strings.Join(v.tags, ",")
	case AmountType:
		if m, err := rapport.MoneyFromMinor(v.ord, v.unit); err == nil {
			return m.String()
		}
	}
	return ""
}
