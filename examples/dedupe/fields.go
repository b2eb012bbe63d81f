package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/rapport-crm/rapport/customer/identity"
	"github.com/rapport-crm/rapport/examples/sheet"
)

// field is a column to compare.
type field struct {
	Column string        `json:"column"`
	Kind   identity.Kind `json:"kind"`
}

// fields is the columns to compare, and how their dates are written.
type fields struct {
	list     []field
	dayFirst bool
}

// spec is the file that names the columns.
type spec struct {
	name   string  // of the file
	ID     string  `json:"id"`
	Fields []field `json:"fields"`
}

// readSpec reads a SPEC.json strictly: nothing else may stand in it.
func readSpec(path string) (*spec, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	s := &spec{name: filepath.Base(path)}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	err = decoder.Decode(s)
	if err == nil {
		if _, more := decoder.Token(); !errors.Is(more, io.EOF) {
			err = errors.New("more follows behind the object")
		}
	}
	if kind, ok := errors.AsType[*identity.KindError](err); ok {
		return nil, fmt.Errorf("%s: %w", s.name, kind)
	}
	if err != nil {
		return nil, fmt.Errorf("%s is no SPEC.json: %w", s.name, err)
	}
	if len(s.Fields) == 0 {
		return nil, fmt.Errorf("%s: fields is empty: want the columns to compare", s.name)
	}
	for i, f := range s.Fields {
		switch {
		case f.Column == "":
			return nil, fmt.Errorf("%s: field %d has no column", s.name, i+1)
		case !f.Kind.IsValid():
			return nil, fmt.Errorf("%s: field %d, %s, has no kind", s.name, i+1, sheet.Quoted(f.Column))
		case slices.ContainsFunc(s.Fields[:i], func(other field) bool { return other.Column == f.Column }):
			return nil, fmt.Errorf("%s: field %d, %s, is there twice", s.name, i+1, sheet.Quoted(f.Column))
		}
	}
	return s, nil
}

// numbersRows tells the name of a column that does nothing but number rows.
func numbersRows(column string) bool {
	two := [][]string{{"b"}, {"a"}, {"b"}} // values that say nothing
	return identity.Recognise([]string{column}, slices.Values(two))[0].Reason == identity.SkipKey
}

// fields chooses the columns to compare and notes what was chosen, for people.
func (s *sources) fields(o options) (fields, bytes.Buffer, error) {
	var notes bytes.Buffer
	if s.a.id < 0 {
		fmt.Fprintf(&notes, "dedupe: the ids are the numbers of the rows, since the values of %s are not unique\n", sheet.Quoted(s.a.header[0]))
	}
	columns, left := s.common()
	found := identity.Recognise(columns, s.interleaved(columns))
	var f fields
	for _, r := range found {
		f.dayFirst = f.dayFirst || r.DayFirst
	}
	if s.spec != nil {
		f.list = s.spec.Fields
		return f, notes, s.check(s.spec)
	}
	fmt.Fprintln(&notes, "dedupe: columns as recognised (-spec names others):")
	for _, r := range found {
		switch {
		case r.Skip:
			fmt.Fprintf(&notes, "  %s: not compared, %s\n", sheet.Quoted(r.Column), r.Reason)
		case len(f.list) == identity.MaxFields:
			fmt.Fprintf(&notes, "  %s: not compared, at most %d columns are\n", sheet.Quoted(r.Column), identity.MaxFields)
		default:
			f.list = append(f.list, field{r.Column, r.Kind})
			order := ""
			if r.DayFirst {
				order = ", day before month"
			}
			fmt.Fprintf(&notes, "  %s: %s, by %s%s\n", sheet.Quoted(r.Column), r.Kind, r.Reason, order)
		}
	}
	for _, column := range left {
		fmt.Fprintf(&notes, "  %s: not compared, in one file only\n", sheet.Quoted(column))
	}
	if len(f.list) == 0 {
		return f, notes, s.a.wrong(fmt.Errorf("there is no column to compare%s", whyNot(found, left)))
	}
	return f, notes, nil
}

// whyNot says on one line, after a colon, why each column was left out.
func whyNot(found []identity.Recognised, left []string) string {
	var reasons []string
	for _, r := range found {
		reasons = append(reasons, fmt.Sprintf("%s is skipped (%s)", sheet.Quoted(r.Column), r.Reason))
	}
	for _, column := range left {
		reasons = append(reasons, sheet.Quoted(column)+" is in one file only")
	}
	const most = 5
	if more := len(reasons) - most; more > 0 {
		reasons = append(reasons[:most], fmt.Sprintf("%d more", more))
	}
	if len(reasons) == 0 {
		return " besides the ids and the truth (fields are separated by commas)"
	}
	return ": " + strings.Join(reasons, ", ")
}

// common lists the columns that could be compared, and those that only one file has.
func (s *sources) common() (both, one []string) {
	for _, column := range s.a.header {
		switch {
		case column == "" || s.a.id >= 0 && column == s.a.header[s.a.id] || column == s.entity:
		case s.b != nil && !slices.Contains(s.b.header, column):
			one = append(one, column)
		default:
			both = append(both, column)
		}
	}
	if s.b != nil {
		for _, column := range s.b.header {
			if column != "" && !slices.Contains(s.a.header, column) {
				one = append(one, column)
			}
		}
	}
	return both, one
}

// interleaved yields the values of columns, those of the files by turns.
func (s *sources) interleaved(columns []string) iter.Seq[[]string] {
	return func(yield func([]string) bool) {
		row := make([]string, len(columns))
		places := make([][]int, len(s.files()))
		most := 0
		for f, r := range s.files() {
			most = max(most, len(r.rows))
			for _, column := range columns {
				places[f] = append(places[f], slices.Index(r.header, column))
			}
		}
		for i := range most {
			for f, r := range s.files() {
				if i >= len(r.rows) {
					continue
				}
				for k, at := range places[f] {
					row[k] = r.rows[i][at]
				}
				if !yield(row) {
					return
				}
			}
		}
	}
}

// check makes sure that the files have the columns of a SPEC.json.
func (s *sources) check(p *spec) error {
	for _, f := range p.Fields {
		for _, r := range s.files() {
			if _, err := r.column(f.Column, p.name); err != nil {
				return err
			}
			if r.id >= 0 && r.header[r.id] == f.Column {
				return fmt.Errorf("%s: %s has the ids, which are never compared", p.name, sheet.Quoted(f.Column))
			}
		}
		if f.Column == s.entity {
			return fmt.Errorf("%s: %s tells the truth, which is never compared", p.name, sheet.Quoted(f.Column))
		}
	}
	return nil
}
