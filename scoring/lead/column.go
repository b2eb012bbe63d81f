package lead

import (
	"fmt"
	"math"
	"unicode/utf8"
)

// A Column is one property of the leads, one entry for each: either Numbers, where
// NaN is a missing value, or Labels, where the empty text is.
type Column struct {
	Name    string
	Numbers []float64
	Labels  []string
}

// Len returns the number of rows.
func (c *Column) Len() int { return max(len(c.Numbers), len(c.Labels)) }

// check refuses a column that is both or neither of the two kinds, whose length is
// not that of the outcomes, whose name is no UTF-8, or that holds an infinite number.
func (c *Column) check(rows int) error {
	switch {
	case c.Name == "":
		return &ColumnError{Reason: "no name"}
	case !utf8.ValidString(c.Name): // models are written as JSON
		return &ColumnError{Column: c.Name, Reason: "the name is no UTF-8"}
	case c.Numbers != nil && c.Labels != nil:
		return &ColumnError{Column: c.Name, Reason: "both numbers and labels"}
	case c.Len() != rows:
		return &ColumnError{Column: c.Name, Reason: fmt.Sprintf("%d rows, want %d", c.Len(), rows)}
	}
	for i, x := range c.Numbers {
		if math.IsInf(x, 0) {
			return &ColumnError{Column: c.Name, Reason: fmt.Sprintf("row %d: %v is no number", i, x)}
		}
	}
	return nil
}

// A ColumnError tells which column cannot be used, and why.
type ColumnError struct {
	Column string // "": the column without a name
	Reason string
}

// Error names the column.
func (e *ColumnError) Error() string { return fmt.Sprintf("lead: column %q: %s", e.Column, e.Reason) }
