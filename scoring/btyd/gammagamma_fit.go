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
// large that the model says the same.
//
// The error is [ErrTooFewSpenders], [ErrEqualSpend], an [*InputError] for an option
// or for a mean spend outside 1e-60 to 1e60, or a [*FitError] as in [FitBGNBD].
func FitGammaGamma(ctx context.Context, summaries *scoring.Summaries, options *FitOptions) (*GammaGamma, error) {
	o, err := options.orDefault(3, 3)
	if err != nil {
		return nil, err
	}
	l := newSpendLikelihood(ctx, given(summaries), o.Workers)
	switch {
	case len(l.totals) < 2:
		return nil, fmt.Errorf("btyd: %w, got %d", ErrTooFewSpenders, len(l.totals))
	case l.lowest == l.highest:
		return nil, fmt.Errorf("btyd: gammagamma: %d customers with mean spend %v: %w", len(l.totals), l.lowest, ErrEqualSpend)
	case l.lowest < 1e-60:
		return nil, &InputError{Name: "Spend", Value: l.lowest, Reason: "want mean spends from 1e-60 to 1e60"}
	case l.highest > 1e60:
		return nil, &InputError{Name: "Spend", Value: l.highest, Reason: "want mean spends from 1e-60 to 1e60"}
	}
	f := &spendFit{likelihood: l, options: o}
	f.report = FitReport{Customers: len(l.totals), Repeaters: len(l.totals), Excluded: l.excluded, Parameters: 3, Boundaries: []Boundary{}, Warnings: []Warning{}}
	best, err := f.search()
	if err != nil {
		return nil, &FitError{Model: "gammagamma", Report: f.report, Err: err}
	}
	m := f.model(best)
	if !m.report.Converged {
		return m, &FitError{Model: "gammagamma", Report: m.Report(), Err: ErrNotConverged}
	}
	return m, nil
}

// spendFit is one fit under way.
type spendFit struct {
	likelihood *spendLikelihood
	options    FitOptions
	report     FitReport
	ridges     []ridge
}

// evaluate is the objective, counted.
func (f *spendFit) evaluate(x, gradient, hessian []float64) (float64, error) {
	f.report.Evaluations++
	return f.likelihood.Evaluate(x, gradient, hessian)
}

// search returns the best maximum or, if none is above it, the best boundary.
func (f *spendFit) search() (numeric.Maximum, error) {
	search := numeric.Newton{MaxIterations: f.options.MaxIterations, Tolerance: f.options.Tolerance, StepCap: stepCap}
	climb := func(start []float64) (numeric.Maximum, error) {
		best, err := search.Maximize(f.evaluate, start)
		f.report.Iterations += best.Iterations
		f.report.Starts++
		return best, err
	}
	mean := f.likelihood.meanSpend
	starts := [][]float64{logs(2, 3, mean)}
	if len(f.options.Start) > 0 {
		starts = append([][]float64{logs(f.options.Start...)}, starts...)
	}
	best, err := climb(starts[0])
	if err != nil {
		return best, err
	}
	if err := f.probe(best); err != nil {
		return best, err
	}
	limit := numeric.Maximum{Value: math.Inf(-1)}
	var along ridge
	for _, l := range f.likelihood.limits() {
		at := numeric.Maximum{X: l.at, Gradient: make([]float64, 3), Hessian: make([]float64, 9)}
		if at.Value, err = f.evaluate(at.X, at.Gradient, at.Hessian); err != nil {
			return best, err
		}
		if at.Value > limit.Value {
			limit, along = at, l.ridge
		}
		starts = append(starts, l.start)
	}
	if best.Converged && len(f.ridges) == 0 && best.Value > limit.Value {
		return best, nil
	}
	// Little and much heterogeneity of either kind; then spend over many powers of ten.
	l := f.likelihood
	middle := math.Exp(l.sumLogMean / float64(len(l.totals)))
	starts = append(starts, logs(0.5, 2, mean), logs(30, 3, mean/15), logs(2, 30, 15*mean), logs(0.5, 0.2, l.lowest), logs(0.15, 0.15, middle))
	for _, start := range starts[1:] {
		other, err := climb(start)
		if err != nil {
			return best, err
		}
		// A gain beyond rounding; or the same height, properly reached.
		gain := other.Value - best.Value
		if gain > 1e-7 || (gain > -1e-7 && other.Converged && !best.Converged) {
			best = other
		}
	}
	if limit.Value >= best.Value-1e-9-1e-13*math.Abs(best.Value) {
		limit.Converged = best.Converged
		f.ridges = []ridge{along}
		f.report.Parameters = 2
		return limit, nil
	}
	return best, f.probe(best)
}

// probe finds the ridges at a maximum.
func (f *spendFit) probe(at numeric.Maximum) error {
	var err error
	f.ridges, err = findRidges(f.evaluate, at, gammaGammaRidges())
	return err
}

func gammaGammaRidges() []ridge {
	return []ridge{
		{BoundaryHomogeneousSpend, []float64{0, 1, 1}, func(p []float64) bool { return p[1] > 100 }},
		{BoundaryConstantSpend, []float64{1, 0, -1}, func(p []float64) bool { return p[0] > 100 }},
	}
}

// spendLikelihood is the objective of the fit in the logarithms of p, q and v. Only
// ln(1 + xm/v) is needed per customer; gamma functions per distinct x.
type spendLikelihood struct {
	ctx     context.Context
	workers int

	totals, ones, purchases []float64 // x·m, 1 and x of each customer
	count, copies           []float64 // distinct x and the customers that have it
	// Sums that do not depend on the parameters.
	sumX, sumXLogTotal, sumLogTotal, sumLogMean float64
	sums                                        []saturation

	lowest, highest, meanSpend float64
	correlation                float64
	excluded                   int
}

func newSpendLikelihood(ctx context.Context, summaries *scoring.Summaries, workers int) *spendLikelihood {
	f := &spendLikelihood{ctx: ctx, workers: workers, lowest: math.Inf(1)}
	kinds := newIndex(64)
	for i := range summaries.Len() {
		_, s := summaries.At(i)
		if !spends(s) {
			if s.X > 0 {
				f.excluded++
			}
			continue
		}
		x := float64(s.X)
		f.totals, f.ones, f.purchases = append(f.totals, x*s.Spend), append(f.ones, 1), append(f.purchases, x)
		f.lowest, f.highest = min(f.lowest, s.Spend), max(f.highest, s.Spend)
		kind := kinds.find(hash(x, 0), func(at int32) bool { return f.count[at] == x })
		if int(kind) == len(f.count) {
			f.count, f.copies = append(f.count, x), append(f.copies, 0)
		}
		f.copies[kind]++
		f.sumX += x
		f.meanSpend += s.Spend
	}
	n := float64(len(f.totals))
	f.meanSpend /= n
	f.sums = make([]saturation, chunks(len(f.totals)))
	buffer := make([]float64, len(f.totals))
	numeric.LogBlock(buffer, f.totals)
	var cross, squareX, squareM float64
	for i, x := range f.purchases {
		// The mean is the total over x; its logarithm needs no further log per row.
		f.sumXLogTotal += x * buffer[i]
		f.sumLogTotal += buffer[i]
		dx, dm := x-f.sumX/n, f.totals[i]/x-f.meanSpend
		cross += dx * dm
		squareX += dx * dx
		squareM += dm * dm
	}
	f.sumLogMean = f.sumLogTotal
	for k, x := range f.count {
		f.sumLogMean -= f.copies[k] * math.Log(x)
	}
	if squareX > 0 && squareM > 0 {
		f.correlation = cross / math.Sqrt(squareX) / math.Sqrt(squareM)
	}
	return f
}

// Evaluate is a [numeric.Objective].
func (f *spendLikelihood) Evaluate(at, gradient, hessian []float64) (float64, error) {
	if err := f.ctx.Err(); err != nil {
		return 0, err
	}
	p, q, v := math.Exp(at[0]), math.Exp(at[1]), math.Exp(at[2])
	// With l = ln(1+v/total) nothing cancels as v → 0, with ln(1+total/v) as v → ∞.
	n := float64(len(f.totals))
	small := at[2] < f.sumLogTotal/n
	each(f.workers, len(f.sums), func(i int) {
		f.sums[i] = saturate(i, v, small, f.totals, f.ones, f.purchases)
	})
	var s saturation
	for _, part := range f.sums {
		s.add(part)
	}
	// The value is p Σ x ln(total/(v+total)) − Σ ln m − q Σ ln(1+total/v) and gamma
	// functions.
	share, growth := -s.xl, s.wl+f.sumLogTotal-n*at[2]
	if !small {
		share, growth = f.sumXLogTotal-f.sumX*at[2]-s.xl, s.wl
	}
	value := p*share - f.sumLogMean - q*growth
	dp, dq := share, -growth
	var dpp, dpq, dqq float64
	for k, x := range f.count {
		n := f.copies[k]
		_, d1, d2 := numeric.Rising3(p*x, q)
		_, e1, e2 := numeric.Rising3(q, p*x)
		value -= n * numeric.LogBeta(p*x, q)
		dp += n * x * d1
		dpp += n * x * x * d2
		dpq += n * x * numeric.Trigamma(p*x+q)
		dq += n * e1
		dqq += n * e2
	}
	gradient[0], gradient[1], gradient[2] = p*dp, q*dq, q*s.wf-p*s.xu
	pq, pv, qv := p*q*dpq, -p*s.xu, q*s.wf
	copy(hessian, []float64{
		p*dp + p*p*dpp, pq, pv,
		pq, q*dq + q*q*dqq, qv,
		pv, qv, -(p*s.xfu + q*s.wfu),
	})
	if math.IsNaN(value) {
		return math.Inf(-1), nil
	}
	return value, nil
}

func (f *spendFit) model(best numeric.Maximum) *GammaGamma {
	params := []float64{math.Exp(best.X[0]), math.Exp(best.X[1]), math.Exp(best.X[2])}
	m := &GammaGamma{params: GammaGammaParams{params[0], params[1], params[2]}, report: f.report}
	var flat [][]float64
	for _, r := range f.ridges {
		m.report.Boundaries = append(m.report.Boundaries, r.boundary)
		flat = append(flat, r.direction)
	}
	var identified []bool
	m.covariance, identified = curvature(params, best.Hessian, flat)
	copy(m.identified[:], identified)
	m.report.Converged = best.Converged
	m.report.LogLikelihood = best.Value
	m.report.MaxGradient = largestOf(best.Gradient)
	m.report.SpendFrequencyCorrelation = f.likelihood.correlation
	m.report.Warnings = warnings(f.report.Repeaters, params, len(params), m.covariance, identified, m.report.Boundaries)
	if math.Abs(f.likelihood.correlation) > 0.3 {
		m.report.Warnings = append(m.report.Warnings, WarningSpendFrequency)
	}
	return m
}
