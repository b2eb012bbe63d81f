package btyd

import (
	"context"
	"math"
	"slices"

	"github.com/rapport-crm/rapport/scoring"
)

// SpendCovariateOptions tune [FitSpendCovariates]; nil is the same as the zero value.
// Start is that of p, q and v and the effects; Priors may be of the first three.
type SpendCovariateOptions struct {
	FitOptions
	// L2 shrinks the effects towards 0: what is maximised is ln L − n·L2·Σγ² for n
	// customers with spend.
	L2 float64
}

// FitSpendCovariates estimates the model by maximum likelihood, with exact gradient and
// Hessian, from the fit without covariates; so its likelihood is never below that one's
// unless effects are shrunk. The effects are parameters named "spend." and the covariate.
//
// The error is a [*CovariateError] for a customer without covariates, or a covariate that
// is constant or a linear function of others among the customers with spend, or so far
// from 0 that v there would lie outside 1e-100 to 1e100; an [*InputError] for an option;
// or one of [FitGammaGamma]. Covariates that leave less than
// about a hundred-thousandth of the means unexplained end in [ErrNotConverged].
func FitSpendCovariates(ctx context.Context, summaries *scoring.Summaries, covariates *Covariates, options *SpendCovariateOptions) (*CovariateGammaGamma, error) {
	var o SpendCovariateOptions
	if options != nil {
		o = *options
	}
	size := 3 + len(covariates.Names())
	fit, err := o.orDefault(size, 3)
	switch {
	case err != nil:
		return nil, err
	case !(o.L2 >= 0 && o.L2 <= largest):
		return nil, &InputError{Name: "L2", Value: o.L2, Reason: "want 0 to 1e100"}
	case covariates.Len() == 0:
		return nil, &CovariateError{Reason: "none given"}
	}
	rows, design, err := groupSpend(given(summaries), covariates)
	if err != nil {
		return nil, err
	}
	f := &spendFit{likelihood: newSpendLikelihood(ctx, rows, design, fit.Workers), options: fit}
	if err := f.likelihood.check(); err != nil {
		return nil, err
	}
	if err := design.ranks.checkRank(covariates.names); err != nil {
		return nil, err
	}
	for _, s := range design.standardise() {
		design.penalties = append(design.penalties, rows.customers*o.L2/(s.deviation*s.deviation))
	}
	priors, err := newPenalty(fit.Priors, gammaGammaNames())
	if err != nil {
		return nil, err
	}
	f.take(priors)
	design.unit = f.chart.unit
	if len(fit.Start) > 0 {
		f.options.Start = slices.Clone(fit.Start)
	}
	return f.withCovariates(covariates)
}

// groupSpend compresses the customers with spend by their covariates.
func groupSpend(summaries *scoring.Summaries, covariates *Covariates) (*SpendRows, *spendDesign, error) {
	g, err := covariates.group(summaries)
	if err != nil {
		return nil, nil, err
	}
	order := make([]int, len(g.group))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(i, j int) int { return int(g.group[i]) - int(g.group[j]) })
	c := newSpendCompression(0)
	design := &spendDesign{unit: 1, ranks: grouping{rows: g.rows}}
	for _, z := range g.rows {
		design.values = append(design.values, slices.Clone(z))
	}
	for _, i := range order {
		group := int(g.group[i])
		for len(design.ends) < group {
			design.ends = append(design.ends, c.endGroup())
		}
		_, s := summaries.At(i)
		c.add(s, 1)
		if spends(s) {
			design.ranks.group = append(design.ranks.group, g.group[i])
		}
	}
	for len(design.ends) < len(g.rows) {
		design.ends = append(design.ends, c.endGroup())
	}
	return c.end(), design, nil
}

// endGroup closes the rows of a group: rows of the next are not merged with them. It
// returns their number so far.
func (c *spendCompression) endGroup() int {
	c.flush()
	c.first = len(c.rows.mean)
	return c.first
}

// standardise brings each covariate in standard form over the customers with spend.
func (d *spendDesign) standardise() []spread {
	weights := make([]float64, len(d.values))
	for _, at := range d.ranks.group {
		weights[at]++
	}
	column := make([]float64, len(d.values))
	for k := range d.values[0] {
		for i, z := range d.values {
			column[i] = z[k]
		}
		s := newSpread(column, weights)
		for _, z := range d.values {
			z[k] = s.standard(z[k])
		}
		d.spreads = append(d.spreads, s)
	}
	return d.spreads
}

// withCovariates searches from the fit without covariates.
func (f *spendFit) withCovariates(covariates *Covariates) (*CovariateGammaGamma, error) {
	starts := f.likelihood.starts(f.chart)
	spreads, unit := f.likelihood.design.spreads, f.chart.unit
	if given := f.options.Start; len(given) > 0 {
		shift := 0.0
		for k, s := range spreads {
			shift += given[3+k] * s.middle
		}
		start := f.chart.at(given[0], given[1], given[2]*math.Exp(shift))
		for k, s := range spreads {
			start[3+k] = given[3+k] * s.deviation / unit
		}
		starts = append([][]float64{start}, starts...)
	} else {
		plain, err := FitGammaGammaRows(f.likelihood.ctx, f.likelihood.rows, &FitOptions{Workers: f.options.Workers, MaxIterations: f.options.MaxIterations, Tolerance: f.options.Tolerance, Priors: f.options.Priors})
		if plain == nil {
			return nil, err
		}
		p := plain.params
		starts = append([][]float64{f.chart.at(p.P, p.Q, p.V)}, starts...)
	}
	best, err := f.climb(starts[0], f.options.Tolerance)
	if err == nil {
		err = f.probe(best)
	}
	for _, start := range starts[1:] {
		if err != nil || (best.Converged && len(f.ridges) == 0) {
			break
		}
		other, failed := f.climb(start, f.options.Tolerance)
		if err = failed; err == nil {
			best = better(best, other)
			err = f.probe(best)
		}
	}
	best.Converged = best.Converged && err == nil
	m := &CovariateGammaGamma{covariates: covariates.Names(), known: covariates, report: f.report(best)}
	if math.IsInf(best.Value, -1) {
		if err == nil {
			err = ErrNotConverged
		}
		return nil, &FitError{Model: m.Name(), Report: m.report, Err: err}
	}
	params := []float64{math.Exp(best.X[0]), math.Exp(best.X[1]), math.Exp(f.chart.logV(best.X))}
	rates := slices.Clone(params)
	if log := f.chart.logV(best.X); !(math.Abs(log) <= math.Log(largest)) {
		return nil, notAtZero(farthest(best.X[3:], spreads, covariates.names), "v", log)
	}
	for k, s := range spreads {
		params, rates = append(params, best.X[3+k]*unit/s.deviation), append(rates, 1/s.deviation)
	}
	m.base, m.effects = GammaGammaParams{params[0], params[1], params[2]}, params[3:]
	m.covariance, m.identified = f.chart.covariance(rates, best.Hessian, f.flat())
	m.report.Parameters = len(params) - len(f.ridges)
	m.report.LogLikelihood -= f.likelihood.penalize(best.X, make([]float64, len(params)), make([]float64, len(params)*len(params)))
	middle := spendChart{jacobian: f.chart.atMiddle}
	ones := slices.Repeat([]float64{1}, len(params))
	logs, identified := middle.covariance(ones, best.Hessian, f.flat())
	m.report.Warnings = append(warnings(m.report.Repeaters, ones, 3, logs, identified, m.report.Boundaries), m.report.Warnings...)
	if err == nil && !best.Converged {
		err = ErrNotConverged
	}
	if err != nil {
		return m, &FitError{Model: m.Name(), Report: m.Report(), Err: err}
	}
	return m, nil
}

// farthest names the covariate whose effect moves ln v most between its mean and 0.
func farthest(coefficients []float64, spreads []spread, names []string) string {
	name, most := "", 0.0
	for k, s := range spreads {
		if d := math.Abs(coefficients[k] * s.standard(0)); d >= most {
			name, most = names[k], d
		}
	}
	return name
}
