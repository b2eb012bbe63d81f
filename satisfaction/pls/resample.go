package pls

import (
	"math"
	"slices"
)

// urn holds the rows that resamples draw from: the answers to a plan's items.
type urn struct {
	plan    *plan
	options Options
	data    *Data    // with the plan's items as its columns
	crossed *crossed // nil where the algorithm itself needs the answers
}

// newUrn takes the rows that an estimation uses: under Casewise the complete ones, else
// those with any answer, so that a resample has as many rows as the sample.
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
			answered := slices.ContainsFunc(answers, func(v float64) bool { return !math.IsNaN(v) })
			if options.Missing == Casewise || !answered {
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
	if u.data.rows > 0 && (u.data.complete || options.Missing != Pairwise) {
		u.crossed = newCrossed(u.data)
	}
	return u, nil
}

// estimator estimates from resample after resample of an urn. It is not safe for
// concurrent use.
type estimator struct {
	*urn
	solver *solver
	sample Sample

	counts  []int32   // how often each row is drawn
	sums    []float64 // of a resample, and its cross products
	words   []uint64  // the same, packed
	gapSums *gapSums  // of missing answers
	inverse []float64 // of the items' deviations
}

func (u *urn) estimator() *estimator {
	p := len(u.plan.items)
	e := &estimator{urn: u, solver: newSolver(u.plan, u.options), counts: make([]int32, u.data.rows)}
	s := e.solver
	e.sample = Sample{
		plan: u.plan, raw: u.options.Metric == Raw,
		means: make([]float64, p), spread: make([]float64, p), matrix: make([]float64, p*p),
		weights: s.weights, loadings: s.loadings, between: s.between, paths: s.paths, r2: s.r2,
		effects: make([]float64, len(s.between)),
	}
	if c := u.crossed; c != nil {
		e.sums, e.inverse = make([]float64, c.numbers()), make([]float64, p)
		if c.gaps != nil {
			e.gapSums = c.gaps.newSums()
		}
		if c.packed != nil {
			e.words = make([]uint64, c.packed.words)
		}
	}
	return e
}

// estimate estimates from the rows of the urn, each as often as counts says. The
// sample is valid until the next call.
func (e *estimator) estimate(counts []int32) (*Sample, error) {
	if e.crossed == nil {
		return e.available(counts)
	}
	if err := e.gather(counts); err != nil {
		return nil, err
	}
	return e.solve()
}

// without estimates from all rows but one; all are the sums over all rows, nil where
// the answers themselves are needed.
func (e *estimator) without(row int, all *totals) (*Sample, error) {
	if all == nil {
		for i := range e.counts {
			e.counts[i] = 1
		}
		e.counts[row] = 0
		return e.estimate(e.counts)
	}
	if err := e.gatherWithout(row, all); err != nil {
		return nil, err
	}
	return e.solve()
}

// solve estimates from what was gathered.
func (e *estimator) solve() (*Sample, error) {
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
	r, err := fitPairwise(e.plan, e.options, drawn, ordinals(len(e.plan.items)))
	if err != nil {
		return nil, err
	}
	return r.Sample(), nil
}

// ordinals are 0 … n−1.
func ordinals(n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = i
	}
	return out
}
