package main

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/scoring"
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

// transactionLog reads purchases from a CSV file, one row at a time. Blank
// lines are no rows.
type transactionLog struct {
	reader  *csv.Reader
	names   columnNames
	columns int // of the header
	// The positions of the columns; -1 for one that the file does not have.
	id, date, amount, cost, currency int

	money   string          // what the currency column of the first row says
	rows    int             // read so far, without the header
	skip    func(*rowError) // told of each bad row; nil stops at the first
	skipped int
}

// purchases yields the rows of the file. It ends at the first error, which is a
// [*rowError] unless reading itself failed.
func (l *transactionLog) purchases() iter.Seq2[scoring.Purchase, error] {
	return func(yield func(scoring.Purchase, error) bool) {
		for {
			record, err := l.reader.Read()
			if errors.Is(err, io.EOF) {
				return
			}
			var purchase scoring.Purchase
			if err != nil {
				err = formError(err)
			} else {
				purchase, err = l.purchase(record)
			}
			l.rows++
			if err != nil {
				bad, isRow := errors.AsType[*rowError](err)
				if isRow && l.skip != nil && !errors.Is(err, errSwallowed) && !errors.Is(err, errOverLines) {
					l.skipped++
					l.skip(bad)
					continue
				}
				yield(scoring.Purchase{}, err)
				return
			}
			if !yield(purchase, nil) {
				return
			}
		}
	}
}

// purchase reads one row.
func (l *transactionLog) purchase(record []string) (scoring.Purchase, error) {
	if len(record) != l.columns {
		if slices.ContainsFunc(record, hasLineEnd) {
			return scoring.Purchase{}, l.wrong("", "", fmt.Errorf("%d fields where the header has %d: %w", len(record), l.columns, errOverLines))
		}
		hint := ""
		if len(record) < l.columns {
			hint = " (is the file truncated?)"
		}
		return scoring.Purchase{}, l.wrong("", "", fmt.Errorf("%d fields where the header has %d%s", len(record), l.columns, hint))
	}
	var p scoring.Purchase
	var err error
	if p.Customer, err = rapport.ParseID(record[l.id]); err != nil {
		return p, l.wrong(l.names.id, record[l.id], idReason(err))
	}
	if p.At, err = parseDate(strings.TrimSpace(record[l.date])); err != nil {
		return p, l.wrong(l.names.date, record[l.date], err)
	}
	if l.amount >= 0 {
		if p.Amount, err = parseAmount(strings.TrimSpace(record[l.amount])); err != nil {
			return p, l.wrong(l.names.amount, record[l.amount], err)
		}
	}
	if l.cost >= 0 {
		if p.Cost, err = parseAmount(strings.TrimSpace(record[l.cost])); err != nil {
			return p, l.wrong(l.names.cost, record[l.cost], err)
		}
	}
	if l.currency >= 0 {
		return p, l.checkCurrency(record[l.currency])
	}
	return p, nil
}

// checkCurrency makes sure that all amounts are in one currency: that of the
// first good row.
func (l *transactionLog) checkCurrency(text string) error {
	money := strings.TrimSpace(text)
	if l.rows == l.skipped {
		l.money = strings.Clone(money)
		return nil
	}
	if !strings.EqualFold(money, l.money) {
		return l.wrong("currency", text, fmt.Errorf("is mixed with %s in the rows before: amounts must be in one currency", quoted(l.money)))
	}
	return nil
}

// currencyCode returns the ISO 4217 code that the currency column holds, empty
// for anything else.
func (l *transactionLog) currencyCode() string {
	money, err := rapport.ParseCurrency(strings.ToUpper(l.money))
	if err != nil {
		return ""
	}
	return money.String()
}

func (l *transactionLog) wrong(field, text string, err error) error {
	if hasLineEnd(text) {
		err = errOverLines
	}
	line, _ := l.reader.FieldPos(0)
	return &rowError{row: line, field: field, text: text, err: err}
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

var errDateForm = errors.New("is not a date such as 2026-01-31, alone or before a time such as 15:04:05 +0100")

// parseDate reads 2006-01-02, alone or as the start of a timestamp: a T or a
// space, the time of day, and perhaps a zone, as databases and shops export it.
// Of a timestamp the date counts as it is written, whatever its zone. The first
// day of year 1 is no date: it is Go's zero time, and what systems write that
// had none.
func parseDate(text string) (time.Time, error) {
	const day = len(time.DateOnly)
	switch {
	case len(text) < day:
		return time.Time{}, errDateForm
	case len(text) > day:
		if (text[day] != 'T' && text[day] != ' ') || !isTimeOfDay(text[day+1:]) {
			return time.Time{}, errDateForm
		}
	}
	date, err := time.Parse(time.DateOnly, text[:len(time.DateOnly)])
	if err != nil || date.Year() < 1 || date.IsZero() {
		return time.Time{}, errDateForm
	}
	return date, nil
}

// isTimeOfDay accepts 15:04 and 15:04:05.999, alone or with a zone after it: Z,
// UTC, GMT, +01, +0100 or +01:00, perhaps behind a space.
func isTimeOfDay(text string) bool {
	clock, zone := text, ""
	if end := strings.IndexFunc(text, func(r rune) bool { return !strings.ContainsRune("0123456789:.", r) }); end >= 0 {
		clock, zone = text[:end], strings.TrimPrefix(text[end:], " ")
	}
	parses := func(text string, layouts ...string) bool {
		return slices.ContainsFunc(layouts, func(layout string) bool {
			_, err := time.Parse(layout, text)
			return err == nil
		})
	}
	switch zone {
	case "", "Z", "UTC", "GMT":
	default:
		if !parses(zone, "-07:00", "-0700", "-07") {
			return false
		}
	}
	return parses(clock, time.TimeOnly, "15:04")
}
