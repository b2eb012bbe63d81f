package rule

import (
	"slices"
	"strings"

	"github.com/rapport-crm/rapport/customer"
)

// Set is a set of rules, checked against a schema and compiled. It is immutable and
// safe to share between goroutines.
type Set struct {
	schema *Schema
	rules  Rules
	index  map[string]int // of a rule, by name
	parts  []program      // of the rules
	order  []int          // of the rules: each after those that it refers to

	slots    map[string]slot // of the attributes that rules read
	count    [3]int          // of slots, by class
	kinds    []kindNeed      // the kinds of events that rules read
	kind     map[string]int  // the same by name
	consents []consentKey
	windows  []Window

	// Which rules read something directly.
	byConsent [][]int
	byRule    [][]int
	timed     []bool // the clock alone may change the truth of the rule

	// What sensitive attributes a rule reads, and what consents it hangs on, itself or by
	// the segments it refers to.
	sensitive [][]sensitive
	asks      [][]int
}

type sensitive struct {
	attribute string
	consent   int // slot
}

// A slot is where facts keep an attribute.
type slot struct {
	class int
	at    int
	rules []int
}

// The classes of slots.
const (
	orderedSlot = iota
	textSlot
	tagsSlot
)

func classOf(typ Type) int {
	switch typ {
	case TextType:
		return textSlot
	case TagsType:
		return tagsSlot
	}
	return orderedSlot
}

// kindNeed is what rules need to know of a kind of event.
type kindNeed struct {
	kind      EventKind
	selectors [][]where // choices by fields
	windows   []int     // all windows that look at it
	ever      bool      // a rule looks at all there ever was
	rules     []int
}

type consentKey struct {
	purpose customer.Purpose
	channel customer.Channel
}

// Schema returns the schema of the set.
func (s *Set) Schema() *Schema { return s.schema }

// Rules returns the rules of the set.
func (s *Set) Rules() Rules { return slices.Clone(s.rules) }

// Compile checks rules against a schema and makes a set of them. The error is an
// [*Error] with the rule, the place in it and one of the sentinel errors:
// [ErrUnknownAttribute], [ErrType], [ErrUnknownSegment], [ErrCycle], [ErrPattern],
// [ErrLimit] and so on.
//
// It takes time in proportion to the size of the rules, and to the square of the number
// of different windows and questions of consent.
func Compile(schema *Schema, rules Rules) (*Set, error) {
	if schema == nil || schema.attributes == nil {
		return nil, &Error{Err: ErrNotMade}
	}
	if err := rules.check(); err != nil {
		return nil, err
	}
	s := &Set{
		schema: schema, rules: slices.Clone(rules), index: make(map[string]int, len(rules)), parts: make([]program, len(rules)),
		slots: make(map[string]slot), kind: make(map[string]int),
		byRule: make([][]int, len(rules)), timed: make([]bool, len(rules)), sensitive: make([][]sensitive, len(rules)),
		asks: make([][]int, len(rules)),
	}
	for i, rule := range rules {
		s.index[rule.Name] = i
	}
	for i, rule := range rules {
		c := compiler{set: s, rule: i}
		part, err := c.compile(rule.When, "")
		if err != nil {
			return nil, err
		}
		s.parts[i], s.timed[i] = part, part.until != nil
	}
	if err := s.sort(); err != nil {
		return nil, err
	}
	for i, rule := range rules {
		if rule.Dwell == 0 {
			continue
		}
		for _, consent := range s.asks[i] { // see [Set.mayHold]
			if !slices.Contains(s.byConsent[consent], i) {
				s.byConsent[consent] = append(s.byConsent[consent], i)
			}
		}
	}
	return s, nil
}

// sort orders the rules by what they refer to.
func (s *Set) sort() error {
	waits := make([]int, len(s.rules)) // for how many rules
	for _, users := range s.byRule {
		for _, user := range users {
			waits[user]++
		}
	}
	var ready []int
	for i, n := range waits {
		if n == 0 {
			ready = append(ready, i)
		}
	}
	for len(ready) > 0 {
		i := ready[0]
		ready = ready[1:]
		s.order = append(s.order, i)
		for _, user := range s.byRule[i] {
			for _, read := range s.sensitive[i] {
				s.reads(user, read)
			}
			for _, consent := range s.asks[i] {
				s.hangs(user, consent)
			}
			if waits[user]--; waits[user] == 0 {
				ready = append(ready, user)
			}
		}
	}
	if len(s.order) < len(s.rules) {
		return s.circle(waits)
	}
	return nil
}

// circle names a circle among the rules that wait for others: each of them refers to
// one that waits too.
func (s *Set) circle(waits []int) error {
	var way []int
	i := slices.IndexFunc(waits, func(n int) bool { return n > 0 })
	for !slices.Contains(way, i) {
		way = append(way, i)
		for next, users := range s.byRule {
			if waits[next] > 0 && slices.Contains(users, i) {
				i = next
				break
			}
		}
	}
	way = append(way[slices.Index(way, i):], i)
	names := make([]string, len(way))
	for k, i := range way {
		names[k] = s.rules[i].Name
	}
	return &Error{Rule: names[0], Name: strings.Join(names, " > "), Err: ErrCycle}
}

// reads notes that a rule reads a sensitive attribute.
func (s *Set) reads(rule int, read sensitive) {
	if !slices.Contains(s.sensitive[rule], read) {
		s.sensitive[rule] = append(s.sensitive[rule], read)
	}
}

// hangs notes that a rule asks for a consent.
func (s *Set) hangs(rule, consent int) {
	if !slices.Contains(s.asks[rule], consent) {
		s.asks[rule] = append(s.asks[rule], consent)
	}
}

// mayHold tells whether a least stay may hold a member: not against a consent that is
// not given.
func (s *Set) mayHold(rule int, f *Facts, now int64) bool {
	return !slices.ContainsFunc(s.asks[rule], func(consent int) bool { return f.permits[consent].truth(now) != True })
}

// add appends a rule to a list that ends with it at most once.
func add(list []int, rule int) []int {
	if n := len(list); n > 0 && list[n-1] == rule {
		return list
	}
	return append(list, rule)
}
