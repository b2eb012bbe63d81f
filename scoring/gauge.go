package scoring

import "math"

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
		g.window.Holdout = 0 // nothing comes after the last date in the log
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

// period returns which period after a date a later one is in, from 0.
func (g *gauge) period(start, d date) int { return int(math.Ceil(g.units(d-start))) - 1 }
