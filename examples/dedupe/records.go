package main

import (
	_ "embed"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/examples/files"
	"github.com/rapport-crm/rapport/examples/sheet"
)

//go:embed testdata/people.csv
var invented string

// records is a file that was read.
type records struct {
	name   string // of the file, for people
	header []string
	ids    []rapport.ID
	rows   [][]string // values without the blanks around them
	lines  []int      // of the file, by row
	id     int        // the column of ids; -1: they are the numbers of the rows
}

// sources is what is compared: one file, or two.
type sources struct {
	a, b   *records // b is nil if there is one file
	entity string   // column; empty: none
	labels []label  // true pairs; nil: they are not known
	spec   *spec    // nil: none
}

// read reads all files.
func (o options) read(stdin io.Reader) (*sources, error) {
	s := &sources{entity: o.entity}
	var err error
	if o.spec != "" {
		if s.spec, err = readSpec(o.spec); err != nil {
			return nil, err
		}
		if s.spec.ID != "" && o.id == "" {
			o.id = s.spec.ID
		}
	}
	if s.a, err = readRecords(o.a, o.id, stdin); err != nil {
		return nil, err
	}
	if o.b != "" {
		if s.b, err = readRecords(o.b, o.id, stdin); err != nil {
			return nil, err
		}
		if s.b.id >= 0 && s.a.id >= 0 && s.b.header[s.b.id] != s.a.header[s.a.id] && o.id == "" {
			return nil, s.b.wrong(fmt.Errorf("the ids are in %s, those of %s in %s: -id names one column for both files, so rename one of the two",
				sheet.Quoted(s.b.header[s.b.id]), s.a.name, sheet.Quoted(s.a.header[s.a.id])))
		}
	}
	if o.entity != "" {
		for _, r := range s.files() {
			if _, err := r.column(o.entity, "-entity"); err != nil {
				return nil, err
			}
		}
	}
	if o.labels != "" {
		if s.labels, err = s.readLabels(o.labels); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// files lists the files that are compared.
func (s *sources) files() []*records {
	if s.b == nil {
		return []*records{s.a}
	}
	return []*records{s.a, s.b}
}

// wrong says in which file something is wrong.
func (r *records) wrong(err error) error { return fmt.Errorf("%s: %w", r.name, err) }

// column finds a column that hint names.
func (r *records) column(name, hint string) (int, error) {
	at := slices.Index(r.header, name)
	if at < 0 {
		named := sheet.Sheet{Header: r.header}
		return -1, r.wrong(fmt.Errorf("row 1: the header has no column %s (%s names it)%s", sheet.Quoted(name), hint, named.Found()))
	}
	return at, nil
}

// readRecords reads a file; id is the column of ids, empty for the default.
func readRecords(path, id string, stdin io.Reader) (r *records, err error) {
	r = &records{name: "standard input"}
	file := stdin
	switch path {
	case "":
		r.name, file = "the invented people", strings.NewReader(invented)
	case "-":
	default:
		opened, err := files.Open(path, "records", "")
		if err != nil {
			return nil, err
		}
		defer opened.Close()
		r.name, file = filepath.Base(path), opened
	}
	s, err := sheet.Open(file, "one record a row")
	if err != nil {
		return nil, r.wrong(err)
	}
	r.header = s.Header
	if err := checkHeader(s); err != nil {
		return nil, r.wrong(err)
	}
	for record, err := range s.Records() {
		if err == nil {
			err = checkUTF8(s, record)
		}
		if err != nil {
			return nil, r.wrong(err)
		}
		row := make([]string, len(record))
		for i, value := range record {
			row[i] = strings.TrimSpace(value)
		}
		r.rows = append(r.rows, row)
		r.lines = append(r.lines, s.Line())
	}
	if len(r.rows) == 0 {
		return nil, r.wrong(errors.New("the file has a header and no rows"))
	}
	return r, r.identify(id)
}

// checkHeader refuses names that stand for two columns.
func checkHeader(s *sheet.Sheet) error {
	for i, name := range s.Header {
		if !utf8.ValidString(name) {
			return &sheet.RowError{Row: 1, Err: fmt.Errorf("the name of column %d is not UTF-8", i+1)}
		}
		if name != "" && slices.Contains(s.Header[:i], name) {
			return &sheet.RowError{Row: 1, Err: fmt.Errorf("the header has the column %s twice", sheet.Quoted(name))}
		}
	}
	return nil
}

func checkUTF8(s *sheet.Sheet, record []string) error {
	for i, value := range record {
		if !utf8.ValidString(value) {
			return s.Wrong(s.Header[i], value, errors.New("is not UTF-8"))
		}
	}
	return nil
}

// identify finds the ids.
func (r *records) identify(id string) error {
	r.id = 0
	if id != "" {
		at, err := r.column(id, "-id")
		if err != nil {
			return err
		}
		r.id = at
	}
	ids, err := r.idsOf(r.id)
	if err != nil && id == "" && !numbersRows(r.header[0]) {
		r.id = -1
		ids, err = make([]rapport.ID, len(r.rows)), nil
		for i, line := range r.lines {
			ids[i] = rapport.ID(strconv.Itoa(line))
		}
	}
	if err != nil {
		return r.wrong(err)
	}
	r.ids = ids
	return nil
}

// idsOf returns the values of a column if they can be ids: each there, and unique.
func (r *records) idsOf(column int) ([]rapport.ID, error) {
	ids := make([]rapport.ID, len(r.rows))
	seen := make(map[rapport.ID]int, len(r.rows))
	for i, row := range r.rows {
		id := rapport.ID(row[column])
		err := id.Validate()
		if err != nil {
			err = sheet.IDReason(err)
		} else if first, ok := seen[id]; ok {
			err = fmt.Errorf("is the id of row %d too", first)
		}
		if err != nil {
			return nil, &sheet.RowError{Row: r.lines[i], Field: r.header[column], Text: row[column], Err: err}
		}
		seen[id] = r.lines[i]
		ids[i] = id
	}
	return ids, nil
}
