package pls

import (
	"maps"
	"math"
)

// Result is an estimated model. It is immutable and safe to share.
type Result struct {
	plan    *plan
	options Options
	report  MissingReport

	rows         int
	means        []float64 // of items; NaN where not known
	deviations   []float64
	matrix       []float64 // covariances of items, in the order of the plan
	ofMeans      []float64
	correlations []float64

	weights, loadings []float64
	plain, between    []float64
	paths, r2, rhoA   []float64
	effects           []float64 // J×J total effects, row from, column to
	iterations        int
	change            float64
	converged         bool
}

func newResult(pl *plan, options Options, c *Covariance, columns []int) *Result {
	p, wide := len(columns), len(c.items)
	r := &Result{
		plan: pl, options: options, report: c.report, rows: c.rows,
		means: make([]float64, p), matrix: make([]float64, p*p), ofMeans: make([]float64, p*p),
	}
	for j, from := range columns {
		r.means[j] = c.means[from]
		matrix, ofMeans := c.matrix[from*wide:(from+1)*wide], c.ofMeans[from*wide:(from+1)*wide]
		for k, to := range columns {
			r.matrix[j*p+k], r.ofMeans[j*p+k] = matrix[to], ofMeans[to]
		}
	}
	r.correlations, r.deviations = standardise(r.matrix, p)
	return r
}

// take keeps a solution. The solver must not be used again.
func (r *Result) take(s *solver) {
	r.weights, r.loadings, r.plain, r.between = s.weights, s.loadings, s.plain, s.between
	r.paths, r.r2, r.rhoA = s.paths, s.r2, s.rhoA
	r.iterations, r.change, r.converged = s.iterations, s.change, s.converged
	r.effects = make([]float64, len(r.between))
	s.totalEffects(r.effects)
}

// Model returns the model that was estimated.
func (r *Result) Model() Model { return r.plan.model.clone() }

// Options returns the options with defaults filled in.
func (r *Result) Options() Options { return r.options }

// Rows returns the number of respondents that were used.
func (r *Result) Rows() int { return r.rows }

// Missing says what answers were missing and what became of them.
func (r *Result) Missing() MissingReport {
	report := r.report
	report.ByItem = maps.Clone(report.ByItem)
	return report
}

// Convergence says how the iteration ended: after how many steps, with which largest
// change of a weight in the last one, and whether that was below the tolerance.
func (r *Result) Convergence() (iterations int, change float64, converged bool) {
	return r.iterations, r.change, r.converged
}

// ItemResult is an item in an estimated model.
type ItemResult struct {
	Name string
	// Weight in the construct's score, which has variance 1 with divisor n−1: of the
	// standardised answer, or of the answer less its mean in the raw metric.
	Weight float64
	// Loading is the correlation with the construct's score, −1 to 1; with consistent
	// estimation that with the construct, which may lie beyond.
	Loading float64
	Mean    float64 // of the answers; 0 if HasMean is false
	HasMean bool    // false if only covariances were given
	SD      float64 // of the answers, with divisor n−1
}

// ConstructResult is a construct in an estimated model.
type ConstructResult struct {
	Name       string
	Mode       Mode
	Items      []ItemResult
	Endogenous bool    // other constructs act on it
	R2         float64 // share of its variance that they explain; 0 for others
	AdjustedR2 float64 // 1 − (1−R²)(n−1)/(n−k−1) with k predecessors
	RhoA       float64 // reliability that corrected it; 1 without a correction
}

// PathResult is a path in an estimated model.
type PathResult struct {
	Path
	Coefficient float64 // standard deviations of To for one of From, others held
}

// Constructs returns all constructs in the order of the model.
func (r *Result) Constructs() []ConstructResult {
	out := make([]ConstructResult, r.plan.constructs())
	for j := range out {
		out[j] = r.construct(j)
	}
	return out
}

// Construct returns one construct, and whether the model has it.
func (r *Result) Construct(name string) (ConstructResult, bool) {
	j, known := r.plan.place[name]
	if !known {
		return ConstructResult{}, false
	}
	return r.construct(j), true
}

func (r *Result) construct(j int) ConstructResult {
	from, to, k := r.plan.first[j], r.plan.first[j+1], len(r.plan.in[j])
	c := ConstructResult{
		Name: r.plan.name(j), Mode: r.plan.mode[j], Endogenous: k > 0, R2: r.r2[j], RhoA: r.rhoA[j],
		Items: make([]ItemResult, to-from),
	}
	if c.Endogenous && r.rows > k+1 {
		c.AdjustedR2 = 1 - (1-c.R2)*float64(r.rows-1)/float64(r.rows-k-1)
	}
	for i := range c.Items {
		at := from + i
		item := ItemResult{Name: r.plan.items[at], Weight: r.weights[at], Loading: r.loadings[at], SD: r.deviations[at]}
		if !math.IsNaN(r.means[at]) {
			item.Mean, item.HasMean = r.means[at], true
		}
		c.Items[i] = item
	}
	return c
}

// Paths returns all paths in the order of the model.
func (r *Result) Paths() []PathResult {
	out := make([]PathResult, len(r.paths))
	for k, p := range r.plan.model.Paths {
		out[k] = PathResult{Path: p, Coefficient: r.paths[k]}
	}
	return out
}

// Path returns the coefficient of a path, and whether the model has it.
func (r *Result) Path(from, to string) (float64, bool) {
	for k, p := range r.plan.model.Paths {
		if p.From == from && p.To == to {
			return r.paths[k], true
		}
	}
	return 0, false
}

// Correlation returns the correlation of two constructs, corrected for attenuation
// if the estimation is consistent, and whether the model has both.
func (r *Result) Correlation(a, b string) (float64, bool) {
	j, known := r.plan.place[a]
	k, also := r.plan.place[b]
	if !known || !also {
		return 0, false
	}
	return r.between[j*r.plan.constructs()+k], true
}
