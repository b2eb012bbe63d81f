package scoring

import (
	"slices"

	"github.com/rapport-crm/rapport"
)

// sheet collects the customers' summaries as they are closed, in ascending
// order of the id.
type sheet struct {
	ids      []rapport.ID
	values   []Summary
	history  []history
	silent   []rapport.ID // customers with rows up to the calibration end, none a purchase
	held     []int
	byPeriod []int
	after    int // customers whose first purchase came after the calibration end
	without  int // customers with no purchase at all
	dates    int // purchase dates
}

// addHeld counts a purchase date in the hold-out.
func (s *sheet) addHeld(v *visits, d date, g *gauge) {
	v.held++
	v.latest = d
	period := g.period(g.until, d)
	for period >= len(s.byPeriod) {
		s.byPeriod = append(s.byPeriod, 0)
	}
	s.byPeriod[period]++
}

// reserve makes room for n further customers.
func (s *sheet) reserve(n int) {
	s.ids = slices.Grow(s.ids, n)
	s.values = slices.Grow(s.values, n)
	s.history = slices.Grow(s.history, n)
	s.held = slices.Grow(s.held, n)
}

// add closes a customer with at least one purchase in the calibration period.
// repeat is the amount of all purchase dates but the first.
func (s *sheet) add(id rapport.ID, v *visits, repeat int64, g *gauge) {
	if len(s.ids) == cap(s.ids) {
		// Twice the room: append grows long slices by a quarter, and copying
		// them so often costs more than reading the rows.
		s.reserve(max(len(s.ids), 16))
	}
	h := history{first: v.first, last: v.last, repeat: repeat}
	s.ids = append(s.ids, id)
	s.values = append(s.values, h.summary(v.dates, v.logs, g))
	s.history = append(s.history, h)
	s.dates += v.dates
	if g.window.Holdout > 0 {
		s.held = append(s.held, v.held)
	}
}

// leaveOut counts a customer without a purchase in the calibration period: after
// says that it has a later one, seen that it has any row in that period.
func (s *sheet) leaveOut(id rapport.ID, after, seen bool) {
	if after {
		s.after++
	} else {
		s.without++
	}
	if seen {
		s.silent = append(s.silent, id)
	}
}

// setAges computes the ages when the calibration end is known, which may be only
// after the last row.
func (s *sheet) setAges(g *gauge) {
	for i := range s.values {
		s.values[i].T = g.units(g.until - s.history[i].first)
	}
}

// exact gives back the room that growing left over, if it is worth a copy.
func exact[S ~[]E, E any](s S) S {
	if cap(s)-len(s) <= len(s)/8 {
		return s
	}
	return slices.Clone(s)
}
