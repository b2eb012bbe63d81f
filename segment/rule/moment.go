package rule

import (
	"time"
)

// Moment is a set of rules as of an instant. It is immutable and safe to share
// between goroutines.
type Moment struct {
	set   *Set
	now   int64
	today int64   // the day of now
	from  int64   // when today began
	until int64   // when it ends
	after []int64 // by window: the instant just before it
}

// At returns the rules as of an instant. The error is an [*Error] with [ErrTime], or
// with [ErrNotMade] for the zero Set.
func (s *Set) At(asOf time.Time) (*Moment, error) {
	if s.schema == nil {
		return nil, &Error{Err: ErrNotMade}
	}
	now, err := nanos(asOf)
	if err != nil {
		return nil, &Error{Name: "as-of", Err: err}
	}
	m := &Moment{set: s, from: 1, until: 0, after: make([]int64, len(s.windows))}
	m.move(now)
	return m, nil
}

// move takes a moment that is not shared to another instant.
func (m *Moment) move(now int64) {
	c := m.set.schema.calendar
	m.now = now
	sameDay := m.from <= now && now < m.until
	if !sameDay {
		m.today = c.day(now)
		m.from, m.until = c.start(m.today), c.start(m.today+1)
	}
	for i, w := range m.set.windows {
		if !sameDay || w.length > 0 {
			m.after[i] = w.after(c, now, m.today)
		}
	}
}

// Truths appends the truth of each rule for a customer, in the order of the rules. It
// allocates nothing if there is room. The error is [ErrOtherSet].
func (m *Moment) Truths(f *Facts, into []Truth) ([]Truth, error) {
	if f == nil || f.set != m.set {
		return into, ErrOtherSet
	}
	start := len(into)
	for range m.set.rules {
		into = append(into, Unknown)
	}
	truths := into[start:]
	for _, i := range m.set.order {
		truths[i] = m.set.parts[i].truth(f, m, truths)
	}
	return into, nil
}

// Matches tells whether a customer belongs to a segment. The error is [ErrOtherSet], or
// an [*Error] with [ErrUnknownSegment].
func (m *Moment) Matches(f *Facts, segment string) (Truth, error) {
	i, ok := m.set.index[segment]
	if !ok {
		return Unknown, &Error{Rule: segment, Err: ErrUnknownSegment}
	}
	truths, err := m.Truths(f, nil)
	if err != nil {
		return Unknown, err
	}
	return truths[i], nil
}
