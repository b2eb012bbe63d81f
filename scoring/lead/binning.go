package lead

import (
	"fmt"
	"math"
	"slices"
	"sort"

	"github.com/rapport-crm/rapport"
)

// Unseen says what becomes of a value that the bins do not cover: a label of no group,
// or a missing value where none was missing when the bins were made.
type Unseen int

// What becomes of a value that no bin covers.
const (
	UnseenRefused   Unseen = iota // an [*UnseenError]: the default
	UnseenNeutral                 // no bin: WOE 0, no points
	UnseenAsMissing               // the bin of missing values; an [*UnseenError] if there is none
)

// unseenNames lists the names in JSON.
func unseenNames() []string { return []string{"refused", "neutral", "as-missing"} }

// String returns the name in JSON: "refused", "neutral" or "as-missing".
func (u Unseen) String() string {
	if u < 0 || int(u) >= len(unseenNames()) {
		return fmt.Sprintf("Unseen(%d)", int(u))
	}
	return unseenNames()[u]
}

// UnseenError reports a value that no bin covers.
type UnseenError struct {
	Column string
	Row    int    // from 0
	Label  string // "": a missing value
}

// Error names the column, the row and the label.
func (e *UnseenError) Error() string {
	if e.Label == "" {
		return fmt.Sprintf("lead: column %q: row %d is missing, and the bins were made without missing values", e.Column, e.Row)
	}
	return fmt.Sprintf("lead: column %q: row %d: label %q is in no group", e.Column, e.Row, e.Label)
}

// BinningOptions are options of [NewBinning]; nil or zero fields are the defaults.
type BinningOptions struct {
	// ZeroCount stands for the count of events, or of other outcomes, of a bin that
	// has none: without it WOE would be infinite. Above 0, at most 1; 0: 0.5.
	ZeroCount float64
	Unseen    Unseen
}

// normal returns the options with the defaults in place.
func (o *BinningOptions) normal() (BinningOptions, error) {
	if o == nil {
		return BinningOptions{ZeroCount: 0.5}, nil
	}
	n := *o
	if n.ZeroCount == 0 {
		n.ZeroCount = 0.5
	}
	if !(n.ZeroCount > 0 && n.ZeroCount <= 1) {
		return n, &OptionError{Option: "ZeroCount", Value: n.ZeroCount, Want: "above 0 and at most 1"}
	}
	if n.Unseen < UnseenRefused || n.Unseen > UnseenAsMissing {
		return n, &OptionError{Option: "Unseen", Value: float64(n.Unseen), Want: "one of the constants"}
	}
	return n, nil
}

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

// place finds the bin of a row by its value alone: -1 where there is none.
func (b *Binning) place(column *Column, row int) (at int, missing bool, label string) {
	if b.numbers {
		x := column.Numbers[row]
		if math.IsNaN(x) {
			return -1, true, ""
		}
		// Breaks are few: as many as are not above x lie below its bin.
		if len(b.cuts.Breaks) > 16 {
			return sort.Search(len(b.cuts.Breaks), func(i int) bool { return b.cuts.Breaks[i] > x }), false, ""
		}
		for at < len(b.cuts.Breaks) && b.cuts.Breaks[at] <= x {
			at++
		}
		return at, false, ""
	}
	label = column.Labels[row]
	if label == "" {
		return -1, true, ""
	}
	at, known := b.of[label]
	if !known {
		return -1, false, label
	}
	return at, false, label
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

// Assign returns for each row the place of its bin in [Binning.Bins], -1 for no bin
// where [UnseenNeutral] is asked for. Errors: a [*ColumnError] for another column or
// kind; an [*UnseenError].
func (b *Binning) Assign(column Column) ([]int, error) {
	if err := b.fits(&column); err != nil {
		return nil, err
	}
	missingBin := -1
	if last := len(b.bins) - 1; b.bins[last].Missing {
		missingBin = last
	}
	places := make([]int, column.Len())
	for i := range places {
		at, missing, label := b.place(&column, i)
		if missing || at < 0 && b.options.Unseen == UnseenAsMissing {
			at = missingBin
		}
		if at < 0 && b.options.Unseen != UnseenNeutral {
			return nil, &UnseenError{Column: b.column, Row: i, Label: label}
		}
		places[i] = at
	}
	return places, nil
}

// fits refuses a column that is not the one that the bins are of.
func (b *Binning) fits(column *Column) error {
	if column.Name != b.column {
		return &ColumnError{Column: column.Name, Reason: fmt.Sprintf("the bins are of column %q", b.column)}
	}
	if err := column.check(column.Len()); err != nil {
		return err
	}
	if column.Len() > 0 && b.numbers != (column.Labels == nil) {
		kind := "labels"
		if b.numbers {
			kind = "numbers"
		}
		return &ColumnError{Column: b.column, Reason: "the bins are of " + kind}
	}
	return nil
}

// Apply returns the column with the weight of evidence in place of each value. Errors
// are those of [Binning.Assign].
func (b *Binning) Apply(column Column) (Column, error) {
	places, err := b.Assign(column)
	if err != nil {
		return Column{}, err
	}
	woe := make([]float64, len(places))
	for i, at := range places {
		if at >= 0 {
			woe[i] = b.bins[at].WOE
		}
	}
	return Column{Name: b.column, Numbers: woe}, nil
}
