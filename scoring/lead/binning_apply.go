package lead

import (
	"fmt"
	"math"
	"sort"
)

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
