package main

import (
	"context"
	"fmt"
	"math"
	"strconv"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/scoring"
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

// assess turns summaries into the report. covariates may be nil.
func assess(ctx context.Context, o options, summaries *scoring.Summaries, log *transactionLog, covariates *covariateFile) (*report, error) {
	r := &report{options: o, summaries: summaries, hasAmounts: log.amount >= 0, hasCosts: log.amount >= 0 && log.cost >= 0, rows: log.rows, skipped: log.skipped, money: log.currencyCode()}
	repeats := 0
	for _, s := range summaries.All() {
		repeats += s.X
	}
	if repeats == 0 {
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
		if r.holdout, err = compare(model, summaries, held); err != nil {
			return nil, err
		}
	}
	if err := r.estimateTotals(ctx, model); err != nil {
		return nil, err
	}
	if r.skipped > 0 {
		r.model.warnings = append(r.model.warnings, "bad_rows_skipped:"+strconv.Itoa(r.skipped))
	}
	return r, r.assignTiers()
}
