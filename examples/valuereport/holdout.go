package main

import (
	"context"

	"github.com/rapport-crm/rapport/scoring"
)

// compare sets the forecast beside the hold-out. The forecast of a period is the
// difference of what is expected up to its end and up to its start.
func compare(ctx context.Context, model lifetime, summaries *scoring.Summaries, held *scoring.Holdout) (*holdout, error) {
	h := &holdout{Periods: held.Periods, Actual: held.Total(), ByPeriod: make([]periodTotal, len(held.ByPeriod))}
	for _, label := range frequencyLabels() {
		h.ByFrequency = append(h.ByFrequency, frequencyTotal{X: label})
	}
	expected, before := make([]float64, summaries.Len()), 0.0
	for k, actual := range held.ByPeriod {
		if err := model.expected(expected, min(float64(k+1), held.Periods)); err != nil {
			return nil, err
		}
		upTo := 0.0
		for _, v := range expected {
			upTo += v
		}
		h.ByPeriod[k] = periodTotal{Period: k + 1, Actual: actual, Predicted: upTo - before}
		before = upTo
	}
	if err := model.expected(expected, held.Periods); err != nil {
		return nil, err
	}
	for i, v := range expected {
		x, _, _ := summaries.History(i)
		h.Predicted += v
		class := &h.ByFrequency[frequencyClass(x)]
		class.Customers++
		class.Actual += held.X[i]
		class.Predicted += v
	}
	e, err := model.evaluate(ctx)
	if err != nil {
		return nil, err
	}
	h.MAE, h.RMSE, h.Bias = e.MAE, e.RMSE, e.Bias
	for _, b := range e.Counts.Bands {
		h.Coverage = append(h.Coverage, coverage{Level: b.Level, Expected: b.Expected, Actual: b.Actual})
	}
	for k, g := range e.Groups {
		h.ByDecile = append(h.ByDecile, decileMean{Decile: k + 1, Customers: g.Customers, Actual: g.Actual, Predicted: g.Expected})
	}
	return h, nil
}

// frequencyClass sorts a number of repeat purchases into the classes that
// frequencyLabels names.
func frequencyClass(x int) int { return min(x, 7) }

func frequencyLabels() []string { return []string{"0", "1", "2", "3", "4", "5", "6", "7+"} }
