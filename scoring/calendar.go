package scoring

import (
	"math"
	"time"
)

// A date is a calendar day, counted from 1970-01-01 as day 0: four bytes in
// place of a time.Time, and differences are plain subtraction.
type date = int32

const (
	noDate date = math.MinInt32
	// seenDate stands for the first purchase date of a customer who has rows but no
	// purchase yet.
	seenDate date = math.MinInt32 + 1

	secondsPerDay = 24 * 60 * 60
	// daysBefore1970 is the number of days from 0001-01-01 to 1970-01-01.
	daysBefore1970 = 719_162
	// daysOfCalendar is the number of days of the years 1 to 9999.
	daysOfCalendar = 3_652_059
	lastDate       = date(daysOfCalendar - daysBefore1970 - 1)
)

// calendar turns instants into dates of one location. It remembers the offset
// that was valid for the instant before and until when it is, as neighbouring
// rows mostly share it and looking a zone up costs more than the rest of a row.
type calendar struct {
	location *time.Location // nil: UTC
	offset   int64          // seconds east of UTC, valid for from ≤ instant < to
	from, to int64
}

func newCalendar(location *time.Location) calendar {
	if location == time.UTC {
		location = nil
	}
	return calendar{location: location}
}

// date returns the calendar day of an instant; false for the zero time and for
// dates outside the years 1 to 9999.
func (c *calendar) date(t time.Time) (date, bool) {
	seconds := t.Unix()
	if c.location != nil {
		if t.IsZero() {
			return 0, false
		}
		if seconds < c.from || seconds >= c.to {
			c.turnTo(t)
		}
		seconds += c.offset
	}
	// Counted from year 1 in unsigned arithmetic, dates before that year are
	// huge numbers, so one comparison finds both ends; the zero time is 0.
	sinceYear1 := uint64(seconds + daysBefore1970*secondsPerDay)
	if sinceYear1 >= daysOfCalendar*secondsPerDay || (sinceYear1 == 0 && t.IsZero()) {
		return 0, false
	}
	return date(sinceYear1/secondsPerDay) - daysBefore1970, true
}

// turnTo finds the offset that is valid at t and how far it reaches.
func (c *calendar) turnTo(t time.Time) {
	local := t.In(c.location)
	_, offset := local.Zone()
	start, end := local.ZoneBounds()
	c.offset, c.from, c.to = int64(offset), math.MinInt64, math.MaxInt64
	if !start.IsZero() {
		c.from = start.Unix()
	}
	if !end.IsZero() {
		c.to = end.Unix()
	}
}

// midnight returns the first instant that a calendar day has in the location.
// Some clocks are changed at midnight: then the day begins at 01:00, say, where
// time.Date may give 23:00 of the day before, or it has 00:00 twice.
func (c *calendar) midnight(d date) time.Time {
	wall := int64(d) * secondsPerDay
	utc := time.Unix(wall, 0).UTC()
	if c.location == nil {
		return utc
	}
	year, month, day := utc.Date()
	t := time.Date(year, month, day, 0, 0, 0, 0, c.location)
	start, end := t.ZoneBounds()
	if t.Day() != day {
		return end
	}
	if !start.IsZero() {
		_, offset := start.Add(-time.Second).Zone()
		if first := time.Unix(wall-int64(offset), 0).In(c.location); first.Before(start) {
			return first
		}
	}
	return t
}
