package btyd

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"sort"
	"time"

	"github.com/rapport-crm/rapport"
)

// Period is a stretch of calendar days on which covariates keep their values.
type Period struct {
	// From and To are dates, of which the calendar day in their own location counts:
	// the first day of the stretch, and the first day after it.
	From, To time.Time
	Values   []float64 // in the order of the calendar's names
}

// Calendar holds covariates that change in time, such as a season or a promotion: for
// every day the values that hold for all customers, and for some customers values of
// their own. It is immutable and safe to share. Make it with [NewCalendar].
type Calendar struct {
	names  []string
	rows   [][]float64 // the distinct values
	common track
	own    map[rapport.ID]track
}

// track is periods in order of time that do not overlap; days count from 1970-01-01.
type track struct {
	from, to []int32
	row      []int32
}

// CalendarError reports a calendar that cannot be used, or that does not cover the days
// that are asked for.
type CalendarError struct {
	Customer rapport.ID // empty if it concerns all
	// From and To are the days concerned, To exclusive, as midnights in UTC; both are
	// the zero time if no days are concerned.
	From, To time.Time
	Reason   string
}

func (e *CalendarError) Error() string {
	text := "btyd: calendar"
	if e.Customer != "" {
		text += fmt.Sprintf(" of customer %q", e.Customer)
	}
	if !e.From.IsZero() {
		text += fmt.Sprintf(", %s to before %s", e.From.Format(time.DateOnly), e.To.Format(time.DateOnly))
	}
	return text + ": " + e.Reason
}

// NewCalendar returns a calendar of the covariates of these names. The periods follow
// each other without gap; weeks of a file are
//
//	btyd.Period{From: monday, To: monday.AddDate(0, 0, 7), Values: []float64{flag}}
//
// Neighbours with equal values cost nothing: a period may be a day. Values are finite and
// at most 1e50 in size. The error is a [*CalendarError].
func NewCalendar(names []string, periods []Period) (*Calendar, error) {
	if name, ok := wrongName(names); ok {
		return nil, &CalendarError{Reason: fmt.Sprintf("name %q: %s", name, wantNames)}
	}
	if len(names) == 0 || len(periods) == 0 {
		return nil, &CalendarError{Reason: "want at least one name and one period"}
	}
	c := &Calendar{names: slices.Clone(names)}
	common, err := c.track(c.intern(), "", periods)
	if err != nil {
		return nil, err
	}
	for i, from := range common.from[1:] {
		if to := common.to[i]; to != from {
			return nil, daysError("", to, from, "no values: want each period to begin where the one before it ends")
		}
	}
	c.common = common
	return c, nil
}

// With returns the calendar with customers who have values of their own: within the
// periods given for a customer those hold instead of the common ones, as for a promotion
// that was sent to some. The periods of a customer are in order of time; there may be
// gaps. It replaces what an earlier With said of the same customer. The error is a
// [*CalendarError] or a [*rapport.IDError].
func (c *Calendar) With(own map[rapport.ID][]Period) (*Calendar, error) {
	if c.empty() {
		return nil, errNoCalendar()
	}
	n := &Calendar{names: c.names, rows: slices.Clone(c.rows), common: c.common, own: make(map[rapport.ID]track, len(c.own)+len(own))}
	maps.Copy(n.own, c.own)
	ids := make([]rapport.ID, 0, len(own))
	for id := range own {
		ids = append(ids, id)
	}
	slices.Sort(ids) // so that the rows have the same order each time
	intern := n.intern()
	for _, id := range ids {
		if err := id.Validate(); err != nil {
			return nil, fmt.Errorf("btyd: calendar: %w", err)
		}
		t, err := n.track(intern, id, own[id])
		if err != nil {
			return nil, err
		}
		n.own[id] = t
	}
	return n, nil
}

func (c *Calendar) empty() bool { return c == nil || len(c.names) == 0 }

func errNoCalendar() error { return &CalendarError{Reason: "none given: want one from NewCalendar"} }

// Names returns the names of the covariates.
func (c *Calendar) Names() []string {
	if c == nil {
		return nil
	}
	return slices.Clone(c.names)
}

// intern returns a function that finds the place of values in the rows, where it puts
// those that are new.
func (c *Calendar) intern() func(values []float64) int32 {
	distinct := newIndex(16 + len(c.rows))
	find := func(values []float64) int32 {
		return distinct.find(hashRow(values), func(at int32) bool { return slices.Equal(c.rows[at], values) })
	}
	for _, row := range c.rows {
		find(row)
	}
	return func(values []float64) int32 {
		at := find(values)
		if int(at) == len(c.rows) {
			c.rows = append(c.rows, slices.Clone(values))
		}
		return at
	}
}

// track checks periods and keeps their values.
func (c *Calendar) track(intern func(values []float64) int32, id rapport.ID, periods []Period) (track, error) {
	var t track
	for _, p := range periods {
		from, to := dayOf(p.From), dayOf(p.To)
		if y, z := p.From.Year(), p.To.Year(); y < 1 || z > 9999 || p.From.IsZero() || from >= to {
			return t, &CalendarError{Customer: id, From: p.From, To: p.To, Reason: "want a period of at least a day in the years 1 to 9999"}
		}
		if n := len(t.to); n > 0 && from < t.to[n-1] {
			return t, daysError(id, from, to, "begins before the period before it ends")
		}
		if len(p.Values) != len(c.names) {
			return t, daysError(id, from, to, fmt.Sprintf("%d values, want %d: %v", len(p.Values), len(c.names), c.names))
		}
		for k, v := range p.Values {
			if !(math.Abs(v) <= 1e50) {
				return t, daysError(id, from, to, fmt.Sprintf("%s is %v: want a finite number up to 1e50", c.names[k], v))
			}
		}
		t.from, t.to, t.row = append(t.from, from), append(t.to, to), append(t.row, intern(p.Values))
	}
	return t, nil
}

// hashRow spreads the values of a row.
func hashRow(row []float64) uint64 {
	h := uint64(0)
	for _, v := range row {
		h = h*mix + hash(v+0, float64(len(row))) // −0 is 0
	}
	return h
}

func daysError(id rapport.ID, from, to int32, reason string) error {
	return &CalendarError{Customer: id, From: midnight(from), To: midnight(to), Reason: reason}
}

const secondsPerDay = 24 * 60 * 60

// dayOf returns the calendar day that a time has in its location, from 1970-01-01 as 0.
func dayOf(t time.Time) int32 {
	year, month, day := t.Date()
	return int32(time.Date(year, month, day, 0, 0, 0, 0, time.UTC).Unix() / secondsPerDay)
}

// midnight is the inverse of dayOf in UTC.
func midnight(day int32) time.Time { return time.Unix(int64(day)*secondsPerDay, 0).UTC() }

// find returns the period that has the day, or the next one and false.
func (t track) find(day float64) (int, bool) {
	i := sort.Search(len(t.to), func(i int) bool { return float64(t.to[i]) > day })
	return i, i < len(t.to) && float64(t.from[i]) <= day
}

// stretch is a time on which covariates keep their values.
type stretch struct {
	row    int32
	length float64
}

// stretches appends what holds for the customer from one point of time to another, both
// in days, to dst; lengths are divided by unit.
func (c *Calendar) stretches(dst []stretch, id rapport.ID, from, to, unit float64) ([]stretch, error) {
	own := c.own[id]
	start, last := len(dst), int32(-1)
	for at := from; at < to; {
		end := to
		i, ok := own.find(at)
		used := own
		if !ok {
			if i < len(own.from) {
				end = min(end, float64(own.from[i]))
			}
			used = c.common
			if i, ok = used.find(at); !ok {
				if len(dst) > start && to-at < 1e-6 { // rounding of units
					break
				}
				return dst, daysError(id, int32(math.Floor(at)), int32(math.Ceil(min(to, at+1e6))), "no values")
			}
		}
		end = min(end, float64(used.to[i]))
		if row := used.row[i]; row == last {
			dst[len(dst)-1].length += (end - at) / unit
		} else {
			dst, last = append(dst, stretch{row, (end - at) / unit}), row
		}
		at = end
	}
	return dst, nil
}

// on returns the row of a day.
func (c *Calendar) on(id rapport.ID, day int32) (int32, error) {
	at := float64(day)
	used := c.own[id]
	i, ok := used.find(at)
	if !ok {
		used = c.common
		i, ok = used.find(at)
	}
	if !ok {
		return 0, daysError(id, day, day+1, "no values")
	}
	return used.row[i], nil
}
