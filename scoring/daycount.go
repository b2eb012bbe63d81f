package scoring

import (
	"fmt"
	"time"
)

// DayCount says how many years lie between two dates.
type DayCount uint8

// The ways to count.
const (
	// ActualActual counts whole years from the earlier date to its anniversaries
	// (that of 29 February is 1 March where there is none), then the days that are
	// left over the days of the year they are in, 365 or 366. Flows at ends of years
	// are whole years apart.
	ActualActual DayCount = iota
	// Actual365 counts days over 365.
	Actual365
	// Actual36525 counts days over 365.25, the year of [rapport.Unit] and of the
	// models in scoring/btyd.
	Actual36525
	// Actual360 counts days over 360, as money markets do.
	Actual360
)

// IsValid reports whether c is one of the constants.
func (c DayCount) IsValid() bool { return c <= Actual360 }

// String returns "act/act", "act/365", "act/365.25" or "act/360".
func (c DayCount) String() string {
	switch c {
	case ActualActual:
		return "act/act"
	case Actual365:
		return "act/365"
	case Actual36525:
		return "act/365.25"
	case Actual360:
		return "act/360"
	}
	return fmt.Sprintf("DayCount(%d)", uint8(c))
}

// years returns the time from one date to another, negative if to is the earlier.
func (c DayCount) years(from, to date) float64 {
	if to < from {
		return -c.years(to, from)
	}
	days := float64(to - from)
	switch c {
	case Actual365:
		return days / 365
	case Actual36525:
		return days / 365.25
	case Actual360:
		return days / 360
	}
	whole := civil(to).Year() - civil(from).Year()
	last := anniversary(from, whole)
	if last > to {
		whole--
		last = anniversary(from, whole)
	}
	return float64(whole) + float64(to-last)/float64(anniversary(from, whole+1)-last)
}

// civil returns a date as its midnight in UTC.
func civil(d date) time.Time { return time.Unix(int64(d)*secondsPerDay, 0).UTC() }

// anniversary returns the date some years later.
func anniversary(d date, years int) date {
	return date(civil(d).AddDate(years, 0, 0).Unix() / secondsPerDay)
}
