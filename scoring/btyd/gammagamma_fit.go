package btyd

import (
	"context"
	"fmt"
	"math"

	"github.com/rapport-crm/rapport/internal/numeric"
	"github.com/rapport-crm/rapport/scoring"
)

// FitGammaGamma estimates the model by maximum likelihood from the customers with
// a repeat purchase and a positive mean spend; repeat customers without are
// counted in the report's Excluded.
//
// The likelihood can have several maxima and has a supremum on each of its two
// boundaries. The first start is p = 2, q = 3, v = mean spend. Further ones are tried
// if it does not converge, ends on a ridge to a boundary, or ends below the best
// fit on one. A boundary that no start rises above is the result: it is named in
// the report, which then counts two parameters, and stood for by parameters so
// large that the model says the same. Mean spends that lie within a tenth of each
// other are searched in other coordinates, ln p, ln q and ln(pv/q) over their spread,
// to which MaxGradient then refers. Priors may be of p, q and v; with them the
// boundaries are not compared, for no prior has mass there.
//
// The error is [ErrTooFewSpenders], [ErrEqualSpend], an [*InputError] for an option
// or for a mean spend outside 1e-60 to 1e60, or a [*FitError] as in [FitBGNBD].
func FitGammaGamma(ctx context.Context, summaries *scoring.Summaries, options *FitOptions) (*GammaGamma, error) {
	return FitGammaGammaRows(ctx, CompressSpend(summaries), options)
}

// FitGammaGammaRows is [FitGammaGamma] for rows compressed before.
func FitGammaGammaRows(ctx context.Context, rows *SpendRows, options *FitOptions) (*GammaGamma, error) {
	o, err := options.orDefault(3, 3)
	if err != nil {
		return nil, err
	}
	priors, err := newPenalty(o.Priors, gammaGammaNames())
	if err != nil {
		return nil, err
	}
	if rows == nil {
		rows = &SpendRows{}
	}
	f := &spendFit{likelihood: newSpendLikelihood(ctx, rows, nil, o.Workers), options: o}
	if err := f.likelihood.check(); err != nil {
		return nil, err
	}
	f.take(priors)
	best, err := f.search()
	m := f.model(best)
	switch {
	case err != nil && math.IsInf(best.Value, -1):
		return nil, &FitError{Model: "gammagamma", Report: m.Report(), Err: err}
	case err != nil:
		return m, &FitError{Model: "gammagamma", Report: m.Report(), Err: err}
	case !best.Converged:
		return m, &FitError{Model: "gammagamma", Report: m.Report(), Err: ErrNotConverged}
	}
	return m, nil
}

// check returns why rows cannot be fitted, or nil.
func (f *spendLikelihood) check() error {
	switch n := f.rows.Customers(); {
	case n < 2:
		return fmt.Errorf("btyd: %w, got %d", ErrTooFewSpenders, n)
	case f.lowest == f.highest:
		return fmt.Errorf("btyd: gammagamma: %d customers with mean spend %v: %w", n, f.lowest, ErrEqualSpend)
	case f.lowest < 1e-60:
		return &InputError{Name: "Spend", Value: f.lowest, Reason: "want mean spends from 1e-60 to 1e60"}
	case f.highest > 1e60:
		return &InputError{Name: "Spend", Value: f.highest, Reason: "want mean spends from 1e-60 to 1e60"}
	}
	return nil
}

// spendFit is one fit under way.
type spendFit struct {
	likelihood *spendLikelihood
	chart      *spendChart
	options    FitOptions
	priors     penalty
	ridges     []ridge
	bounded    bool // the result is the best fit on a boundary

	iterations, evaluations, starts int
}

// take makes the fit one with these priors, nil for none.
func (f *spendFit) take(priors penalty) {
	f.chart, f.priors = f.likelihood.chart(), priors
	if design := f.likelihood.design; design != nil {
		f.chart.measure(design.spreads)
	}
	if priors != nil {
		f.chart.add(priors)
	}
}

// evaluate is the objective, counted.
func (f *spendFit) evaluate(x, gradient, hessian []float64) (float64, error) {
	f.evaluations++
	return f.chart.evaluate(x, gradient, hessian)
}

func (f *spendFit) climb(start []float64, tolerance float64) (numeric.Maximum, error) {
	search := numeric.Newton{MaxIterations: f.options.MaxIterations, Tolerance: tolerance, StepCap: stepCap}
	best, err := search.Maximize(f.evaluate, start)
	f.iterations += best.Iterations
	f.starts++
	return best, err
}

// search returns the best maximum or, if none is above it, the best boundary. With an
// error, which is the context's, it is the best point so far.
func (f *spendFit) search() (numeric.Maximum, error) {
	starts := f.likelihood.starts(f.chart)
	if len(f.options.Start) > 0 {
		s := f.options.Start
		starts = append([][]float64{f.chart.at(s[0], s[1], s[2])}, starts...)
	} else if start, err := f.rough(starts[0]); err != nil {
		return numeric.Maximum{X: starts[0], Value: math.Inf(-1)}, err
	} else if start != nil {
		starts[0] = start
	}
	best, err := f.climb(starts[0], f.options.Tolerance)
	if err == nil {
		err = f.probe(best)
	}
	if err != nil {
		best.Converged = false
		return best, err
	}
	limits := f.likelihood.limits(f.chart)
	limit := limits[0]
	if limits[1].value > limit.value {
		limit = limits[1]
	}
	if f.priors != nil {
		limit.value = math.Inf(-1) // no prior has mass on a boundary
	}
	if best.Converged && len(f.ridges) == 0 && best.Value > limit.value {
		return best, nil
	}
	for _, start := range append([][]float64{limits[0].start, limits[1].start}, starts[1:]...) {
		other, err := f.climb(start, f.options.Tolerance)
		if err != nil {
			best.Converged = false
			return best, err
		}
		best = better(best, other)
	}
	if limit.value < best.Value-1e-9-1e-13*math.Abs(best.Value) {
		return best, f.probe(best)
	}
	f.ridges, f.bounded = []ridge{limit.ridge}, true
	at := numeric.Maximum{X: limit.at, Gradient: make([]float64, 3), Hessian: make([]float64, 9), Converged: best.Converged}
	at.Value, err = f.evaluate(at.X, at.Gradient, at.Hessian)
	return at, err
}

// better is the higher one: by more than rounding, or the same height, properly reached.
func better(best, other numeric.Maximum) numeric.Maximum {
	gain := other.Value - best.Value
	if gain > 1e-7 || (gain > -1e-7 && other.Converged && !best.Converged) {
		return other
	}
	return best
}

// rough fits a sample of many rows, nil if there are few or that fails.
func (f *spendFit) rough(start []float64) ([]float64, error) {
	l := f.likelihood
	if l.rows.Len() < sampleRows || l.design != nil || l.narrow() {
		return nil, nil
	}
	sample := newSpendLikelihood(l.ctx, l.rows.sample(sampleStride), nil, l.workers)
	if sample.narrow() {
		return nil, nil // in other coordinates
	}
	part := &spendFit{likelihood: sample, options: f.options}
	part.take(f.priors)
	best, err := part.climb(start, 0.1)
	f.iterations += part.iterations
	f.evaluations += part.evaluations
	if err != nil || !best.Converged {
		return nil, err
	}
	return best.X, nil
}

// probe finds the ridges at a maximum.
func (f *spendFit) probe(at numeric.Maximum) error {
	var err error
	f.ridges, err = findRidges(f.evaluate, at, f.chart.ridges)
	return err
}

// flat are the directions of the ridges.
func (f *spendFit) flat() [][]float64 {
	var flat [][]float64
	for _, r := range f.ridges {
		flat = append(flat, r.direction)
	}
	return flat
}

// report says how the fit went, the warnings of its curvature left out.
func (f *spendFit) report(best numeric.Maximum) FitReport {
	rows := f.likelihood.rows
	r := FitReport{
		Converged: best.Converged, Iterations: f.iterations, Evaluations: f.evaluations, Starts: f.starts, Parameters: 3,
		Customers: rows.Customers(), Repeaters: rows.Customers(), Excluded: int(math.Round(rows.excluded)),
		Boundaries: []Boundary{}, Warnings: []Warning{},
	}
	if math.IsInf(best.Value, -1) {
		return r
	}
	for _, along := range f.ridges {
		r.Boundaries = append(r.Boundaries, along.boundary)
	}
	r.LogPrior = f.priors.at(f.chart.logs(best.X))
	r.LogLikelihood, r.MaxGradient = best.Value-r.LogPrior, largestOf(best.Gradient)
	if r.SpendFrequencyCorrelation = rows.pearson(); math.Abs(r.SpendFrequencyCorrelation) > 0.3 {
		r.Warnings = append(r.Warnings, WarningSpendFrequency)
	}
	return r
}

// model turns the best point into the result.
func (f *spendFit) model(best numeric.Maximum) *GammaGamma {
	m := &GammaGamma{report: f.report(best)}
	if math.IsInf(best.Value, -1) {
		return m
	}
	params := []float64{math.Exp(best.X[0]), math.Exp(best.X[1]), math.Exp(f.chart.logV(best.X))}
	m.params = GammaGammaParams{params[0], params[1], params[2]}
	if f.bounded {
		m.report.Parameters = 2
	}
	covariance, identified := f.chart.covariance(params, best.Hessian, f.flat())
	m.covariance = covariance
	copy(m.identified[:], identified)
	m.report.Warnings = append(warnings(m.report.Repeaters, params, len(params), m.covariance, m.identified[:], m.report.Boundaries), m.report.Warnings...)
	return m
}
