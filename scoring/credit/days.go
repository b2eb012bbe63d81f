package credit

import "time"

// days returns the calendar days from one instant to another in a location, nil for
// UTC; negative if the second is earlier.
func days(from, to time.Time, in *time.Location) int {
	if in == nil {
		in = time.UTC
	}
	const day = 24 * 60 * 60
	return int((civil(to.In(in)).Unix() - civil(from.In(in)).Unix()) / day)
}

// civil returns midnight UTC of the calendar date of t.
func civil(t time.Time) time.Time {
	y, m, d := t.Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}
