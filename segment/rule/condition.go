package rule

import (
	"slices"

	"github.com/rapport-crm/rapport/customer"
)

// Condition is what a rule asks: a test, or tests combined. It is an immutable value,
// made by the functions of this package or read from JSON; the zero Condition is none.
// Whether it fits a schema is checked by [Compile].
type Condition struct{ node *node }

// String returns the condition in JSON; "" for one that no schema can make sense of.
func (c Condition) String() string {
	text, err := c.MarshalJSON()
	if err != nil {
		return ""
	}
	return string(text)
}

// node is a part of a condition.
type node struct {
	kind    nodeKind
	of      []Condition // of and, or, not, at least
	least   int         // of at least
	typ     Type        // of an attribute
	name    string      // of the attribute, the kind of event, the segment, the purpose
	channel string      // of a consent
	where   []where     // of events
	window  Window      // of events
	measure string      // of a date or of events: what is compared
	test    string
	values  []Value
	bound   Window // of the tests within and longer-ago
}

type nodeKind uint8

const (
	andNode nodeKind = iota + 1
	orNode
	notNode
	leastNode
	attributeNode
	eventsNode
	segmentNode
	consentNode
)

// where chooses events that have one of some texts in a field.
type where struct {
	Field string   `json:"field"`
	In    []string `json:"in"`
}

// The tests, as JSON spells them.
const (
	testEqual      = "eq"
	testNotEqual   = "ne"
	testGreater    = "gt"
	testAtLeast    = "ge"
	testLess       = "lt"
	testAtMost     = "le"
	testBetween    = "between"
	testIn         = "in"
	testNotIn      = "not-in"
	testEmpty      = "empty"
	testNotEmpty   = "not-empty"
	testContains   = "contains"
	testStartsWith = "starts-with"
	testEndsWith   = "ends-with"
	testLike       = "like"
	testRegexp     = "regexp"
	testHas        = "has"
	testHasAll     = "has-all"
	testWithin     = "within"
	testLongerAgo  = "longer-ago"
)

// The measures, as JSON spells them.
const (
	measureAge         = "age"
	measureDaysAgo     = "days-ago"
	measureAnniversary = "days-to-anniversary"
	measureCount       = "count"
	measureSum         = "sum"
	measureMin         = "min"
	measureMax         = "max"
	measureAverage     = "average"
	measureFirst       = "first"
	measureLast        = "last"
)

// And holds if all its parts do, at least one.
func And(parts ...Condition) Condition {
	return Condition{&node{kind: andNode, of: slices.Clone(parts)}}
}

// Or holds if one of its parts does, of at least one.
func Or(parts ...Condition) Condition {
	return Condition{&node{kind: orNode, of: slices.Clone(parts)}}
}

// Not holds if its part is false. It does not hold where that is unknown.
func Not(part Condition) Condition {
	return Condition{&node{kind: notNode, of: []Condition{part}}}
}

// AtLeast holds if n of the parts do, 1 ≤ n ≤ their number.
func AtLeast(n int, parts ...Condition) Condition {
	return Condition{&node{kind: leastNode, least: n, of: slices.Clone(parts)}}
}

// In holds for members of another segment of the same set.
func In(segment string) Condition { return Condition{&node{kind: segmentNode, name: segment}} }

// MayUse holds if data of the customer may be used for a purpose over a channel, ""
// for a purpose that uses none. It is unknown where nobody was asked, see [Consult].
func MayUse(purpose customer.Purpose, channel customer.Channel) Condition {
	return Condition{&node{kind: consentNode, name: string(purpose), channel: string(channel)}}
}
