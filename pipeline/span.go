package pipeline

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Span is a length of time as a definition states it: a count and a unit. It says
// what a [time.Duration] cannot, on which calendar it is to be counted:
//
//	"90s" "30min" "48h"                    clock time, day and night
//	"90s working" "30min working" "8h working"  working time: the clock stands still outside opening hours
//	"3d"                                   days of the calendar, the clock time kept
//	"5wd"                                  working days, the clock time kept
//
// A span may be negative: "-90d" is 90 days before. There is no "m", which is read
// as minutes by some and as months by others. The longest span is 100 years of
// 365.25 days, counted in whatever unit; for working time and working days that is
// the count itself, 876,600 hours or 36,525 days.
//
// The zero value is no span. Spans are the same if they are ==: "60min" and "1h"
// are not, each is written as it was read.
type Span struct {
	count int64
	unit  spanUnit
}

type spanUnit uint8

const (
	spanSecond spanUnit = iota + 1
	spanMinute
	spanHour
	spanWorkingSecond
	spanWorkingMinute
	spanWorkingHour
	spanDay
	spanWorkingDay
)

const maxSpanDays = 36_525

// suffix is what a span of the unit ends with.
func (u spanUnit) suffix() string {
	return [...]string{"", "s", "min", "h", "s working", "min working", "h working", "d", "wd"}[u]
}

// length is the time that one of the unit takes, on whatever clock it is counted.
func (u spanUnit) length() time.Duration {
	switch u {
	case spanSecond, spanWorkingSecond:
		return time.Second
	case spanMinute, spanWorkingMinute:
		return time.Minute
	case spanHour, spanWorkingHour:
		return time.Hour
	}
	return 24 * time.Hour
}

// daily reports whether it is counted in whole days.
func (u spanUnit) daily() bool { return u >= spanDay }

// most is the largest count of the unit.
func (u spanUnit) most() int64 { return maxSpanDays * int64(24*time.Hour/u.length()) }

// SpanError reports a text that is no span, or the use of a Span that is none.
type SpanError struct {
	Text   string // as it was given
	Reason string // "no such unit: want s, min, h, …", "longer than 100 years", "no span", …
}

// Error says what was refused and why; a long text is cut.
func (e *SpanError) Error() string { return fmt.Sprintf("pipeline: span %.40q: %s", e.Text, e.Reason) }

// ParseSpan reads a span. There is one way to write a count: in digits, without
// leading zeros or a plus sign, zero without a minus. The error is a [*SpanError].
func ParseSpan(text string) (Span, error) {
	digits := strings.TrimPrefix(text, "-")
	end := len(digits) - len(strings.TrimLeft(digits, "0123456789"))
	digits, suffix := digits[:end], digits[end:]
	switch {
	case digits == "":
		return Span{}, &SpanError{Text: text, Reason: "want a whole number and a unit, such as 48h, 8h working, 3d or 5wd"}
	case digits[0] == '0' && (len(digits) > 1 || text[0] == '-'):
		return Span{}, &SpanError{Text: text, Reason: "want the number without leading zeros, and zero without a minus"}
	}
	for unit := spanSecond; unit <= spanWorkingDay; unit++ {
		if unit.suffix() != suffix {
			continue
		}
		count, err := strconv.ParseInt(text[:len(text)-len(suffix)], 10, 64)
		if err != nil || count > unit.most() || count < -unit.most() {
			return Span{}, &SpanError{Text: text, Reason: fmt.Sprintf("longer than 100 years, %d%s", unit.most(), suffix)}
		}
		return Span{count: count, unit: unit}, nil
	}
	return Span{}, &SpanError{Text: text, Reason: "no such unit: want s, min, h, each also with \" working\", d or wd"}
}

// MustSpan is [ParseSpan] for literals: it panics on an error.
func MustSpan(text string) Span {
	s, err := ParseSpan(text)
	if err != nil {
		panic(err)
	}
	return s
}

// IsValid reports whether s is a span, that is not the zero value. A span of
// length zero, "0h", is one.
func (s Span) IsValid() bool { return s.unit != 0 }

// Sign returns -1, 0 or 1 as the span goes back, has no length or goes on.
func (s Span) Sign() int {
	switch {
	case s.count < 0:
		return -1
	case s.count > 0:
		return 1
	}
	return 0
}

// Neg returns the span that goes the other way: what is due "90d" before an
// expiry is MustSpan("90d").Neg() from it.
func (s Span) Neg() Span { return Span{count: -s.count, unit: s.unit} }

// From returns the instant that is the span after an instant, or before it, in
// the zone of at. Working time is [Calendar.Add], working days are
// [Calendar.AddDays], and days are those of the calendar's zone, open or not; a
// nil calendar is always open, with the days of UTC. A span of length zero gives
// at. The error is a [*SpanError] if s is no span or at is the zero time, a [*CalendarEndError] if the
// calendar has not so much time or the result is outside the years 1 to 9999.
func (s Span) From(at time.Time, c *Calendar) (time.Time, error) {
	if at.IsZero() { // a deadline or expiry that nobody has set
		return time.Time{}, &SpanError{Text: s.String(), Reason: "counted from the zero time"}
	}
	result, ok := at, false
	switch s.unit {
	case spanSecond, spanMinute, spanHour:
		result = at.Round(0).Add(s.duration())
		ok = inYears(result)
	case spanWorkingSecond, spanWorkingMinute, spanWorkingHour:
		return c.Add(at, s.duration())
	case spanDay:
		result, ok = c.addCalendarDays(at, s.count)
	case spanWorkingDay:
		return c.AddDays(at, int(s.count))
	default:
		return time.Time{}, &SpanError{Reason: "no span"}
	}
	if !ok {
		var everyDay *Calendar // the years bound it, not the calendar
		return time.Time{}, everyDay.ended(at, s.String())
	}
	return result, nil
}

func (s Span) duration() time.Duration { return time.Duration(s.count) * s.unit.length() }

// String returns what [ParseSpan] reads, nothing for the zero value.
func (s Span) String() string {
	if !s.IsValid() {
		return ""
	}
	return strconv.FormatInt(s.count, 10) + s.unit.suffix()
}

// MarshalText returns what [ParseSpan] reads, nothing for the zero value.
func (s Span) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText accepts what [Span.MarshalText] writes; the error is a
// [*SpanError], and s is then unchanged.
func (s *Span) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*s = Span{}
		return nil
	}
	parsed, err := ParseSpan(string(text))
	if err != nil {
		return err
	}
	*s = parsed
	return nil
}

// compare orders spans by length, if they are counted on the same clock.
func (s Span) compare(other Span) (order int, same bool) {
	if s.unit.clock() != other.unit.clock() {
		return 0, false
	}
	return cmp.Compare(s.count*int64(s.unit.length()/time.Second), other.count*int64(other.unit.length()/time.Second)), true
}

// clock tells units apart that are counted on different clocks: all day, working time,
// working days.
func (u spanUnit) clock() int {
	switch u {
	case spanWorkingSecond, spanWorkingMinute, spanWorkingHour:
		return 1
	case spanWorkingDay:
		return 2
	}
	return 0
}
