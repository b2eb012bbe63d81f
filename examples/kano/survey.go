package main

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/examples/sheet"
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

// columns are the places of what is read, −1 for those that the file lacks.
type columns struct {
	respondent, feature, label, functional, dysfunctional, importance int
}

// readSurvey reads a CSV file; its answers are those that the table knows.
func readSurvey(file io.Reader, table kano.Table) (*survey, error) {
	rows, err := sheet.Open(file, "one answered feature a row")
	if err != nil {
		return nil, err
	}
	at, err := findColumns(rows)
	if err != nil {
		return nil, err
	}
	s := &survey{labels: map[string]string{}}
	for record, err := range rows.Records() {
		if err == nil {
			err = s.add(rows, record, at, table)
		}
		if err != nil {
			return nil, err
		}
	}
	if len(s.responses) == 0 {
		return nil, errors.New("the file has a header and no rows")
	}
	return s, nil
}

func findColumns(rows *sheet.Sheet) (columns, error) {
	var at columns
	for _, c := range []struct {
		name     string
		place    *int
		required bool
	}{
		{"respondent", &at.respondent, true}, {"feature", &at.feature, true}, {"label", &at.label, false},
		{"functional", &at.functional, true}, {"dysfunctional", &at.dysfunctional, true}, {"importance", &at.importance, false},
	} {
		var err error
		if *c.place, err = rows.Column(c.name, c.required, ""); err != nil {
			return at, err
		}
	}
	return at, nil
}

// add takes in a row of the file.
func (s *survey) add(rows *sheet.Sheet, record []string, at columns, table kano.Table) error {
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
	// Without the blanks round them, as answers are read: " a" is no other feature than "a".
	r := kano.Response{Respondent: rapport.ID(strings.TrimSpace(record[at.respondent])), Feature: strings.TrimSpace(record[at.feature])}
	if err := r.Respondent.Validate(); err != nil {
		return rows.Wrong("respondent", string(r.Respondent), sheet.IDReason(err))
	}
	if err := rapport.ID(r.Feature).Validate(); err != nil {
		return rows.Wrong("feature", r.Feature, sheet.IDReason(err))
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
			return rows.Wrong(question.column, question.text, fmt.Errorf("is no answer: want %s", word.Want))
		}
		*question.answer = answer
	}
	if text := field(at.importance); text != "" {
		importance, err := strconv.Atoi(text)
		if err != nil || importance < 1 || importance > kano.MaxImportance {
			return rows.Wrong("importance", text, fmt.Errorf("is not a whole number from 1 to %d", kano.MaxImportance))
		}
		r.Importance = importance
	}
	if !slices.Contains(s.features, r.Feature) {
		s.features = append(s.features, r.Feature)
	}
	if text := field(at.label); text != "" {
		if before, known := s.labels[r.Feature]; known && before != text {
			return rows.Wrong("label", text, fmt.Errorf("of feature %s was %s before", sheet.Quoted(r.Feature), sheet.Quoted(before)))
		}
		s.labels[r.Feature] = text
	}
	s.responses = append(s.responses, r)
	s.lines = append(s.lines, rows.Line())
	return nil
}

// explain gives an error of the analysis in the words of the file.
func (s *survey) explain(err error) error {
	bad, ok := errors.AsType[*kano.RowError](err)
	if !ok || bad.Reason != "twice" {
		return err
	}
	return &sheet.RowError{
		Row: s.lines[bad.Row], Field: "respondent", Text: string(bad.Respondent),
		Err: fmt.Errorf("has an answer to feature %s in row %d already", sheet.Quoted(bad.Feature), s.lines[bad.First]),
	}
}
