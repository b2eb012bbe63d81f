package lead

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/rapport-crm/rapport/internal/stats"
)

// BayesOptions says how [FitBayes] learns; nil stands for the zero value.
type BayesOptions struct {
	Weights []float64 // how often a row counts, above 0; nil: once each
	// Smoothing is Laplace's: how many rows each label is taken to have been seen with
	// each outcome before any was. 0: 1.
	Smoothing float64
}

// Bayes is a naive Bayes classifier: it takes the columns for independent given the
// outcome, so that their evidence adds up in log odds. Numbers are taken for normal
// in each outcome, labels for draws with smoothed chances. It needs few rows, bears
// missing values and is the baseline that a [Logistic] has to beat; where columns say
// the same thing twice its probabilities are too extreme ([FitPlatt] mends that).
// (D. J. Hand and K. Yu, Idiot's Bayes: not so stupid after all?, International
// Statistical Review 69, 2001.) It is immutable and safe to share.
type Bayes struct {
	columns   []bayesColumn
	prior     float64 // log odds of the event
	smoothing float64
	rows      int
	events    int
}

// bayesColumn is what is known of a column, by outcome: 0 for others, 1 for events.
type bayesColumn struct {
	name         string
	mean, spread [2]float64   // of numbers
	labels       []bayesLabel // by label; nil: numbers
}

type bayesLabel struct {
	text    string
	weights [2]float64
	logOdds float64
}

// spreadFloor is the share of a column's variance that is added to that within an
// outcome, which may be 0 where few rows have it.
const spreadFloor = 1e-9

// FitBayes learns from columns of numbers and of labels. Missing values, NaN and "",
// are left out, but each column needs some with each outcome, and two that differ.
// The errors are those of [FitLogistic] that concern what can be read, and
// [ErrOneOutcome].
func FitBayes(columns []Column, outcomes []bool, o *BayesOptions) (*Bayes, error) {
	var opts BayesOptions
	if o != nil {
		opts = *o
	}
	if opts.Smoothing == 0 {
		opts.Smoothing = 1
	}
	if !(opts.Smoothing >= 1/maxSize && opts.Smoothing <= maxSize) {
		return nil, &OptionError{Option: "Smoothing", Value: opts.Smoothing, Want: "from 1e-100 to 1e100, or 0 for 1"}
	}
	if err := checkOutcomes(outcomes, opts.Weights); err != nil {
		return nil, err
	}
	if err := checkColumns(columns, len(outcomes)); err != nil {
		return nil, err
	}
	b := &Bayes{smoothing: opts.Smoothing, rows: len(outcomes)}
	sample := Sample{Outcomes: outcomes, Weights: opts.Weights}
	var total [2]float64
	for row, came := range outcomes {
		if came {
			b.events++
		}
		total[side(came)] += sample.weight(row)
	}
	if b.events == 0 || b.events == b.rows {
		return nil, fmt.Errorf("%w: %d of %d rows are events", ErrOneOutcome, b.events, b.rows)
	}
	b.prior = math.Log(total[1] / total[0])
	for i := range columns {
		learn := b.learnNumbers
		if columns[i].Labels != nil {
			learn = b.learnLabels
		}
		if err := learn(&columns[i], sample); err != nil {
			return nil, err
		}
	}
	return b, nil
}

func side(event bool) int {
	if event {
		return 1
	}
	return 0
}

func (b *Bayes) learnNumbers(c *Column, s Sample) error {
	known := bayesColumn{name: c.Name}
	var values, weights [2][]float64
	for at, rows := range [2]int{b.rows - b.events, b.events} {
		values[at] = make([]float64, 0, rows)
		if s.Weights != nil {
			weights[at] = make([]float64, 0, rows)
		}
	}
	var total [2]float64
	for row, x := range c.Numbers {
		if math.IsNaN(x) {
			continue
		}
		if math.Abs(x) > maxSize {
			return &RowError{What: c.Name, Row: row, Value: x, Reason: "want a number of size up to 1e100"}
		}
		at := side(s.Outcomes[row])
		values[at] = append(values[at], x)
		total[at] += s.weight(row)
		if s.Weights != nil {
			weights[at] = append(weights[at], s.Weights[row])
		}
	}
	if err := needBoth(c.Name, len(values[0]), len(values[1])); err != nil {
		return err
	}
	for at := range values {
		known.spread[at], known.mean[at] = spreadOf(values[at], weights[at])
	}
	// The spread over both outcomes, of what is within them and between their means.
	share := total[1] / (total[0] + total[1])
	mean := known.mean[0] + share*(known.mean[1]-known.mean[0])
	all := math.Hypot(math.Sqrt(1-share)*math.Hypot(known.spread[0], known.mean[0]-mean),
		math.Sqrt(share)*math.Hypot(known.spread[1], known.mean[1]-mean))
	if all == 0 {
		return &ColumnError{Column: c.Name, Reason: "the same value in all rows"}
	}
	for at := range known.spread {
		known.spread[at] = math.Hypot(known.spread[at], math.Sqrt(spreadFloor)*all)
		if known.spread[at] < 1/maxSize { // it would vanish where it is divided by
			return &ColumnError{Column: c.Name, Reason: "the numbers are too close together: take a smaller unit"}
		}
	}
	b.columns = append(b.columns, known)
	return nil
}

// spreadOf returns the standard deviation and the mean under weights (nil: all equal),
// the first 0 only for values that are all equal.
func spreadOf(values, weights []float64) (spread, mean float64) {
	mean, _, _ = stats.Mean(values, weights)
	mean = min(max(mean, -maxSize), maxSize) // but for rounding it is
	largest, total, squares := 0.0, 0.0, 0.0
	for _, x := range values {
		largest = max(largest, math.Abs(x-mean))
	}
	if largest == 0 {
		return 0, mean
	}
	for i, x := range values {
		d, w := (x-mean)/largest, 1.0
		if weights != nil {
			w = weights[i]
		}
		total, squares = total+w, squares+w*d*d
	}
	return largest * math.Sqrt(squares/total), mean
}

func needBoth(name string, others, events int) error {
	if others == 0 || events == 0 {
		return &ColumnError{Column: name, Reason: fmt.Sprintf("%d values with the event, %d without: want some of each", events, others)}
	}
	return nil
}

func (b *Bayes) learnLabels(c *Column, s Sample) error {
	known := bayesColumn{name: c.Name}
	at := make(map[string]int)
	var seen [2]int
	for row, label := range c.Labels {
		if label == "" {
			continue
		}
		i, ok := at[label]
		if !ok {
			if !utf8.ValidString(label) { // another one, or none, once it is written as JSON
				return &ColumnError{Column: c.Name, Reason: fmt.Sprintf("row %d: label %q is no UTF-8", row, label)}
			}
			i = len(known.labels)
			at[label] = i
			known.labels = append(known.labels, bayesLabel{text: label})
		}
		known.labels[i].weights[side(s.Outcomes[row])] += s.weight(row)
		seen[side(s.Outcomes[row])]++
	}
	if err := needBoth(c.Name, seen[0], seen[1]); err != nil {
		return err
	}
	if len(known.labels) == 1 {
		return &ColumnError{Column: c.Name, Reason: "the same value in all rows"}
	}
	slices.SortFunc(known.labels, func(a, b bayesLabel) int { return strings.Compare(a.text, b.text) })
	known.weigh(b.smoothing)
	b.columns = append(b.columns, known)
	return nil
}

// weigh sets the log odds of the labels from their weights.
func (c *bayesColumn) weigh(smoothing float64) {
	var total [2]float64
	for _, l := range c.labels {
		total[0], total[1] = total[0]+l.weights[0]+smoothing, total[1]+l.weights[1]+smoothing
	}
	for i := range c.labels {
		l := &c.labels[i]
		l.logOdds = math.Log((l.weights[1]+smoothing)/(l.weights[0]+smoothing)) - math.Log(total[1]/total[0])
	}
}

// evidence returns what the value of a row adds to the log odds: nothing if it is
// missing, or a label that was never seen.
func (c *bayesColumn) evidence(from *Column, row int) float64 {
	if c.labels != nil {
		i, ok := slices.BinarySearchFunc(c.labels, from.Labels[row], func(l bayesLabel, text string) int { return cmp.Compare(l.text, text) })
		if !ok {
			return 0
		}
		return c.labels[i].logOdds
	}
	x := from.Numbers[row]
	if math.IsNaN(x) {
		return 0
	}
	var z [2]float64
	for at := range z {
		z[at] = min(max((x-c.mean[at])/c.spread[at], -maxSize), maxSize)
	}
	odds := math.Log(c.spread[0]) - math.Log(c.spread[1]) + (z[0]-z[1])/2*(z[0]+z[1])
	return min(max(odds, -mostEvidence), mostEvidence)
}

// mostEvidence keeps sums of evidence finite; e to its power is beyond any certainty.
const mostEvidence = 1e6

// Contributions returns what each column adds to the log odds of one row of columns,
// and the baseline, the log odds of a row about which nothing is known. Together they
// are the log odds of the row. Errors as [Bayes.Probabilities]; a row that is not
// there is an [*OptionError].
func (b *Bayes) Contributions(columns []Column, row int) (contributions []Contribution, baseline float64, err error) {
	found, rows, err := b.pick(columns)
	if err != nil {
		return nil, 0, err
	}
	if row < 0 || row >= rows {
		return nil, 0, &OptionError{Option: "row", Value: float64(row), Want: fmt.Sprintf("0 to %d", rows-1)}
	}
	for j := range b.columns {
		contributions = append(contributions, Contribution{Column: b.columns[j].name, LogOdds: b.columns[j].evidence(found[j], row)})
	}
	return contributions, b.prior, nil
}

// Probabilities returns the chance of the event for each row of columns, which are
// found by name. Missing values and labels that were never seen add nothing. A column
// that is not there, comes twice or is of the other kind is a [*ColumnError].
func (b *Bayes) Probabilities(columns []Column) ([]float64, error) {
	found, rows, err := b.pick(columns)
	if err != nil {
		return nil, err
	}
	p := make([]float64, rows)
	for i := range p {
		odds := b.prior
		for j := range b.columns {
			odds += b.columns[j].evidence(found[j], i)
		}
		p[i] = probability(odds)
	}
	return p, nil
}

func (b *Bayes) pick(columns []Column) ([]*Column, int, error) {
	if len(b.columns) == 0 {
		return nil, 0, ErrNoColumns
	}
	names := make([]string, len(b.columns))
	for j, c := range b.columns {
		names[j] = c.name
	}
	found, rows, err := pick(columns, names)
	for j := range found {
		if rows > 0 && (found[j].Labels != nil) != (b.columns[j].labels != nil) {
			return nil, 0, &ColumnError{Column: names[j], Reason: "labels where numbers were learned, or the other way round"}
		}
	}
	return found, rows, err
}
