package main

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/examples/program"
	"github.com/rapport-crm/rapport/scoring/btyd"
	"github.com/rapport-crm/rapport/segment"
)

// usable reports whether a fit that failed left a model. One that did not converge is
// reported with converged false: its best point is better than none, and the reader is
// told.
func usable[Model any](err error, model *Model) bool {
	return errors.Is(err, btyd.ErrNotConverged) && model != nil
}

// fitModel fits the lifetime model.
func (r *report) fitModel(ctx context.Context, covariates *covariateFile) (lifetime, error) {
	if r.options.model.chooses() {
		choice, err := btyd.Choose(ctx, r.summaries, &btyd.ChooseOptions{Families: r.options.model.families})
		if err != nil {
			return nil, err
		}
		r.selection = selectionOf(choice, r.summaries.Holdout() != nil)
		r.model = fitOf(choice.Name, choice.Model.Parameters(), choice.Model.Report())
		return alike{choice.Model, r.summaries}, nil
	}
	family := r.options.model.families[0]
	if covariates != nil {
		model, err := btyd.FitCovariates(ctx, family, r.summaries, covariates.values, nil)
		if bad, ok := errors.AsType[*btyd.InputError](err); ok && bad.Name == "family" {
			return nil, program.UsageError(fmt.Sprintf("-model %s takes no covariates: %s", r.options.model.name, bad.Reason))
		}
		if err != nil && !usable(err, model) {
			return nil, covariates.explain(err)
		}
		r.model = fitOf(r.options.model.name, model.Parameters(), model.Report())
		r.covariates = model.Covariates()
		return various{model, r.summaries, covariates.values}, nil
	}
	model, err := btyd.Fit(ctx, family, btyd.Compress(r.summaries), nil)
	if err != nil && !usable(err, model) {
		return nil, err
	}
	r.model = fitOf(r.options.model.name, model.Parameters(), model.Report())
	return alike{model, r.summaries}, nil
}

// fitSpend fits the spend model. There is none without amounts, nor where the
// amounts do not allow one; then a warning says why, and the model of purchases
// stands alone.
func (r *report) fitSpend(ctx context.Context) (*btyd.GammaGamma, error) {
	if !r.hasAmounts {
		return nil, nil
	}
	spend, err := btyd.FitGammaGamma(ctx, r.summaries, nil)
	switch {
	case errors.Is(err, btyd.ErrTooFewSpenders):
		r.model.warnings = append(r.model.warnings, "no_spend_model:too_few_spenders")
		return nil, nil
	case errors.Is(err, btyd.ErrEqualSpend):
		r.model.warnings = append(r.model.warnings, "no_spend_model:equal_spend")
		return nil, nil
	case err != nil && !usable(err, spend):
		return nil, err
	}
	fitted := fitOf(spend.Name(), spend.Parameters(), spend.Report())
	r.spend = &fitted
	return spend, nil
}

// fitOf puts what the library says of a fit into the report.
func fitOf(name string, parameters []btyd.Parameter, rep btyd.FitReport) fit {
	f := fit{name: name, logLikelihood: rep.LogLikelihood, customers: rep.Customers, converged: rep.Converged}
	for _, p := range parameters {
		line := parameter{name: p.Name, value: p.Value}
		if p.Identified {
			line.stdError = figureOf(p.SE)
		}
		f.params = append(f.params, line)
	}
	for _, boundary := range rep.Boundaries {
		f.warnings = append(f.warnings, "boundary:"+string(boundary))
	}
	for _, warning := range rep.Warnings {
		f.warnings = append(f.warnings, string(warning))
	}
	return f
}

// score makes the lines of the customers. spend may be nil.
func (r *report) score(model lifetime, spend *btyd.GammaGamma) error {
	margin, hasMargin := 1.0, true
	if r.hasCosts {
		if margin, hasMargin = r.summaries.Margin(); !hasMargin {
			r.model.warnings = append(r.model.warnings, "no_margin:no_revenue")
		}
	}
	n, horizon := r.summaries.Len(), btyd.Horizon{Periods: r.options.horizon, AnnualDiscount: r.options.discount}
	alive, expected, discounted := make([]float64, n), make([]float64, n), make([]float64, n)
	if err := errors.Join(model.pAlive(alive), model.expected(expected, horizon.Periods)); err != nil {
		return err
	}
	if spend != nil {
		if err := model.discounted(discounted, horizon); err != nil {
			return err
		}
	}
	r.customers = make([]customer, n)
	infinite := 0
	for i := range r.customers {
		id, s := r.summaries.At(i)
		c := customer{ID: string(id), X: s.X, TX: s.TX, T: s.T, PAlive: alive[i], Expected: expected[i]}
		if r.hasAmounts && s.X > 0 {
			c.Spend = figureOf(s.Spend)
		}
		if spend != nil {
			mean, err := spend.ExpectedSpend(s)
			switch {
			case errors.Is(err, btyd.ErrInfiniteMean):
				infinite++
			case err != nil:
				return err
			default:
				c.ExpectedSpend = figureOf(mean)
				if hasMargin {
					c.Value = figureOf(mean * discounted[i] * margin)
				}
			}
		}
		r.customers[i] = c
	}
	if infinite > 0 {
		r.spend.warnings = append(r.spend.warnings, "infinite_expected_spend:"+strconv.Itoa(infinite))
	}
	return nil
}

// intervalLevel is how probable it is that what comes lies in an interval.
const intervalLevel = 0.95

// estimateTotals says how sure the forecast totals are.
func (r *report) estimateTotals(ctx context.Context, model lifetime) error {
	if r.options.format == "json" {
		return nil
	}
	var err error
	if r.ahead, err = model.total(ctx, r.options.horizon, intervalLevel); err != nil {
		return err
	}
	if r.holdout != nil {
		r.held, err = model.total(ctx, r.holdout.Periods, intervalLevel)
	}
	return err
}

// assignTiers ranks the customers by value; if any of them has none, all are
// ranked by expected transactions.
func (r *report) assignTiers() error {
	rank := r.rank()
	ids := make([]rapport.ID, len(r.customers))
	values := make([]float64, len(r.customers))
	for i := range r.customers {
		ids[i], values[i] = rapport.ID(r.customers[i].ID), rank(&r.customers[i])
	}
	tiers, err := segment.DefaultTiers().Assign(ids, values)
	if err != nil {
		return err
	}
	for i := range r.customers {
		r.customers[i].Tier = tiers.Name(i)
	}
	r.tiers = tiers.Groups()
	if r.spend != nil && !r.ranksByValue() {
		r.model.warnings = append(r.model.warnings, "tiers_by_expected_transactions")
	}
	return nil
}
