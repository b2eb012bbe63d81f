package identity

import "fmt"

// An OptionError reports an option or a parameter outside its range.
type OptionError struct {
	Name   string
	Value  float64
	Reason string
}

// Error states the option, its value and what is wanted.
func (e *OptionError) Error() string {
	return fmt.Sprintf("identity: %s %v: %s", e.Name, e.Value, e.Reason)
}
