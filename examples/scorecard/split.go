package main

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/rapport-crm/rapport/examples/program"
	"github.com/rapport-crm/rapport/examples/sheet"
)

// bound is the largest value of a training row: a number, or a date in one of the forms.
type bound struct {
	text   string
	number float64
	form   string // of a date; empty: a number
	date   time.Time
}

// dateForms are the dates that bounds and their columns are written as.
func dateForms() []string {
	return []string{"2006-01", "2006-01-02", "2006-01-02 15:04:05", "2006-01-02T15:04:05", time.RFC3339}
}

// parseBound reads -train-max.
func parseBound(text string) (bound, error) {
	number, err := sheet.ParseNumber(text, largest)
	if err == nil {
		return bound{text: text, number: number}, nil
	}
	for _, form := range dateForms() {
		if date, err := time.Parse(form, text); err == nil {
			return bound{text: text, form: form, date: date}, nil
		}
	}
	return bound{}, program.UsageError(fmt.Sprintf("-train-max is %s: want a number, or a date such as 2024-06 or 2024-06-30", sheet.Quoted(text)))
}

// within tells of every row of a column whether its value is at most the bound. Dates are
// of the bound's form: whether a day lies within a month is not for the program to guess.
func (b *bound) within(t *table, column int) ([]bool, error) {
	in := make([]bool, len(t.lines))
	var numbers []float64
	var err error
	if b.form == "" {
		if numbers, err = t.numbers(column); err != nil {
			return nil, err
		}
	}
	for row, text := range t.texts[column] {
		switch {
		case isMissing(text):
			return nil, t.wrong(column, row, errors.New("is missing: is the row for training or validation?"))
		case b.form == "":
			in[row] = numbers[row] <= b.number
		default:
			date, err := time.Parse(b.form, text)
			if err != nil {
				return nil, t.wrong(column, row, fmt.Errorf("is not a date in the form of %s (-train-max)", b.text))
			}
			in[row] = !date.After(b.date)
		}
	}
	return in, nil
}

// trainingRows notes which rows make the card and returns the column that says so, -1 if
// all do.
func (t *table) trainingRows(o *options, c *cases) (int, error) {
	if o.trainColumn == "" {
		c.training = make([]bool, len(t.lines))
		for row := range c.training {
			c.training[row] = true
		}
		return -1, nil
	}
	at, err := t.column(o.trainColumn, "-train-col")
	if err != nil {
		return at, err
	}
	if c.training, err = o.trainMax.within(t, at); err != nil {
		return at, err
	}
	var seen [2]bool
	for row, training := range c.training {
		if training {
			event := 0
			if c.outcomes[row] {
				event = 1
			}
			seen[event] = true
		}
	}
	switch {
	case !slices.Contains(c.training, false):
		return at, fmt.Errorf("no validation rows: %s is nowhere above %s (-train-max)", sheet.Quoted(o.trainColumn), o.trainMax.text)
	case !seen[0] && !seen[1]:
		return at, fmt.Errorf("no training rows: %s is above %s (-train-max) everywhere", sheet.Quoted(o.trainColumn), o.trainMax.text)
	case !seen[0] || !seen[1]:
		return at, errors.New("all training rows have the same outcome: nothing can be told apart")
	}
	return at, nil
}
