package rule

import "github.com/rapport-crm/rapport"

// EventsTerm is the events of a kind that a customer had up to as-of. What a host
// hands over is taken for all there is: no events are 0 events, with a sum of nothing.
type EventsTerm struct{ node node }

// Events are all events of a kind up to as-of.
func Events(kind string) EventsTerm { return EventsTerm{node{kind: eventsNode, name: kind}} }

// Where leaves those that have one of some texts in a field. An event without the
// field is left out.
func (t EventsTerm) Where(field string, in ...string) EventsTerm {
	t.node.where = cloneWhere(t.node.where, where{field, in})
	return t
}

// Within leaves those in a window, in place of [Ever].
func (t EventsTerm) Within(w Window) EventsTerm {
	t.node.window = w
	return t
}

func (t EventsTerm) measured(measure string) node {
	t.node.measure = measure
	return t.node
}

// Count is how many they are.
func (t EventsTerm) Count() Term[int] { return Term[int]{t.measured(measureCount)} }

// Sum is the sum of their amounts, exact.
func (t EventsTerm) Sum() Term[rapport.Money] { return Term[rapport.Money]{t.measured(measureSum)} }

// Smallest is the smallest of their amounts; of no events it is not known.
func (t EventsTerm) Smallest() Term[rapport.Money] {
	return Term[rapport.Money]{t.measured(measureMin)}
}

// Largest is the largest of their amounts; of no events it is not known.
func (t EventsTerm) Largest() Term[rapport.Money] {
	return Term[rapport.Money]{t.measured(measureMax)}
}

// Average is the mean of their amounts, compared without rounding; of no events it is
// not known.
func (t EventsTerm) Average() Term[rapport.Money] {
	return Term[rapport.Money]{t.measured(measureAverage)}
}

// First is when the first of them was.
func (t EventsTerm) First() WhenTerm { return WhenTerm{t.measured(measureFirst)} }

// Last is when the last of them was.
func (t EventsTerm) Last() WhenTerm { return WhenTerm{t.measured(measureLast)} }

// WhenTerm is when something was. Of no events it is not known: neither within a
// window nor longer ago. [Term.Is] 0 of a count finds those without.
type WhenTerm struct{ node node }

// Within tests whether it was in a window.
func (t WhenTerm) Within(w Window) Condition {
	t.node.bound = w
	return t.node.with(testWithin)
}

// LongerAgo tests whether it was before a window.
func (t WhenTerm) LongerAgo(w Window) Condition {
	t.node.bound = w
	return t.node.with(testLongerAgo)
}
