package rule

import (
	"slices"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/customer"
)

// Limits of schemas, rules and facts. What exceeds them is an error with [ErrLimit].
const (
	MaxNameLength = 128       // bytes of a name
	MaxTextLength = 4096      // bytes of a text, a tag or a pattern
	MaxAttributes = 4096      // attributes, and kinds of events, of a schema
	MaxRules      = 4096      // rules of a set
	MaxFields     = 256       // fields of a kind of event, and choices by them in one test
	MaxPattern    = 10_000    // steps of a compiled pattern; each letter of it is one
	MaxNodes      = 10_000    // parts of one condition
	MaxDepth      = 64        // parts of one condition inside each other
	MaxValues     = 10_000    // bounds of a test, tags of a value
	MaxSelectors  = 32        // different choices by fields among the events of a kind
	MaxEvents     = 1_000_000 // events of one kind of one customer that are held
)

// Type is the type of an attribute.
type Type uint8

// The types.
const (
	NumberType Type = iota + 1 // a finite number
	TextType                   // text of 1 to 4096 bytes
	FlagType                   // yes or no
	DateType                   // a calendar day, or the part of one that is known
	TagsType                   // a set of texts, which may be empty
	AmountType                 // money in the currency of the attribute
)

// String returns the type as JSON spells it: "number", "text", "flag", "date",
// "tags" or "amount"; "" for no type.
func (t Type) String() string {
	switch t {
	case NumberType:
		return "number"
	case TextType:
		return "text"
	case FlagType:
		return "flag"
	case DateType:
		return "date"
	case TagsType:
		return "tags"
	case AmountType:
		return "amount"
	}
	return ""
}

// Attribute is something that may be known of a customer.
type Attribute struct {
	Name     string
	Type     Type
	Currency rapport.Currency // of an [AmountType]
	// Needs is the purpose to which a customer must have consented before the
	// attribute is read; "": it is not sensitive. Consent is asked for no channel.
	Needs customer.Purpose
}

// EventKind is a kind of thing that happens to customers, such as a purchase.
type EventKind struct {
	Name     string
	Currency rapport.Currency // of the amounts of its events; 0: they have none
	Fields   []string         // texts that an event may carry, such as its channel
}

// SchemaOptions are the options of [NewSchema]; nil or the zero value means the
// defaults.
type SchemaOptions struct {
	// Location is where calendar days begin and end. Nil: UTC.
	Location *time.Location
}

// Schema says what may be known of customers. It is immutable and safe to share
// between goroutines.
type Schema struct {
	attributes map[string]Attribute
	kinds      map[string]EventKind
	calendar   calendar
}

// NewSchema returns a schema of attributes and kinds of events. The error is an
// [*Error] that names the attribute, the kind or its field.
func NewSchema(attributes []Attribute, kinds []EventKind, o *SchemaOptions) (*Schema, error) {
	if o == nil {
		o = &SchemaOptions{}
	}
	if len(attributes) > MaxAttributes || len(kinds) > MaxAttributes {
		return nil, &Error{Err: ErrLimit}
	}
	s := &Schema{
		attributes: make(map[string]Attribute, len(attributes)), kinds: make(map[string]EventKind, len(kinds)),
		calendar: newCalendar(o.Location),
	}
	for _, a := range attributes {
		_, twice := s.attributes[a.Name]
		switch {
		case twice || !validName(a.Name):
			return nil, &Error{Name: a.Name, Err: ErrName}
		case a.Type.String() == "":
			return nil, &Error{Name: a.Name, Err: ErrType}
		case (a.Type == AmountType) != a.Currency.IsValid():
			return nil, &Error{Name: a.Name, Err: ErrCurrency}
		case a.Needs != "" && !validName(string(a.Needs)):
			return nil, &Error{Name: string(a.Needs), Err: ErrName}
		}
		s.attributes[a.Name] = a
	}
	for _, k := range kinds {
		_, twice := s.kinds[k.Name]
		switch {
		case twice || !validName(k.Name):
			return nil, &Error{Name: k.Name, Err: ErrName}
		case k.Currency != 0 && !k.Currency.IsValid():
			return nil, &Error{Name: k.Name, Err: ErrCurrency}
		case len(k.Fields) > MaxFields:
			return nil, &Error{Name: k.Name, Err: ErrLimit}
		}
		for i, field := range k.Fields {
			if !validName(field) || slices.Contains(k.Fields[:i], field) {
				return nil, &Error{Name: field, Err: ErrName}
			}
		}
		k.Fields = slices.Clone(k.Fields)
		s.kinds[k.Name] = k
	}
	return s, nil
}

// Attribute returns an attribute by its name.
func (s *Schema) Attribute(name string) (Attribute, bool) {
	a, ok := s.attributes[name]
	return a, ok
}

// EventKind returns a kind of event by its name.
func (s *Schema) EventKind(name string) (EventKind, bool) {
	k, ok := s.kinds[name]
	k.Fields = slices.Clone(k.Fields)
	return k, ok
}

func validName(name string) bool { return name != "" && len(name) <= MaxNameLength && validText(name) }

// validText reports UTF-8 without control characters: what every text may be.
func validText(text string) bool {
	for _, r := range text {
		if unicode.IsControl(r) {
			return false
		}
	}
	return utf8.ValidString(text)
}
