package pipeline

import (
	"fmt"
	"time"
)

// AddDays returns the n-th working day after the date of from, for n < 0 the
// n-th before it, at the local clock time of from and in its zone. The date of
// from is never counted, open or closed: one working day from a Friday and one
// from the Saturday after it are the same Monday, and so is one back from the
// Tuesday. For n = 0 the result is from. A working day is a date with any opening
// hour; the clock time itself may be outside of them.
//
// A clock time that a change of the clocks skips on that day is taken by the
// offset before the change, as RFC 5545 has it, so 02:30 becomes 03:30; one that
// comes twice is the first. The error is a [*CalendarEndError].
func (c *Calendar) AddDays(from time.Time, n int) (time.Time, error) {
	if n == 0 {
		return from.Round(0), nil
	}
	clock := c.localClock(from)
	day, ok := clock.day, true
	if c == nil {
		day, ok = shiftDay(day, int64(n))
	} else {
		day, ok = c.workingDay(day, int64(n))
	}
	if !ok || !inYears(from) {
		return time.Time{}, c.ended(from, fmt.Sprintf("%+d working days", n))
	}
	return c.at(clock, day, from), nil
}

// WorkingDays counts the working days from the date of from, included, to the
// date of to, not included. It is negative if to is before from, and additive.
func (c *Calendar) WorkingDays(from, to time.Time) int {
	start, end := c.localClock(from).day, c.localClock(to).day
	if c == nil {
		return int(end - start)
	}
	return int(c.before(&c.days, end) - c.before(&c.days, start))
}

// addCalendarDays moves a date by n days, working or not, and keeps the local
// clock time as AddDays does.
func (c *Calendar) addCalendarDays(from time.Time, n int64) (time.Time, bool) {
	clock := c.localClock(from)
	day, ok := shiftDay(clock.day, n)
	if !ok || !inYears(from) {
		return time.Time{}, false
	}
	if n == 0 {
		return from.Round(0), true
	}
	return c.at(clock, day, from), true
}

// shiftDay is false where the result has instants outside the years 1 to 9999.
func shiftDay(day, n int64) (int64, bool) {
	if n < firstDay-day || n > lastDay-day {
		return 0, false
	}
	return day + n, true
}

// workingDay returns the n-th working day after a day, or before it.
func (c *Calendar) workingDay(day, n int64) (int64, bool) {
	least, most := c.before(&c.days, c.first), c.before(&c.days, c.last+1)
	var index int64 // of the day among the working days
	if n > 0 {
		done := c.before(&c.days, day+1)
		if n > most-done {
			return 0, false
		}
		index = done + n - 1
	} else {
		done := c.before(&c.days, day)
		if n < least-done {
			return 0, false
		}
		index = done + n
	}
	return c.dayOf(&c.days, index, c.first, c.last), true
}

// localClock is what a wall clock and calendar show.
type localClock struct {
	day, second, nanos int64
}

func (c *Calendar) localClock(at time.Time) localClock {
	second, nanos := lineSecond(at)
	local := second + c.stretchAt(second).offset
	day := floorDiv(local, secondsPerDay)
	return localClock{day: day, second: local - day*secondsPerDay, nanos: nanos}
}

func floorDiv(a, b int64) int64 {
	if a < 0 {
		return -((b - 1 - a) / b)
	}
	return a / b
}

// at returns the instant at which the clock shows a time on a day, in the zone of
// from.
func (c *Calendar) at(clock localClock, day int64, from time.Time) time.Time {
	local := day*secondsPerDay + clock.second
	s := c.stretchAt(local - secondsPerDay) // no zone is so far from UTC
	for local-s.offset >= s.end {
		next := c.stretchAt(s.end)
		if local-next.offset < s.end { // the clock skips the time
			break
		}
		s = next
	}
	return instant(local-s.offset, clock.nanos, from)
}

// begin returns the first instant of a day, which is not midnight where the clocks skip it.
func (c *Calendar) begin(day int64) time.Time {
	return c.at(localClock{}, day, time.Time{}.In(c.Location()))
}
