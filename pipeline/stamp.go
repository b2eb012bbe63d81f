package pipeline

import (
	"fmt"
	"math"
	"time"
)

// Stamp is an instant in one word, to the nanosecond: what a [Position] keeps, so that it
// is small and compares with ==. It reaches from 1677-09-21 to 2262-04-11. The zero Stamp
// is no instant. In text it is as in RFC 3339, in UTC.
type Stamp struct{ n uint64 } // nanoseconds since the earliest instant, which is left out

// StampOf returns an instant as a Stamp; the zero time is the zero Stamp. The error is a
// [*StampError] for a time outside the range.
func StampOf(at time.Time) (Stamp, error) {
	if at.IsZero() {
		return Stamp{}, nil
	}
	s := stampOf(at)
	if s.n == 0 || !s.Time().Equal(at) {
		return Stamp{}, &StampError{at}
	}
	return s, nil
}

// MustStamp is [StampOf] for literals: it panics on an error.
func MustStamp(at time.Time) Stamp {
	s, err := StampOf(at)
	if err != nil {
		panic(err)
	}
	return s
}

// StampError says that a time is outside the range of a [Stamp].
type StampError struct{ At time.Time }

func (e *StampError) Error() string {
	return fmt.Sprintf("pipeline: %s is outside 1677-09-21 to 2262-04-11", e.At.Format(time.RFC3339Nano))
}

// stampOf is right for instants in range.
func stampOf(at time.Time) Stamp { return Stamp{uint64(at.UnixNano()) ^ 1<<63} }

// stampNow returns the Stamp of an instant, the zero Stamp for one outside the range. It
// leaves out the first and last seconds of the range.
func stampNow(at time.Time) Stamp {
	const first, last = math.MinInt64/int64(time.Second) + 1, math.MaxInt64/int64(time.Second) - 1
	seconds := at.Unix()
	if seconds < first || seconds > last {
		return Stamp{}
	}
	return Stamp{uint64(seconds*int64(time.Second)+int64(at.Nanosecond())) ^ 1<<63}
}

// Time returns the instant in UTC, the zero time for the zero Stamp.
func (s Stamp) Time() time.Time {
	if s.n == 0 {
		return time.Time{}
	}
	return time.Unix(0, int64(s.n^1<<63)).UTC()
}

// IsZero reports whether it is no instant.
func (s Stamp) IsZero() bool { return s.n == 0 }

// Compare returns −1, 0 or 1 as s is before, at or after t; the zero Stamp is before all.
func (s Stamp) Compare(t Stamp) int {
	switch {
	case s.n < t.n:
		return -1
	case s.n > t.n:
		return 1
	}
	return 0
}

// Sub returns how long it is from t to s, the largest Duration if it is longer.
func (s Stamp) Sub(t Stamp) time.Duration { return s.Time().Sub(t.Time()) }

// String returns the text of MarshalText.
func (s Stamp) String() string {
	if s.n == 0 {
		return ""
	}
	return s.Time().Format(time.RFC3339Nano)
}

// MarshalText returns the instant as in RFC 3339, nothing for the zero Stamp.
func (s Stamp) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads an instant as in RFC 3339, in any zone. The error is an
// [*InputError].
func (s *Stamp) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*s = Stamp{}
		return nil
	}
	at, err := time.Parse(time.RFC3339Nano, string(text))
	if err == nil {
		var read Stamp
		if read, err = StampOf(at); err == nil && !read.IsZero() {
			*s = read
			return nil
		}
	}
	return &InputError{Name: "instant", Value: string(text), Want: "one such as 2026-03-31T12:00:00Z, from 1677-09-22 to 2262-04-10"}
}
