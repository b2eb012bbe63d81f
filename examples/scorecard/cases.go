package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/rapport-crm/rapport/examples/program"
	"github.com/rapport-crm/rapport/examples/sheet"
	"github.com/rapport-crm/rapport/scoring/lead"
)

// cases are the rows of a table as what is known of them and what came of them.
type cases struct {
	columns  []lead.Column
	cuts     []columnCuts // of the columns; nil: to be found
	outcomes []bool
	training []bool
	skipped  []string // columns that are not looked at, and why
}

// mostLabels is how many different labels a column has that is divided by itself.
const mostLabels = 50

// cases reads the columns that the flags, or the cuts, name.
func (t *table) cases(o *options, cuts []columnCuts) (*cases, error) {
	target, err := t.column(o.target, "-target")
	if err != nil {
		return nil, err
	}
	c := &cases{cuts: cuts}
	if c.outcomes, err = t.outcomes(target, o); err != nil {
		return nil, err
	}
	trainColumn, err := t.trainingRows(o, c)
	if err != nil {
		return nil, err
	}
	if cuts == nil {
		return c, t.allColumns(c, target, trainColumn)
	}
	for _, cut := range cuts {
		at, err := t.column(cut.column, "-bins")
		if err != nil {
			return nil, err
		}
		if at == target || at == trainColumn {
			return nil, fmt.Errorf("-bins names the column %s, which is that of -target or -train-col", sheet.Quoted(cut.column))
		}
		column := lead.Column{Name: cut.column}
		if cut.Groups == nil {
			column.Numbers, err = t.numbers(at)
		} else {
			column.Labels, err = t.grouped(at, cut.Groups)
		}
		if err != nil {
			return nil, err
		}
		c.columns = append(c.columns, column)
	}
	return c, nil
}

// allColumns takes all columns but those of the target and of the training rows.
func (t *table) allColumns(c *cases, target, trainColumn int) error {
	for at, name := range t.header {
		if at == target || at == trainColumn {
			continue
		}
		column, err := t.guess(at)
		if err != nil {
			return err
		}
		if n := distinct(column.Labels); n > mostLabels {
			c.skipped = append(c.skipped, fmt.Sprintf("%s: %d different labels", name, n))
			continue
		}
		c.columns = append(c.columns, column)
	}
	if len(c.columns) == 0 {
		return errors.New("no columns to score by")
	}
	return nil
}

func distinct(texts []string) int {
	known := map[string]bool{}
	for _, text := range texts {
		known[text] = true
	}
	return len(known)
}

// outcomes reads the target: true is the event, which is 1 if the flags do not say.
func (t *table) outcomes(target int, o *options) ([]bool, error) {
	event := o.event
	texts := t.texts[target]
	var values []string
	for row, text := range texts {
		if isMissing(text) {
			return nil, t.wrong(target, row, errors.New("is missing: the outcome of every row is to be known"))
		}
		if !slices.Contains(values, text) && len(values) < 3 {
			values = append(values, text)
		}
	}
	name := sheet.Quoted(t.header[target])
	quoted := make([]string, len(values))
	for i, value := range values {
		quoted[i] = sheet.Quoted(value)
	}
	slices.Sort(quoted)
	list := strings.Join(quoted, ", ")
	switch {
	case len(values) == 3:
		return nil, fmt.Errorf("the target %s has more than two values: %s", name, list)
	case event == "" && slices.ContainsFunc(values, func(value string) bool { return value != "0" && value != "1" }):
		return nil, program.UsageError(fmt.Sprintf("-event is required: which value of %s is it, %s?", name, list))
	case event != "" && !slices.Contains(values, event):
		return nil, fmt.Errorf("the target %s is never %s (-event), only %s", name, sheet.Quoted(event), list)
	case len(values) == 1:
		return nil, fmt.Errorf("the target %s is always %s: nothing can be told apart", name, list)
	}
	if event == "" {
		o.event = "1"
	}
	outcomes := make([]bool, len(texts))
	for row, text := range texts {
		outcomes[row] = text == o.event
	}
	return outcomes, nil
}

// grouped returns the labels of a column, and refuses the first that is in no group. NA is
// a label where a group names it: North America, say.
func (t *table) grouped(column int, groups [][]string) ([]string, error) {
	known := map[string]bool{}
	for _, group := range groups {
		for _, label := range group {
			known[label] = true
		}
	}
	labels := t.labels(column)
	for row, text := range t.texts[column] {
		switch {
		case known[text]:
			labels[row] = text
		case labels[row] != "":
			return nil, t.wrong(column, row, errors.New("is in no group of -bins"))
		}
	}
	return labels, nil
}
