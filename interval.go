package rapport

import (
	"fmt"
	"time"
)

// Interval is a half-open stretch of time: an instant t is inside when
// Start ≤ t < End. A zero Start means "since ever", a zero End "until further
// notice"; so the zero Interval contains every instant.
type Interval struct {
	start, end time.Time
}

// NewInterval returns [start, end). A zero time leaves its side open. It is an
// error if both are set and end is not after start.
func NewInterval(start, end time.Time) (Interval, error) {
	if !start.IsZero() && !end.IsZero() && !end.After(start) {
		return Interval{}, fmt.Errorf("rapport: interval end %s is not after its start %s",
			end.Format(time.RFC3339), start.Format(time.RFC3339))
	}
	return Interval{start: start, end: end}, nil
}

// Start returns the first instant inside; the zero time if the side is open.
func (i Interval) Start() time.Time { return i.start }

// End returns the first instant past the interval; the zero time if the side is
// open.
func (i Interval) End() time.Time { return i.end }

// Contains reports whether t is inside.
func (i Interval) Contains(t time.Time) bool {
	return (i.start.IsZero() || !t.Before(i.start)) && (i.end.IsZero() || t.Before(i.end))
}
