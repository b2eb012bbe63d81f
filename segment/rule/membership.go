package rule

import (
	"slices"
	"time"

	"github.com/rapport-crm/rapport"
)

// Membership says how a customer stands to a segment, and why.
type Membership struct {
	Member bool
	Since  time.Time // when it entered, in UTC; zero if it is no member
	Pin    *Pin      // that holds; nil if none does
	Held   bool      // the rule does not hold, and the least stay is not over
	Rule   Explanation
}

// Membership explains how a customer stands to a segment. A reference to another
// segment is true for its members, pinned ones and held ones included. The error is a
// [*FactError] with [ErrUnknownCustomer] or an [*Error] with [ErrUnknownSegment].
func (e *Engine) Membership(customer rapport.ID, segment string) (Membership, error) {
	r := e.customers[customer]
	if r == nil {
		return Membership{}, &FactError{Customer: customer, Name: segment, Err: ErrUnknownCustomer}
	}
	i, ok := e.set.index[segment]
	if !ok {
		return Membership{}, &Error{Rule: segment, Err: ErrUnknownSegment}
	}
	m := Membership{Rule: e.set.parts[i].explain(r.facts, e.moment, r.standing, "")}
	if at := r.stay(i); at >= 0 {
		m.Member, m.Since = true, instant(r.stays[at].since)
	}
	if p := r.pinAt(i, e.moment.now); p != nil {
		public := p.public(e, r)
		m.Pin = &public
	} else {
		m.Held = m.Member && m.Rule.Truth != True
	}
	return m, nil
}

// Segments returns the segments that a customer belongs to, in the order of the rules.
// The error is a [*FactError] with [ErrUnknownCustomer].
func (e *Engine) Segments(customer rapport.ID) ([]string, error) {
	r := e.customers[customer]
	if r == nil {
		return nil, &FactError{Customer: customer, Name: "id", Err: ErrUnknownCustomer}
	}
	var names []string
	for i, rule := range e.set.rules {
		if r.stay(i) >= 0 {
			names = append(names, rule.Name)
		}
	}
	return names, nil
}

// Pins returns the pins of a customer that hold, in the order of the rules. The error
// is a [*FactError] with [ErrUnknownCustomer].
func (e *Engine) Pins(customer rapport.ID) ([]Pin, error) {
	r := e.customers[customer]
	if r == nil {
		return nil, &FactError{Customer: customer, Name: "id", Err: ErrUnknownCustomer}
	}
	sorted := slices.SortedFunc(slices.Values(r.pins), func(a, b pin) int { return a.rule - b.rule })
	var pins []Pin
	for i := range sorted {
		pins = append(pins, sorted[i].public(e, r))
	}
	return pins, nil
}
