package main

import (
	"errors"
	"fmt"
	"io"
	"math"
	"path/filepath"
	"slices"
	"strings"

	"github.com/rapport-crm/rapport/examples/files"
	"github.com/rapport-crm/rapport/examples/sheet"
	"github.com/rapport-crm/rapport/scoring/lead"
)

// table is a CSV file as text, by column.
type table struct {
	name   string
	header []string
	texts  [][]string // of each column, without the blanks round them
	lines  []int      // of the file, where each row starts
}

// read returns the table that the flags name, or the invented one.
func (o *options) read(stdin io.Reader) (*table, error) {
	file, name := stdin, "standard input"
	switch o.data {
	case "":
		o.target, o.event, o.trainColumn, o.trainMax = "returned", "late", "month", bound{text: "9", number: 9}
		return invented(), nil
	case "-":
	default:
		opened, err := files.Open(o.data, "cases", "")
		if err != nil {
			return nil, err
		}
		defer opened.Close()
		file, name = opened, filepath.Base(o.data)
	}
	t, err := readTable(file)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	t.name = name
	return t, nil
}

func readTable(file io.Reader) (*table, error) {
	rows, err := sheet.Open(file, "one case a row")
	if err != nil {
		return nil, err
	}
	t := &table{header: rows.Header, texts: make([][]string, len(rows.Header))}
	for i, name := range t.header {
		if name == "" {
			return nil, &sheet.RowError{Row: 1, Err: fmt.Errorf("column %d has no name", i+1)}
		}
		if _, err := rows.Column(name, true, ""); err != nil { // twice
			return nil, err
		}
	}
	for record, err := range rows.Records() {
		if err != nil {
			return nil, err
		}
		t.add(rows.Line(), record)
	}
	if len(t.lines) == 0 {
		return nil, errors.New("the file has a header and no rows")
	}
	return t, nil
}

func (t *table) add(line int, record []string) {
	t.lines = append(t.lines, line)
	for i, text := range record {
		t.texts[i] = append(t.texts[i], strings.Clone(strings.TrimSpace(text)))
	}
}

// isMissing tells of a text that it stands for no value.
func isMissing(text string) bool { return text == "" || text == "NA" }

// labels returns the texts of a column, empty where they are missing.
func (t *table) labels(column int) []string {
	labels := slices.Clone(t.texts[column])
	for row, text := range labels {
		if isMissing(text) {
			labels[row] = ""
		}
	}
	return labels
}

// column finds a column; who says that name is told where it is not there.
func (t *table) column(name, who string) (int, error) {
	at := slices.Index(t.header, name)
	if at < 0 {
		s := sheet.Sheet{Header: t.header}
		return at, fmt.Errorf("the header has no column %s (%s names it)%s", sheet.Quoted(name), who, s.Found())
	}
	return at, nil
}

// wrong says that a value cannot be used.
func (t *table) wrong(column, row int, err error) error {
	return &sheet.RowError{Row: t.lines[row], Field: t.header[column], Text: t.texts[column][row], Err: err}
}

// largest is how far from 0 numbers are.
const largest = 1e100

// numbers reads a column of numbers; NaN is missing. The error names the first value that
// is none.
func (t *table) numbers(column int) ([]float64, error) {
	numbers := make([]float64, len(t.lines))
	for row, text := range t.texts[column] {
		if isMissing(text) {
			numbers[row] = math.NaN()
			continue
		}
		var err error
		if numbers[row], err = sheet.ParseNumber(text, largest); err != nil {
			return nil, t.wrong(column, row, err)
		}
	}
	return numbers, nil
}

// guess reads a column as numbers if all its values are, else as labels. NaN, Inf or a
// number too large among numbers is neither.
func (t *table) guess(column int) (lead.Column, error) {
	c := lead.Column{Name: t.header[column]}
	var fault error
	read := 0
	for row, text := range t.texts[column] {
		_, err := sheet.ParseNumber(text, largest)
		switch {
		case isMissing(text):
		case err == nil:
			read++
		case slices.Contains([]string{"nan", "inf", "infinity"}, strings.ToLower(strings.TrimLeft(text, "+-"))):
			if fault == nil {
				fault = t.wrong(column, row, errors.New("is not a number: leave what is missing empty"))
			}
		case !errors.Is(err, sheet.ErrNumberForm): // a number, but too large
			if fault == nil {
				fault = t.wrong(column, row, err)
			}
		default:
			c.Labels = t.labels(column)
			return c, nil
		}
	}
	if fault != nil && read > 0 {
		return c, fault
	}
	if read == 0 { // nothing but missing values, or words such as nan
		c.Labels = t.labels(column)
		return c, nil
	}
	var err error
	c.Numbers, err = t.numbers(column)
	return c, err
}
