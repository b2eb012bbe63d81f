package main

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/satisfaction/kano"
)

// survey is a questionnaire with its answers.
type survey struct {
	responses []kano.Response
	lines     []int             // of the file, where each response starts
	features  []string          // in the order in which they come first
	labels    map[string]string // what they are called in full, where that is said
}

// labelled lists the features that have labels.
func (s *survey) labelled() []string {
	return slices.DeleteFunc(slices.Clone(s.features), func(name string) bool { return s.labels[name] == "" })
}

// rowError says which field of the file cannot be read, and why. row is the line where
// the row starts, as an editor counts.
type rowError struct {
	row    int
	column string // empty if the row as a whole is at fault
	text   string // what stands there
	err    error
}

func (e *rowError) Error() string {
	if e.column == "" {
		return fmt.Sprintf("row %d: %v", e.row, e.err)
	}
	return fmt.Sprintf("row %d: %s %s %v", e.row, e.column, quoted(e.text), e.err)
}

func (e *rowError) Unwrap() error { return e.err }

// quoted writes text from the file so that it stays short.
func quoted(text string) string {
	const limit = 40
	if runes := []rune(text); len(runes) > limit {
		text = string(runes[:limit]) + "…"
	}
	return fmt.Sprintf("%q", text)
}

// columns are the places of what is read, −1 for those that the file lacks.
type columns struct {
	respondent, feature, label, functional, dysfunctional, importance int
}

// readSurvey reads a CSV file; its answers are those that the table knows.
func readSurvey(file io.Reader, table kano.Table) (*survey, error) {
	buffered := bufio.NewReader(file)
	if start, _ := buffered.Peek(3); string(start) == "\ufeff" {
		if _, err := buffered.Discard(3); err != nil {
			return nil, err
		}
	}
	reader := csv.NewReader(buffered)
	reader.FieldsPerRecord = -1 // checked here, with a clearer message
	header, err := reader.Read()
	if errors.Is(err, io.EOF) {
		return nil, errors.New("the file is empty: want a header row and one answered feature a row")
	}
	if err != nil {
		return nil, formError(err)
	}
	at, err := findColumns(header)
	if err != nil {
		return nil, err
	}
	s := &survey{labels: map[string]string{}}
	for {
		record, err := reader.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, formError(err)
		}
		line, _ := reader.FieldPos(0)
		if len(record) != len(header) {
			return nil, &rowError{row: line, err: fmt.Errorf("%d fields where the header has %d", len(record), len(header))}
		}
		if err := s.add(line, record, at, table); err != nil {
			return nil, err
		}
	}
	if len(s.responses) == 0 {
		return nil, errors.New("the file has a header and no rows")
	}
	return s, nil
}

// formError words what the CSV reader found wrong.
func formError(err error) error {
	if bad, ok := errors.AsType[*csv.ParseError](err); ok {
		return &rowError{row: bad.StartLine, err: bad.Err}
	}
	return err // reading failed
}

func findColumns(header []string) (columns, error) {
	for i, name := range header {
		header[i] = strings.TrimSpace(name)
	}
	var at columns
	for _, c := range []struct {
		name     string
		place    *int
		required bool
	}{
		{"respondent", &at.respondent, true}, {"feature", &at.feature, true}, {"label", &at.label, false},
		{"functional", &at.functional, true}, {"dysfunctional", &at.dysfunctional, true}, {"importance", &at.importance, false},
	} {
		*c.place = slices.Index(header, c.name)
		switch {
		case *c.place >= 0 && slices.Contains(header[*c.place+1:], c.name):
			return at, &rowError{row: 1, err: fmt.Errorf("the header has the column %q twice", c.name)}
		case *c.place < 0 && c.required:
			return at, &rowError{row: 1, err: fmt.Errorf("the header has no column %q: found %s", c.name, quoted(strings.Join(header, ",")))}
		}
	}
	return at, nil
}

// add takes in a row of the file.
func (s *survey) add(line int, record []string, at columns, table kano.Table) error {
	wrong := func(column, text string, err error) error { return &rowError{line, column, text, err} }
	field := func(place int) string {
		if place < 0 {
			return ""
		}
		text := strings.TrimSpace(record[place])
		if text == "NA" {
			return ""
		}
		return text
	}
	r := kano.Response{Respondent: rapport.ID(record[at.respondent]), Feature: record[at.feature]}
	if err := r.Respondent.Validate(); err != nil {
		return wrong("respondent", record[at.respondent], idReason(err))
	}
	if err := rapport.ID(r.Feature).Validate(); err != nil {
		return wrong("feature", r.Feature, idReason(err))
	}
	for _, question := range []struct {
		column string
		text   string
		answer *kano.Answer
	}{{"functional", field(at.functional), &r.Functional}, {"dysfunctional", field(at.dysfunctional), &r.Dysfunctional}} {
		answer, err := kano.ParseAnswer(question.text)
		if err == nil {
			_, err = table.Category(answer, kano.Missing)
		}
		if word, ok := errors.AsType[*kano.WordError](err); ok {
			return wrong(question.column, question.text, fmt.Errorf("is no answer: want %s", word.Want))
		}
		*question.answer = answer
	}
	if text := field(at.importance); text != "" {
		importance, err := strconv.Atoi(text)
		if err != nil || importance < 1 || importance > kano.MaxImportance {
			return wrong("importance", text, fmt.Errorf("is not a whole number from 1 to %d", kano.MaxImportance))
		}
		r.Importance = importance
	}
	if !slices.Contains(s.features, r.Feature) {
		s.features = append(s.features, r.Feature)
	}
	if text := field(at.label); text != "" {
		if before, known := s.labels[r.Feature]; known && before != text {
			return wrong("label", text, fmt.Errorf("of feature %s was %s before", quoted(r.Feature), quoted(before)))
		}
		s.labels[r.Feature] = text
	}
	s.responses = append(s.responses, r)
	s.lines = append(s.lines, line)
	return nil
}

func idReason(err error) error {
	if bad, ok := errors.AsType[*rapport.IDError](err); ok {
		return errors.New("cannot be a name: " + bad.Reason)
	}
	return err
}

// explain gives an error of the analysis in the words of the file.
func (s *survey) explain(err error) error {
	bad, ok := errors.AsType[*kano.RowError](err)
	if !ok || bad.Reason != "twice" {
		return err
	}
	return &rowError{s.lines[bad.Row], "respondent", string(bad.Respondent),
		fmt.Errorf("has an answer to feature %s in row %d already", quoted(bad.Feature), s.lines[bad.First])}
}
