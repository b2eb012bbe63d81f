package kpi

import (
	"fmt"
	"sort"
	"time"

	"github.com/rapport-crm/rapport"
)

// Calendar is periods that follow each other without a gap: an immutable value, made by
// [NewCalendar] or [Monthly]. The zero value has none.
type Calendar struct {
	bounds  []int64 // Unix nanoseconds; period i runs from bounds[i] to bounds[i+1]
	periods []rapport.Interval
}

// MaxPeriods is the greatest number of periods of a calendar.
const MaxPeriods = 1200

// NewCalendar returns the periods between the given times, which rise: n+1 times make n
// periods. The error is an [*InputError] for fewer than two times, more than 1 201 or one
// outside the years 1678 to 2261, or a [*rapport.IntervalError] for times that do not rise.
func NewCalendar(times ...time.Time) (Calendar, error) {
	if len(times) < 2 || len(times) > MaxPeriods+1 {
		return Calendar{}, &InputError{Subject: "calendar", Name: "times", Value: float64(len(times)), Reason: fmt.Sprintf("want 2 to %d", MaxPeriods+1)}
	}
	var c Calendar
	for i, at := range times {
		if year := at.UTC().Year(); year < 1678 || year > 2261 {
			return Calendar{}, &InputError{Subject: "calendar", Name: "year", Value: float64(year), Reason: "want 1678 to 2261"}
		}
		if i > 0 {
			period, err := rapport.NewInterval(times[i-1], at)
			if err != nil {
				return Calendar{}, fmt.Errorf("kpi: calendar: time %d: %w", i, err)
			}
			c.periods = append(c.periods, period)
		}
		c.bounds = append(c.bounds, at.UnixNano())
	}
	return c, nil
}

// Monthly returns n calendar months, the first from the first of the given month, each
// beginning with the first instant of its first day in the location (nil: UTC), which is
// midnight unless clocks skip it. The errors are those of [NewCalendar], and an
// [*InputError] for a month that is none.
func Monthly(year int, month time.Month, n int, location *time.Location) (Calendar, error) {
	if n < 1 || n > MaxPeriods {
		return Calendar{}, &InputError{Subject: "calendar", Name: "months", Value: float64(n), Reason: fmt.Sprintf("want 1 to %d", MaxPeriods)}
	}
	if month < time.January || month > time.December {
		return Calendar{}, &InputError{Subject: "calendar", Name: "month", Value: float64(month), Reason: "want 1 to 12"}
	}
	if location == nil {
		location = time.UTC
	}
	times := make([]time.Time, n+1)
	for i := range times {
		times[i] = beginOf(year, month+time.Month(i), location)
	}
	return NewCalendar(times...)
}

// beginOf returns the first instant of a month. Where clocks are changed at midnight its
// first day begins at 01:00, say, for which time.Date may give 23:00 of the day before, or
// it has 00:00 twice, of which time.Date may give the second.
func beginOf(year int, month time.Month, location *time.Location) time.Time {
	t := time.Date(year, month, 1, 0, 0, 0, 0, location)
	start, end := t.ZoneBounds()
	if t.Day() != 1 {
		return end
	}
	if !start.IsZero() {
		_, offset := start.Add(-time.Second).Zone()
		wall := time.Date(year, month, 1, 0, 0, 0, 0, time.UTC)
		if first := wall.Add(-time.Duration(offset) * time.Second); first.Before(start) {
			return first.In(location)
		}
	}
	return t
}

// Len returns how many periods there are.
func (c Calendar) Len() int { return len(c.periods) }

// Period returns period i, from 0. Like a slice it panics if i is not in 0 … Len()-1.
func (c Calendar) Period(i int) rapport.Interval { return c.periods[i] }

// index returns the period of a time, -1 before the first, Len() after the last, of a
// calendar that has periods.
func (c Calendar) index(at time.Time) int {
	if at.Before(c.periods[0].Start()) {
		return -1
	}
	if !at.Before(c.periods[len(c.periods)-1].End()) {
		return len(c.periods)
	}
	nanos := at.UnixNano() // inside the bounds, so it does not overflow
	return sort.Search(len(c.bounds), func(i int) bool { return c.bounds[i] > nanos }) - 1
}
