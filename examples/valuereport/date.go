package main

import (
	"errors"
	"slices"
	"strings"
	"time"
)

var errDateForm = errors.New("is not a date such as 2026-01-31, alone or before a time such as 15:04:05 +0100")

// parseDate reads 2006-01-02, alone or as the start of a timestamp: a T or a
// space, the time of day, and perhaps a zone, as databases and shops export it.
// Of a timestamp the date counts as it is written, whatever its zone. The first
// day of year 1 is no date: it is Go's zero time, and what systems write that
// had none.
func parseDate(text string) (time.Time, error) {
	const day = len(time.DateOnly)
	switch {
	case len(text) < day:
		return time.Time{}, errDateForm
	case len(text) > day:
		if (text[day] != 'T' && text[day] != ' ') || !isTimeOfDay(text[day+1:]) {
			return time.Time{}, errDateForm
		}
	}
	date, err := time.Parse(time.DateOnly, text[:len(time.DateOnly)])
	if err != nil || date.Year() < 1 || date.IsZero() {
		return time.Time{}, errDateForm
	}
	return date, nil
}

// isTimeOfDay accepts 15:04 and 15:04:05.999, alone or with a zone after it: Z,
// UTC, GMT, +01, +0100 or +01:00, perhaps behind a space.
func isTimeOfDay(text string) bool {
	clock, zone := text, ""
	if end := strings.IndexFunc(text, func(r rune) bool { return !strings.ContainsRune("0123456789:.", r) }); end >= 0 {
		clock, zone = text[:end], strings.TrimPrefix(text[end:], " ")
	}
	parses := func(text string, layouts ...string) bool {
		return slices.ContainsFunc(layouts, func(layout string) bool {
			_, err := time.Parse(layout, text)
			return err == nil
		})
	}
	switch zone {
	case "", "Z", "UTC", "GMT":
	default:
		if !parses(zone, "-07:00", "-0700", "-07") {
			return false
		}
	}
	return parses(clock, time.TimeOnly, "15:04")
}
