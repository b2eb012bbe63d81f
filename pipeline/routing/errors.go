package routing

import (
	"fmt"
	"time"

	"github.com/rapport-crm/rapport"
)

// InputError reports a value that cannot be used.
type InputError struct {
	What   string     // what it belongs to, such as "agent", "item", "policy" or "demand"
	ID     rapport.ID // which one; empty where there is only one
	Field  string     // name of the field or the argument
	Value  string     // as it was given
	Reason string     // what is wanted
	Err    error      // the error about the value itself, such as a [*rapport.IDError], or nil
}

func (e *InputError) Error() string {
	where := e.What
	if e.ID != "" {
		where = fmt.Sprintf("%s %q", e.What, e.ID)
	}
	return fmt.Sprintf("routing: %s: %s %s: %s", where, e.Field, e.Value, e.Reason)
}

// Unwrap returns Err.
func (e *InputError) Unwrap() error { return e.Err }

// DuplicateError reports an id that is given twice where each is wanted once.
type DuplicateError struct {
	What string // "agent", "item", "request", "holding" or "successor"
	ID   rapport.ID
}

func (e *DuplicateError) Error() string {
	return fmt.Sprintf("routing: %s %q is given twice", e.What, e.ID)
}

// UnknownError reports an id that is not among those given.
type UnknownError struct {
	What string // "agent", "request" or "owner"
	ID   rapport.ID
}

func (e *UnknownError) Error() string {
	return fmt.Sprintf("routing: %s %q is unknown", e.What, e.ID)
}

// TimeError reports an instant before the one that it must follow.
type TimeError struct {
	What   string // of what, such as "accept" or "now"
	At     time.Time
	Before time.Time // At lies before this
}

func (e *TimeError) Error() string {
	return fmt.Sprintf("routing: %s at %s is before %s", e.What, e.At.Format(time.RFC3339Nano), e.Before.Format(time.RFC3339Nano))
}

// checkID returns an [*InputError] for an id that is not valid. Names of skills,
// languages and tiers follow the rules of ids too.
func checkID(what string, of rapport.ID, field string, id rapport.ID) error {
	if err := id.Validate(); err != nil {
		return &InputError{What: what, ID: of, Field: field, Value: fmt.Sprintf("%q", id), Reason: err.Error(), Err: err}
	}
	return nil
}

// checkRange returns an [*InputError] for a number outside low … high.
func checkRange(what string, of rapport.ID, field string, value, low, high int) error {
	if value < low || value > high {
		return &InputError{What: what, ID: of, Field: field, Value: fmt.Sprint(value), Reason: fmt.Sprintf("want %d to %d", low, high)}
	}
	return nil
}
