package rapport

import (
	"cmp"
	"fmt"
	"strings"
	"time"
)

// Interval is a half-open stretch of time: an instant t is inside when
// Start ≤ t < End. A zero Start means "since ever", a zero End "until further
// notice"; so the zero Interval contains every instant. Every Interval is valid
// and holds at least one instant.
//
// Both ends are kept in UTC without a monotonic reading, so two intervals are
// the same if and only if they are ==, and an Interval can be a map key.
//
// In text and JSON an interval is written as ISO 8601 does, with ".." for an
// open side (ISO 8601-2): "2024-01-01T00:00:00Z/2024-02-01T00:00:00Z",
// "2024-01-01T00:00:00Z/..", "../..".
type Interval struct {
	start, end time.Time
}

// IntervalError reports what cannot be an [Interval].
type IntervalError struct {
	Text   string // the interval, as it was given or printed
	Reason string // for the reader of a log
}

// Error says which interval was refused and why; a long text is cut.
func (e *IntervalError) Error() string {
	return fmt.Sprintf("rapport: interval %s: %s", quote(e.Text), e.Reason)
}

// NewInterval returns [start, end). A zero time leaves its side open. It is an
// [*IntervalError] if both are set and end is not after start, or if one is
// outside the years 1 to 9999 (in UTC), which text could not hold.
func NewInterval(start, end time.Time) (Interval, error) {
	i := Interval{start: instant(start), end: instant(end)}
	switch {
	case !inYears(i.start) || !inYears(i.end):
		return Interval{}, &IntervalError{Text: i.String(), Reason: "a time outside the years 1 to 9999"}
	case !i.start.IsZero() && !i.end.IsZero() && !i.end.After(i.start):
		return Interval{}, &IntervalError{Text: i.String(), Reason: "the end is not after the start"}
	}
	return i, nil
}

// instant is t as values of this package keep it.
func instant(t time.Time) time.Time { return t.Round(0).UTC() }

// inYears reports whether RFC 3339 can write t, which is in UTC.
func inYears(t time.Time) bool { return t.Year() >= 1 && t.Year() <= 9999 }

// Start returns the first instant inside, in UTC; the zero time if the side is
// open.
func (i Interval) Start() time.Time { return i.start }

// End returns the first instant past the interval, in UTC; the zero time if the
// side is open.
func (i Interval) End() time.Time { return i.end }

// Contains reports whether t is inside.
func (i Interval) Contains(t time.Time) bool {
	return (i.start.IsZero() || !t.Before(i.start)) && (i.end.IsZero() || t.Before(i.end))
}

// Overlaps reports whether some instant is inside both. Intervals that only
// touch, one ending where the other starts, do not overlap.
func (i Interval) Overlaps(other Interval) bool {
	_, ok := i.Intersect(other)
	return ok
}

// Intersect returns the instants that are inside both; ok is false if there are
// none, and then the interval means nothing.
func (i Interval) Intersect(other Interval) (both Interval, ok bool) {
	both = i
	if other.start.After(both.start) { // an open start is the earliest time there is
		both.start = other.start
	}
	if both.end.IsZero() || !other.end.IsZero() && other.end.Before(both.end) {
		both.end = other.end
	}
	if !both.start.IsZero() && !both.end.IsZero() && !both.end.After(both.start) {
		return Interval{}, false
	}
	return both, true
}

// Duration returns the time from start to end. It is false if a side is open or
// the time is longer than a [time.Duration] holds, about 292 years.
func (i Interval) Duration() (time.Duration, bool) {
	if i.start.IsZero() || i.end.IsZero() {
		return 0, false
	}
	d := i.end.Sub(i.start)
	return d, i.start.Add(d).Equal(i.end) // Sub saturates
}

// Compare orders intervals by start, then by end, for sorting: -1, 0 or 1. An
// open start comes first, an open end last.
func (i Interval) Compare(other Interval) int {
	if c := i.start.Compare(other.start); c != 0 {
		return c
	}
	if i.end.IsZero() || other.end.IsZero() {
		return cmp.Compare(openness(i.end), openness(other.end))
	}
	return i.end.Compare(other.end)
}

func openness(end time.Time) int {
	if end.IsZero() {
		return 1
	}
	return 0
}

const openSide = ".."

// ParseInterval reads two sides with a slash between them, each a time as in
// RFC 3339 or ".." where it is open. A date without a time of day is refused: it
// has no zone. The error is an [*IntervalError].
func ParseInterval(text string) (Interval, error) {
	start, end, found := strings.Cut(text, "/")
	if !found {
		return Interval{}, &IntervalError{Text: text, Reason: "no slash between start and end"}
	}
	from, reason := parseSide(start)
	if reason != "" {
		return Interval{}, &IntervalError{Text: text, Reason: "start " + reason}
	}
	to, reason := parseSide(end)
	if reason != "" {
		return Interval{}, &IntervalError{Text: text, Reason: "end " + reason}
	}
	return NewInterval(from, to)
}

// MustInterval is [ParseInterval] for literals: it panics on an error.
func MustInterval(text string) Interval {
	i, err := ParseInterval(text)
	if err != nil {
		panic(err)
	}
	return i
}

// parseSide returns a reason where there is no time.
func parseSide(text string) (t time.Time, reason string) {
	switch {
	case text == openSide:
		return time.Time{}, ""
	case t.UnmarshalText([]byte(text)) != nil:
		return time.Time{}, "is neither an RFC 3339 time nor .."
	case finerThanNanoseconds(text):
		return time.Time{}, "has more than nine digits of a second"
	case t.IsZero():
		return time.Time{}, "is the zero time: write .. for an open side"
	}
	return t, ""
}

// finerThanNanoseconds reports whether an RFC 3339 time has digits that package
// time would drop unseen.
func finerThanNanoseconds(text string) bool {
	_, fraction, _ := strings.Cut(text, ".")
	return strings.IndexFunc(fraction, func(r rune) bool { return r < '0' || r > '9' }) > 9
}

// String returns what [ParseInterval] reads.
func (i Interval) String() string {
	text := make([]byte, 0, 2*len(time.RFC3339Nano)+1)
	text = appendSide(text, i.start)
	text = append(text, '/')
	return string(appendSide(text, i.end))
}

func appendSide(text []byte, t time.Time) []byte {
	if t.IsZero() {
		return append(text, openSide...)
	}
	return t.AppendFormat(text, time.RFC3339Nano)
}

// MarshalText returns what [ParseInterval] reads.
func (i Interval) MarshalText() ([]byte, error) { return []byte(i.String()), nil }

// UnmarshalText accepts what [ParseInterval] reads; after an error i is
// unchanged.
func (i *Interval) UnmarshalText(text []byte) error {
	parsed, err := ParseInterval(string(text))
	if err != nil {
		return err
	}
	*i = parsed
	return nil
}
