package rule

import (
	"math"
	"time"
)

// Window is a stretch of time up to the instant as of which a rule is evaluated. The
// zero Window is [Ever].
//
// An event at t counts in a window from t on, t included, until the window has passed
// over it:
//   - [For] a duration d: as long as as-of < t + d. The window is (as-of − d, as-of].
//   - [Days] n: on the calendar day of t and the n − 1 days after it. So today counts,
//     and "the last day" is today.
//   - [Months] n: until the calendar day n months after that of t begins; the 31st is
//     the last day of a shorter month.
//   - [Ever]: always.
//
// So each event counts for one half-open interval of the clock. Days begin and end in
// the location of the [Schema]. It is comparable.
type Window struct {
	length       time.Duration
	days, months int
}

// The longest windows: 200 years.
const (
	maxDays   = 73_048
	maxMonths = 2_400
	maxLength = maxDays * 24 * time.Hour
)

// For is a window of an exact duration, above 0 and up to 200 years.
func For(d time.Duration) Window { return checked(Window{length: d}, d > 0 && d <= maxLength) }

// Days is a window of n calendar days, today included.
func Days(n int) Window { return checked(Window{days: n}, n > 0 && n <= maxDays) }

// Months is a window of n calendar months.
func Months(n int) Window { return checked(Window{months: n}, n > 0 && n <= maxMonths) }

// Ever is the window of all time up to as-of.
func Ever() Window { return Window{} }

// checked marks a window that cannot be, which [Compile] refuses.
func checked(w Window, ok bool) Window {
	if !ok {
		return Window{days: -1}
	}
	return w
}

func (w Window) valid() bool { return w.days >= 0 }

// after returns the instant just before the window as of now: events after it are in.
func (w Window) after(c calendar, now, today int64) int64 {
	switch {
	case w.length > 0:
		if now < math.MinInt64+int64(w.length) {
			return math.MinInt64
		}
		return now - int64(w.length)
	case w.days > 0:
		return before(c.start(today - int64(w.days) + 1))
	case w.months > 0:
		// The first day of the window is the earliest that has not run out. Months
		// differ by up to three days, so it lies that close to a shift back.
		day := addMonths(today, -w.months) - 3
		for addMonths(day, w.months) <= today {
			day++
		}
		return before(c.start(day))
	}
	return math.MinInt64
}

func before(at int64) int64 { return max(at, math.MinInt64+1) - 1 }

// end returns the instant from which on an event is no longer in the window.
func (w Window) end(c calendar, at int64) int64 {
	switch {
	case w.length > 0:
		if at > never-int64(w.length) {
			return never
		}
		return at + int64(w.length)
	case w.days > 0:
		return c.start(c.day(at) + int64(w.days))
	case w.months > 0:
		return c.start(addMonths(c.day(at), w.months))
	}
	return never
}
