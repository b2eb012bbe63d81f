package btyd

import (
	"context"
	"math"
	"slices"

	"github.com/rapport-crm/rapport/scoring"
)

// newCovariateRecipe lists the effects that the options ask for.
func newCovariateRecipe(inner recipe, names []string, o CovariateOptions) (*covariateRecipe, error) {
	if _, ok := inner.(joint); ok {
		return nil, &InputError{Name: "family", Reason: "its parameters restrict each other, customer by customer"}
	}
	for _, list := range [][]string{o.Purchase, o.Life, o.Equal} {
		for _, name := range list {
			if !slices.Contains(names, name) {
				return nil, &CovariateError{Name: name, Reason: "no such covariate"}
			}
		}
	}
	for i, v := range []float64{o.PurchaseL2, o.LifeL2} {
		if !(v >= 0 && v <= largest) {
			return nil, &InputError{Name: []string{"PurchaseL2", "LifeL2"}[i], Value: v, Reason: "want 0 to 1e100"}
		}
	}
	r := &covariateRecipe{inner: inner}
	_, life := inner.shifts()
	for column, name := range names {
		onPurchase := o.Purchase == nil || slices.Contains(o.Purchase, name)
		onLife := life != nil && (o.Life == nil || slices.Contains(o.Life, name))
		if slices.Contains(o.Equal, name) {
			if !onPurchase || !onLife {
				return nil, &CovariateError{Name: name, Reason: "is to have equal effects, but has none on one of the processes"}
			}
			r.effects = append(r.effects, effect{"both." + name, column, true, true})
			continue
		}
		if onLife {
			r.effects = append(r.effects, effect{"life." + name, column, false, true})
		}
		if onPurchase {
			r.effects = append(r.effects, effect{"trans." + name, column, true, false})
		}
	}
	if len(r.effects) == 0 {
		return nil, &CovariateError{Reason: "no effect to estimate"}
	}
	return r, nil
}

// compress returns the rows of each group.
func (g grouping) compress(summaries *scoring.Summaries) []covariateGroup {
	sizes := make([]int, len(g.rows))
	for _, at := range g.group {
		sizes[at]++
	}
	parts := make([]*compression, len(g.rows))
	for i, n := range sizes {
		parts[i] = newCompression(summaries.Unit(), n)
	}
	for i, at := range g.group {
		_, s := summaries.At(i)
		parts[at].rows.sumLogInterval += s.SumLogInterval
		parts[at].add(s.X, s.TX, s.T, 1)
	}
	groups := make([]covariateGroup, len(parts))
	for i, p := range parts {
		groups[i] = covariateGroup{g.rows[i], p.end()}
	}
	return groups
}

// setSpreads measures each covariate over the customers.
func (r *covariateRecipe) setSpreads() {
	values, weights := make([]float64, len(r.groups)), make([]float64, len(r.groups))
	for _, e := range r.effects {
		for i, g := range r.groups {
			values[i], weights[i] = g.z[e.column], g.rows.customers
		}
		r.spreads = append(r.spreads, newSpread(values, weights))
	}
}

// fit searches, with a recipe that is r or has its parameters, from the family's own
// maximum.
func (r *covariateRecipe) fit(ctx context.Context, whole recipe, family Family, name string, rows *Rows, covariates []string, o CovariateOptions) (*CovariateModel, error) {
	base := len(r.inner.names())
	options := o.FitOptions
	if len(options.Start) == 0 {
		plain, err := Fit(ctx, family, rows, &FitOptions{Workers: o.Workers, MaxIterations: o.MaxIterations, Tolerance: o.Tolerance, Priors: o.Priors})
		if plain == nil {
			return nil, err
		}
		options.Start = append(slices.Clone(plain.params), make([]float64, len(r.effects))...)
		for i, v := range options.Start[:base] {
			if v == 0 {
				options.Start[i] = 0.01 // off a boundary, to which the search may return
			}
		}
	} else if len(options.Start) == base+len(r.effects) {
		if _, err := options.orDefault(base+len(r.effects), base); err != nil {
			return nil, err
		}
		options.Start = r.fromOrigin(options.Start)
	}
	e, err := newEstimation(ctx, name, whole, rows, &options)
	if err != nil {
		return nil, err
	}
	e.penalty = r.shrink(e.penalty, rows.customers, o)
	best, err := e.search()
	best.Converged = best.Converged && err == nil
	report := e.report(best)
	if math.IsInf(best.Value, -1) {
		if err == nil {
			err = ErrNotConverged
		}
		return nil, &FitError{Model: name, Report: report, Err: err}
	}
	found, failed := r.atOrigin(best, covariates)
	if failed != nil {
		return nil, failed
	}
	m := &CovariateModel{
		covariates: slices.Clone(covariates), effects: r.effects, report: report,
		params: found.params, covariance: found.covariance, identified: found.identified,
	}
	m.base = newModel(family, rows.unit, m.params[:base:base])
	m.report.Warnings = warnings(report.Repeaters, nil, 0, m.covariance, nil, report.Boundaries)
	if found.weak {
		m.report.Warnings = append(m.report.Warnings, WarningWeaklyIdentified)
	}
	m.report.Warnings = append(m.report.Warnings, rows.warnings()...)
	if err == nil && !best.Converged {
		err = ErrNotConverged
	}
	if err != nil {
		return m, &FitError{Model: name, Report: m.Report(), Err: err}
	}
	return m, nil
}

// shrink adds the L2 terms to the priors.
func (r *covariateRecipe) shrink(p penalty, customers float64, o CovariateOptions) penalty {
	if o.PurchaseL2 == 0 && o.LifeL2 == 0 {
		return p
	}
	base := len(r.inner.names())
	all := make(penalty, base+len(r.effects))
	copy(all, p)
	for k, e := range r.effects {
		weight := 0.0
		if e.purchase {
			weight += o.PurchaseL2
		}
		if e.life {
			weight += o.LifeL2
		}
		if weight > 0 {
			all[base+k] = &Prior{kind: squarePrior, first: customers * weight / (r.spreads[k].deviation * r.spreads[k].deviation)}
		}
	}
	return all
}
