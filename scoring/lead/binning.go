package lead

import (
	"fmt"
	"math"
	"slices"

	"github.com/rapport-crm/rapport"
)

// Binning divides the values of one column into bins and knows the evidence of each: an
// immutable value made by [NewBinning], [FitBinning] or read from JSON.
type Binning struct {
	column  string
	numbers bool
	cuts    Cuts
	options BinningOptions // normal
	bins    []Bin          // that of missing values last
	of      map[string]int // the bin of each label
	iv      rapport.Estimate
}

// ivLevel is the confidence of the interval of an information value.
const ivLevel = 0.95

// outcomeCount is how many rows there are, and events among them.
type outcomeCount struct{ N, Events int }

func (t *outcomeCount) add(event bool) {
	t.N++
	if event {
		t.Events++
	}
}

// NewBinning divides a column by cuts that are given. Missing values, if there are any,
// have a bin of their own; the intervals and groups have theirs also if they are empty.
//
// Errors: [ErrNoRows]; [ErrOneOutcome]; a [*ColumnError] for a column or cuts that cannot be used;
// an [*UnseenError] for a label in no group; an [*OptionError].
func NewBinning(column Column, outcomes []bool, cuts Cuts, o *BinningOptions) (*Binning, error) {
	options, err := o.normal()
	if err != nil {
		return nil, err
	}
	if err := checkBinnable(&column, outcomes); err != nil {
		return nil, err
	}
	numbers := column.Labels == nil
	if !numbers && cuts.Groups == nil {
		cuts.Groups = eachLabel(column.Labels)
	}
	// The labels of the data are all to be covered, whatever becomes of later ones.
	b, err := emptyBinning(column.Name, numbers, cuts, options)
	if err != nil {
		return nil, err
	}
	counts := make([]outcomeCount, len(b.bins)+1)
	for i, event := range outcomes {
		at, missing, label := b.place(&column, i)
		if at < 0 && !missing {
			return nil, &UnseenError{Column: column.Name, Row: i, Label: label}
		}
		if missing {
			at = len(b.bins)
		}
		counts[at].add(event)
	}
	b.fill(counts)
	return b, nil
}

// checkBinnable refuses a column that cannot be used, and outcomes not of both kinds.
func checkBinnable(column *Column, outcomes []bool) error {
	if len(outcomes) == 0 {
		return ErrNoRows
	}
	if err := column.check(len(outcomes)); err != nil {
		return err
	}
	if !slices.Contains(outcomes, true) || !slices.Contains(outcomes, false) {
		return fmt.Errorf("%w: %d rows", ErrOneOutcome, len(outcomes))
	}
	return nil
}

// eachLabel makes a group of every label.
func eachLabel(labels []string) [][]string {
	known := map[string]bool{"": true}
	groups := [][]string{}
	for _, label := range labels {
		if !known[label] {
			known[label] = true
			groups = append(groups, []string{label})
		}
	}
	slices.SortFunc(groups, slices.Compare)
	return groups
}

// emptyBinning makes the bins of cuts, without that of missing values.
func emptyBinning(column string, numbers bool, cuts Cuts, options BinningOptions) (*Binning, error) {
	if err := cuts.check(column, numbers); err != nil {
		return nil, err
	}
	cuts.Breaks = slices.Clone(cuts.Breaks)
	cuts.Groups = cloneGroups(cuts.Groups)
	b := &Binning{column: column, numbers: numbers, cuts: cuts, options: options, bins: cuts.bins(numbers), of: map[string]int{}}
	for i, group := range cuts.Groups {
		for _, label := range group {
			b.of[label] = i
		}
	}
	return b, nil
}

func cloneGroups(groups [][]string) [][]string {
	clone := slices.Clone(groups)
	for i := range clone {
		clone[i] = slices.Clone(clone[i])
	}
	return clone
}

// fill puts the counts into the bins; the last is that of missing values.
func (b *Binning) fill(counts []outcomeCount) {
	if counts[len(b.bins)].N > 0 {
		b.bins = append(b.bins, Bin{Label: "missing", Missing: true})
	}
	var all outcomeCount
	for _, c := range counts {
		all.N, all.Events = all.N+c.N, all.Events+c.Events
	}
	events, others := float64(all.Events), float64(all.N-all.Events)
	classes := make([]evidence, len(b.bins))
	for i := range b.bins {
		bin, c := &b.bins[i], counts[i]
		e := weigh(c.Events, c.N-c.Events, events, others, b.options.ZeroCount)
		classes[i] = e
		bin.N, bin.Events, bin.WOE, bin.IV, bin.Adjusted = c.N, c.Events, e.woe, e.part, e.adjusted
		if c.N > 0 {
			// The variance of the log of a share k/n is 1/k − 1/n.
			bin.SE = math.Sqrt(max(0, 1/(e.p*events)-1/events) + max(0, 1/(e.q*others)-1/others))
		}
	}
	b.iv = divergence(classes, events, others, ivLevel)
}

// Column is the name of the column.
func (b *Binning) Column() string { return b.column }

// Bins returns the bins: intervals in ascending order or groups in that of the cuts, and
// last that of missing values, if any were missing.
func (b *Binning) Bins() []Bin {
	bins := slices.Clone(b.bins)
	for i := range bins {
		bins[i].Labels = slices.Clone(bins[i].Labels)
	}
	return bins
}

// Cuts returns the cuts that divide the column.
func (b *Binning) Cuts() Cuts {
	return Cuts{Breaks: slices.Clone(b.cuts.Breaks), Groups: cloneGroups(b.cuts.Groups)}
}

// Options returns the options, defaults in place.
func (b *Binning) Options() BinningOptions { return b.options }

// IV is the information value of the column, Σ (share of events − share of others)·WOE
// over the bins, with the 95 % interval for bins fixed beforehand. A column that says
// nothing has about (bins − 1)·(1/events + 1/others) by chance, and more after a
// search for bins. (N. Siddiqi, Credit risk scorecards, 2006: below 0.02 not
// predictive, to 0.1 weak, to 0.3 medium, above strong.)
func (b *Binning) IV() rapport.Estimate { return b.iv }
