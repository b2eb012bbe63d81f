package cluster

import (
	"context"
	"errors"
	"slices"
)

// K returns the number of groups, those that died included.
func (m *Mixture) K() int { return len(m.components) }

// Scaler returns how customers are scaled.
func (m *Mixture) Scaler() *Scaler { return m.scaler }

// Covariance returns the form of the groups.
func (m *Mixture) Covariance() Covariance { return m.form }

// Report returns how the fit went.
func (m *Mixture) Report() MixtureReport { return m.report }

// Component is one group of a [Mixture], in scaled units and in the order of
// [Scaler.Features].
type Component struct {
	Weight     float64 // its share of the customers; all sum to 1
	Mean       []float64
	Covariance [][]float64 // the whole matrix, whatever the form
}

// Components returns the groups, the greatest first.
func (m *Mixture) Components() []Component {
	list := make([]Component, len(m.components))
	for c := range m.components {
		from := &m.components[c]
		list[c] = Component{Weight: from.weight, Mean: slices.Clone(from.mean), Covariance: from.matrix()}
	}
	return list
}

// matrix returns the covariance with all its entries.
func (c *component) matrix() [][]float64 {
	d := len(c.mean)
	rows := make([][]float64, d)
	for f := range rows {
		rows[f] = make([]float64, d)
		switch c.form {
		case Full:
			copy(rows[f], c.covariance[f*d:(f+1)*d])
		case Diagonal:
			rows[f][f] = c.covariance[f]
		default:
			rows[f][f] = c.covariance[0]
		}
	}
	return rows
}

// Assign returns the most probable group of a customer, who need not be one of the fit,
// and the probability of each, by figures in the units of the columns and in the order of
// [Scaler.Features]; of equally probable groups the first. The probabilities compare the
// groups with each other: a customer unlike all of them may still have one of nearly 1.
// Errors: [ErrNotFitted], a [*WidthError], a [*ColumnError].
func (m *Mixture) Assign(figures []float64) (group int, probability []float64, err error) {
	if m.scaler == nil {
		return 0, nil, ErrNotFitted
	}
	x, err := m.scaler.Scale(figures)
	if err != nil {
		return 0, nil, err
	}
	probability = make([]float64, m.K())
	return m.probabilities(x, probability, make([]float64, 2*len(x))), probability, nil
}

// probabilities fills in the probabilities of a scaled customer and returns the greatest;
// room is for twice as many numbers as there are figures.
func (m *Mixture) probabilities(x, into, room []float64) int {
	for c := range m.components {
		into[c] = m.components[c].at(x, room[:len(x)], room[len(x):])
	}
	probabilities(into)
	most := 0
	for c, p := range into {
		if p > into[most] {
			most = c
		}
	}
	return most
}

// Labels returns the most probable group of each customer. The error is that of
// [KMeans.Labels].
func (m *Mixture) Labels(data *Prepared) ([]int, error) {
	if err := m.scaler.fits(data); err != nil {
		return nil, err
	}
	labels := make([]int, data.Len())
	into, room := make([]float64, m.K()), make([]float64, 2*data.width)
	for i := range labels {
		labels[i] = m.probabilities(data.row(i), into, room)
	}
	return labels, nil
}

// labelsOf is [FitMixture] and the labels of all by it.
func (o *MixtureOptions) labelsOf(ctx context.Context, data, all *Prepared, k int, seed uint64) ([]int, error) {
	m, err := FitMixture(ctx, data, k, seed, o)
	if _, near := errors.AsType[*ConvergenceError](err); err != nil && !near {
		return nil, err
	}
	return m.Labels(all)
}
