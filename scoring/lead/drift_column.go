package lead

import (
	"math"
	"slices"

	"github.com/rapport-crm/rapport"
)

// Drift compares a later column with the one that the bins were made of: its index is
// the characteristic stability index. Values that the bins do not cover are no error
// here, whatever [BinningOptions.Unseen] says: they are classes of their own, "missing"
// and "unseen". Errors: a [*ColumnError]; an [*OptionError].
func (b *Binning) Drift(column Column, o *DriftOptions) (*Drift, error) {
	classes, err := b.classes(&column)
	if err != nil {
		return nil, err
	}
	return classes.measure(o)
}

// drifting are the classes of a column with their counts, then and now, and the bin
// that each stands for, -1 for none.
type drifting struct {
	labels           []string
	expected, actual []int
	bin              []int
}

func (c *drifting) measure(o *DriftOptions) (*Drift, error) {
	return MeasureDrift(c.labels, c.expected, c.actual, o)
}

// classes counts the rows of a later column.
func (b *Binning) classes(column *Column) (*drifting, error) {
	if err := b.fits(column); err != nil {
		return nil, err
	}
	c := &drifting{}
	missingBin, missingClass := -1, len(b.bins)
	for i := range b.bins {
		c.labels, c.expected, c.bin = append(c.labels, b.bins[i].Label), append(c.expected, b.bins[i].N), append(c.bin, i)
		if b.bins[i].Missing {
			missingBin, missingClass = i, i
		}
	}
	counts := make([]int, len(b.bins)+2) // then missing values where none were, and unseen labels
	unseen := len(b.bins) + 1
	for row := range column.Len() {
		at, missing, _ := b.place(column, row)
		switch {
		case missing:
			at = missingClass
		case at < 0:
			at = unseen
		}
		counts[at]++
	}
	c.actual = slices.Clone(counts[:len(b.bins)])
	if none := counts[len(b.bins)]; none > 0 {
		c.add("missing", none, -1)
	}
	if counts[unseen] > 0 {
		bin := -1
		if b.options.Unseen == UnseenAsMissing {
			bin = missingBin
		}
		c.add("unseen", counts[unseen], bin)
	}
	return c, nil
}

// add puts in a class that is new.
func (c *drifting) add(label string, actual, bin int) {
	c.labels, c.expected, c.actual, c.bin = append(c.labels, label), append(c.expected, 0), append(c.actual, actual), append(c.bin, bin)
}

// VariableDrift is how far a column of a scorecard has moved, and the scores with it.
type VariableDrift struct {
	Column string
	Drift  *Drift
	// Points is what the drift adds to the mean score, Σ (a−e)·points: over all columns
	// this is the change of the mean. It has no value if there are no rows.
	Points rapport.Estimate
}

// Drift compares later columns with those that the bins were made of, column by column,
// in the order of the variables. Values that the bins do not cover are counted as in
// [Binning.Drift] and have the points that [BinningOptions.Unseen] gives them, 0 where
// they are refused. Errors: [ErrNotFitted]; a [*ColumnError]; an [*OptionError].
func (s *Scorecard) Drift(columns []Column, o *DriftOptions) ([]VariableDrift, error) {
	options, err := o.normal()
	if err != nil {
		return nil, err
	}
	if len(s.variables) == 0 {
		return nil, ErrNotFitted
	}
	chosen, _, err := pickBinned(s.binnings, columns)
	if err != nil {
		return nil, err
	}
	drifts := make([]VariableDrift, len(s.variables))
	for v, b := range s.binnings {
		classes, err := b.classes(chosen[v])
		if err != nil {
			return nil, err
		}
		drift, err := classes.measure(&options)
		if err != nil {
			return nil, err
		}
		drifts[v] = VariableDrift{Column: b.column, Drift: drift}
		if drift.Index.HasValue() {
			drifts[v].Points = s.variables[v].moved(classes, options.Level)
		}
	}
	return drifts, nil
}

// moved returns how far the mean of the points has moved.
func (v *Variable) moved(c *drifting, level float64) rapport.Estimate {
	mean := func(counts []int) (mean, variance, rows float64) {
		var sum, squares float64
		for i, n := range counts {
			if at := c.bin[i]; at >= 0 {
				points := float64(v.Bins[at].Points)
				sum += float64(n) * points
				squares += float64(n) * points * points
			}
			rows += float64(n)
		}
		mean = sum / rows
		return mean, max(0, squares/rows-mean*mean) / rows, rows
	}
	before, variance1, n := mean(c.expected)
	now, variance2, m := mean(c.actual)
	// The level was checked and points are bounded, so there is no error.
	e, _ := rapport.NormalEstimate(now-before, math.Sqrt(variance1+variance2), level, int(n+m))
	return e
}
