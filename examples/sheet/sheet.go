// Package sheet reads CSV files that people made, and says in words they understand which
// row and column is wrong; several examples read theirs with it.
package sheet

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"
)

// Sheet reads a CSV file with a header, one row at a time. Blank lines are no rows.
type Sheet struct {
	reader *csv.Reader
	Header []string // without the spaces around the names
}

// Open reads the header. want says what the file should hold.
func Open(file io.Reader, want string) (*Sheet, error) {
	buffered := bufio.NewReaderSize(file, 1<<16)
	if start, _ := buffered.Peek(3); len(start) >= 2 {
		switch {
		case string(start) == "\ufeff":
			if _, err := buffered.Discard(3); err != nil {
				return nil, err
			}
		case string(start[:2]) == "\xff\xfe" || string(start[:2]) == "\xfe\xff":
			return nil, &RowError{Row: 1, Err: errors.New("the file is in UTF-16: save it as UTF-8")}
		}
	}
	// What the quotes of the header stand beside, for a file that has no commas.
	first, _ := buffered.Peek(256)
	first = bytes.Clone(first)
	s := &Sheet{reader: csv.NewReader(buffered)}
	s.reader.FieldsPerRecord = -1 // checked here, with a clearer message
	s.reader.ReuseRecord = true
	header, err := s.reader.Read()
	if errors.Is(err, io.EOF) {
		return nil, errors.New("the file is empty: want a header row and " + want)
	}
	if err != nil {
		err = formError(err)
		if hint := separated(first); hint != "" {
			err = fmt.Errorf("%w%s", err, hint)
		}
		return nil, err
	}
	for _, name := range header {
		s.Header = append(s.Header, strings.TrimSpace(name))
	}
	return s, nil
}

// Records yields the rows of the file, each valid until the next, or what is wrong with
// one: a [*RowError] unless reading itself failed.
func (s *Sheet) Records() iter.Seq2[[]string, error] {
	return func(yield func([]string, error) bool) {
		for {
			record, err := s.reader.Read()
			if errors.Is(err, io.EOF) {
				return
			}
			if err != nil {
				err = formError(err)
			} else {
				err = s.checkWidth(record)
			}
			if !yield(record, err) {
				return
			}
		}
	}
}

// checkWidth makes sure that a row has as many fields as the header.
func (s *Sheet) checkWidth(record []string) error {
	if len(record) == len(s.Header) {
		return nil
	}
	if slices.ContainsFunc(record, hasLineEnd) {
		return s.Wrong("", "", fmt.Errorf("%d fields where the header has %d: %w", len(record), len(s.Header), ErrOverLines))
	}
	hint := ""
	if len(record) < len(s.Header) {
		hint = " (is the file truncated?)"
	}
	return s.Wrong("", "", fmt.Errorf("%d fields where the header has %d%s", len(record), len(s.Header), hint))
}

// Line is the line where the row read last starts, as an editor counts.
func (s *Sheet) Line() int {
	line, _ := s.reader.FieldPos(0)
	return line
}

// Wrong says that a field of the row read last cannot be read.
func (s *Sheet) Wrong(field, text string, err error) error {
	if hasLineEnd(text) {
		err = ErrOverLines
	}
	return &RowError{Row: s.Line(), Field: field, Text: text, Err: err}
}

// Column finds a column by its name in the header; hint is who says that name, empty
// for nobody. It is -1 for a column that is neither there nor required.
func (s *Sheet) Column(name string, required bool, hint string) (int, error) {
	if hint != "" {
		hint = " (" + hint + " names it)"
	}
	at := slices.Index(s.Header, name)
	switch {
	case at >= 0 && slices.Contains(s.Header[at+1:], name):
		return -1, &RowError{Row: 1, Err: fmt.Errorf("the header has the column %s twice", Quoted(name))}
	case at >= 0:
		return at, nil
	case required:
		return -1, &RowError{Row: 1, Err: fmt.Errorf("the header has no column %s%s%s", Quoted(name), hint, s.Found())}
	}
	for _, other := range s.Header {
		// To take "Amount" for one more column to ignore would drop all amounts.
		if strings.EqualFold(other, name) {
			return -1, &RowError{Row: 1, Err: fmt.Errorf("the header has %s where %s is looked for%s", Quoted(other), Quoted(name), hint)}
		}
	}
	return -1, nil
}

// Found says what the header holds, and why it may not be what was meant, as the end of a
// message.
func (s *Sheet) Found() string {
	const limit = 12
	var out strings.Builder
	out.WriteString("; found ")
	for i, name := range s.Header {
		if i == limit {
			fmt.Fprintf(&out, " and %d more", len(s.Header)-limit)
			break
		}
		if i > 0 {
			out.WriteString(", ")
		}
		out.WriteString(Quoted(name))
	}
	if len(s.Header) == 1 {
		out.WriteString(separated([]byte(s.Header[0])))
	}
	return out.String()
}

// separated says what separates the fields of a line, or of the first of several, in
// place of commas; it is empty if nothing seems to.
func separated(text []byte) string {
	line, _, _ := bytes.Cut(text, []byte("\n"))
	if bytes.Contains(line, []byte(",")) {
		return ""
	}
	for _, separator := range []struct{ sign, name string }{{";", "semicolons"}, {"\t", "tabs"}, {"|", "bars"}} {
		if bytes.Contains(line, []byte(separator.sign)) {
			return ": the fields seem to be separated by " + separator.name + ", want commas"
		}
	}
	return ""
}
