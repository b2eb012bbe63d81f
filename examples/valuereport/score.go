package main

import (
	"context"
	"errors"
	"strconv"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/scoring"
	"github.com/rapport-crm/rapport/scoring/btyd"
	"github.com/rapport-crm/rapport/segment"
)

// fitModel fits the lifetime model. One that did not converge is reported with
// converged false: its best point is better than none, and the reader is told.
func (r *report) fitModel(ctx context.Context) (*btyd.Model, error) {
	model, err := btyd.FitBGNBD(ctx, r.summaries, nil)
	if err != nil && !(errors.Is(err, btyd.ErrNotConverged) && model != nil) {
		return nil, err
	}
	r.model = fitOf(model.Name(), model.Parameters(), model.Report())
	return model, nil
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
	case err != nil && !(errors.Is(err, btyd.ErrNotConverged) && spend != nil):
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
func (r *report) score(model btyd.TransactionModel, spend *btyd.GammaGamma) error {
	margin, hasMargin := 1.0, true
	if r.hasCosts {
		if margin, hasMargin = r.summaries.Margin(); !hasMargin {
			r.model.warnings = append(r.model.warnings, "no_margin:no_revenue")
		}
	}
	horizon := btyd.Horizon{Periods: r.options.horizon, AnnualDiscount: r.options.discount}
	delta, err := horizon.Delta(model.Unit())
	if err != nil {
		return err
	}
	discounted := make([]float64, r.summaries.Len())
	if spend != nil {
		if err := model.DiscountedInto(discounted, r.summaries, horizon.Periods, delta); err != nil {
			return err
		}
	}
	r.customers = make([]customer, r.summaries.Len())
	infinite := 0
	for i := range r.customers {
		id, s := r.summaries.At(i)
		c := customer{ID: string(id), X: s.X, TX: s.TX, T: s.T, PAlive: model.PAlive(s), Expected: model.Expected(s, horizon.Periods)}
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

// estimateTotals says how sure the forecast totals are.
func (r *report) estimateTotals(ctx context.Context, model *btyd.Model) error {
	if r.options.format == "json" {
		return nil
	}
	const level = 0.95
	var err error
	if r.ahead, err = model.ExpectedTotal(ctx, r.summaries, r.options.horizon, level); err != nil {
		return err
	}
	if r.holdout != nil {
		r.held, err = model.ExpectedTotal(ctx, r.summaries, r.holdout.Periods, level)
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

// history is what the lifetime model knows of a customer.
type history struct {
	x     int
	tx, t float64
}

// compare sets the forecast beside the hold-out. The forecast of a period is the
// difference of what is expected up to its end and up to its start.
func compare(model btyd.TransactionModel, summaries *scoring.Summaries, held *scoring.Holdout) *holdout {
	h := &holdout{Periods: held.Periods, Actual: held.Total(), ByPeriod: make([]periodTotal, len(held.ByPeriod))}
	for _, label := range frequencyLabels() {
		h.ByFrequency = append(h.ByFrequency, frequencyTotal{X: label})
	}
	// Customers with the same history have the same forecast: it is made once.
	alike := map[history]float64{}
	var kinds []history
	for i := range summaries.Len() {
		_, s := summaries.At(i)
		kind := history{s.X, s.TX, s.T}
		if alike[kind] == 0 {
			kinds = append(kinds, kind)
		}
		alike[kind]++
		expected := model.Expected(s, held.Periods)
		h.Predicted += expected
		class := &h.ByFrequency[frequencyClass(s.X)]
		class.Customers++
		class.Actual += held.X[i]
		class.Predicted += expected
	}
	for k, actual := range held.ByPeriod {
		h.ByPeriod[k] = periodTotal{Period: k + 1, Actual: actual}
	}
	for _, kind := range kinds {
		s, before := scoring.Summary{X: kind.x, TX: kind.tx, T: kind.t}, 0.0
		for k := range h.ByPeriod {
			upTo := model.Expected(s, min(float64(k+1), held.Periods))
			h.ByPeriod[k].Predicted += alike[kind] * (upTo - before)
			before = upTo
		}
	}
	return h
}

// frequencyClass sorts a number of repeat purchases into the classes that
// frequencyLabels names.
func frequencyClass(x int) int { return min(x, 7) }

func frequencyLabels() []string { return []string{"0", "1", "2", "3", "4", "5", "6", "7+"} }
