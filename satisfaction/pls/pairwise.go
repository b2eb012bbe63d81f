package pls

import (
	"errors"
	"math"

	"github.com/rapport-crm/rapport/internal/numeric"
)

// available runs the algorithm on the answers that there are, step by step as semPLS
// 1.0-10 does with pairwise = TRUE: a score is missing where an item of its block is,
// an inner proxy where the score of a neighbour is, and each correlation uses the
// rows that have both. What follows from the correlations is the solver's.
type available struct {
	*solver
	columns [][]float64 // answers in the metric, centred, NaN where missing; column by column
	spread  []float64   // standard deviation of each column
	shares  []float64   // weights of the rows, as multiples of the first
	scores  [][]float64
	proxy   []float64
	fewest  int // rows behind the weakest correlation
}

// fitPairwise is [Fit] under [Pairwise] where answers are missing.
func fitPairwise(pl *plan, options Options, data *Data, columns []int) (*Result, error) {
	options.Missing = PairwiseCorrelation // for all that is said of the items themselves
	covariance, err := data.covariance(pl, columns, options.Missing)
	if err != nil {
		return nil, err
	}
	if _, err := covariance.of(pl); err != nil {
		return nil, err
	}
	options.Missing = Pairwise
	r := newResult(pl, options, covariance, ordinals(len(columns)))
	a := newAvailable(pl, r, data, columns)
	err = a.solve()
	var slow *NotConvergedError
	if err != nil && !errors.As(err, &slow) {
		return nil, err
	}
	r.take(a.solver)
	r.report.Treatment, r.report.MinPairs = Pairwise, a.fewest
	return r, err
}

func newAvailable(pl *plan, r *Result, data *Data, columns []int) *available {
	p := len(columns)
	a := &available{
		solver:  newSolver(pl, r.options),
		columns: make([][]float64, p), spread: make([]float64, p),
		shares: make([]float64, data.rows), proxy: make([]float64, data.rows),
		scores: make([][]float64, pl.constructs()), fewest: data.rows,
	}
	for row := range a.shares {
		a.shares[row] = data.weight(row) / data.weight(0)
	}
	for k, at := range columns {
		divisor := r.deviations[k]
		a.spread[k] = 1
		if r.options.Metric == Raw {
			divisor, a.spread[k] = 1, divisor
		}
		column := make([]float64, data.rows)
		for row := range column {
			column[row] = (data.values[row*len(data.items)+at] - r.means[k]) / divisor
		}
		a.columns[k] = column
	}
	for j := range a.scores {
		a.scores[j] = make([]float64, data.rows)
	}
	return a
}

// solve is solver.solve on available answers.
func (a *available) solve() error {
	if err := a.begin(); err != nil {
		return err
	}
	a.converged, a.change = !a.estimated(), 0
	for a.iterations = 0; !a.converged && a.iterations < a.options.MaxIterations; {
		a.iterations++
		if err := a.step(); err != nil {
			return err
		}
		a.converged = a.change < a.options.Tolerance
	}
	for j := range a.scores {
		a.rhoA[j] = 1
		for i := a.first[j]; i < a.first[j+1]; i++ {
			r, err := a.correlate(j, a.columns[i], a.scores[j])
			if err != nil {
				return err
			}
			a.loadings[i] = r
		}
		a.orient(j)
	}
	copy(a.between, a.plain)
	if err := a.regress(); err != nil {
		return err
	}
	if !a.converged {
		return &NotConvergedError{Iterations: a.iterations, Change: a.change, Tolerance: a.options.Tolerance}
	}
	return nil
}

// begin sets equal weights and factors the blocks of mode B.
func (a *available) begin() error {
	for j := range a.scores {
		from, size := a.first[j], a.size(j)
		for i := range size {
			a.weights[from+i] = 1
		}
		l := a.factors[j]
		if l == nil {
			continue
		}
		for i := range size {
			for k := range size {
				r, err := a.correlate(j, a.columns[from+i], a.columns[from+k])
				if err != nil {
					return err
				}
				l[i*size+k] = r
			}
		}
		if !numeric.Cholesky(l, size) {
			return &SingularError{Construct: a.name(j), Part: SingularBlock}
		}
	}
	return a.score()
}

// step takes one step of the algorithm.
func (a *available) step() error {
	if err := a.weigh(); err != nil {
		return err
	}
	copy(a.last, a.weights)
	for j, mode := range a.mode {
		if a.size(j) == 1 || mode == UnitWeights {
			continue
		}
		a.approximate(j)
		w := a.weights[a.first[j]:a.first[j+1]]
		for i := range w {
			r, err := a.correlate(j, a.columns[a.first[j]+i], a.proxy)
			if err != nil {
				return err
			}
			w[i] = r
		}
		if mode == ModeB {
			numeric.CholeskySolve(a.factors[j], len(w), w)
		}
		for i := range w {
			if mode == ModeB {
				w[i] /= a.spread[a.first[j]+i]
			} else {
				w[i] *= a.spread[a.first[j]+i]
			}
		}
	}
	if err := a.score(); err != nil {
		return err
	}
	a.change = 0
	for i, w := range a.weights {
		a.change = max(a.change, math.Abs(w-a.last[i])*a.spread[i])
	}
	return nil
}

// approximate fills the inner proxy of construct j.
func (a *available) approximate(j int) {
	clear(a.proxy)
	for k, e := range a.inner[j*len(a.scores) : (j+1)*len(a.scores)] {
		if e == 0 {
			continue
		}
		for row, y := range a.scores[k] {
			a.proxy[row] += e * y
		}
	}
}

// score computes all scores from the weights, both scaled to variance 1, and the
// correlations of the scores.
func (a *available) score() error {
	count := len(a.scores)
	for j, y := range a.scores {
		w := a.weights[a.first[j]:a.first[j+1]]
		clear(y)
		most := 0.0
		for i, wi := range w {
			for row, x := range a.columns[a.first[j]+i] {
				y[row] += wi * x
			}
			most += wi * wi * a.spread[a.first[j]+i] * a.spread[a.first[j]+i]
		}
		both := gather(y, y, a.shares)
		if both.n < 2 {
			return &SingularError{Construct: a.name(j), Part: NoCommonAnswers}
		}
		mean := both.x / both.weight
		for row := range y {
			y[row] -= mean
		}
		both = gather(y, y, a.shares)
		variance := both.xx / both.weight * float64(both.n) / float64(both.n-1)
		if !(variance > 1e-24*most) || math.IsInf(variance, 0) {
			return &SingularError{Construct: a.name(j), Part: NoProxy}
		}
		deviation := math.Sqrt(variance)
		for row := range y {
			y[row] /= deviation
		}
		for i := range w {
			w[i] /= deviation
		}
	}
	for j := range count {
		a.plain[j*count+j] = 1
		for k := range j {
			r, err := a.correlate(j, a.scores[j], a.scores[k])
			if err != nil {
				return err
			}
			a.plain[j*count+k], a.plain[k*count+j] = r, r
		}
	}
	return nil
}

// correlate returns the correlation of two columns over the rows that have both, for
// construct j.
func (a *available) correlate(j int, x, y []float64) (float64, error) {
	both := gather(x, y, a.shares)
	a.fewest = min(a.fewest, both.n)
	if both.n < 2 {
		return 0, &SingularError{Construct: a.name(j), Part: NoCommonAnswers}
	}
	r, exists := both.correlation()
	if !exists {
		return 0, &SingularError{Construct: a.name(j), Part: NoProxy}
	}
	return r, nil
}

// gather sums two columns over the rows that have both.
func gather(x, y, shares []float64) pair {
	var p pair
	for row, w := range shares {
		a, b := x[row], y[row]
		if a != a || b != b {
			continue
		}
		p.n++
		p.weight += w
		p.x += w * a
		p.y += w * b
		p.xx += w * a * a
		p.yy += w * b * b
		p.xy += w * a * b
	}
	return p
}
