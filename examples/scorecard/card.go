package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/examples/sheet"
	"github.com/rapport-crm/rapport/scoring/lead"
)

// leastIV is the information value below which a column is left out.
const leastIV = 0.02

// report is a scorecard that is to be written.
type report struct {
	source               string
	target, event        string
	card                 *lead.Scorecard
	training, validation *figures // validation: nil if there are no such rows
	scores               []int    // of every row; nil if they are not asked for
	skipped              []string // columns that are not looked at, and why
	weak                 []*lead.Binning
	neutral              []string // columns in which validation rows have values of no bin
}

// figures say how well the card tells the outcomes of some rows apart. Without rows of
// both outcomes there is no AUC and no KS.
type figures struct {
	rows, events int
	auc, logLoss rapport.Estimate
	ks           *lead.KS
}

// fit makes the bins, the card and its figures.
func (c *cases) fit(ctx context.Context, o *options) (*report, error) {
	r := &report{target: o.target, event: o.event, skipped: c.skipped}
	training, outcomes := rows(c.columns, c.training, true), chosen(c.outcomes, c.training, true)
	binnings, err := c.bins(ctx, training, outcomes)
	if err != nil {
		return nil, err
	}
	if c.cuts == nil {
		r.weak = slices.DeleteFunc(slices.Clone(binnings), func(b *lead.Binning) bool { return b.IV().Value >= leastIV })
		binnings = slices.DeleteFunc(binnings, func(b *lead.Binning) bool { return b.IV().Value < leastIV })
		if len(binnings) == 0 {
			return nil, fmt.Errorf("no column says anything of the target: all information values are below %v", leastIV)
		}
	}
	if r.card, err = lead.FitScorecard(binnings, training, outcomes, &lead.ScorecardOptions{Scale: &o.scale}); err != nil {
		return nil, explain(err)
	}
	chances, err := r.card.Probabilities(c.columns)
	if err != nil {
		return nil, err
	}
	if r.training, err = measure(chosen(chances, c.training, true), outcomes); err != nil {
		return nil, err
	}
	if slices.Contains(c.training, false) {
		if r.validation, err = measure(chosen(chances, c.training, false), chosen(c.outcomes, c.training, false)); err != nil {
			return nil, err
		}
	}
	if o.scores {
		if r.scores, err = r.card.Scores(c.columns); err != nil {
			return nil, err
		}
	}
	return r, r.unseen(binnings, c.columns)
}

// bins divides the training rows of every column.
func (c *cases) bins(ctx context.Context, training []lead.Column, outcomes []bool) ([]*lead.Binning, error) {
	// What only validation rows have is told and has no points.
	options := lead.BinningOptions{Unseen: lead.UnseenNeutral}
	if c.cuts == nil {
		return lead.FitBinnings(ctx, training, outcomes, &lead.MonotoneOptions{Binning: options})
	}
	binnings := make([]*lead.Binning, len(training))
	for i := range training {
		var err error
		if binnings[i], err = lead.NewBinning(training[i], outcomes, c.cuts[i].Cuts, &options); err != nil {
			return nil, err
		}
	}
	return binnings, nil
}

// explain gives an error of the regression in the words of the table.
func explain(err error) error {
	if separated, ok := errors.AsType[*lead.SeparatedError](err); ok {
		var names []string
		for _, name := range separated.Columns {
			names = append(names, sheet.Quoted(name))
		}
		return fmt.Errorf("%s: some bins tell the outcome without a miss, so that no regression is the best: is that known only after the outcome? Leave it out, or join bins", strings.Join(names, ", "))
	}
	return err
}

// measure tells how well chances of the event agree with the outcomes.
func measure(chances []float64, outcomes []bool) (*figures, error) {
	f := &figures{rows: len(outcomes)}
	for _, event := range outcomes {
		if event {
			f.events++
		}
	}
	sample := lead.Sample{Scores: chances, Outcomes: outcomes}
	var err error
	if f.logLoss, err = sample.LogLoss(0.95); err != nil {
		return nil, err
	}
	if f.events == 0 || f.events == f.rows {
		return f, nil
	}
	if f.auc, err = sample.AUC(0.95); err != nil {
		return nil, err
	}
	f.ks, err = sample.KS()
	return f, err
}

// unseen notes the columns in which some row has a value of no bin.
func (r *report) unseen(binnings []*lead.Binning, columns []lead.Column) error {
	for _, b := range binnings {
		at := slices.IndexFunc(columns, func(c lead.Column) bool { return c.Name == b.Column() })
		places, err := b.Assign(columns[at])
		if err != nil {
			return err
		}
		none := 0
		for _, place := range places {
			if place < 0 {
				none++
			}
		}
		if none > 0 {
			r.neutral = append(r.neutral, fmt.Sprintf("%s: %d rows", b.Column(), none))
		}
	}
	return nil
}

// chosen returns the entries of rows that are, or are not, for training.
func chosen[T any](list []T, training []bool, want bool) []T {
	var found []T
	for row, is := range training {
		if is == want {
			found = append(found, list[row])
		}
	}
	return found
}

// rows returns the columns with the rows that are, or are not, for training.
func rows(columns []lead.Column, training []bool, want bool) []lead.Column {
	found := slices.Clone(columns)
	for i := range found {
		if found[i].Labels != nil {
			found[i].Labels = chosen(found[i].Labels, training, want)
		} else {
			found[i].Numbers = chosen(found[i].Numbers, training, want)
		}
	}
	return found
}
