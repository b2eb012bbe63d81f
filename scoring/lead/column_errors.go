package lead

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/rapport-crm/rapport/internal/exactjson"
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
	Format  int
}

// Error names both formats.
func (e *FormatError) Error() string {
	return fmt.Sprintf("lead: %s: JSON has format %d, this version reads %d", e.Subject, e.Format, jsonFormat)
}

// decode reads a form of this package strictly. The format is looked at first, since
// a newer one explains unknown fields.
func decode(subject string, text []byte, form any) error {
	var head struct {
		Format int `json:"format"`
	}
	if err := json.Unmarshal(text, &head); err != nil {
		return fmt.Errorf("lead: %s: %w", subject, err)
	}
	if head.Format != jsonFormat {
		return &FormatError{Subject: subject, Format: head.Format}
	}
	if err := exactjson.Decode(text, form); err != nil {
		return fmt.Errorf("lead: %s: %w", subject, err)
	}
	return nil
}
