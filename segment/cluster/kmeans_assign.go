package cluster

import (
	"context"
	"errors"
	"slices"
)

// K returns the number of clusters.
func (m *KMeans) K() int { return len(m.sizes) }

// Scaler returns how customers are scaled.
func (m *KMeans) Scaler() *Scaler { return m.scaler }

// Report returns how the fit went.
func (m *KMeans) Report() KMeansReport { return m.report }

// Sizes returns how many customers of the fit are in each cluster, the largest first.
func (m *KMeans) Sizes() []int { return slices.Clone(m.sizes) }

// Within returns the sum of squared distances from the centre in each cluster, in scaled
// units.
func (m *KMeans) Within() []float64 { return slices.Clone(m.within) }

// Centers returns the mean of each cluster in scaled units, in the order of
// [Scaler.Features]. [Profiles] says what they are in the units of the columns.
func (m *KMeans) Centers() [][]float64 {
	list := make([][]float64, m.K())
	for c := range list {
		list[c] = slices.Clone(m.center(c))
	}
	return list
}

func (m *KMeans) center(c int) []float64 {
	d := m.scaler.width()
	return m.centers[c*d : (c+1)*d]
}

// Assign returns the cluster of a customer, who need not be one of the fit, by figures
// in the units of the columns and in the order of [Scaler.Features]; of equally near
// centres the first. Errors: [ErrNotFitted], a [*WidthError], a [*ColumnError].
func (m *KMeans) Assign(figures []float64) (int, error) {
	if m.scaler == nil {
		return 0, ErrNotFitted
	}
	x, err := m.scaler.Scale(figures)
	if err != nil {
		return 0, err
	}
	return m.nearest(x), nil
}

func (m *KMeans) nearest(x []float64) int {
	l := lloyd{k: m.K(), centers: m.centers}
	label, _, _ := l.nearest(x)
	return label
}

// Labels returns the cluster of each customer. The error is [ErrNotFitted], or
// [ErrOtherScale] if they were not scaled as those of the fit: [Scaler.Apply] does so.
func (m *KMeans) Labels(data *Prepared) ([]int, error) {
	if err := m.scaler.fits(data); err != nil {
		return nil, err
	}
	labels := make([]int, data.Len())
	for i := range labels {
		labels[i] = m.nearest(data.row(i))
	}
	return labels, nil
}

// labelsOf is [FitKMeans] and the labels of those fitted to.
func (o *KMeansOptions) labelsOf(ctx context.Context, data, all *Prepared, k int, seed uint64) ([]int, error) {
	m, err := FitKMeans(ctx, data, k, seed, o)
	if _, near := errors.AsType[*ConvergenceError](err); err != nil && !near {
		return nil, err
	}
	return m.Labels(all)
}
