package rule

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/internal/exactjson"
)

// ErrFormat: JSON that is not of this package, or of a version that it does not read.
var ErrFormat = errors.New("JSON of another form")

// form is a condition in JSON: one of the first fields says what it is.
type form struct {
	And     []*form `json:"and,omitempty"`
	Or      []*form `json:"or,omitempty"`
	Not     *form   `json:"not,omitempty"`
	Least   int     `json:"at_least,omitzero"`
	Number  string  `json:"number,omitzero"`
	Text    string  `json:"text,omitzero"`
	Flag    string  `json:"flag,omitzero"`
	Date    string  `json:"date,omitzero"`
	Tags    string  `json:"tags,omitzero"`
	Amount  string  `json:"amount,omitzero"`
	Events  string  `json:"events,omitzero"`
	Segment string  `json:"segment,omitzero"`
	Consent string  `json:"consent,omitzero"`

	Of      []*form           `json:"of,omitempty"`
	Channel string            `json:"channel,omitzero"`
	Where   []where           `json:"where,omitempty"`
	Window  *windowForm       `json:"window,omitempty"`
	Measure string            `json:"measure,omitzero"`
	Test    string            `json:"test,omitzero"`
	Values  []json.RawMessage `json:"values,omitempty"`
	Bound   *windowForm       `json:"bound,omitempty"`
}

// windowForm has exactly one field; what is written as 0 is not the window of all time.
type windowForm struct {
	Duration *time.Duration `json:"duration_ns,omitempty"`
	Days     *int           `json:"days,omitempty"`
	Months   *int           `json:"months,omitempty"`
}

func (w *windowForm) window() Window {
	switch {
	case w == nil:
		return Ever()
	case w.Duration != nil && w.Days == nil && w.Months == nil:
		return For(*w.Duration)
	case w.Duration == nil && w.Days != nil && w.Months == nil:
		return Days(*w.Days)
	case w.Duration == nil && w.Days == nil && w.Months != nil:
		return Months(*w.Months)
	}
	return checked(Window{}, false)
}

func (w Window) form() *windowForm {
	switch {
	case w.length > 0:
		return &windowForm{Duration: &w.length}
	case w.days > 0:
		return &windowForm{Days: &w.days}
	case w.months > 0:
		return &windowForm{Months: &w.months}
	}
	return nil
}

// attributes returns the fields that name an attribute, by its type.
func (f *form) attributes() [AmountType + 1]*string {
	return [...]*string{NumberType: &f.Number, TextType: &f.Text, FlagType: &f.Flag, DateType: &f.Date, TagsType: &f.Tags, AmountType: &f.Amount}
}

// MarshalJSON writes the condition in the form that the package comment describes.
// The error is an [*Error] for a condition that no schema can make sense of.
func (c Condition) MarshalJSON() ([]byte, error) {
	if err := (&checker{}).check(c, "", 1); err != nil {
		return nil, err
	}
	f, err := c.form()
	if err != nil {
		return nil, err
	}
	return json.Marshal(f)
}

func (c Condition) form() (*form, error) {
	n := c.node
	f := &form{
		Least: n.least, Channel: n.channel, Where: n.where, Measure: n.measure, Test: n.test,
		Window: n.window.form(), Bound: n.bound.form(),
	}
	parts := make([]*form, len(n.of))
	for i, part := range n.of {
		var err error
		if parts[i], err = part.form(); err != nil {
			return nil, err
		}
	}
	switch n.kind {
	case andNode:
		f.And = parts
	case orNode:
		f.Or = parts
	case notNode:
		f.Not = parts[0]
	case leastNode:
		f.Of = parts
	case attributeNode:
		*f.attributes()[n.typ] = n.name
	case eventsNode:
		f.Events = n.name
	case segmentNode:
		f.Segment = n.name
	case consentNode:
		f.Consent = n.name
	}
	for _, v := range n.values {
		text, err := v.encode()
		if err != nil {
			return nil, err
		}
		f.Values = append(f.Values, text)
	}
	return f, nil
}

func (v Value) encode() (json.RawMessage, error) {
	switch v.kind {
	case NumberType:
		return json.Marshal(number(v.ord))
	case FlagType:
		return json.Marshal(v.ord == 1)
	case TagsType:
		return json.Marshal(v.tags)
	}
	return json.Marshal(v.String())
}

// decodeValue reads what encode wrote.
func decodeValue(typ Type, text json.RawMessage) (Value, error) {
	var err error
	read := func(into any) {
		if string(text) == "null" {
			err = ErrValue
		} else if err == nil {
			err = json.Unmarshal(text, into)
		}
	}
	var v Value
	switch typ {
	case NumberType:
		var n float64
		read(&n)
		v = NumberOf(n)
	case FlagType:
		var yes bool
		read(&yes)
		v = FlagOf(yes)
	case TagsType:
		var tags []string
		read(&tags)
		v = TagsOf(tags...)
	case TextType, DateType, AmountType:
		var s string
		read(&s)
		if err == nil && typ == TextType {
			v = TextOf(s)
		} else if err == nil && typ == DateType {
			var d customer.Date
			d, err = customer.ParseDate(s)
			v = DateOf(d)
		} else if err == nil {
			var m rapport.Money
			m, err = rapport.ParseMoney(s)
			v = AmountOf(m)
		}
	default:
		return Value{}, ErrType
	}
	if err == nil {
		err = v.err
	}
	return v, err
}

// UnmarshalJSON reads what [Condition.MarshalJSON] wrote, and marshals to the same
// bytes. The error is an [*Error], of which [ErrFormat] says that the form is another;
// after it c is unchanged.
func (c *Condition) UnmarshalJSON(text []byte) error {
	got, err := decodeCondition(text)
	if err != nil {
		return err
	}
	if err := (&checker{}).check(got, "", 1); err != nil {
		return err
	}
	*c = got
	return nil
}

func decodeCondition(text []byte) (Condition, *Error) {
	if len(text) == 0 {
		return Condition{}, &Error{Err: ErrForm}
	}
	var f form
	err := exactjson.Decode(text, &f)
	if err == nil {
		err = noNull(text)
	}
	if err != nil {
		return Condition{}, &Error{Err: fmt.Errorf("%w: %w", ErrFormat, err)}
	}
	return f.condition("", 1)
}

// noNull refuses null, which the decoder takes for a field that is not there: a window
// that is null would be all time. The text is valid JSON.
func noNull(text []byte) error {
	tokens := json.NewDecoder(bytes.NewReader(text))
	tokens.UseNumber() // whether a number fits is for others to say
	for {
		token, err := tokens.Token()
		switch {
		case err == io.EOF:
			return nil
		case err != nil:
			return err
		case token == nil:
			return errors.New("null: leave the field out")
		}
	}
}

// condition takes a form apart.
func (f *form) condition(path string, depth int) (Condition, *Error) {
	switch {
	case f == nil:
		return Condition{}, &Error{Path: path, Err: ErrForm}
	case depth > MaxDepth:
		return Condition{}, &Error{Path: path, Err: ErrLimit}
	}
	n := node{
		least: f.Least, channel: f.Channel, where: f.Where, measure: f.Measure, test: f.Test,
		window: f.Window.window(), bound: f.Bound.window(),
	}
	kinds := 0
	is := func(kind nodeKind, yes bool, name string) {
		if yes {
			n.kind, n.name = kind, name
			kinds++
		}
	}
	var parts []*form
	for kind, list := range [...][]*form{andNode: f.And, orNode: f.Or, leastNode: f.Of} {
		if list != nil {
			is(nodeKind(kind), true, "")
			parts = list
		}
	}
	if f.Not != nil {
		is(notNode, true, "")
		parts = []*form{f.Not}
	}
	for typ, name := range f.attributes() {
		if name != nil && *name != "" {
			is(attributeNode, true, *name)
			n.typ = Type(typ)
		}
	}
	is(eventsNode, f.Events != "", f.Events)
	is(segmentNode, f.Segment != "", f.Segment)
	is(consentNode, f.Consent != "", f.Consent)
	// A field that the kind has no use for would be lost or mean nothing.
	leaf := n.kind == attributeNode || n.kind == eventsNode
	events := n.kind == eventsNode
	recent := events && (n.measure == measureFirst || n.measure == measureLast)
	switch {
	case kinds != 1,
		n.least != 0 && n.kind != leastNode,
		n.channel != "" && n.kind != consentNode,
		(n.test != "" || n.measure != "" || f.Values != nil) && !leaf,
		(n.where != nil || n.window != Ever()) && !events,
		n.bound != Ever() && !recent:
		return Condition{}, &Error{Path: path, Name: n.name, Err: ErrForm}
	}
	tests, bounds := n.offers()
	if leaf && tests == nil {
		return Condition{}, &Error{Path: path, Name: n.name, Err: n.noTest(tests)}
	}
	for _, text := range f.Values {
		v, err := decodeValue(bounds, text)
		if err != nil {
			return Condition{}, &Error{Path: path, Name: n.name, Err: fmt.Errorf("%w: %w", ErrBound, err)}
		}
		n.values = append(n.values, v)
	}
	for i, part := range parts {
		got, err := part.condition(n.pathOf(path, i), depth+1)
		if err != nil {
			return Condition{}, err
		}
		n.of = append(n.of, got)
	}
	return Condition{&n}, nil
}
