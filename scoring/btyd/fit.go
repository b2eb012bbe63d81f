package btyd

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/rapport-crm/rapport/internal/numeric"
	"github.com/rapport-crm/rapport/scoring"
)

const (
	// sampleRows is the number of distinct rows from which on a fit begins with a
	// sample, and sampleStride how sparse that is.
	sampleRows   = 20000
	sampleStride = 50
	// stepCap bounds a Newton step in log parameters: a factor of e².
	stepCap = 2
)

// FitBGNBD estimates the model from summaries by maximum likelihood: damped Newton
// steps with the exact Hessian in log parameters, from r = a = b = 1 and α = mean
// T. If that start does not converge to an interior maximum, others are tried and
// the boundaries of the model looked at; what was found is in the report.
//
// The error is [ErrNoRepeat] without a repeat purchase, an [*InputError] for an
// option, or a [*FitError] that wraps [ErrNotConverged] or the context's error; with
// ErrNotConverged the model is not nil but the best point found.
func FitBGNBD(ctx context.Context, summaries *scoring.Summaries, options *FitOptions) (*BGNBD, error) {
	return FitBGNBDRows(ctx, Compress(summaries), options)
}

// FitBGNBDRows is [FitBGNBD] for rows compressed before.
func FitBGNBDRows(ctx context.Context, rows *Rows, options *FitOptions) (*BGNBD, error) {
	o, err := options.orDefault(4)
	if err != nil {
		return nil, err
	}
	if rows == nil {
		rows = &Rows{}
	}
	if rows.repeaters == 0 {
		return nil, fmt.Errorf("btyd: bgnbd: %d customers: %w", rows.customers, ErrNoRepeat)
	}
	f := &bgnbdFit{ctx: ctx, rows: rows, options: o}
	f.report = FitReport{Customers: rows.customers, Repeaters: rows.repeaters, Parameters: 4, Boundaries: []Boundary{}, Warnings: []Warning{}}
	best, err := f.search()
	if err != nil {
		return nil, &FitError{Model: "bgnbd", Report: f.report, Err: err}
	}
	model := f.model(best)
	if !model.report.Converged {
		return model, &FitError{Model: "bgnbd", Report: model.Report(), Err: ErrNotConverged}
	}
	return model, nil
}

// bgnbdFit is one fit under way.
type bgnbdFit struct {
	ctx     context.Context
	rows    *Rows
	options FitOptions
	report  FitReport
	ridges  []ridge
	nested  bool // the NBD won: best has two parameters
}

// climb runs Newton's method and counts the work.
func (f *bgnbdFit) climb(rows *Rows, dropout bool, start []float64, tolerance float64) (numeric.Maximum, error) {
	objective := newLikelihood(f.ctx, rows, f.options.Workers, dropout)
	search := numeric.Newton{MaxIterations: f.options.MaxIterations, Tolerance: tolerance, StepCap: stepCap}
	best, err := search.Maximize(objective.Evaluate, start)
	f.report.Iterations += best.Iterations
	f.report.Evaluations += best.Evaluations
	return best, err
}

// search returns the best maximum found.
func (f *bgnbdFit) search() (numeric.Maximum, error) {
	if f.rows.atEnd {
		// The factor of a and b does not depend on the times and is largest at a = 0.
		f.report.Starts++
		return f.noDropout()
	}
	start := logs(1, f.rows.meanAge(), 1, 1)
	if len(f.options.Start) > 0 {
		start = logs(f.options.Start...)
	} else if f.rows.Len() >= sampleRows {
		rough, err := f.climb(f.rows.sample(sampleStride), true, start, 0.1)
		if err != nil {
			return rough, err
		}
		if rough.Converged {
			start = rough.X
		}
	}
	best, err := f.climb(f.rows, true, start, f.options.Tolerance)
	if err != nil {
		return best, err
	}
	f.report.Starts++
	if err := f.probe(best); err != nil {
		return best, err
	}
	if best.Converged && len(f.ridges) == 0 {
		return best, nil
	}
	for _, start := range f.furtherStarts() {
		other, err := f.climb(f.rows, true, start, f.options.Tolerance)
		if err != nil {
			return best, err
		}
		f.report.Starts++
		// A gain beyond rounding; or the same height, properly reached.
		gain := other.Value - best.Value
		if gain > 1e-7 || (gain > -1e-7 && other.Converged && !best.Converged) {
			best = other
		}
	}
	if err := f.probe(best); err != nil {
		return best, err
	}
	if best.Converged && len(f.ridges) == 0 {
		return best, nil
	}
	nested, err := f.climb(f.rows, false, logs(1, f.rows.meanAge()), f.options.Tolerance)
	if err != nil {
		return best, err
	}
	if nested.Value >= best.Value-1e-6 {
		return f.acceptNested(nested)
	}
	return best, nil
}

// furtherStarts are tried only if the first start ends on a boundary or nowhere:
// little and much heterogeneity in either process.
func (f *bgnbdFit) furtherStarts() [][]float64 {
	age := f.rows.meanAge()
	return [][]float64{
		logs(0.2, age/10, 0.5, 5),
		logs(3, 3*age, 0.2, 0.5),
		logs(0.5, age/2, 20, 100),
	}
}

// noDropout fits the NBD.
func (f *bgnbdFit) noDropout() (numeric.Maximum, error) {
	start := logs(1, f.rows.meanAge())
	if len(f.options.Start) > 0 {
		start = logs(f.options.Start[:2]...)
	}
	best, err := f.climb(f.rows, false, start, f.options.Tolerance)
	if err != nil {
		return best, err
	}
	return f.acceptNested(best)
}

func (f *bgnbdFit) acceptNested(best numeric.Maximum) (numeric.Maximum, error) {
	f.nested = true
	f.report.Parameters = 2
	return best, f.probe(best)
}

// probe finds the ridges at a maximum.
func (f *bgnbdFit) probe(at numeric.Maximum) error {
	candidates := bgnbdRidges()
	if f.nested {
		candidates = []ridge{{BoundaryHomogeneousRate, []float64{1, 1}, candidates[0].extreme}}
	}
	objective := newLikelihood(f.ctx, f.rows, f.options.Workers, !f.nested)
	count := func(x, g, h []float64) (float64, error) {
		f.report.Evaluations++
		return objective.Evaluate(x, g, h)
	}
	var err error
	f.ridges, err = findRidges(count, at, candidates)
	return err
}

func bgnbdRidges() []ridge {
	return []ridge{
		{BoundaryHomogeneousRate, []float64{1, 1, 0, 0}, func(p []float64) bool { return p[0] > 100 }},
		{BoundaryHomogeneousDropout, []float64{0, 0, 1, 1}, func(p []float64) bool { return p[2] > 100 && p[3] > 100 }},
		{BoundaryPolarDropout, []float64{0, 0, -1, -1}, func(p []float64) bool { return p[2] < 0.01 && p[3] < 0.01 }},
		{BoundaryCertainDropout, []float64{0, 0, 0, -1}, func(p []float64) bool { return p[3] < 0.01*min(1, p[2]) }},
		{BoundaryCertainDropout, []float64{0, 0, 1, 0}, func(p []float64) bool { return p[2] > 100*max(1, p[3]) }},
		{BoundaryNoDropout, []float64{0, 0, -1, 0}, func(p []float64) bool { return p[2] < 0.01*min(1, p[3]) }},
		{BoundaryNoDropout, []float64{0, 0, 0, 1}, func(p []float64) bool { return p[3] > 100*max(1, p[2]) }},
	}
}

// model turns the best maximum into the result.
func (f *bgnbdFit) model(best numeric.Maximum) *BGNBD {
	m := &BGNBD{unit: f.rows.unit, report: f.report}
	params := make([]float64, 4)
	for i, v := range best.X {
		params[i] = math.Exp(v)
	}
	var flat [][]float64
	hessian := best.Hessian
	if f.nested {
		params[2], params[3] = 0, 1
		hessian = make([]float64, 16)
		for i := range 2 {
			copy(hessian[i*4:], best.Hessian[i*2:i*2+2])
		}
		m.report.Boundaries = append(m.report.Boundaries, BoundaryNoDropout)
		flat = append(flat, []float64{0, 0, 1, 0}, []float64{0, 0, 0, 1})
	}
	for _, r := range f.ridges {
		if !slices.Contains(m.report.Boundaries, r.boundary) {
			m.report.Boundaries = append(m.report.Boundaries, r.boundary)
		}
		flat = append(flat, append(slices.Clone(r.direction), make([]float64, 4-len(r.direction))...))
	}
	m.params = BGNBDParams{params[0], params[1], params[2], params[3]}
	var identified []bool
	m.covariance, identified = curvature(params, hessian, flat)
	copy(m.identified[:], identified)
	m.report.Converged = best.Converged
	m.report.LogLikelihood = best.Value
	m.report.MaxGradient = largestOf(best.Gradient)
	m.report.Warnings = warnings(f.rows.repeaters, params, m.covariance, identified, m.report.Boundaries)
	return m
}

// largestOf returns the largest absolute component.
func largestOf(v []float64) float64 {
	top := 0.0
	for _, c := range v {
		top = max(top, math.Abs(c))
	}
	return top
}
