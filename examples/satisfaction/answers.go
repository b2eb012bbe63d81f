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
	"github.com/rapport-crm/rapport/examples/program"
	"github.com/rapport-crm/rapport/examples/sheet"
	"github.com/rapport-crm/rapport/satisfaction"
	"github.com/rapport-crm/rapport/satisfaction/pls"
)

// answers is the file of answers with its header read, and the rows when they are.
type answers struct {
	name  string // of the file, for people
	sheet *sheet.Sheet
	lines []int // of the file, by row
	data  *pls.Data
	close func() error
}

// openAnswers reads the header.
func openAnswers(o options, stdin io.Reader) (*answers, error) {
	a := &answers{name: "standard input", close: func() error { return nil }}
	file := stdin
	switch o.responses {
	case "":
		a.name, file = "the invented survey", strings.NewReader(invented())
	case "-":
	default:
		opened, err := files.Open(o.responses, "responses", o.out)
		if over, ok := errors.AsType[*files.OverwriteError](err); ok {
			return nil, program.UsageError(over.Error())
		}
		if err != nil {
			return nil, err
		}
		a.name, file, a.close = filepath.Base(o.responses), opened, opened.Close
	}
	var err error
	if a.sheet, err = sheet.Open(file, "one respondent a row"); err != nil {
		return nil, errors.Join(a.wrong(err), a.close())
	}
	return a, nil
}

// wrong says in which file something is wrong.
func (a *answers) wrong(err error) error { return fmt.Errorf("%s: %w", a.name, err) }

// read reads the rows: the answers to items, and the weights if a column has them.
func (a *answers) read(asked []satisfaction.Item, weightCol string) error {
	var items []string
	for _, item := range asked {
		items = append(items, item.Key)
	}
	columns := make([]int, len(items))
	for k, item := range items {
		var err error
		if columns[k], err = a.sheet.Column(item, true, "the model"); err != nil {
			return a.wrong(err)
		}
	}
	weight := -1
	if weightCol != "" {
		var err error
		if weight, err = a.sheet.Column(weightCol, true, "-weight-col"); err != nil {
			return a.wrong(err)
		}
		if slices.Contains(columns, weight) {
			return a.wrong(fmt.Errorf("the column %s has answers, -weight-col cannot name it", sheet.Quoted(weightCol)))
		}
	}
	var values, weights []float64
	for record, err := range a.sheet.Records() {
		if err != nil {
			return a.wrong(err)
		}
		for k, at := range columns {
			value, err := answer(record[at])
			if err != nil {
				return a.wrong(a.sheet.Wrong(items[k], record[at], err))
			}
			values = append(values, value)
		}
		if weight >= 0 {
			w, err := sheet.ParseNumber(strings.TrimSpace(record[weight]), largestWeight)
			if err == nil && w < 1/largestWeight {
				err = errors.New("is no weight: want a number above 0")
			}
			if err != nil {
				return a.wrong(a.sheet.Wrong(weightCol, record[weight], err))
			}
			weights = append(weights, w)
		}
		a.lines = append(a.lines, a.sheet.Line())
	}
	if len(a.lines) == 0 {
		return a.wrong(errors.New("the file has a header and no rows"))
	}
	var err error
	if a.data, err = pls.NewData(items, values, weights); err != nil {
		return a.wrong(err)
	}
	return nil
}

// largestWeight, and its inverse, bound weights far within what package pls allows.
const largestWeight = 1e9

// largestAnswer bounds answers; scales have far smaller ends.
const largestAnswer = 1e9

// answer reads a number; an empty field and NA are missing answers, NaN.
func answer(text string) (float64, error) {
	text = strings.TrimSpace(text)
	if text == "" || text == "NA" {
		return math.NaN(), nil
	}
	return sheet.ParseNumber(text, largestAnswer)
}
