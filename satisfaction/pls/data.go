package pls

import (
	"fmt"
	"math"
	"slices"
)

// Data is a table of answers: a row per respondent, a column per item. It is
// immutable and safe to share.
type Data struct {
	items    []string
	columns  map[string]int
	rows     int
	values   []float64 // row after row
	weights  []float64 // nil: all 1
	complete bool
}

// DataError reports a table that cannot be read.
type DataError struct {
	Row    int    // from 0; −1 if the table as a whole is meant
	Item   string // empty if none is meant
	Value  float64
	Reason string
}

// Error says where the fault is.
func (e *DataError) Error() string {
	text := "pls: data: "
	if e.Row >= 0 {
		text += fmt.Sprintf("row %d, ", e.Row)
	}
	if e.Item != "" {
		text += fmt.Sprintf("item %q, ", e.Item)
	}
	return text + fmt.Sprintf("%v: %s", e.Value, e.Reason)
}

// NewData makes a table of answers from values row by row: the answers of the first
// respondent to all items, then those of the second. NaN is a missing answer;
// infinite values are refused. Weights are survey weights, one positive number per
// row, on any scale; nil stands for equal weights. Both are copied. The error is a
// [*DataError].
func NewData(items []string, values []float64, weights []float64) (*Data, error) {
	columns, err := columnsOf(items)
	if err != nil {
		return nil, err
	}
	if len(values)%len(items) != 0 {
		return nil, &DataError{Row: -1, Value: float64(len(values)), Reason: fmt.Sprintf("the number of values is no multiple of the %d items", len(items))}
	}
	d := &Data{
		items: slices.Clone(items), columns: columns, rows: len(values) / len(items),
		values: slices.Clone(values), weights: slices.Clone(weights), complete: true,
	}
	for i, v := range values {
		if math.IsInf(v, 0) {
			return nil, &DataError{Row: i / len(items), Item: items[i%len(items)], Value: v, Reason: "is not finite"}
		}
		if math.IsNaN(v) {
			d.complete = false
		}
	}
	if weights == nil {
		return d, nil
	}
	if len(weights) != d.rows {
		return nil, &DataError{Row: -1, Value: float64(len(weights)), Reason: fmt.Sprintf("the number of weights is not that of the %d rows", d.rows)}
	}
	for row, w := range weights {
		if err := checkWeight(row, w); err != nil {
			return nil, err
		}
	}
	return d, nil
}

func checkWeight(row int, w float64) error {
	if !(w >= 1e-60 && w <= 1e60) {
		return &DataError{Row: row, Value: w, Reason: "a weight must be above 0, within 1e-60 to 1e60"}
	}
	return nil
}

// columnsOf numbers items.
func columnsOf(items []string) (map[string]int, error) {
	if len(items) == 0 {
		return nil, &DataError{Row: -1, Reason: "there are no items"}
	}
	columns := make(map[string]int, len(items))
	for k, item := range items {
		if item == "" {
			return nil, &DataError{Row: -1, Value: float64(k), Reason: "the item at this place has no name"}
		}
		if _, twice := columns[item]; twice {
			return nil, &DataError{Row: -1, Item: item, Value: float64(k), Reason: "the item at this place is there twice"}
		}
		columns[item] = k
	}
	return columns, nil
}

// Rows returns the number of respondents.
func (d *Data) Rows() int { return d.rows }

// Items returns the names of the columns.
func (d *Data) Items() []string { return slices.Clone(d.items) }

// Row returns the answers of a respondent in the order of [Data.Items], NaN where one
// is missing, and the weight.
func (d *Data) Row(row int) (answers []float64, weight float64) {
	return slices.Clone(d.row(row)), d.weight(row)
}

// Matrix returns the answers to the items row by row, with a column for each item in the
// order given, NaN where an answer is missing, and the weights of the rows, nil if they have
// none. The error is an [*ItemError] for an item that the table does not have.
func (d *Data) Matrix(items ...string) (values, weights []float64, err error) {
	columns := make([]int, len(items))
	for k, item := range items {
		at, known := d.columns[item]
		if !known {
			return nil, nil, &ItemError{Item: item, Fault: AbsentItem}
		}
		columns[k] = at
	}
	values = make([]float64, 0, d.rows*len(columns))
	for row := range d.rows {
		answers := d.row(row)
		for _, at := range columns {
			values = append(values, answers[at])
		}
	}
	return values, slices.Clone(d.weights), nil
}

func (d *Data) row(row int) []float64 {
	return d.values[row*len(d.items) : (row+1)*len(d.items)]
}

func (d *Data) weight(row int) float64 {
	if d.weights == nil {
		return 1
	}
	return d.weights[row]
}

// Subset returns the rows at the given places, in their order; a row may come more
// than once. The error is a [*DataError] for a place that the table does not have.
func (d *Data) Subset(rows []int) (*Data, error) {
	out := &Data{items: d.items, columns: d.columns, rows: len(rows), complete: true}
	out.values = make([]float64, 0, len(rows)*len(d.items))
	if d.weights != nil {
		out.weights = make([]float64, 0, len(rows))
	}
	for _, row := range rows {
		if row < 0 || row >= d.rows {
			return nil, &DataError{Row: row, Value: float64(d.rows), Reason: "is the number of rows"}
		}
		answers := d.row(row)
		out.values = append(out.values, answers...)
		out.complete = out.complete && !slices.ContainsFunc(answers, math.IsNaN)
		if d.weights != nil {
			out.weights = append(out.weights, d.weights[row])
		}
	}
	return out, nil
}
