package lead

import (
	"errors"
	"fmt"
)

// ErrOneOutcome reports outcomes that are all the same: nothing can be told apart.
var ErrOneOutcome = errors.New("lead: all outcomes are the same")

// OptionError reports an option out of its range.
type OptionError struct {
	Option string
	Value  float64
	Want   string
}

// Error names the option, its value and the range.
func (e *OptionError) Error() string {
	return fmt.Sprintf("lead: option %s is %v: want %s", e.Option, e.Value, e.Want)
}

// jsonFormat is the version of the JSON forms of this package, in their field
// "format". It is raised when a field is added or its meaning changes.
const jsonFormat = 1

// FormatError reports JSON of a format that this version of the package does not
// know, which is how what a newer version wrote shows itself to an older one.
type FormatError struct {
	Subject string // what the JSON is of: "binning", "scorecard", …
	Format  int    // 0: none was given
}

// Error names both formats.
func (e *FormatError) Error() string {
	if e.Format == 0 {
		return fmt.Sprintf("lead: %s: JSON has no format, this version reads %d", e.Subject, jsonFormat)
	}
	return fmt.Sprintf("lead: %s: JSON has format %d, this version reads %d", e.Subject, e.Format, jsonFormat)
}
