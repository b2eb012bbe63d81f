package rule

import (
	"fmt"
	"math"
	"time"
)

// never is an instant after all others.
const never = math.MaxInt64

// The days that instants are reckoned in; outside of them nothing begins or ends.
const (
	firstDay = -98_615 // in the year 1700
	lastDay  = 106_000 // in the year 2260
)

// calendar knows where days begin and end in a location.
type calendar struct {
	location *time.Location
}

func newCalendar(location *time.Location) calendar {
	if location == nil {
		location = time.UTC
	}
	return calendar{location}
}

// nanos returns an instant in nanoseconds since 1970, or [ErrTime].
func nanos(t time.Time) (int64, error) {
	if y := t.UTC().Year(); y < 1700 || y >= 2250 {
		return 0, fmt.Errorf("%w: %s", ErrTime, t.Format(time.RFC3339))
	}
	return t.UnixNano(), nil
}

// reckoned tells whether an instant is one that [nanos] returns.
func reckoned(at int64) bool {
	_, err := nanos(instant(at))
	return err == nil
}

func instant(at int64) time.Time { return time.Unix(0, at).UTC() }

// start returns the first instant of a day, or of the next one that there is: clocks
// that are put forward over midnight begin the day where they land. A midnight that
// comes twice begins it the first time.
func (c calendar) start(day int64) int64 {
	switch {
	case day <= firstDay:
		return math.MinInt64
	case day >= lastDay:
		return never
	case c.location == time.UTC:
		return day * int64(24*time.Hour)
	}
	y, m, d := civilDate(day)
	t := time.Date(y, m, d, 0, 0, 0, 0, c.location)
	if t.Hour() != 0 || t.Minute() != 0 || t.Second() != 0 || civilDay(t) != day {
		// There is no midnight: the day begins with the change of the clock.
		from, to := t.ZoneBounds()
		if civilDay(t) < day {
			t = to
		} else if !from.IsZero() && civilDay(from) >= day {
			t = from
		}
	}
	if from, _ := t.ZoneBounds(); !from.IsZero() {
		// Clocks that go back to midnight, or over it, make it come twice.
		last := from.Add(-1)
		if _, offset := last.Zone(); civilDay(last) == day {
			t = time.Unix(day*86400-int64(offset), 0).UTC()
		}
	}
	return t.UnixNano()
}

// day returns the day that an instant lies in: the one whose start is the last up
// to it, so that days never go backwards, whatever the clocks do.
func (c calendar) day(at int64) int64 {
	if c.location == time.UTC {
		day := at / int64(24*time.Hour)
		if day*int64(24*time.Hour) > at {
			day--
		}
		return day
	}
	day := civilDay(time.Unix(0, at).In(c.location))
	for c.start(day) > at {
		day--
	}
	for c.start(day+1) <= at {
		day++
	}
	return day
}
