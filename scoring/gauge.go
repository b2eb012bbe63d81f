package scoring

import (
	"math"
	"slices"

	"github.com/rapport-crm/rapport"
)

// gauge is a window made ready for measuring: dates as day numbers, the unit
// in days, the scale of amounts.
type gauge struct {
	window   Window
	calendar calendar
	unitDays float64
	digits   int
	major    float64 // how many units of an amount make one major unit: 10^digits
	until    date    // last date of calibration; lastDate while it is not known
	holdEnd  date    // last date that may count for the hold-out; until if there is none
	logs     []float64
}

// loggedDays is how many intervals have their logarithm kept: most intervals
// between purchases are some days to three years.
const loggedDays = 1024

func newGauge(w Window) (gauge, error) {
	if err := w.Validate(); err != nil {
		return gauge{}, err
	}
	g := gauge{
		window:   w,
		calendar: newCalendar(w.Location),
		unitDays: w.Unit.Days(),
		digits:   w.Currency.Digits() + w.ExtraDigits,
		until:    lastDate,
		holdEnd:  lastDate,
		logs:     make([]float64, loggedDays),
	}
	g.major = math.Pow10(g.digits)
	if w.Until.IsZero() {
		return g, nil
	}
	until, ok := g.calendar.date(w.Until)
	if !ok {
		return gauge{}, &WindowError{Field: "Until", Reason: "is outside the years 1 to 9999"}
	}
	g.until = until
	// A hold-out of n/7 weeks should hold n days whatever n/7 was rounded to.
	const rounding = 1e-9
	days := math.Floor(w.Holdout*g.unitDays + rounding)
	g.holdEnd = until + date(min(days, float64(lastDate-until)))
	return g, nil
}

// units returns a number of days in units.
func (g *gauge) units(days date) float64 { return float64(days) / g.unitDays }

// logUnits returns the natural logarithm of a positive number of days in units.
func (g *gauge) logUnits(days date) float64 {
	if days >= loggedDays {
		return math.Log(g.units(days))
	}
	if g.logs[days] == 0 { // not kept yet, or exactly 0, which is cheap
		g.logs[days] = math.Log(g.units(days))
	}
	return g.logs[days]
}

// period returns which period of the hold-out a date after until is in, from 0.
func (g *gauge) period(d date) int { return int(math.Ceil(g.units(d-g.until))) - 1 }

// visits is what the distinct purchase dates of one customer come to. They are
// added in ascending order.
type visits struct {
	dates         int // in the calibration period
	first, second date
	last          date    // the last in the calibration period
	logs          float64 // of the intervals between them
	latest        date    // the last of all; noDate before the first
	held          int     // dates in the hold-out
}

func (v *visits) addCalibration(d date, g *gauge) {
	switch v.dates {
	case 0:
		v.first = d
	case 1:
		v.second = d
		v.logs = g.logUnits(d - v.last)
	default:
		v.logs += g.logUnits(d - v.last)
	}
	v.dates++
	v.last = d
	v.latest = d
}

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
