package sheet

import (
	"encoding/csv"
	"errors"
	"fmt"
	"strings"

	"github.com/rapport-crm/rapport"
)

// RowError says which row of the file cannot be read, and why. Row is the line
// where the row starts, as an editor counts.
type RowError struct {
	Row   int
	Field string // the column; empty if the row as a whole is at fault
	Text  string // what stands there
	Err   error
}

// Error names the row, the column, what stands there and what is wrong.
func (e *RowError) Error() string {
	if e.Field == "" {
		return fmt.Sprintf("row %d: %v", e.Row, e.Err)
	}
	return fmt.Sprintf("row %d: %s %s %v", e.Row, e.Field, Quoted(e.Text), e.Err)
}

// Unwrap returns what is wrong.
func (e *RowError) Unwrap() error { return e.Err }

// Quoted writes text from the file so that it stays on one short line.
func Quoted(text string) string {
	const limit = 40
	if runes := []rune(text); len(runes) > limit {
		text = string(runes[:limit]) + "…"
	}
	return fmt.Sprintf("%q", text)
}

// ErrSwallowed marks a quote whose field runs over several lines: which rows it
// swallowed cannot be told, so it is never skipped.
var ErrSwallowed = errors.New("a quoted field is not closed: the file is truncated or a quote is missing")

// ErrOverLines marks a row at fault in which a quoted field runs over the end of a
// line: a pair of stray quotes can have swallowed rows there, so it is never
// skipped either.
var ErrOverLines = errors.New("a quoted field runs over several lines: are there stray quotes?")

func hasLineEnd(text string) bool { return strings.ContainsAny(text, "\r\n") }

// formError words what the CSV reader found wrong.
func formError(err error) error {
	parse, ok := errors.AsType[*csv.ParseError](err)
	if !ok {
		return err // reading failed
	}
	switch {
	case errors.Is(parse.Err, csv.ErrQuote) && parse.Line > parse.StartLine:
		return &RowError{Row: parse.StartLine, Err: ErrSwallowed}
	case errors.Is(parse.Err, csv.ErrQuote):
		return &RowError{Row: parse.StartLine, Err: errors.New("a quoted field is not closed, or text follows its closing quote")}
	case errors.Is(parse.Err, csv.ErrBareQuote):
		return &RowError{Row: parse.StartLine, Err: errors.New("a quote stands inside a field that is not quoted")}
	}
	return &RowError{Row: parse.StartLine, Err: parse.Err}
}

// IDReason says of a text that cannot be an id, quoted before it, why.
func IDReason(err error) error {
	if bad, ok := errors.AsType[*rapport.IDError](err); ok {
		switch bad.Reason {
		case "too long":
			return fmt.Errorf("is longer than %d bytes", rapport.MaxIDLength)
		case "not UTF-8":
			return errors.New("is not UTF-8")
		case "control character":
			return errors.New("has a control character")
		}
		return fmt.Errorf("is %s", bad.Reason)
	}
	return err
}
