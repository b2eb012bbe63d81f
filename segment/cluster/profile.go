package cluster

import (
	"cmp"
	"math"
	"slices"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/internal/numeric"
)

// Figure is one column among the customers of a cluster, in the units of the column.
type Figure struct {
	Column       string
	Mean         float64
	Median       float64
	Lower, Upper float64       // quartiles, of type 7 of Hyndman and Fan as the median is
	Total        rapport.Ratio // the sum in the cluster over that of all, N its customers
	// Difference is how far the cluster is from all customers: the difference of the
	// means over the standard deviation of all, both of the values transformed as the
	// column says. 0 if all customers are equal.
	Difference float64
}

// Profile is what the customers of a cluster are like.
type Profile struct {
	Cluster   int
	Customers rapport.Ratio // their number over that of all
	// Figures are the columns, the one that distinguishes the cluster most first: by
	// the size of the difference, equal ones in the order of the columns. There are
	// none of a cluster of nobody.
	Figures []Figure
}

// Figure returns the figure of a column; false if there is none.
func (p *Profile) Figure(column string) (Figure, bool) {
	at := slices.IndexFunc(p.Figures, func(f Figure) bool { return f.Column == column })
	if at < 0 {
		return Figure{}, false
	}
	return p.Figures[at], true
}

// Profiles describes each cluster by columns of its customers, which need not be those
// that the clusters were made of: costs or tenure may say most. Errors: those of
// [Prepare], but that a column may have equal values; a [*LabelError].
func Profiles(columns []Column, labels []int) ([]Profile, error) {
	if err := checkNames(columns); err != nil {
		return nil, err
	}
	sizes, err := clustersOf(labels, len(columns[0].Values))
	if err != nil {
		return nil, err
	}
	profiles := make([]Profile, len(sizes))
	for c, n := range sizes {
		profiles[c] = Profile{Cluster: c, Customers: rapport.Ratio{Num: float64(n), Den: float64(len(labels)), N: n}}
	}
	for i := range columns {
		figures, err := figuresOf(&columns[i], labels, sizes)
		if err != nil {
			return nil, err
		}
		for c, n := range sizes {
			if n > 0 {
				profiles[c].Figures = append(profiles[c].Figures, figures[c])
			}
		}
	}
	for c := range profiles {
		slices.SortStableFunc(profiles[c].Figures, func(a, b Figure) int {
			return cmp.Compare(math.Abs(b.Difference), math.Abs(a.Difference))
		})
	}
	return profiles, nil
}

// figuresOf returns the figure of a column for each cluster.
func figuresOf(column *Column, labels, sizes []int) ([]Figure, error) {
	values := make([][]float64, len(sizes))
	for c, n := range sizes {
		values[c] = make([]float64, 0, n)
	}
	scaled := make([]float64, len(labels))
	within := make([]numeric.ExactSum, len(sizes))
	sums := make([]numeric.ExactSum, len(sizes))
	var all numeric.ExactSum
	for i, x := range column.Values {
		v, reason := column.Transform.of(x)
		if reason != "" {
			return nil, &ColumnError{Column: column.Name, Row: i, Value: x, Reason: reason}
		}
		c := labels[i]
		scaled[i] = v
		values[c] = append(values[c], x)
		within[c].Add(v)
		sums[c].Add(x)
		all.Add(x)
	}
	mean, sd := spread(scaled)
	figures := make([]Figure, len(sizes))
	for c, list := range values {
		if len(list) == 0 {
			continue
		}
		n := float64(len(list))
		slices.Sort(list)
		f := Figure{
			Column: column.Name, Mean: min(max(sums[c].Total()/n, list[0]), list[len(list)-1]),
			Median: numeric.Quantile(list, 0.5), Lower: numeric.Quantile(list, 0.25), Upper: numeric.Quantile(list, 0.75),
			Total: rapport.Ratio{Num: sums[c].Total(), Den: all.Total(), N: len(list)},
		}
		if sd > 0 {
			f.Difference = (within[c].Total()/n - mean) / sd
		}
		figures[c] = f
	}
	return figures, nil
}
