package pipeline

import (
	"cmp"
	"fmt"
	"slices"
	"time"
)

// Calendar says when work is done: opening hours by weekday, days that are
// closed, days with hours of their own, in one zone. It is made by
// [NewCalendar], immutable, and safe to share between goroutines. A nil
// *Calendar is round the clock, every day, with the dates of UTC.
//
// An instant is open if the local clock then shows an opening hour of the local
// date. When clocks change, what is counted is the time that really passes: an
// opening hour that the clock skips is not worked, one that it shows twice is
// worked twice.
type Calendar struct {
	location    *time.Location
	week        [7][]Hours // from Monday
	special     []specialDay
	first, last int64 // days, by number
	start, end  int64 // no instant of those days is outside, in line seconds
	time, days  measure
}

// specialDay is a date that does not follow the week; without hours it is closed.
type specialDay struct {
	day   int64
	hours []Hours
}

// WeekHours are the opening hours by weekday, indexed by [time.Weekday]:
//
//	WeekHours{time.Monday: {morning, afternoon}, time.Saturday: {morning}}
//
// A weekday without hours is closed.
type WeekHours [7][]Hours

// WorkWeek has the same hours from Monday to Friday and a closed weekend.
func WorkWeek(hours ...Hours) WeekHours {
	return WeekHours{time.Monday: hours, time.Tuesday: hours, time.Wednesday: hours, time.Thursday: hours, time.Friday: hours}
}

// SpecialDay is a date with hours of its own, whatever its weekday: a short day
// before a holiday, a working Saturday. Without hours it is closed.
type SpecialDay struct {
	Date  Date
	Hours []Hours
}

// CalendarOptions are the options of [NewCalendar]; nil or the zero value means
// weeks that are all alike, without end.
type CalendarOptions struct {
	Holidays []Date // dates that are closed; the same one twice is no error
	Special  []SpecialDay
	// First and Last limit the calendar to the dates for which its holidays are
	// known; a zero Date sets no limit. Other dates are closed, and a search for
	// working time that needs them ends with a [*CalendarEndError] where a
	// calendar without the limit would give a date that forgets a holiday.
	First, Last Date
}

// CalendarError reports a definition that makes no calendar.
type CalendarError struct {
	Day    string // the weekday or date that is to blame, or "" for the whole
	Reason string // "opening hours overlap", "no opening hour", …
}

// Error names the day, if one is to blame, and the reason.
func (e *CalendarError) Error() string {
	if e.Day == "" {
		return "pipeline: calendar: " + e.Reason
	}
	return fmt.Sprintf("pipeline: calendar: %s: %s", e.Day, e.Reason)
}

// CalendarEndError reports a search that ran off the calendar: its days have not
// enough open time, or the result would be outside the years 1 to 9999.
type CalendarEndError struct {
	From        time.Time // where the search began
	Want        string    // what was looked for: "8h0m0s of working time", "-5 working days", "an opening hour", "90d"
	First, Last Date      // the days that the calendar knows
}

// Error says what was looked for, from where, and which days there are.
func (e *CalendarEndError) Error() string {
	return fmt.Sprintf("pipeline: calendar from %s to %s: no %s from %s",
		e.First, e.Last, e.Want, e.From.Format(time.RFC3339Nano))
}

// NewCalendar returns the calendar of a week in a location; nil is UTC. The
// stretches of a day may touch and come in any order; a [*CalendarError] reports
// those that overlap, a zero Hours or Date, a date that is special and a holiday
// or special twice, one outside First to Last, a zone more than a day away from
// UTC, and a calendar that has no opening hour at all. The slices are copied.
//
// Without limits a calendar knows the dates from 0001-01-02 to 9999-12-30, whose
// instants are in the years 1 to 9999 in every zone.
func NewCalendar(location *time.Location, week WeekHours, options *CalendarOptions) (*Calendar, error) {
	if location == nil {
		location = time.UTC
	}
	if options == nil {
		options = &CalendarOptions{}
	}
	c := &Calendar{location: location, first: firstDay, last: lastDay}
	if err := c.limit(options.First, options.Last); err != nil {
		return nil, err
	}
	if offset := c.stretchAt(c.start).offset; offset <= -secondsPerDay || offset >= secondsPerDay {
		return nil, &CalendarError{Reason: fmt.Sprintf("zone %d seconds from UTC, more than a day", offset)}
	}
	for weekday, hours := range week {
		sorted, reason := sortHours(hours)
		if reason != "" {
			return nil, &CalendarError{Day: time.Weekday(weekday).String(), Reason: reason}
		}
		c.week[(weekday+6)%7] = sorted
	}
	if err := c.setSpecial(options.Holidays, options.Special); err != nil {
		return nil, err
	}
	c.time = newMeasure(c, openSeconds)
	c.days = newMeasure(c, openDays)
	if c.before(&c.days, c.last+1) == c.before(&c.days, c.first) {
		return nil, &CalendarError{Reason: "no opening hour"}
	}
	return c, nil
}

// limit sets the days that the calendar knows.
func (c *Calendar) limit(first, last Date) error {
	for _, bound := range []struct {
		date Date
		day  *int64
	}{{first, &c.first}, {last, &c.last}} {
		if bound.date == (Date{}) {
			continue
		}
		if !bound.date.IsValid() || bound.date.number() < firstDay || bound.date.number() > lastDay {
			return &CalendarError{Day: bound.date.String(), Reason: "limit is not a date from 0001-01-02 to 9999-12-30"}
		}
		*bound.day = bound.date.number()
	}
	if c.last < c.first {
		return &CalendarError{Day: last.String(), Reason: "last day is before the first, " + first.String()}
	}
	c.start, c.end = (c.first-1)*secondsPerDay, (c.last+2)*secondsPerDay
	return nil
}

// setSpecial sorts the days that do not follow the week.
func (c *Calendar) setSpecial(holidays []Date, special []SpecialDay) error {
	add := func(date Date, hours []Hours) error {
		sorted, reason := sortHours(hours)
		switch {
		case !date.IsValid():
			reason = "not a date"
		case reason == "" && (date.number() < c.first || date.number() > c.last):
			reason = fmt.Sprintf("outside the calendar, %s to %s", numbered(c.first), numbered(c.last))
		}
		if reason != "" {
			return &CalendarError{Day: date.String(), Reason: reason}
		}
		c.special = append(c.special, specialDay{day: date.number(), hours: sorted})
		return nil
	}
	for _, date := range holidays {
		if err := add(date, nil); err != nil {
			return err
		}
	}
	slices.SortFunc(c.special, compareDays)
	c.special = slices.CompactFunc(c.special, func(a, b specialDay) bool { return a.day == b.day })
	for _, s := range special {
		if err := add(s.Date, s.Hours); err != nil {
			return err
		}
	}
	slices.SortFunc(c.special, compareDays)
	for i := range len(c.special) - 1 {
		if day := c.special[i].day; day == c.special[i+1].day {
			return &CalendarError{Day: numbered(day).String(), Reason: "special twice, or special and a holiday"}
		}
	}
	return nil
}

func compareDays(a, b specialDay) int { return cmp.Compare(a.day, b.day) }

// sortHours returns a sorted copy, or the reason why the hours make no day.
func sortHours(hours []Hours) (sorted []Hours, reason string) {
	sorted = slices.Clone(hours)
	slices.SortFunc(sorted, func(a, b Hours) int { return int(a.open) - int(b.open) })
	for i, h := range sorted {
		switch {
		case !h.IsValid():
			return nil, "a zero Hours"
		case i > 0 && h.open < sorted[i-1].close:
			return nil, fmt.Sprintf("opening hours overlap: %s and %s", sorted[i-1], h)
		}
	}
	return sorted, ""
}

// Covers reports whether the local date of an instant is one of those that the
// calendar knows: within First and Last of its options.
func (c *Calendar) Covers(at time.Time) bool {
	if c == nil {
		return inYears(at)
	}
	day := c.localClock(at).day
	return inYears(at) && day >= c.first && day <= c.last
}

// inYears reports whether RFC 3339 can write an instant in UTC.
func inYears(at time.Time) bool {
	year := at.UTC().Year()
	return year >= 1 && year <= 9999
}

// ended is the error of a search that ran off the calendar.
func (c *Calendar) ended(from time.Time, want string) error {
	if c == nil {
		return &CalendarEndError{From: from, Want: want, First: Date{1, time.January, 1}, Last: Date{9999, time.December, 31}}
	}
	return &CalendarEndError{From: from, Want: want, First: numbered(c.first), Last: numbered(c.last)}
}
