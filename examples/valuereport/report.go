package main

import (
	"context"
	"fmt"
	"math"
	"strconv"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/scoring"
	"github.com/rapport-crm/rapport/scoring/btyd"
	"github.com/rapport-crm/rapport/segment"
)

// report is everything that the three formats show.
type report struct {
	options    options
	summaries  *scoring.Summaries
	hasAmounts bool
	hasCosts   bool
	rows       int    // of the file, without the header
	skipped    int    // rows left out because of -skip-bad-rows
	money      string // code of the currency, in capitals; empty if the file does not say

	model      fit
	covariates []string   // names; empty for none
	selection  *selection // nil if the model was named
	spend      *fit       // nil without a spend model
	holdout    *holdout
	customers  []customer      // in byte order of the id
	tiers      []segment.Group // best first

	// The forecast totals with intervals, for people; JSON has no place for them.
	ahead, held rapport.Estimate
	// What the page draws of all customers together; nil if they are too different.
	shares   []frequencyShare
	tracking *btyd.Tracking
}

// fit is a fitted model in words and numbers.
type fit struct {
	name          string
	params        []parameter
	logLikelihood float64
	customers     int
	converged     bool
	warnings      []string // stable codes
}

type parameter struct {
	name     string
	value    float64
	stdError figure
}

// figure is a number that may not exist.
type figure struct {
	value float64
	known bool
}

// figureOf returns v as a figure; one that is not finite does not exist.
func figureOf(v float64) figure {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return figure{}
	}
	return figure{value: v, known: true}
}

// customer is one line of the report.
type customer struct {
	ID       string  `json:"id"`
	X        int     `json:"x"`
	TX       float64 `json:"t_x"`
	T        float64 `json:"T"`
	Spend    figure  `json:"spend"` // mean of the repeat purchase dates
	PAlive   float64 `json:"p_alive"`
	Expected float64 `json:"expected_transactions"`
	// ExpectedSpend is the model's mean amount of a purchase date.
	ExpectedSpend figure `json:"expected_spend"`
	Value         figure `json:"value"`
	Tier          string `json:"tier"`
}

// holdout compares the forecast with what happened after the calibration end.
type holdout struct {
	Periods     float64          `json:"periods"`
	Actual      int              `json:"actual"`
	Predicted   float64          `json:"predicted"`
	ByPeriod    []periodTotal    `json:"by_period"`
	ByFrequency []frequencyTotal `json:"by_frequency"`
	// Errors of a customer's forecast, and the forecast of all less what came.
	MAE  float64 `json:"mae"`
	RMSE float64 `json:"rmse"`
	Bias float64 `json:"bias"`
	// Coverage is how many customers predictive bands held.
	Coverage []coverage `json:"coverage"`
	// ByDecile gathers the customers by their forecast, the highest tenth first.
	ByDecile []decileMean `json:"by_decile"`
}

// coverage compares the share of the customers that a predictive band should hold with
// the share it does. Bands of whole numbers hold more than their level by themselves.
type coverage struct {
	Level    float64 `json:"level"`
	Expected float64 `json:"expected"`
	Actual   float64 `json:"actual"`
}

// decileMean is a tenth of the customers by their forecast, counted from 1.
type decileMean struct {
	Decile    int     `json:"decile"`
	Customers float64 `json:"customers"`
	Actual    float64 `json:"actual"`    // mean of a customer
	Predicted float64 `json:"predicted"` // mean of a customer
}

// periodTotal is one unit of time of the hold-out, counted from 1. The last one
// may be shorter.
type periodTotal struct {
	Period    int     `json:"period"`
	Actual    int     `json:"actual"`
	Predicted float64 `json:"predicted"`
}

// frequencyTotal gathers the customers with the same number of repeat purchases
// in the calibration period: "0" to "6", and "7+".
type frequencyTotal struct {
	X         string  `json:"x"`
	Customers int     `json:"customers"`
	Actual    int     `json:"actual"`
	Predicted float64 `json:"predicted"`
}

// follow computes what the page draws of all customers together.
func (r *report) follow(ctx context.Context, model lifetime, repeats *scoring.Repeats) error {
	groups, err := startersOf(model, r.summaries)
	if err != nil || groups == nil {
		return err
	}
	r.shares = r.frequencyShares(groups)
	r.tracking, err = model.track(ctx, repeats)
	return err
}

// assess turns summaries into the report. covariates may be nil.
func assess(ctx context.Context, o options, summaries *scoring.Summaries, repeats *scoring.Repeats, log *transactionLog, covariates *covariateFile) (*report, error) {
	r := &report{options: o, summaries: summaries, hasAmounts: log.amount >= 0, hasCosts: log.amount >= 0 && log.cost >= 0, rows: log.rows, skipped: log.skipped, money: log.currencyCode()}
	purchases := 0
	for _, s := range summaries.All() {
		purchases += s.X
	}
	if purchases == 0 {
		return nil, fmt.Errorf("none of the %d customers has a repeat purchase up to %s: no model can be fitted", summaries.Len(), summaries.Until().Format("2006-01-02"))
	}
	if covariates != nil {
		if err := covariates.matches(log); err != nil {
			return nil, err
		}
	}
	model, err := r.fitModel(ctx, covariates)
	if err != nil {
		return nil, err
	}
	spend, err := r.fitSpend(ctx)
	if err != nil {
		return nil, err
	}
	if err := r.score(model, spend); err != nil {
		return nil, err
	}
	if held := summaries.Holdout(); held != nil {
		if r.holdout, err = compare(ctx, model, summaries, held); err != nil {
			return nil, err
		}
	}
	if err := r.estimateTotals(ctx, model); err != nil {
		return nil, err
	}
	if o.format == "html" {
		if err := r.follow(ctx, model, repeats); err != nil {
			return nil, err
		}
	}
	if r.skipped > 0 {
		r.model.warnings = append(r.model.warnings, "bad_rows_skipped:"+strconv.Itoa(r.skipped))
	}
	return r, r.assignTiers()
}
