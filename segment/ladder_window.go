package segment

import (
	"time"

	"github.com/rapport-crm/rapport"
)

// Window says over which time the value is summed by which a level is given or lost.
type Window uint8

// The windows.
const (
	// Rolling12Months is the twelve months before the instant of the review. It is
	// the default.
	Rolling12Months Window = iota
	// CalendarYear judges by whole years: reviews are on 1 January and look at the
	// year that has ended; between reviews a level is reached with the value of the
	// year that runs.
	CalendarYear
)

// Reviewed returns the time over which the value for a [Ladder.Review] at an instant
// is summed: the twelve months before it, or the last whole calendar year. The error
// is a [*MembershipError] for an instant outside the years 2 to 9998.
func (l *Ladder) Reviewed(at time.Time) (rapport.Interval, error) {
	if err := dateFault("at", at); err != nil {
		return rapport.Interval{}, err
	}
	if l.options.Window == CalendarYear {
		year := at.In(zone(l.location)).Year()
		return rapport.NewInterval(yearStart(year-1, l.location), yearStart(year, l.location))
	}
	return rapport.NewInterval(addMonths(at, -yearMonths, zone(l.location)), at)
}

// Running returns the time over which the value for [Ladder.Observe] and
// [Ladder.Progress] at an instant is summed: the twelve months before it, or the
// calendar year so far; on the stroke of the new year that is the whole old one. The
// error is that of [Ladder.Reviewed].
func (l *Ladder) Running(at time.Time) (rapport.Interval, error) {
	if l.options.Window == CalendarYear && dateFault("at", at) == nil {
		return rapport.NewInterval(yearStart(at.Add(-1).In(zone(l.location)).Year(), l.location), at)
	}
	return l.Reviewed(at)
}

// NextReview returns when the next review of a member is due: the first of the dates
// that lie whole steps of [LadderOptions.ReviewMonths] after the day of joining, at
// the same time of day, or the first 1 January, that is after the last review. A
// month that is too short ends on its last day. The error is a [*MembershipError].
func (l *Ladder) NextReview(m Membership) (time.Time, error) {
	if _, err := l.validate(m); err != nil {
		return time.Time{}, err
	}
	return l.reviewAfter(m.Joined, m.reviewed()), nil
}

// reviewed returns the last review, the joining before the first one.
func (m *Membership) reviewed() time.Time {
	if m.LastReview.IsZero() {
		return m.Joined
	}
	return m.LastReview
}

// reviewAfter returns the first date for a review after an instant that is not before
// the day of joining.
func (l *Ladder) reviewAfter(joined, after time.Time) time.Time {
	if l.options.Window == CalendarYear {
		return yearStart(after.In(zone(l.location)).Year()+1, l.location).UTC()
	}
	from, to := joined.In(zone(l.location)), after.In(zone(l.location))
	months := (to.Year()-from.Year())*yearMonths + int(to.Month()) - int(from.Month())
	step := max(months/l.options.ReviewMonths, 1)
	for {
		next := addMonths(joined, step*l.options.ReviewMonths, zone(l.location))
		if next.After(after) {
			return next.UTC()
		}
		step++
	}
}

func zone(location *time.Location) *time.Location {
	if location == nil {
		return time.UTC
	}
	return location
}

func yearStart(year int, location *time.Location) time.Time {
	return midnight(year, time.January, 1, zone(location))
}

// addMonths moves a date by months; a day that the month does not have is its last.
func addMonths(t time.Time, months int, location *time.Location) time.Time {
	t = t.In(location)
	year, month, date := t.Date()
	first := time.Date(year, month+time.Month(months), 1, 0, 0, 0, 0, time.UTC) // for the calendar, of which no zone leaves out an hour
	last := first.AddDate(0, 1, -1).Day()
	hour, minute, second := t.Clock()
	return time.Date(first.Year(), first.Month(), min(date, last), hour, minute, second, t.Nanosecond(), location)
}

// dayNumber counts calendar days since 1970 in a zone.
func dayNumber(t time.Time, location *time.Location) int {
	_, offset := t.In(location).Zone()
	second := t.Unix() + int64(offset)
	number := second / day
	if second%day < 0 {
		number--
	}
	return int(number)
}

// dayStart returns the first instant of a day by its number.
func dayStart(number int, location *time.Location) time.Time {
	return midnight(1970, time.January, 1+number, location)
}

// midnight returns the first instant of a day. Where clocks go forward at midnight there
// is no 0 o'clock, for which [time.Date] gives an hour of the day before, and where they
// go back after it there are two, of which it may give the second.
func midnight(year int, month time.Month, date int, location *time.Location) time.Time {
	t := time.Date(year, month, date, 0, 0, 0, 0, location)
	change, next := t.ZoneBounds()
	switch {
	case t.Hour() != 0 || t.Minute() != 0 || t.Second() != 0: // the day begins with the change
		if t.Day() != time.Date(year, month, date, 0, 0, 0, 0, time.UTC).Day() {
			return next
		}
		return change
	case change.IsZero():
		return t
	}
	_, before := change.Add(-1).Zone()
	_, after := t.Zone()
	if first := t.Add(time.Duration(after-before) * time.Second); before > after && first.Before(change) {
		return first
	}
	return t
}
