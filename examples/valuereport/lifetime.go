package main

import (
	"context"
	"fmt"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/scoring"
	"github.com/rapport-crm/rapport/scoring/btyd"
)

// lifetime is a fitted model of the purchases of the report's customers, in the
// order of the summaries; times are from the calibration end on, in units.
type lifetime interface {
	// pAlive sets dst to the chance of each customer of being active.
	pAlive(dst []float64) error
	// expected sets dst to the purchases expected of each customer within t.
	expected(dst []float64, t float64) error
	// discounted sets dst to the discounted purchases expected over the horizon.
	discounted(dst []float64, h btyd.Horizon) error
	// total is what all customers are expected to buy within t, with an interval.
	total(ctx context.Context, t, level float64) (rapport.Estimate, error)
	// evaluate compares the forecast with the hold-out.
	evaluate(ctx context.Context) (*btyd.Evaluation, error)
	// track lays what is expected beside what happened, period by period.
	track(ctx context.Context, repeats *scoring.Repeats) (*btyd.Tracking, error)
	// newcomers are the models by which customers began, and which of them each had.
	newcomers() (models []*btyd.Model, of func(i int) int, err error)
}

// alike is a model by which all customers go.
type alike struct {
	model     *btyd.Model
	summaries *scoring.Summaries
}

func (a alike) pAlive(dst []float64) error { return a.model.PAliveInto(dst, a.summaries) }

func (a alike) expected(dst []float64, t float64) error {
	return a.model.ExpectedInto(dst, a.summaries, t)
}

func (a alike) discounted(dst []float64, h btyd.Horizon) error {
	delta, err := h.Delta(a.model.Unit())
	if err != nil {
		return err
	}
	return a.model.DiscountedInto(dst, a.summaries, h.Periods, delta)
}

func (a alike) total(ctx context.Context, t, level float64) (rapport.Estimate, error) {
	return a.model.ExpectedTotal(ctx, a.summaries, t, level)
}

func (a alike) evaluate(ctx context.Context) (*btyd.Evaluation, error) {
	return btyd.Evaluate(ctx, a.model, a.summaries, nil)
}

func (a alike) track(ctx context.Context, repeats *scoring.Repeats) (*btyd.Tracking, error) {
	return a.model.Track(ctx, a.summaries, repeats)
}

func (a alike) newcomers() ([]*btyd.Model, func(int) int, error) {
	return []*btyd.Model{a.model}, func(int) int { return 0 }, nil
}

// various is a model whose parameters go by the customer's covariates.
type various struct {
	model      *btyd.CovariateModel
	summaries  *scoring.Summaries
	covariates *btyd.Covariates
}

func (v various) pAlive(dst []float64) error {
	return v.model.PAliveInto(dst, v.summaries, v.covariates)
}

func (v various) expected(dst []float64, t float64) error {
	return v.model.ExpectedInto(dst, v.summaries, v.covariates, t)
}

// discounted is the value of purchases that are worth 1 each.
func (v various) discounted(dst []float64, h btyd.Horizon) error {
	return v.model.LifetimeValues(dst, unitSpend{}, v.summaries, v.covariates, h)
}

func (v various) total(ctx context.Context, t, level float64) (rapport.Estimate, error) {
	return v.model.ExpectedTotal(ctx, v.summaries, v.covariates, t, level)
}

func (v various) evaluate(ctx context.Context) (*btyd.Evaluation, error) {
	return v.model.Evaluate(ctx, v.summaries, v.covariates, nil)
}

func (v various) newcomers() ([]*btyd.Model, func(int) int, error) {
	var models []*btyd.Model
	group := make([]int, v.summaries.Len())
	known := map[string]int{}
	for i := range group {
		id, _ := v.summaries.At(i)
		row, _ := v.covariates.Lookup(id)
		key := fmt.Sprint(row)
		at, found := known[key]
		if !found {
			model, err := v.model.At(row...)
			if err != nil {
				return nil, nil, err
			}
			at = len(models)
			known[key], models = at, append(models, model)
		}
		group[i] = at
	}
	return models, func(i int) int { return group[i] }, nil
}

// unitSpend makes a value out of a number of purchases.
type unitSpend struct{}

func (unitSpend) Name() string { return "1" }

func (unitSpend) ExpectedSpend(scoring.Summary) (float64, error) { return 1, nil }

func (unitSpend) ExpectedSpendOf(rapport.ID, scoring.Summary) (float64, error) { return 1, nil }
