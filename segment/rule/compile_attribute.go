package rule

import (
	"fmt"
	"slices"
	"strings"
)

// attribute compiles a test of an attribute.
func (c *compiler) attribute(p *program) error {
	n := p.node
	a, ok := c.set.schema.attributes[n.name]
	switch {
	case !ok:
		return ErrUnknownAttribute
	case a.Type != n.typ:
		return fmt.Errorf("%w: the attribute is %s, the test is of %s", ErrType, a.Type, n.typ)
	case n.typ == AmountType && len(n.values) > 0 && n.values[0].unit != a.Currency:
		return fmt.Errorf("%w: %s, want %s", ErrCurrency, n.values[0].unit, a.Currency)
	}
	sl, ok := c.set.slots[n.name]
	if !ok {
		sl.class = classOf(n.typ)
		sl.at = c.set.count[sl.class]
		c.set.count[sl.class]++
	}
	sl.rules = add(sl.rules, c.rule)
	c.set.slots[n.name] = sl
	switch sl.class {
	case textSlot:
		p.truth = textTest(n, sl.at)
	case tagsSlot:
		p.truth = tagsTest(n, sl.at)
	default:
		orderedTest(c.set.schema.calendar, p, sl.at)
	}
	p.look = func(f *Facts, _ *Moment, x *Explanation) { x.Seen = f.value(a, sl) }
	if a.Needs != "" {
		consent := c.consentSlot(a.Needs, "")
		c.set.reads(c.rule, sensitive{n.name, consent})
		c.guard(p, consent)
	}
	return nil
}

// guard keeps a leaf from reading what the customer did not consent to. Consent that
// runs out by itself is watched with the answer, not here.
func (c *compiler) guard(p *program, consent int) {
	truth, until, look := p.truth, p.until, p.look
	p.truth = func(f *Facts, m *Moment, standing []Truth) Truth {
		if f.permits[consent].truth(m.now) != True {
			return Unknown
		}
		return truth(f, m, standing)
	}
	if until != nil {
		p.until = func(f *Facts, m *Moment, standing []Truth) (Truth, int64) {
			if f.permits[consent].truth(m.now) != True {
				return Unknown, never
			}
			return until(f, m, standing)
		}
	}
	p.look = func(f *Facts, m *Moment, x *Explanation) {
		x.Purpose = c.set.consents[consent].purpose
		if x.Consent = f.permits[consent].reasonAt(m.now); f.permits[consent].truth(m.now) != True {
			x.Withheld = true
			return
		}
		look(f, m, x)
	}
}

func textTest(n *node, at int) evaluate {
	var test func(text string) bool
	bound := ""
	if len(n.values) > 0 {
		bound = n.values[0].text
	}
	switch n.test {
	case testEmpty:
		return func(f *Facts, _ *Moment, _ []Truth) Truth { return truthOf(f.texts[at] == "") }
	case testNotEmpty:
		return func(f *Facts, _ *Moment, _ []Truth) Truth { return truthOf(f.texts[at] != "") }
	case testEqual:
		test = func(text string) bool { return text == bound }
	case testNotEqual:
		test = func(text string) bool { return text != bound }
	case testContains:
		test = func(text string) bool { return strings.Contains(text, bound) }
	case testStartsWith:
		test = func(text string) bool { return strings.HasPrefix(text, bound) }
	case testEndsWith:
		test = func(text string) bool { return strings.HasSuffix(text, bound) }
	case testIn:
		test = oneOf(n)
	case testNotIn:
		in := oneOf(n)
		test = func(text string) bool { return !in(text) }
	default:
		pattern, err := n.pattern()
		if err != nil { // checked before
			return func(*Facts, *Moment, []Truth) Truth { return Unknown }
		}
		test = pattern.MatchString
	}
	return func(f *Facts, _ *Moment, _ []Truth) Truth {
		if f.texts[at] == "" {
			return Unknown
		}
		return truthOf(test(f.texts[at]))
	}
}

// oneOf tests for one of the bounds.
func oneOf(n *node) func(text string) bool {
	list := make([]string, len(n.values))
	for i, v := range n.values {
		list[i] = v.text
	}
	if len(list) <= 8 {
		return func(text string) bool { return slices.Contains(list, text) }
	}
	set := make(map[string]bool, len(list))
	for _, text := range list {
		set[text] = true
	}
	return func(text string) bool { return set[text] }
}

func tagsTest(n *node, at int) evaluate {
	switch n.test {
	case testEmpty:
		return func(f *Facts, _ *Moment, _ []Truth) Truth { return truthOf(len(f.tags[at]) == 0) }
	case testNotEmpty:
		return func(f *Facts, _ *Moment, _ []Truth) Truth { return truthOf(len(f.tags[at]) > 0) }
	}
	in := oneOf(n)
	wanted := 1
	if n.test == testHasAll {
		set := make(map[string]bool)
		for _, v := range n.values {
			set[v.text] = true
		}
		wanted = len(set)
	}
	return func(f *Facts, _ *Moment, _ []Truth) Truth {
		if f.tags[at] == nil {
			return Unknown
		}
		found := 0
		for _, tag := range f.tags[at] { // each once
			if in(tag) {
				found++
			}
		}
		return truthOf(found >= wanted)
	}
}

// orderedTest compiles a test of a number, flag, amount or date.
func orderedTest(c calendar, p *program, at int) {
	n := p.node
	switch n.test {
	case testEmpty:
		p.truth = func(f *Facts, _ *Moment, _ []Truth) Truth { return truthOf(f.ordered[at] == missing) }
		return
	case testNotEmpty:
		p.truth = func(f *Facts, _ *Moment, _ []Truth) Truth { return truthOf(f.ordered[at] != missing) }
		return
	}
	test := newThresholds(n.test, n.ordinals(1))
	if n.typ != DateType {
		p.truth = func(f *Facts, _ *Moment, _ []Truth) Truth {
			if f.ordered[at] == missing {
				return Unknown
			}
			return test.truth(f.ordered[at])
		}
		return
	}
	d := dateTest{calendar: c, test: test, at: at}
	switch n.measure {
	case "":
		p.truth = d.plain
	case measureAge:
		p.truth, p.until = d.age, d.untilAge
	case measureDaysAgo:
		p.truth, p.until = d.daysAgo, d.untilDaysAgo
	case measureAnniversary:
		p.truth, p.until = d.anniversary, d.untilAnniversary
	}
}
