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
// The error is [ErrTooFewSpenders], [ErrEqualSpend], an [*InputError] for an option,
// or a [*FitError] as in [FitBGNBD].
func FitGammaGamma(ctx context.Context, summaries *scoring.Summaries, options *FitOptions) (*GammaGamma, error) {
	o, err := options.orDefault(3)
	if err != nil {
		return nil, err
	}
	f := newSpendLikelihood(ctx, summaries, o.Workers)
	report := FitReport{Customers: len(f.totals), Repeaters: len(f.totals), Excluded: f.excluded, Parameters: 3, Boundaries: []Boundary{}, Warnings: []Warning{}}
	switch {
	case len(f.totals) < 2:
		return nil, fmt.Errorf("btyd: %w, got %d", ErrTooFewSpenders, len(f.totals))
	case f.lowest == f.highest:
		return nil, fmt.Errorf("btyd: gammagamma: %d customers with mean spend %v: %w", len(f.totals), f.lowest, ErrEqualSpend)
	}
	starts := [][]float64{logs(2, 3, f.meanSpend)}
	if len(o.Start) > 0 {
		starts[0] = logs(o.Start...)
	}
	starts = append(starts, logs(0.5, 2, f.meanSpend), logs(30, 3, f.meanSpend/15), logs(2, 30, 15*f.meanSpend))
	search := numeric.Newton{MaxIterations: o.MaxIterations, Tolerance: o.Tolerance, StepCap: stepCap}
	var best numeric.Maximum
	var ridges []ridge
	for i, start := range starts {
		found, err := search.Maximize(f.Evaluate, start)
		report.Iterations += found.Iterations
		report.Evaluations += found.Evaluations
		if err != nil {
			return nil, &FitError{Model: "gammagamma", Report: report, Err: err}
		}
		report.Starts++
		if i == 0 || found.Value > best.Value+1e-7 || (found.Converged && !best.Converged && found.Value > best.Value-1e-7) {
			best = found
		}
		if ridges, err = findRidges(f.Evaluate, best, gammaGammaRidges()); err != nil {
			return nil, &FitError{Model: "gammagamma", Report: report, Err: err}
		}
		if best.Converged && len(ridges) == 0 {
			break
		}
	}
	m := f.model(best, ridges, report)
	if !m.report.Converged {
		return m, &FitError{Model: "gammagamma", Report: m.Report(), Err: ErrNotConverged}
	}
	return m, nil
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
	gradient[0], gradient[1], gradient[2] = p*dp, q*dq, p*(s.xf-f.sumX)+q*s.wf
	pq, pv, qv := p*q*dpq, p*(s.xf-f.sumX), q*s.wf
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

func (f *spendLikelihood) model(best numeric.Maximum, ridges []ridge, report FitReport) *GammaGamma {
	params := []float64{math.Exp(best.X[0]), math.Exp(best.X[1]), math.Exp(best.X[2])}
	m := &GammaGamma{params: GammaGammaParams{params[0], params[1], params[2]}, report: report}
	var flat [][]float64
	for _, r := range ridges {
		m.report.Boundaries = append(m.report.Boundaries, r.boundary)
		flat = append(flat, r.direction)
	}
	var identified []bool
	m.covariance, identified = curvature(params, best.Hessian, flat)
	copy(m.identified[:], identified)
	m.report.Converged = best.Converged
	m.report.LogLikelihood = best.Value
	m.report.MaxGradient = largestOf(best.Gradient)
	m.report.SpendFrequencyCorrelation = f.correlation
	m.report.Warnings = warnings(len(f.totals), params, m.covariance, identified, m.report.Boundaries)
	if math.Abs(f.correlation) > 0.3 {
		m.report.Warnings = append(m.report.Warnings, WarningSpendFrequency)
	}
	return m
}
