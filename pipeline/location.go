package pipeline

import "time"

// Location returns where the days of the calendar are: UTC without one.
func (c *Calendar) Location() *time.Location {
	if c == nil {
		return time.UTC
	}
	return c.location
}
