package pls

import (
	"math"
	"slices"
)

// urn holds the rows that resamples draw from: the answers to a plan's items.
type urn struct {
	plan    *plan
	options Options
	data    *Data // with the plan's items as its columns
}

// newUrn takes the rows that an estimation uses: under Casewise the complete ones,
// so that a resample has as many rows as the sample.
func newUrn(pl *plan, options Options, data *Data) (*urn, error) {
	columns, err := pl.columns(data.columns)
	if err != nil {
		return nil, err
	}
	u := &urn{plan: pl, options: options, data: &Data{
		items: pl.items, columns: make(map[string]int, len(columns)), complete: true,
		values: make([]float64, 0, data.rows*len(columns)),
	}}
	for k, item := range pl.items {
		u.data.columns[item] = k
	}
	answers := make([]float64, len(columns))
	for row := range data.rows {
		all := data.row(row)
		for k, at := range columns {
			answers[k] = all[at]
		}
		if slices.ContainsFunc(answers, math.IsNaN) {
			if options.Missing == Casewise {
				continue
			}
			u.data.complete = false
		}
		u.data.rows++
		u.data.values = append(u.data.values, answers...)
		if data.weights != nil {
			u.data.weights = append(u.data.weights, data.weights[row])
		}
	}
	return u, nil
}

// estimator estimates from resample after resample of an urn. It is not safe for
// concurrent use.
type estimator struct {
	*urn
	solver *solver
	sample Sample
}

func (u *urn) estimator() *estimator {
	p := len(u.plan.items)
	e := &estimator{urn: u, solver: newSolver(u.plan, u.options)}
	s := e.solver
	e.sample = Sample{
		plan: u.plan, raw: u.options.Metric == Raw,
		means: make([]float64, p), spread: make([]float64, p), matrix: make([]float64, p*p),
		weights: s.weights, loadings: s.loadings, between: s.between, paths: s.paths, r2: s.r2,
		effects: make([]float64, len(s.between)),
	}
	return e
}

// estimate estimates from the rows of the urn, each as often as counts says. The
// sample is valid until the next call.
func (e *estimator) estimate(counts []int32) (*Sample, error) {
	if !e.data.complete && e.options.Missing == Pairwise {
		return e.available(counts)
	}
	if err := e.gather(counts); err != nil {
		return nil, err
	}
	if err := e.solver.solve(e.sample.matrix); err != nil {
		return nil, err
	}
	e.solver.totalEffects(e.sample.effects)
	return &e.sample, nil
}

// available estimates on available cases, which needs the answers themselves.
func (e *estimator) available(counts []int32) (*Sample, error) {
	var rows []int
	for row, count := range counts {
		for range count {
			rows = append(rows, row)
		}
	}
	drawn, err := e.data.Subset(rows)
	if err != nil {
		return nil, err
	}
	r, err := fitPairwise(e.plan, e.options, drawn, identity(len(e.plan.items)))
	if err != nil {
		return nil, err
	}
	return r.Sample().own(), nil
}

// identity is 0 … n−1.
func identity(n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = i
	}
	return out
}

// gather computes means, deviations and the matrix that the solver takes.
func (e *estimator) gather(counts []int32) error {
	moments, err := NewMoments(e.plan.items)
	if err != nil {
		return err
	}
	for row, count := range counts {
		for range count {
			moments.add(e.data.row(row), e.data.weight(row))
		}
	}
	missing := e.options.Missing
	if missing == Pairwise {
		missing = Casewise // nothing is missing
	}
	c, err := moments.Covariance(missing)
	if err != nil {
		return err
	}
	if _, err := c.of(e.plan); err != nil {
		return err
	}
	s := &e.sample
	copy(s.means, c.means)
	correlations, deviations := standardise(c.matrix, len(s.means))
	copy(s.spread, deviations)
	if s.raw {
		correlations = c.matrix
	}
	copy(s.matrix, correlations)
	return nil
}
