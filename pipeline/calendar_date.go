package pipeline

import (
	"fmt"
	"time"
)

// Date is a day of the calendar, without a zone: a holiday, the last day that a
// business calendar knows. It is valid if the day exists and the year is one of
// 1 to 9999; the zero value is no date. Dates compare with ==, and in text and
// JSON they are as in ISO 8601: "2026-10-01".
type Date struct {
	Year  int
	Month time.Month
	Day   int
}

// DateError reports what is no date.
type DateError struct {
	Text string // as it was given
}

// Error says what was refused; a long text is cut.
func (e *DateError) Error() string {
	return fmt.Sprintf("pipeline: %.40q is not a date of the years 1 to 9999: want YYYY-MM-DD", e.Text)
}

// ParseDate reads a date such as "2026-10-01". The error is a [*DateError].
func ParseDate(text string) (Date, error) {
	t, err := time.Parse(time.DateOnly, text)
	if err != nil || t.Year() < 1 {
		return Date{}, &DateError{Text: text}
	}
	return dateOf(t), nil
}

// MustDate is [ParseDate] for literals: it panics on an error.
func MustDate(text string) Date {
	d, err := ParseDate(text)
	if err != nil {
		panic(err)
	}
	return d
}

func dateOf(t time.Time) Date {
	year, month, day := t.Date()
	return Date{Year: year, Month: month, Day: day}
}

// IsValid reports whether there is such a day in the years 1 to 9999.
func (d Date) IsValid() bool {
	// The bounds come first: package time wraps round for huge numbers.
	return d.Year >= 1 && d.Year <= 9999 && d.Month >= time.January && d.Month <= time.December &&
		d.Day >= 1 && d.Day <= 31 && dateOf(d.utc()) == d
}

// Weekday returns the day of the week; for a date that is not valid it means
// nothing.
func (d Date) Weekday() time.Weekday { return d.utc().Weekday() }

// String returns what [ParseDate] reads, nothing for the zero value. Numbers
// that are no date are printed as they are.
func (d Date) String() string {
	if d == (Date{}) {
		return ""
	}
	return fmt.Sprintf("%04d-%02d-%02d", d.Year, int(d.Month), d.Day)
}

// MarshalText returns what [ParseDate] reads, nothing for the zero value, and a
// [*DateError] for numbers that are no date.
func (d Date) MarshalText() ([]byte, error) {
	if d != (Date{}) && !d.IsValid() {
		return nil, &DateError{Text: d.String()}
	}
	return []byte(d.String()), nil
}

// UnmarshalText accepts what [Date.MarshalText] writes; the error is a
// [*DateError], and d is then unchanged.
func (d *Date) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*d = Date{}
		return nil
	}
	parsed, err := ParseDate(string(text))
	if err != nil {
		return err
	}
	*d = parsed
	return nil
}

func (d Date) utc() time.Time { return time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, time.UTC) }

// number counts days from 0001-01-01, a Monday, as day 0.
func (d Date) number() int64 { return (d.utc().Unix() + unixToLine) / secondsPerDay }

// numbered is the date with a number.
func numbered(day int64) Date {
	return dateOf(time.Unix(day*secondsPerDay-unixToLine, 0).UTC())
}
