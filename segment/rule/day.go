package rule

import (
	"time"

	"github.com/rapport-crm/rapport/customer"
)

// A civil day is a day of the calendar, counted from 1 January 1970, in no zone.

func civilDay(t time.Time) int64 {
	year, month, day := t.Date()
	return dayOf(year, month, day)
}

func dayOf(year int, month time.Month, day int) int64 {
	return time.Date(year, month, day, 0, 0, 0, 0, time.UTC).Unix() / 86400 // a multiple: nothing is cut
}

func civilDate(day int64) (int, time.Month, int) { return time.Unix(day*86400, 0).UTC().Date() }

// addYears goes to the same day of another year. 29 February is kept on 1 March, as
// [customer.Date.Age] does.
func addYears(day int64, years int) int64 {
	y, m, d := civilDate(day)
	return dayOf(y+years, m, d)
}

// addMonths goes to the same day of another month, or to its last day.
func addMonths(day int64, months int) int64 {
	y, m, d := civilDate(day)
	last := dayOf(y, m+time.Month(months)+1, 0)
	return min(dayOf(y, m+time.Month(months), 1)+int64(d)-1, last)
}

// fullYears counts the years from one day to another that is not before it.
func fullYears(from, to int64) int64 {
	y, _, _ := civilDate(from)
	z, _, _ := civilDate(to)
	years := z - y
	if addYears(from, years) > to {
		years--
	}
	return int64(years)
}

// daysToAnniversary counts the days to the next day that is a whole number of years,
// at least one, after a day; today counts.
func daysToAnniversary(day, today int64) int64 {
	y, _, _ := civilDate(day)
	z, _, _ := civilDate(today)
	years := max(z-y, 1)
	next := addYears(day, years)
	if next < today {
		next = addYears(day, years+1)
	}
	return next - today
}

// span is the days that a date may be, both ends included.
type span struct{ first, last int64 }

func (s span) pack() int64 { return s.first<<32 | int64(uint32(s.last)) }

func unpack(ord int64) span { return span{ord >> 32, int64(int32(ord))} }

// String writes the part of the date that is known.
func (s span) String() string {
	y, m, d := civilDate(s.first)
	date := customer.Date{Year: y, Month: m, Day: d}
	if s.last > s.first {
		date.Day = 0
	}
	if s.last-s.first > 31 {
		date.Month = 0
	}
	return date.String()
}
