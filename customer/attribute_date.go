package customer

import (
	"fmt"
	"time"
)

// Date is a calendar day, or the part of one that is known: a year, or a year and a
// month. Month and Day are 0 where they are not known. It is comparable; the zero
// value is "no date".
//
// In text a date is written as ISO 8601 does: "1980-06-19", "1980-06", "1980".
type Date struct {
	Year  int        // 1 to 9999
	Month time.Month // 1 to 12; 0: not known
	Day   int        // 1 to 31, as the month has; 0: not known
}

// DateError reports a text that is no date.
type DateError struct {
	Text string // as it was given, cut at 32 bytes
}

// Error quotes the text.
func (e *DateError) Error() string {
	return fmt.Sprintf("customer: %q is no date: want 1980-06-19, 1980-06 or 1980", e.Text)
}

// ParseDate reads what [Date.String] writes. The error is a [*DateError].
func ParseDate(text string) (Date, error) {
	for _, layout := range []string{time.DateOnly, "2006-01", "2006"} {
		t, err := time.Parse(layout, text)
		if err != nil || len(text) != len(layout) {
			continue
		}
		d := Date{Year: t.Year()}
		if len(layout) > len("2006") {
			d.Month = t.Month()
		}
		if layout == time.DateOnly {
			d.Day = t.Day()
		}
		if d.IsValid() {
			return d, nil
		}
	}
	return Date{}, &DateError{Text: text[:min(len(text), 32)]}
}

// IsValid reports whether d is a day, a month or a year of the calendar; the zero
// value is not.
func (d Date) IsValid() bool {
	if d.Year < 1 || d.Year > 9999 || d.Month < 0 || d.Month > 12 || d.Day < 0 {
		return false
	}
	return d.Day == 0 || d.Month != 0 && d.Day <= daysIn(d.Year, d.Month)
}

func daysIn(year int, month time.Month) int {
	return time.Date(year, month+1, 0, 0, 0, 0, 0, time.UTC).Day()
}

// String returns the known part of the date as ISO 8601 writes it, "" for the zero
// value.
func (d Date) String() string {
	switch {
	case d == Date{}:
		return ""
	case d.Month == 0 && d.Day == 0:
		return fmt.Sprintf("%04d", d.Year)
	case d.Day == 0:
		return fmt.Sprintf("%04d-%02d", d.Year, int(d.Month))
	}
	return fmt.Sprintf("%04d-%02d-%02d", d.Year, int(d.Month), d.Day)
}

// Bounds returns the first and the last day that d can be, as midnights in UTC: the
// same one if d is a whole date. Both are zero if d is not valid.
func (d Date) Bounds() (first, last time.Time) {
	if !d.IsValid() {
		return time.Time{}, time.Time{}
	}
	from, to := d, d
	if d.Month == 0 {
		from.Month, to.Month = time.January, time.December
	}
	if d.Day == 0 {
		from.Day, to.Day = 1, daysIn(to.Year, to.Month)
	}
	return time.Date(from.Year, from.Month, from.Day, 0, 0, 0, 0, time.UTC),
		time.Date(to.Year, to.Month, to.Day, 0, 0, 0, 0, time.UTC)
}

// Age returns the full years from d to the calendar day that at falls on in its own
// location: the fewest and the most that the known part of d allows. A birthday on 29
// February is kept on 1 March in other years. It is false if d is not valid or may lie
// after that day.
func (d Date) Age(at time.Time) (fewest, most int, ok bool) {
	first, last := d.Bounds()
	year, month, day := at.Date()
	today := time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
	if !d.IsValid() || last.After(today) {
		return 0, 0, false
	}
	return fullYears(last, today), fullYears(first, today), true
}

func fullYears(from, to time.Time) int {
	years := to.Year() - from.Year()
	if from.AddDate(years, 0, 0).After(to) {
		years--
	}
	return years
}
