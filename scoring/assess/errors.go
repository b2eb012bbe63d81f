package assess

import (
	"errors"
	"fmt"
	"strings"

	"github.com/rapport-crm/rapport"
)

var (
	// ErrNoRoster is the error of [Assessor.Base] without [Sources.Customers].
	ErrNoRoster = errors.New("assess: the base has no list of customers: set Sources.Customers")
	// ErrTwice says that a customer, a question or a condition is given twice.
	ErrTwice = errors.New("given twice")
	// ErrFormat is wrapped by the errors of reading a report or questions that this
	// version did not write or cannot read.
	ErrFormat = errors.New("not an assessment of a known version")
)

// OriginError reports a finding that does not say where it comes from, or that knows
// the future.
type OriginError struct {
	Field string
	Value string // as it was given; empty where it is missing
	Want  string
}

func (e *OriginError) Error() string { return wanted("origin: "+e.Field, e.Value, e.Want) }

// InputError reports an argument, an option or a fact that cannot be used.
type InputError struct {
	Name  string
	Value string // as it was given; empty where it is missing
	Want  string
}

func (e *InputError) Error() string { return wanted(e.Name, e.Value, e.Want) }

// missing reports a source that was made of nil.
func missing(what string) error { return &InputError{Name: what, Want: "one that is not nil"} }

func wanted(name, value, want string) string {
	if value == "" {
		return fmt.Sprintf("assess: %s is missing: want %s", name, want)
	}
	return fmt.Sprintf("assess: %s is %.80s: want %s", name, value, want)
}

// SourceError reports a part whose source failed or gave what cannot be. It wraps the
// error of the source, an [*OriginError], an [*InputError], or the error of a figure.
type SourceError struct {
	Part     Part
	Customer rapport.ID // empty for a part of the base
	Err      error
}

func (e *SourceError) Error() string {
	reason := strings.TrimPrefix(e.Err.Error(), "assess: ")
	if e.Customer == "" {
		return fmt.Sprintf("assess: %s: %s", e.Part, reason)
	}
	return fmt.Sprintf("assess: %s of customer %q: %s", e.Part, e.Customer, reason)
}

// Unwrap returns the reason.
func (e *SourceError) Unwrap() error { return e.Err }
