package pipeline

import (
	"fmt"
	"time"
)

// Hours is one stretch of opening hours of a day, half-open on the local clock:
// open from 09:00 on and no longer at 17:30. It is in whole minutes and ends at
// 24:00 at the latest; a night shift is two stretches, one until 24:00 and one
// from 00:00 on the next day. The zero value is no hours. In text and JSON it is
// "09:00-17:30".
type Hours struct {
	open, close uint16 // minutes since midnight, open < close unless zero
}

// HoursError reports a text that is not a stretch of opening hours.
type HoursError struct {
	Text   string // as it was given
	Reason string // "want HH:MM-HH:MM, 00:00 to 24:00", "ends before it begins: split it at midnight", "is empty"
}

// Error says what was refused and why; a long text is cut.
func (e *HoursError) Error() string {
	return fmt.Sprintf("pipeline: opening hours %.40q: %s", e.Text, e.Reason)
}

// ParseHours reads opening hours such as "09:00-17:30"; "00:00-24:00" is the
// whole day. The error is a [*HoursError].
func ParseHours(text string) (Hours, error) {
	const form = "00:00-00:00"
	malformed := &HoursError{Text: text, Reason: "want HH:MM-HH:MM, 00:00 to 24:00"}
	if len(text) != len(form) || text[5] != form[5] {
		return Hours{}, malformed
	}
	open, opens := parseClock(text[:5])
	closing, closes := parseClock(text[6:])
	switch {
	case !opens || !closes:
		return Hours{}, malformed
	case closing < open:
		return Hours{}, &HoursError{Text: text, Reason: "ends before it begins: split it at midnight"}
	case closing == open:
		return Hours{}, &HoursError{Text: text, Reason: "is empty"}
	}
	return Hours{open: open, close: closing}, nil
}

// MustHours is [ParseHours] for literals: it panics on an error.
func MustHours(text string) Hours {
	h, err := ParseHours(text)
	if err != nil {
		panic(err)
	}
	return h
}

// parseClock reads HH:MM, 00:00 to 24:00, into minutes.
func parseClock(text string) (minutes uint16, ok bool) {
	for i, c := range []byte(text) {
		if i == 2 && c != ':' || i != 2 && (c < '0' || c > '9') {
			return 0, false
		}
	}
	hour := uint16(text[0]-'0')*10 + uint16(text[1]-'0')
	minute := uint16(text[3]-'0')*10 + uint16(text[4]-'0')
	minutes = hour*60 + minute
	return minutes, minute < 60 && minutes <= 24*60
}

// IsValid reports whether h is a stretch of time, that is not the zero value.
func (h Hours) IsValid() bool { return h != Hours{} }

// Open returns the local clock time, since midnight, at which h begins.
func (h Hours) Open() time.Duration { return time.Duration(h.open) * time.Minute }

// Close returns the local clock time, since midnight, at which h is over.
func (h Hours) Close() time.Duration { return time.Duration(h.close) * time.Minute }

// String returns what [ParseHours] reads, nothing for the zero value.
func (h Hours) String() string {
	if !h.IsValid() {
		return ""
	}
	return fmt.Sprintf("%02d:%02d-%02d:%02d", h.open/60, h.open%60, h.close/60, h.close%60)
}

// MarshalText returns what [ParseHours] reads, nothing for the zero value.
func (h Hours) MarshalText() ([]byte, error) { return []byte(h.String()), nil }

// UnmarshalText accepts what [Hours.MarshalText] writes; the error is a
// [*HoursError], and h is then unchanged.
func (h *Hours) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*h = Hours{}
		return nil
	}
	parsed, err := ParseHours(string(text))
	if err != nil {
		return err
	}
	*h = parsed
	return nil
}

// seconds returns how much of h has passed at a second of the day.
func (h Hours) seconds(second int64) int64 {
	open, closing := int64(h.open)*60, int64(h.close)*60
	return min(max(second, open), closing) - open
}

// holds reports whether a second of the day is inside.
func (h Hours) holds(second int64) bool {
	return second >= int64(h.open)*60 && second < int64(h.close)*60
}
