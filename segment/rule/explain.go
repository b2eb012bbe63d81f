package rule

import (
	"slices"
	"time"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/customer"
)

// Explanation says of a part of a rule what came of it, and why.
type Explanation struct {
	Path      string    // the way to the part, such as "and[1].not"; "" for the whole
	Condition Condition // the part: its test, and the bounds
	Truth     Truth
	Of        []Explanation // its parts

	// What a test saw. A zero Seen with a zero SeenAt is nothing: what is missing
	// makes it unknown.
	Seen   Value
	SeenAt time.Time // of the first or last event, in UTC
	// Withheld says that a sensitive attribute was not read, for lack of consent for
	// Purpose.
	Withheld bool
	Purpose  customer.Purpose
	Consent  string // the reason that consent gave, where it was asked for
}

// Explain says what comes of each part of a rule for a customer. A segment that the rule
// refers to is one part; it can be explained by itself. The error is [ErrOtherSet], or an
// [*Error] with [ErrUnknownSegment].
func (m *Moment) Explain(f *Facts, segment string) (Explanation, error) {
	i, ok := m.set.index[segment]
	if !ok {
		return Explanation{}, &Error{Rule: segment, Err: ErrUnknownSegment}
	}
	truths, err := m.Truths(f, nil)
	if err != nil {
		return Explanation{}, err
	}
	return m.set.parts[i].explain(f, m, truths, ""), nil
}

func (p *program) explain(f *Facts, m *Moment, standing []Truth, path string) Explanation {
	x := Explanation{Path: path, Condition: Condition{p.node}, Truth: p.truth(f, m, standing)}
	for i := range p.of {
		x.Of = append(x.Of, p.of[i].explain(f, m, standing, p.node.pathOf(path, i)))
	}
	if p.look != nil {
		p.look(f, m, &x)
	}
	return x
}

// Reasons returns the smallest number of tests that decide the truth: whatever the
// others were, it would be the same. Of an unknown truth it is the tests that would have
// to be known. Equal choices go to the earlier part.
func (x *Explanation) Reasons() []Explanation {
	n := x.Condition.node
	if n == nil || len(x.Of) == 0 {
		return []Explanation{*x}
	}
	var like [][]Explanation // the reasons of the parts that speak for the truth
	for i := range x.Of {
		speaks := x.Of[i].Truth
		if n.kind == notNode {
			speaks = -speaks
		}
		if speaks == x.Truth {
			like = append(like, x.Of[i].Reasons())
		}
	}
	enough := len(like)
	switch {
	case x.Truth == Unknown:
	case n.kind == andNode && x.Truth == False, n.kind == orNode && x.Truth == True:
		enough = 1
	case n.kind == leastNode && x.Truth == True:
		enough = n.least
	case n.kind == leastNode:
		enough = len(x.Of) - n.least + 1
	}
	chosen := make([]int, len(like))
	for i := range chosen {
		chosen[i] = i
	}
	slices.SortStableFunc(chosen, func(a, b int) int { return len(like[a]) - len(like[b]) })
	chosen = chosen[:enough]
	slices.Sort(chosen)
	var reasons []Explanation
	for _, i := range chosen {
		reasons = append(reasons, like[i]...)
	}
	return reasons
}

func (e *eventTest) look(f *Facts, m *Moment, x *Explanation, currency rapport.Currency) {
	if e.measure == measureFirst || e.measure == measureLast {
		if at, ok := e.at(f, m); ok {
			x.SeenAt = instant(at)
		}
		return
	}
	v, ok := e.measured(f, m)
	switch {
	case !ok:
	case e.measure == measureCount:
		x.Seen = NumberOf(float64(v))
	case e.measure == measureAverage:
		x.Seen = Value{kind: AmountType, ord: v / 2, unit: currency} // cut to the minor unit
	default:
		x.Seen = Value{kind: AmountType, ord: v, unit: currency}
	}
}
