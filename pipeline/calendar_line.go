package pipeline

import (
	"math"
	"sort"
	"time"
)

// A calendar counts on lines of whole seconds. An instant in UTC is a second of
// one line, from 0001-01-01T00:00:00Z on; a local clock is the same line, moved
// by the offset of its zone, on which every day has 24 hours. Between two changes
// of the clocks the two lines run side by side, so open time there is the
// difference of two sums, and a search has to look at such stretches only, never
// at single days.
const (
	secondsPerDay = 24 * 60 * 60
	unixToLine    = 719_162 * secondsPerDay // from 0001-01-01 to 1970-01-01
	lineEnd       = 3_652_059 * secondsPerDay
	firstDay      = 1         // 0001-01-02
	lastDay       = 3_652_057 // 9999-12-30
)

// instant returns the instant of a second in the zone of at.
func instant(second, nanos int64, at time.Time) time.Time {
	return time.Unix(second-unixToLine, nanos).In(at.Location())
}

// lineSecond splits an instant into its whole second and the nanoseconds since.
// What is outside the years 1 to 9999 becomes the nearer end of the line.
func lineSecond(at time.Time) (second, nanos int64) {
	switch {
	case at.Before(time.Unix(-unixToLine, 0).UTC()):
		return 0, 0
	case !at.Before(time.Unix(lineEnd-unixToLine, 0).UTC()):
		return lineEnd, 0
	}
	return at.Unix() + unixToLine, int64(at.Nanosecond())
}

// second is lineSecond within what the calendar knows: outside nothing is open.
func (c *Calendar) second(at time.Time) (second, nanos int64) {
	second, nanos = lineSecond(at)
	switch {
	case second < c.start:
		return c.start, 0
	case second >= c.end:
		return c.end, 0
	}
	return second, nanos
}

// A stretch is a run of seconds in UTC, up to before end, for which the local
// clock is offset seconds ahead.
type stretch struct {
	end, offset int64
}

// stretchAt returns the stretch that holds a second of the line in UTC.
func (c *Calendar) stretchAt(second int64) stretch {
	if c == nil || c.location == time.UTC {
		return stretch{end: math.MaxInt64}
	}
	local := time.Unix(second-unixToLine, 0).In(c.location)
	_, offset := local.Zone()
	s := stretch{end: math.MaxInt64, offset: int64(offset)}
	if _, end := local.ZoneBounds(); !end.IsZero() {
		s.end = end.Unix() + unixToLine
	}
	if s.end <= second {
		// Past its table of changes, package time takes every year to have 365
		// days: on December 31 of a leap year the bound is 24 hours short.
		s.end = (second/secondsPerDay + 1) * secondsPerDay
	}
	return s
}

// stretchBefore returns where the stretch begins that holds the second before
// one, and its offset.
func (c *Calendar) stretchBefore(second int64) (start, offset int64) {
	if c.location == time.UTC {
		return math.MinInt64, 0
	}
	bound, _ := time.Unix(second-1-unixToLine, 0).In(c.location).ZoneBounds()
	start = c.start
	if !bound.IsZero() {
		start = max(start, bound.Unix()+unixToLine)
	}
	for { // a lower bound may be too early by as much as a year, as the upper one
		s := c.stretchAt(start)
		if s.end >= second {
			return start, s.offset
		}
		start = s.end
	}
}

// A measure sums up something that each day has, its open seconds for one, so
// that the sum over any run of days is the difference of two looks.
type measure struct {
	week    [8]int64 // sum over the first days of a week, from Monday
	special []int64  // what the first special days have more than their weekdays
}

func openSeconds(hours []Hours) int64 {
	sum := int64(0)
	for _, h := range hours {
		sum += h.seconds(secondsPerDay)
	}
	return sum
}

// openDays is 1 for a working day: one with any opening hour.
func openDays(hours []Hours) int64 { return int64(min(len(hours), 1)) }

func newMeasure(c *Calendar, of func([]Hours) int64) measure {
	m := measure{special: make([]int64, len(c.special)+1)}
	for i, hours := range c.week {
		m.week[i+1] = m.week[i] + of(hours)
	}
	for i, s := range c.special {
		m.special[i+1] = m.special[i] + of(s.hours) - of(c.week[s.day%7])
	}
	return m
}

// before returns the sum over all days before a day. Only differences mean
// something; days that the calendar does not know add nothing.
func (c *Calendar) before(m *measure, day int64) int64 {
	day = min(max(day, c.first), c.last+1)
	return day/7*m.week[7] + m.week[day%7] + m.special[c.rank(day)]
}

// rank counts the special days before a day.
func (c *Calendar) rank(day int64) int {
	low, high := 0, len(c.special)
	for low < high {
		if middle := int(uint(low+high) / 2); c.special[middle].day < day {
			low = middle + 1
		} else {
			high = middle
		}
	}
	return low
}

// dayOf finds, from day low on, the one at which a sum passes value.
func (c *Calendar) dayOf(m *measure, value, low, high int64) int64 {
	low, high = max(low, c.first), min(high, c.last)
	return low + int64(sort.Search(int(high-low), func(i int) bool {
		return c.before(m, low+int64(i)+1) > value
	}))
}

// hours returns the opening hours of a day.
func (c *Calendar) hours(day int64) []Hours {
	if day < c.first || day > c.last {
		return nil
	}
	if i := c.rank(day); i < len(c.special) && c.special[i].day == day {
		return c.special[i].hours
	}
	return c.week[day%7]
}

// worked returns the open seconds before a second of the local line.
func (c *Calendar) worked(local int64) int64 {
	day := local / secondsPerDay
	sum := c.before(&c.time, day)
	for _, h := range c.hours(day) {
		sum += h.seconds(local % secondsPerDay)
	}
	return sum
}

// open reports whether a second of the local line is open.
func (c *Calendar) open(local int64) bool {
	for _, h := range c.hours(local / secondsPerDay) {
		if h.holds(local % secondsPerDay) {
			return true
		}
	}
	return false
}

// openAt is the inverse of worked: the open second of the local line, in the days
// from low to high, before which there are that many.
func (c *Calendar) openAt(worked, low, high int64) int64 {
	day := c.dayOf(&c.time, worked, low, high)
	rest := worked - c.before(&c.time, day)
	for _, h := range c.hours(day) {
		length := h.seconds(secondsPerDay)
		if rest < length {
			return day*secondsPerDay + int64(h.open)*60 + rest
		}
		rest -= length
	}
	panic("bug: a day has less open time than its measure")
}
