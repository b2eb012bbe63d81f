package main

import (
	"encoding/csv"
	"errors"
	"fmt"
	"strings"

	"github.com/rapport-crm/rapport"
)

// rowError says which row of the file cannot be read, and why. Row is the line
// where the row starts, as an editor counts.
type rowError struct {
	row   int
	field string // the column; empty if the row as a whole is at fault
	text  string // what stands there
	err   error
}

func (e *rowError) Error() string {
	if e.field == "" {
		return fmt.Sprintf("row %d: %v", e.row, e.err)
	}
	return fmt.Sprintf("row %d: %s %s %v", e.row, e.field, quoted(e.text), e.err)
}

func (e *rowError) Unwrap() error { return e.err }

// quoted writes text from the file so that it stays on one short line.
func quoted(text string) string {
	const limit = 40
	if runes := []rune(text); len(runes) > limit {
		text = string(runes[:limit]) + "…"
	}
	return fmt.Sprintf("%q", text)
}

// errSwallowed marks a quote whose field runs over several lines: which rows it
// swallowed cannot be told, so it is never skipped.
var errSwallowed = errors.New("a quoted field is not closed: the file is truncated or a quote is missing")

// errOverLines marks a row at fault in which a quoted field runs over the end of a
// line: a pair of stray quotes can have swallowed rows there, so it is never
// skipped either.
var errOverLines = errors.New("a quoted field runs over several lines: are there stray quotes?")

func hasLineEnd(text string) bool { return strings.ContainsAny(text, "\r\n") }

// formError words what the CSV reader found wrong.
func formError(err error) error {
	parse, ok := errors.AsType[*csv.ParseError](err)
	if !ok {
		return err // reading failed
	}
	switch {
	case errors.Is(parse.Err, csv.ErrQuote) && parse.Line > parse.StartLine:
		return &rowError{row: parse.StartLine, err: errSwallowed}
	case errors.Is(parse.Err, csv.ErrQuote):
		return &rowError{row: parse.StartLine, err: errors.New("a quoted field is not closed, or text follows its closing quote")}
	case errors.Is(parse.Err, csv.ErrBareQuote):
		return &rowError{row: parse.StartLine, err: errors.New("a quote stands inside a field that is not quoted")}
	}
	return &rowError{row: parse.StartLine, err: parse.Err}
}

func idReason(err error) error {
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
