package credit

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/rapport-crm/rapport"
)

var (
	// ErrUnknownCustomer says that a customer is not in the book.
	ErrUnknownCustomer = errors.New("unknown customer")
	// ErrTwice says that a customer, a document, a flag or an override is given twice.
	ErrTwice = errors.New("given twice")
	// ErrFormat is wrapped by the errors of reading a file that this version did not
	// write or cannot read.
	ErrFormat = errors.New("not a credit file of a known version")
)

// InputError reports an argument or a field that cannot be used.
type InputError struct {
	Name  string // of the argument or the field
	Value string // as it was given; empty where it is missing
	Want  string
}

func (e *InputError) Error() string {
	if e.Value == "" {
		return fmt.Sprintf("credit: %s is missing: want %s", e.Name, e.Want)
	}
	return fmt.Sprintf("credit: %s is %.80s: want %s", e.Name, e.Value, e.Want)
}

// RowError reports a row of a list that cannot be used. Err says why: [ErrTwice], an
// [*InputError], a [*rapport.IDError] or the error of an amount.
type RowError struct {
	Row int        // position in the slice, from 0
	ID  rapport.ID // of the customer, document or flag; empty if it has no valid one
	Err error
}

func (e *RowError) Error() string {
	return fmt.Sprintf("credit: row %d (%.80q): %s", e.Row, string(e.ID), strings.TrimPrefix(e.Err.Error(), "credit: "))
}

// Unwrap returns Err.
func (e *RowError) Unwrap() error { return e.Err }

// ParentError reports a customer whose parent is not in the book.
type ParentError struct {
	Customer, Parent rapport.ID
}

func (e *ParentError) Error() string {
	return fmt.Sprintf("credit: customer %q: parent %q is not in the book", e.Customer, e.Parent)
}

// CycleError reports groups that contain themselves.
type CycleError struct {
	// Cycle begins and ends with the same customer, each the child of the next; of the
	// ring the least id stands first.
	Cycle []rapport.ID
}

func (e *CycleError) Error() string {
	text := make([]string, len(e.Cycle))
	for i, id := range e.Cycle {
		text[i] = fmt.Sprintf("%q", id)
	}
	return "credit: groups go in a circle: " + strings.Join(text, " in ")
}

// checkLimit refuses a limit below nothing; the zero Money is no limit.
func checkLimit(name string, limit rapport.Money) error {
	if limit.Sign() < 0 {
		return &InputError{Name: name, Value: limit.String(), Want: "an amount that is not negative"}
	}
	return nil
}

// checkTexts takes pairs of a name and a text and refuses a blank one.
func checkTexts(pairs ...string) error {
	for i := 0; i+1 < len(pairs); i += 2 {
		if strings.TrimSpace(pairs[i+1]) == "" {
			return &InputError{Name: pairs[i], Want: "a text"}
		}
	}
	return checkUTF8(pairs...)
}

// checkUTF8 takes pairs of a name and a text and refuses what JSON could not keep.
func checkUTF8(pairs ...string) error {
	for i := 0; i+1 < len(pairs); i += 2 {
		if !utf8.ValidString(pairs[i+1]) {
			return &InputError{Name: pairs[i], Value: fmt.Sprintf("%q", pairs[i+1]), Want: "a text in UTF-8"}
		}
	}
	return nil
}
