package rule

import (
	"fmt"
	"slices"

	"github.com/rapport-crm/rapport"
)

// Facts are what is known of one customer, as far as the rules of a set ask for it:
// what no rule reads is checked and not kept. They are made by [Set.NewFacts] and
// belong to one goroutine at a time.
type Facts struct {
	set     *Set
	id      rapport.ID
	ordered []int64    // missing: none
	texts   []string   // "": none
	tags    [][]string // nil: none
	events  [][]event  // by kind, ordered by time and id
	places  []places   // by kind; nil where few events are held
	folded  [][]total  // by kind and selector; nil where there is nothing
	permits []permit
}

// FactError reports a fact that cannot be taken.
type FactError struct {
	Customer rapport.ID
	Name     string // of the attribute, the kind of event or the field
	Err      error  // wraps one of the sentinel errors of the package, or that of an id or an amount
}

// Error names the customer and the fact.
func (e *FactError) Error() string {
	return fmt.Sprintf("rule: customer %q: %q: %v", e.Customer, e.Name, e.Err)
}

// Unwrap returns the reason.
func (e *FactError) Unwrap() error { return e.Err }

// NewFacts returns facts of a customer of whom nothing is known. The error is a
// [*FactError] for the id, or with [ErrNotMade] for the zero Set.
func (s *Set) NewFacts(customer rapport.ID) (*Facts, error) {
	if s.schema == nil {
		return nil, &FactError{Customer: customer, Name: "set", Err: ErrNotMade}
	}
	if err := customer.Validate(); err != nil {
		return nil, &FactError{Customer: customer, Name: "id", Err: err}
	}
	f := &Facts{
		set: s, id: customer,
		ordered: make([]int64, s.count[orderedSlot]), texts: make([]string, s.count[textSlot]), tags: make([][]string, s.count[tagsSlot]),
		events: make([][]event, len(s.kinds)), places: make([]places, len(s.kinds)), permits: make([]permit, len(s.consents)),
	}
	for i := range f.ordered {
		f.ordered[i] = missing
	}
	return f, nil
}

// Customer returns whose facts they are.
func (f *Facts) Customer() rapport.ID { return f.id }

// Set sets an attribute. The error is a [*FactError]: the schema has no such
// attribute, or the value is none, or of another type or currency.
func (f *Facts) Set(name string, value Value) error {
	if _, err := f.set.checkValue(name, value); err != nil {
		return &FactError{f.id, name, err}
	}
	f.put(name, value)
	return nil
}

// Clear makes an attribute unknown. The error is a [*FactError] with
// [ErrUnknownAttribute].
func (f *Facts) Clear(name string) error {
	a, ok := f.set.schema.attributes[name]
	if !ok {
		return &FactError{f.id, name, ErrUnknownAttribute}
	}
	f.put(name, Value{kind: a.Type, ord: missing})
	return nil
}

func (s *Set) checkValue(name string, v Value) (Attribute, error) {
	a, ok := s.schema.attributes[name]
	switch {
	case !ok:
		return a, ErrUnknownAttribute
	case v.kind == 0:
		return a, fmt.Errorf("%w: no value, want %s", ErrType, a.Type)
	case v.kind != a.Type:
		return a, fmt.Errorf("%w: %s, want %s", ErrType, v.kind, a.Type)
	case v.err != nil:
		return a, v.err
	case v.unit != a.Currency:
		return a, fmt.Errorf("%w: %s, want %s", ErrCurrency, v.unit, a.Currency)
	}
	return a, nil
}

// put keeps a value and tells whether it is another one than before.
func (f *Facts) put(name string, v Value) bool {
	sl, ok := f.set.slots[name]
	if !ok {
		return false
	}
	switch sl.class {
	case textSlot:
		if f.texts[sl.at] == v.text {
			return false
		}
		f.texts[sl.at] = v.text
	case tagsSlot:
		had := f.tags[sl.at]
		if (had == nil) == (v.tags == nil) && slices.Equal(had, v.tags) {
			return false
		}
		f.tags[sl.at] = v.tags
	default:
		if f.ordered[sl.at] == v.ord {
			return false
		}
		f.ordered[sl.at] = v.ord
	}
	return true
}

// value returns the value of an attribute; its zero value if there is none.
func (f *Facts) value(a Attribute, sl slot) Value {
	v := Value{kind: a.Type, unit: a.Currency}
	switch sl.class {
	case textSlot:
		v.text = f.texts[sl.at]
		if v.text == "" {
			return Value{}
		}
	case tagsSlot:
		v.tags = f.tags[sl.at]
		if v.tags == nil {
			return Value{}
		}
	default:
		v.ord = f.ordered[sl.at]
		if v.ord == missing {
			return Value{}
		}
	}
	return v
}

// clone copies the facts; texts and tags are never written to and are shared.
func (f *Facts) clone() *Facts {
	c := &Facts{
		set: f.set, id: f.id, ordered: slices.Clone(f.ordered), texts: slices.Clone(f.texts), tags: slices.Clone(f.tags),
		events: make([][]event, len(f.events)), places: make([]places, len(f.events)), folded: slices.Clone(f.folded), permits: slices.Clone(f.permits),
	}
	for k, list := range f.events {
		c.events[k] = slices.Clone(list)
	}
	for k, list := range f.folded {
		c.folded[k] = slices.Clone(list)
	}
	return c
}
