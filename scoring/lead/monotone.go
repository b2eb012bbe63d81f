package lead

import (
	"context"
	"fmt"
	"slices"

	"github.com/rapport-crm/rapport/internal/numeric"
)

// Shape says how the weight of evidence may run over the bins of a column of numbers.
type Shape int

// How the weight of evidence may run.
const (
	Monotone   Shape = iota // ascending or descending, whichever tells more: the default
	Ascending               // never falls: more events with higher numbers
	Descending              // never rises
	Unimodal                // turns once at most, upwards or downwards, whichever tells more
	AnyShape                // as it will
)

// MonotoneOptions are options of [FitBinning]; nil or zero fields are the defaults.
type MonotoneOptions struct {
	Binning BinningOptions
	Shape   Shape // of numbers; groups of labels always ascend
	MaxBins int   // at most, that of missing values apart; 2 to 20; 0: 5
	// MinShare of all rows is in each bin at least, that of missing values apart; from 0,
	// below 1; 0: 0.05. Ask for one row with a share of 1e-9.
	MinShare float64
	// MinEvents is how many events and how many other outcomes each bin has at least,
	// that of missing values apart; 0: 1, so that WOE needs no adjustment.
	MinEvents int
	// PreBins is how finely a column is looked at: values, or labels by their share of
	// events, are first put into this many classes of about equal size, each value a
	// class of its own if there are not more. 2 to 1000; 0: 256.
	PreBins int
	Workers int // of [FitBinnings]: columns at a time; 0: GOMAXPROCS
}

// normal returns the options with the defaults in place.
func (o *MonotoneOptions) normal() (MonotoneOptions, error) {
	var n MonotoneOptions
	if o != nil {
		n = *o
	}
	var err error
	if n.Binning, err = n.Binning.normal(); err != nil {
		return n, err
	}
	if n.MinShare == 0 {
		n.MinShare = 0.05
	}
	if !(n.MinShare > 0 && n.MinShare < 1) {
		return n, &OptionError{Option: "MinShare", Value: n.MinShare, Want: "from 0, below 1"}
	}
	for _, limit := range []struct {
		name            string
		value           *int
		or, least, most int
	}{
		{"Shape", (*int)(&n.Shape), 0, int(Monotone), int(AnyShape)},
		{"MaxBins", &n.MaxBins, 5, 2, 20},
		{"MinEvents", &n.MinEvents, 1, 1, mostRows},
		{"PreBins", &n.PreBins, 256, 2, 1000},
		{"Workers", &n.Workers, 0, 0, mostRows},
	} {
		if *limit.value == 0 {
			*limit.value = limit.or
		}
		if v := *limit.value; v < limit.least || v > limit.most {
			return n, &OptionError{Option: limit.name, Value: float64(v), Want: fmt.Sprintf("from %d to %d, or 0 for the default", limit.least, limit.most)}
		}
	}
	return n, nil
}

// FitBinning finds the bins of the greatest information value under the limits of the
// options, by dynamic programming over all divisions of the pre-bins: no other division
// of them has more. Of divisions with equal IV the one with fewer bins is taken. If no
// division meets the limits, all values that are not missing are one bin.
//
// A break is the lowest value of the bin above it. Labels are sorted by their share of
// events and divided in that order, so the groups ascend.
//
// Errors: [ErrNoRows]; [ErrOneOutcome]; a [*ColumnError]; an [*OptionError]. It takes
// O(n log n + MaxBins·PreBins² + PreBins² log PreBins) time.
func FitBinning(column Column, outcomes []bool, o *MonotoneOptions) (*Binning, error) {
	options, err := o.normal()
	if err != nil {
		return nil, err
	}
	if err := checkBinnable(&column, outcomes); err != nil {
		return nil, err
	}
	return fitBinning(&column, outcomes, &options)
}

// FitBinnings finds the bins of several columns as [FitBinning] does, some at a time. Its
// errors are those of the first column that has one, a [*ColumnError] for a name that
// comes twice, and that of the context.
func FitBinnings(ctx context.Context, columns []Column, outcomes []bool, o *MonotoneOptions) ([]*Binning, error) {
	options, err := o.normal()
	if err != nil {
		return nil, err
	}
	if err := checkNames(columns); err != nil {
		return nil, err
	}
	binnings, errs := make([]*Binning, len(columns)), make([]error, len(columns))
	numeric.Parallel(options.Workers, len(columns), func(i int) {
		if ctx.Err() == nil {
			binnings[i], errs[i] = FitBinning(columns[i], outcomes, &options)
		}
	})
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	for _, err := range errs {
		if err != nil {
			return nil, err
		}
	}
	return binnings, nil
}

// checkNames refuses a name that comes twice.
func checkNames(columns []Column) error {
	known := map[string]bool{}
	for i := range columns {
		if known[columns[i].Name] {
			return &ColumnError{Column: columns[i].Name, Reason: "comes twice"}
		}
		known[columns[i].Name] = true
	}
	return nil
}

// fitBinning is [FitBinning] with all arguments checked.
func fitBinning(column *Column, outcomes []bool, options *MonotoneOptions) (*Binning, error) {
	var p preBins
	numbers := column.Labels == nil
	if numbers {
		p = preBinNumbers(column.Numbers, outcomes, options.PreBins)
	} else {
		p = preBinLabels(column.Labels, outcomes, options.PreBins)
	}
	shape := options.Shape
	if !numbers {
		shape = AnyShape // in the order of the rates every division ascends
	}
	ends := newDivision(&p, options).best(shape)

	cuts := Cuts{}
	if !numbers {
		cuts.Groups = [][]string{}
	}
	counts := make([]outcomeCount, 0, len(ends)+1)
	from := 0
	for i, end := range ends {
		var count outcomeCount
		for _, c := range p.counts[from:end] {
			count.N, count.Events = count.N+c.N, count.Events+c.Events
		}
		counts = append(counts, count)
		if numbers && i > 0 {
			cuts.Breaks = append(cuts.Breaks, p.lowest[from])
		}
		if !numbers {
			group := slices.Concat(p.labels[from:end]...)
			slices.Sort(group)
			cuts.Groups = append(cuts.Groups, group)
		}
		from = end
	}
	if numbers && len(ends) == 0 {
		counts = append(counts, outcomeCount{}) // all missing: one empty interval
	}
	b, err := emptyBinning(column.Name, numbers, cuts, options.Binning)
	if err != nil {
		return nil, err
	}
	b.fill(append(counts, p.missing))
	return b, nil
}
