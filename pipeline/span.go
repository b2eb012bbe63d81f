package pipeline

import "time"

// Span is a stub until the calendar branch is merged.
type Span struct{ text string }

func (s Span) IsValid() bool { return s.text != "" }

func (s Span) From(at time.Time, c *Calendar) (time.Time, error) { return at, nil }
