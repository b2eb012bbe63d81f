package pipeline

import (
	"math"
	"time"
)

// Open reports whether an instant is in opening hours.
func (c *Calendar) Open(at time.Time) bool {
	if c == nil {
		return true
	}
	second, _ := c.second(at)
	return c.open(second + c.stretchAt(second).offset)
}

// NextOpen returns the first open instant at or after an instant, in the zone of
// at. If there is none, the error is a [*CalendarEndError].
func (c *Calendar) NextOpen(at time.Time) (time.Time, error) {
	if c.Open(at) {
		return at.Round(0), nil
	}
	second, _ := c.second(at)
	next, ok := c.openAfter(second, 0)
	if !ok {
		return time.Time{}, c.ended(at, "an opening hour")
	}
	return instant(next, 0, at), nil
}

// Between returns the working time in [from, to): how long a clock has run that
// stands still outside opening hours. It is negative if to is before from, and
// additive: Between(a, b) + Between(b, c) = Between(a, c). What is more than a
// [time.Duration] holds, about 292 years of open time, becomes the largest one.
func (c *Calendar) Between(from, to time.Time) time.Duration {
	if c == nil {
		return max(to.Round(0).Sub(from.Round(0)), -math.MaxInt64)
	}
	second, fromNanos := c.second(from)
	end, toNanos := c.second(to)
	if end < second || end == second && toNanos < fromNanos {
		return -c.Between(to, from)
	}
	sum, nanos := int64(0), int64(0)
	s := c.stretchAt(second)
	if fromNanos > 0 && c.open(second+s.offset) {
		nanos -= fromNanos
	}
	for s.end <= end {
		sum += c.worked(s.end+s.offset) - c.worked(second+s.offset)
		second = s.end
		s = c.stretchAt(second)
	}
	sum += c.worked(end+s.offset) - c.worked(second+s.offset)
	if toNanos > 0 && c.open(end+s.offset) {
		nanos += toNanos
	}
	return duration(sum, nanos)
}

// duration adds nanoseconds of less than a second to seconds that are not
// negative, up to the largest duration.
func duration(seconds, nanos int64) time.Duration {
	if nanos < 0 {
		seconds, nanos = seconds-1, nanos+int64(time.Second)
	}
	if seconds > math.MaxInt64/int64(time.Second) {
		return math.MaxInt64
	}
	whole := seconds * int64(time.Second)
	return time.Duration(whole + min(nanos, math.MaxInt64-whole))
}

// Add returns the instant at which a working time has passed, in the zone of
// from. For d > 0 it is the first instant t with Between(from, t) = d: eight hours
// from the opening of an eight-hour day end when that day closes, not when the
// next one opens. For d < 0 it is the last instant t with Between(t, from) = -d,
// the latest time to begin. For d = 0 it is from, open or not. If the calendar
// has not so much open time, the error is a [*CalendarEndError].
func (c *Calendar) Add(from time.Time, d time.Duration) (time.Time, error) {
	result, ok := from.Round(0), true
	switch {
	case c == nil:
		result = result.Add(d)
		ok = inYears(result)
	case d > 0:
		result, ok = c.addForward(from, d)
	case d < 0:
		result, ok = c.addBack(from, d)
	}
	if !ok {
		return time.Time{}, c.ended(from, d.String()+" of working time")
	}
	return result, nil
}

func (c *Calendar) addForward(from time.Time, d time.Duration) (time.Time, bool) {
	second, nanos := c.second(from)
	if !c.open(second + c.stretchAt(second).offset) {
		nanos = 0
	}
	// From the start of the second: whole open seconds, then 1 ns to 1 s of the
	// one in which the time has passed. Split before adding, so that no sum
	// overflows.
	whole, rest := wholeSeconds(int64(d)/int64(time.Second), int64(d)%int64(time.Second)+nanos)
	last, ok := c.openAfter(second, whole)
	return instant(last, rest, from), ok
}

func (c *Calendar) addBack(from time.Time, d time.Duration) (time.Time, bool) {
	second, nanos := c.second(from)
	if nanos > 0 && c.open(second+c.stretchAt(second).offset) {
		if d >= -time.Duration(nanos) {
			return from.Round(0).Add(d), true
		}
		d += time.Duration(nanos)
	}
	whole, rest := wholeSeconds(-(int64(d) / int64(time.Second)), -(int64(d) % int64(time.Second)))
	first, ok := c.openBefore(second, whole)
	return instant(first+1, -rest, from), ok
}

// wholeSeconds moves nanoseconds into seconds until 1 to 1e9 are left.
func wholeSeconds(seconds, nanos int64) (whole, rest int64) {
	const second = int64(time.Second)
	switch {
	case nanos > second:
		return seconds + 1, nanos - second
	case nanos == 0:
		return seconds - 1, second
	}
	return seconds, nanos
}

// openAfter returns the open second, at or after one of the line in UTC, that
// comes after skip others; false if the calendar ends before.
func (c *Calendar) openAfter(second, skip int64) (int64, bool) {
	for second < c.end {
		s := c.stretchAt(second)
		end := min(s.end, c.end)
		from, to := second+s.offset, end+s.offset
		worked := c.worked(from)
		if skip < c.worked(to)-worked {
			return c.openAt(worked+skip, from/secondsPerDay, to/secondsPerDay) - s.offset, true
		}
		skip -= c.worked(to) - worked
		second = end
	}
	return 0, false
}

// openBefore returns the open second, before one of the line in UTC, between
// which and that one there are skip others; false if the calendar begins after.
func (c *Calendar) openBefore(second, skip int64) (int64, bool) {
	for second > c.start {
		start, offset := c.stretchBefore(second)
		start = max(start, c.start)
		from, to := start+offset, second+offset
		worked := c.worked(to)
		if skip < worked-c.worked(from) {
			return c.openAt(worked-skip-1, from/secondsPerDay, to/secondsPerDay) - offset, true
		}
		skip -= worked - c.worked(from)
		second = start
	}
	return 0, false
}
