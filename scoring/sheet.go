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
	period := g.period(d)
	for period >= len(s.byPeriod) {
		s.byPeriod = append(s.byPeriod, 0)
	}
	s.byPeriod[period]++
}

// reserve makes room for n further customers.
func (s *sheet) reserve(n int) {
	s.ids = slices.Grow(s.ids, n)
	s.values = slices.Grow(s.values, n)
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
	summary := Summary{
		X: v.dates - 1,
		// The age needs the calibration end, which may be known only after the
		// last row: until then T holds the first date. See [sheet.setAges].
		T: float64(v.first),
	}
	if v.dates > 1 {
		summary.TX = g.units(v.last - v.first)
		summary.SumLogInterval = v.logs
		summary.Spend = float64(repeat) / (g.major * float64(v.dates-1))
	}
	s.ids = append(s.ids, id)
	s.values = append(s.values, summary)
	s.dates += v.dates
	if g.window.Holdout > 0 {
		s.held = append(s.held, v.held)
	}
}

// setAges puts the ages in the place of the first dates.
func (s *sheet) setAges(g *gauge) {
	for i := range s.values {
		s.values[i].T = g.units(g.until - date(s.values[i].T))
	}
}

// exact gives back the room that growing left over, if it is worth a copy.
func exact[S ~[]E, E any](s S) S {
	if cap(s)-len(s) <= len(s)/8 {
		return s
	}
	return slices.Clone(s)
}
