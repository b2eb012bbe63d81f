package rule

import (
	"fmt"
	"slices"
)

// events compiles a test of events.
func (c *compiler) events(p *program) error {
	n := p.node
	kind, ok := c.set.schema.kinds[n.name]
	if !ok {
		return ErrUnknownEvent
	}
	amounts := n.measure == measureSum || n.measure == measureMin || n.measure == measureMax || n.measure == measureAverage
	switch {
	case amounts && kind.Currency == 0:
		return fmt.Errorf("%w: the events have no amounts", ErrCurrency)
	case amounts && len(n.values) > 0 && n.values[0].unit != kind.Currency:
		return fmt.Errorf("%w: %s, want %s", ErrCurrency, n.values[0].unit, kind.Currency)
	}
	for _, w := range n.where {
		if !slices.Contains(kind.Fields, w.Field) {
			return fmt.Errorf("%w: %q", ErrUnknownField, w.Field)
		}
	}
	e := eventTest{calendar: c.set.schema.calendar, kind: c.kindSlot(kind), measure: n.measure, window: n.window, bound: n.bound}
	need := &c.set.kinds[e.kind]
	var err error
	if e.selector, err = need.selector(n.where); err != nil {
		return err
	}
	if e.from = c.windowSlot(n.window); n.window == Ever() {
		need.ever = true
	} else if !slices.Contains(need.windows, e.from) {
		need.windows = append(need.windows, e.from)
	}
	switch n.measure {
	case measureFirst, measureLast:
		e.boundFrom = c.windowSlot(n.bound)
		e.within = n.test == testWithin
		p.truth, p.until = e.when, e.untilWhen
	default:
		scale := int64(1)
		if n.measure == measureAverage {
			scale = 2
		}
		switch n.test {
		case testEmpty, testNotEmpty:
			// As a test of how many there are, which is always known.
			e.measure, e.test = measureCount, newThresholds(testLess, []int64{1})
			e.test.below = n.test == testEmpty
		default:
			e.test = newThresholds(n.test, n.ordinals(scale))
		}
		p.truth, p.until = e.compare, e.untilCompare
	}
	p.look = func(f *Facts, m *Moment, x *Explanation) { e.look(f, m, x, kind.Currency) }
	return nil
}

// kindSlot finds or makes the slot for the events of a kind.
func (c *compiler) kindSlot(kind EventKind) int {
	s := c.set
	i, ok := s.kind[kind.Name]
	if !ok {
		i = len(s.kinds)
		s.kind[kind.Name] = i
		s.kinds = append(s.kinds, kindNeed{kind: kind})
	}
	s.kinds[i].rules = add(s.kinds[i].rules, c.rule)
	return i
}

// selector finds or makes the number of a choice by fields; 0 is all events.
func (k *kindNeed) selector(choice []where) (int, error) {
	if len(choice) == 0 {
		return 0, nil
	}
	for i, other := range k.selectors {
		if sameChoice(other, choice) {
			return i + 1, nil
		}
	}
	if len(k.selectors) == MaxSelectors {
		return 0, ErrLimit
	}
	k.selectors = append(k.selectors, choice)
	return len(k.selectors), nil
}

// eventTest is a test of events of a kind.
type eventTest struct {
	calendar  calendar
	kind      int
	selector  int // 0: all
	measure   string
	window    Window
	from      int // slot of the window
	test      thresholds
	bound     Window // of when it was
	boundFrom int    // slot of the bound
	within    bool
}

// held returns the events of the kind and which of them are in the window:
// list[low:high] less those that the selector leaves out. Those from high on are in
// the future.
func (e *eventTest) held(f *Facts, m *Moment) (list []event, low, high int) {
	list = f.events[e.kind]
	return list, firstAfter(list, m.after[e.from]), firstAfter(list, m.now)
}

// firstAfter returns how many events are up to an instant.
func firstAfter(list []event, at int64) int {
	low, high := 0, len(list)
	for low < high {
		mid := int(uint(low+high) / 2)
		if list[mid].at <= at {
			low = mid + 1
		} else {
			high = mid
		}
	}
	return low
}

func (e *event) in(selector int) bool { return selector == 0 || e.match>>(selector-1)&1 == 1 }

// folded returns what is left of events that are no longer held one by one.
func (e *eventTest) folded(f *Facts) *total {
	if e.window != Ever() || f.folded == nil || f.folded[e.kind] == nil {
		return &total{}
	}
	return &f.folded[e.kind][e.selector]
}

func (e *eventTest) count(f *Facts, m *Moment) int64 {
	list, low, high := e.held(f, m)
	n := e.folded(f).Count
	if e.selector == 0 {
		return n + int64(high-low)
	}
	for i := low; i < high; i++ {
		if list[i].in(e.selector) {
			n++
		}
	}
	return n
}

func (e *eventTest) total(f *Facts, m *Moment) total {
	list, low, high := e.held(f, m)
	t := *e.folded(f)
	for i := low; i < high; i++ {
		if list[i].in(e.selector) {
			t.add(&list[i])
		}
	}
	return t
}

// measured returns what is compared; false: there is none.
func (e *eventTest) measured(f *Facts, m *Moment) (int64, bool) {
	if e.measure == measureCount {
		return e.count(f, m), true
	}
	t := e.total(f, m)
	switch {
	case e.measure == measureSum:
		return t.Sum.near(), true
	case t.Count == 0:
		return 0, false
	case e.measure == measureMin:
		return t.Min, true
	case e.measure == measureMax:
		return t.Max, true
	}
	return t.Sum.halves(t.Count), true
}

func (e *eventTest) compare(f *Facts, m *Moment, _ []Truth) Truth {
	v, ok := e.measured(f, m)
	if !ok {
		return Unknown
	}
	return e.test.truth(v)
}

// coming returns when the next event happens that is known already.
func (e *eventTest) coming(f *Facts, m *Moment) int64 {
	list := f.events[e.kind]
	for i := len(list) - 1; i >= 0 && list[i].at > m.now; i-- {
		if i == 0 || list[i-1].at <= m.now {
			for ; i < len(list); i++ {
				if list[i].in(e.selector) {
					return list[i].at
				}
			}
			break
		}
	}
	return never
}

func (e *eventTest) untilCompare(f *Facts, m *Moment, standing []Truth) (Truth, int64) {
	next := e.coming(f, m)
	leave := 1 // how many events have to leave the window before the test can change
	if e.measure == measureCount {
		n := e.count(f, m)
		if cut, ok := e.test.upTo(n); ok && cut > 0 {
			leave = int(n - cut + 1)
		} else {
			leave = 0
		}
	}
	if e.window != Ever() && leave > 0 {
		list, low, high := e.held(f, m)
		for i := low; i < high; i++ {
			if list[i].in(e.selector) {
				if leave--; leave == 0 {
					next = min(next, e.window.end(e.calendar, list[i].at))
					break
				}
			}
		}
	}
	return e.compare(f, m, standing), next
}

// at returns when the first or the last event in the window was.
func (e *eventTest) at(f *Facts, m *Moment) (int64, bool) {
	list, low, high := e.held(f, m)
	t := e.folded(f)
	if e.measure == measureFirst {
		for i := low; i < high && t.Count == 0; i++ {
			if list[i].in(e.selector) {
				return list[i].at, true
			}
		}
		return t.First, t.Count > 0
	}
	for i := high - 1; i >= low; i-- {
		if list[i].in(e.selector) {
			return list[i].at, true // what is folded is older than what is held
		}
	}
	return t.Last, t.Count > 0
}

func (e *eventTest) when(f *Facts, m *Moment, _ []Truth) Truth {
	at, ok := e.at(f, m)
	if !ok {
		return Unknown
	}
	return truthOf(e.within == (at > m.after[e.boundFrom]))
}

func (e *eventTest) untilWhen(f *Facts, m *Moment, standing []Truth) (Truth, int64) {
	next := e.coming(f, m)
	if at, ok := e.at(f, m); ok {
		if at > m.after[e.boundFrom] {
			next = min(next, e.bound.end(e.calendar, at))
		}
		next = min(next, e.window.end(e.calendar, at))
	}
	return e.when(f, m, standing), next
}

func sameChoice(a, b []where) bool {
	return slices.EqualFunc(a, b, func(v, w where) bool { return v.Field == w.Field && slices.Equal(v.In, w.In) })
}
