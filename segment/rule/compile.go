package rule

import (
	"slices"

	"github.com/rapport-crm/rapport/customer"
)

// evaluate computes the truth of a part of a rule. Standing is how the customer
// stands to each segment, for those that come earlier in the order of the set.
type evaluate func(f *Facts, m *Moment, standing []Truth) Truth

// foresee computes the truth of a part and the first instant after now at which the
// clock alone may change it; never is none.
type foresee func(f *Facts, m *Moment, standing []Truth) (Truth, int64)

// program is a compiled part.
type program struct {
	node  *node
	of    []program
	truth evaluate
	until foresee                                   // nil: the clock has no part in it
	look  func(f *Facts, m *Moment, x *Explanation) // what an explanation shows of a leaf; may be nil
}

type compiler struct {
	set  *Set
	rule int
}

func (c *compiler) fail(path, name string, err error) error {
	return &Error{Rule: c.set.rules[c.rule].Name, Path: path, Name: name, Err: err}
}

func (c *compiler) compile(condition Condition, path string) (program, error) {
	n := condition.node
	p := program{node: n, of: make([]program, len(n.of))}
	for i, part := range n.of {
		var err error
		if p.of[i], err = c.compile(part, n.pathOf(path, i)); err != nil {
			return program{}, err
		}
	}
	var err error
	switch n.kind {
	case andNode:
		p.truth, p.until = allOf(p.of), foreseeAll(p.of)
	case orNode:
		p.truth, p.until = anyOf(p.of), foreseeAny(p.of)
	case notNode:
		p.truth, p.until = not(p.of[0])
	case leastNode:
		p.truth, p.until = atLeast(n.least, p.of), foreseeAtLeast(n.least, p.of)
	case attributeNode:
		err = c.attribute(&p)
	case eventsNode:
		err = c.events(&p)
	case segmentNode:
		err = c.segment(&p)
	case consentNode:
		c.consent(&p)
	}
	if err != nil {
		return program{}, c.fail(path, n.name, err)
	}
	return p, nil
}

func (c *compiler) segment(p *program) error {
	i, ok := c.set.index[p.node.name]
	if !ok {
		return ErrUnknownSegment
	}
	c.set.byRule[i] = add(c.set.byRule[i], c.rule)
	p.truth = func(_ *Facts, _ *Moment, standing []Truth) Truth { return standing[i] }
	return nil
}

func (c *compiler) consent(p *program) {
	i := c.consentSlot(customer.Purpose(p.node.name), customer.Channel(p.node.channel))
	p.truth = func(f *Facts, m *Moment, _ []Truth) Truth { return f.permits[i].truth(m.now) }
	p.look = func(f *Facts, m *Moment, x *Explanation) { x.Consent = f.permits[i].reasonAt(m.now) }
}

// consentSlot finds or makes the slot for the answer to a question of consent.
func (c *compiler) consentSlot(purpose customer.Purpose, channel customer.Channel) int {
	s, key := c.set, consentKey{purpose, channel}
	i := slices.Index(s.consents, key)
	if i < 0 {
		i = len(s.consents)
		s.consents, s.byConsent = append(s.consents, key), append(s.byConsent, nil)
	}
	s.byConsent[i] = add(s.byConsent[i], c.rule)
	s.hangs(c.rule, i)
	return i
}

// windowSlot finds or makes the slot for the beginning of a window.
func (c *compiler) windowSlot(w Window) int {
	i := slices.Index(c.set.windows, w)
	if i < 0 {
		i = len(c.set.windows)
		c.set.windows = append(c.set.windows, w)
	}
	return i
}

// ordinals returns the bounds of a leaf in the order of what it tests, times scale.
func (n *node) ordinals(scale int64) []int64 {
	list := make([]int64, len(n.values))
	for i, v := range n.values {
		switch {
		case n.whole():
			list[i] = int64(number(v.ord))
		case v.kind == DateType:
			list[i] = unpack(v.ord).first
		default:
			list[i] = v.ord * scale
		}
	}
	return list
}
