package pipeline_test

import (
	"errors"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/pipeline"
)

// TestCalendarSimulated holds Between, Open, NextOpen and Add against a
// simulation that looks at each minute's local clock.
func TestCalendarSimulated(t *testing.T) {
	locations := zones(t)
	rapid.Check(t, func(r *rapid.T) {
		base := rapid.SampledFrom(near()).Draw(r, "base")
		c, m := drawCalendar(r, locations, base)
		from, to := drawInstant(r, base, "from"), drawInstant(r, base, "to")
		if to.Before(from) {
			from, to = to, from
		}
		var worked time.Duration
		first, last := time.Time{}, from // the first open minute, the end of the last one
		for at := from; at.Before(to); at = at.Add(time.Minute) {
			if !m.open(at) {
				continue
			}
			if worked == 0 {
				first = at
			}
			worked += time.Minute
			last = at.Add(time.Minute)
		}
		if got := c.Between(from, to); got != worked {
			r.Fatalf("Between(%v, %v) = %v, the minutes say %v", from, to, got, worked)
		}
		if got := c.Between(to, from); got != -worked {
			r.Fatalf("back: Between(%v, %v) = %v, want %v", to, from, got, -worked)
		}
		if got := c.Open(from); got != m.open(from) {
			r.Fatalf("Open(%v) = %v", from, got)
		}
		if got, err := c.Add(from, worked); err != nil || !got.Equal(last) {
			r.Fatalf("Add(%v, %v) = %v, %v; the minutes say %v", from, worked, got, err, last)
		}
		if worked > 0 {
			if got, err := c.NextOpen(from); err != nil || !got.Equal(first) {
				r.Fatalf("NextOpen(%v) = %v, %v; want %v", from, got, err, first)
			}
			if got, err := c.Add(to, -worked); err != nil || !got.Equal(first) {
				r.Fatalf("Add(%v, %v) = %v, %v; want %v", to, -worked, got, err, first)
			}
		}
	})
}

// drawAny draws an instant of the years 1 to 9999, mostly in this century, with
// nanoseconds.
func drawAny(r *rapid.T, label string) time.Time {
	seconds := rapid.OneOf(rapid.Int64Range(946_684_800, 4_102_444_800), rapid.Int64Range(-62_135_596_800, 253_402_300_799))
	nanos := rapid.OneOf(rapid.Just(int64(0)), rapid.Int64Range(0, 999_999_999))
	return time.Unix(seconds.Draw(r, label), nanos.Draw(r, label+" nanoseconds")).UTC()
}

// drawLength draws working time, of both signs, up to the largest.
func drawLength(r *rapid.T) time.Duration {
	const hour = int64(time.Hour)
	whole := rapid.Map(rapid.Int64Range(-3000, 3000), func(h int64) int64 { return h * hour })
	return time.Duration(rapid.OneOf(whole, rapid.Int64Range(-3*hour, 3*hour), rapid.Int64()).Draw(r, "length"))
}

func TestCalendarLaws(t *testing.T) {
	locations := zones(t)
	rapid.Check(t, func(r *rapid.T) {
		base := rapid.SampledFrom(near()).Draw(r, "base")
		c, _ := drawCalendar(r, locations, base)
		if rapid.IntRange(0, 9).Draw(r, "round the clock") == 0 {
			c = nil
		}
		times := []time.Time{drawAny(r, "a"), drawAny(r, "b"), drawAny(r, "c")}
		if rapid.Bool().Draw(r, "close") { // then no sum of the three is cut
			for i := range times {
				times[i] = drawInstant(r, base, "near").Add(time.Duration(rapid.IntRange(0, 999_999_999).Draw(r, "nanoseconds")))
			}
		}
		const most = time.Duration(1<<63 - 1)
		ab, bc, ac := c.Between(times[0], times[1]), c.Between(times[1], times[2]), c.Between(times[0], times[2])
		if max(ab, -ab) < most/2 && max(bc, -bc) < most/2 && ab+bc != ac {
			r.Fatalf("not additive: %v + %v is not %v", ab, bc, ac)
		}
		if c.Between(times[1], times[0]) != -ab {
			r.Fatalf("back is not minus forth: %v", ab)
		}
		lawsOfAdd(r, c, times[0], times[1])

		d := drawLength(r)
		at, err := c.Add(times[0], d)
		if _, ended := errors.AsType[*pipeline.CalendarEndError](err); ended {
			return
		}
		if err != nil {
			r.Fatal(err)
		}
		if got := c.Between(times[0], at); got != d && d > -most {
			r.Fatalf("Add(%v, %v) = %v, but between them is %v", times[0], d, at, got)
		}
		if d == 0 {
			return
		}
		inside := at.Add(-1) // it is the first such instant, going back the last one
		if d < 0 {
			inside = at.Add(1)
		}
		if got := c.Between(times[0], inside); got == d && d > -most {
			r.Fatalf("Add(%v, %v) = %v, but 1 ns less far it is %v already", times[0], d, at, got)
		}
	})
}

// lawsOfAdd holds Add against Between of two instants, and both against order.
func lawsOfAdd(r *rapid.T, c *pipeline.Calendar, from, to time.Time) {
	d := c.Between(from, to)
	if sign := to.Compare(from); d > 0 && sign < 0 || d < 0 && sign > 0 {
		r.Fatalf("Between(%v, %v) = %v", from, to, d)
	}
	at, err := c.Add(from, d)
	if err != nil {
		r.Fatalf("Add(%v, %v): %v", from, d, err)
	}
	switch {
	case d > 0 && at.After(to), d < 0 && at.Before(to):
		r.Fatalf("Add(%v, %v) = %v, beyond %v", from, d, at, to)
	case !from.Equal(to) && d == 0 && !at.Equal(from):
		r.Fatalf("Add(%v, 0) = %v", from, at)
	}
	more, err := c.Add(from, d+1)
	if err == nil && d < 1<<63-1 && more.Before(at) {
		r.Fatalf("Add is not monotone: %v for %v, %v for 1 ns more", at, d, more)
	}
}

// TestCalendarDays holds AddDays and WorkingDays against single steps over dates.
func TestCalendarDays(t *testing.T) {
	locations := zones(t)
	rapid.Check(t, func(r *rapid.T) {
		base := rapid.SampledFrom(near()).Draw(r, "base")
		c, m := drawCalendar(r, locations, base)
		from := drawInstant(r, base, "from")
		n := rapid.IntRange(-12, 12).Draw(r, "days")
		day, left, step := m.date(from), max(n, -n), 1
		if n < 0 {
			step = -1
		}
		walk := time.Date(day.Year, day.Month, day.Day, 0, 0, 0, 0, time.UTC)
		date := func() pipeline.Date { return pipeline.Date{Year: walk.Year(), Month: walk.Month(), Day: walk.Day()} }
		for left > 0 {
			walk = walk.AddDate(0, 0, step)
			if len(m.hours(date())) > 0 {
				left--
			}
		}
		at, err := c.AddDays(from, n)
		if err != nil {
			r.Fatal(err)
		}
		if n == 0 {
			if !at.Equal(from) {
				r.Fatalf("AddDays(%v, 0) = %v", from, at)
			}
			return
		}
		local := m.local(from)
		want := time.Date(walk.Year(), walk.Month(), walk.Day(), local.Hour(), local.Minute(), local.Second(), 0, m.local(from).Location())
		got := m.local(at)
		if m.date(at) == date() && got.Hour() == local.Hour() && got.Minute() == local.Minute() {
			if earlier := at.Add(-time.Hour); m.date(earlier) == date() && m.local(earlier).Hour() == local.Hour() && m.local(earlier).Minute() == local.Minute() {
				r.Fatalf("AddDays(%v, %d) = %v, the second time that the clock shows it", from, n, got)
			}
		} else if want.Hour() == local.Hour() && want.Minute() == local.Minute() && want.Day() == walk.Day() {
			r.Fatalf("AddDays(%v, %d) = %v, want %v", from, n, got, want)
		}
		if m.date(at) != date() {
			return // the zone left the date out
		}
		count := n // from the date of from, included, to the date of at, not included
		if n > 0 && len(m.hours(m.date(from))) == 0 {
			count--
		}
		if got := c.WorkingDays(from, at); got != count {
			r.Fatalf("WorkingDays(%v, %v) = %d, want %d", from, at, got, count)
		}
		if got := c.WorkingDays(at, from); got != -count {
			r.Fatalf("WorkingDays(%v, %v) = %d, want %d", at, from, got, -count)
		}
	})
}
