package main

import (
	"context"

	"github.com/rapport-crm/rapport/scoring"
	"github.com/rapport-crm/rapport/scoring/btyd"
)

// starters are customers who began at the same time and by the same model.
type starters struct {
	model     *btyd.Model
	t         float64 // since their first purchase
	customers float64
}

// mostStarters bounds what the charts of all customers together take: with covariates
// that differ from customer to customer there would be nothing to put together.
const mostStarters = 10_000

// startersOf groups the customers; nil if there are too many groups.
func startersOf(model lifetime, summaries *scoring.Summaries) ([]starters, error) {
	models, of, err := model.newcomers()
	if err != nil {
		return nil, err
	}
	type kind struct {
		model int
		t     float64
	}
	at := map[kind]int{}
	var groups []starters
	for i := range summaries.Len() {
		_, _, t := summaries.History(i)
		k := kind{of(i), t}
		j, found := at[k]
		if !found {
			j = len(groups)
			at[k] = j
			groups = append(groups, starters{model: models[k.model], t: t})
		}
		groups[j].customers++
	}
	if len(groups) > mostStarters {
		return nil, nil
	}
	return groups, nil
}

// frequencyShares compares how many customers made how many repeat purchases in
// calibration with how many should have.
func (r *report) frequencyShares(groups []starters) []frequencyShare {
	labels := frequencyLabels()
	shares := newFrequencyShares(len(labels) - 1)
	for x, label := range labels {
		shares[x].label = label
	}
	for i := range r.summaries.Len() {
		x, _, _ := r.summaries.History(i)
		shares[frequencyClass(x)].actual++
	}
	for _, g := range groups {
		rest := 1.0
		for x := range len(labels) - 1 {
			p := g.model.PMF(x, g.t)
			shares[x].expected += g.customers * p
			rest -= p
		}
		shares[len(labels)-1].expected += g.customers * max(rest, 0)
	}
	return shares
}

// track follows customers with covariates from the first purchase of all, as
// [btyd.Model.Track] follows those who are alike; nil if there are too many groups.
func (v various) track(ctx context.Context, repeats *scoring.Repeats) (*btyd.Tracking, error) {
	groups, err := startersOf(v, v.summaries)
	if groups == nil || err != nil {
		return nil, err
	}
	held := v.summaries.Holdout()
	if held == nil {
		held = &scoring.Holdout{}
	}
	t := &btyd.Tracking{}
	last := btyd.TrackedPeriod{}
	next := func(to float64, actual int, expected float64) btyd.TrackedPeriod {
		return btyd.TrackedPeriod{
			From: last.To, To: to, Actual: actual, CumulativeActual: last.CumulativeActual + actual,
			Expected: expected - last.CumulativeExpected, CumulativeExpected: expected,
		}
	}
	atFirst := func(to float64) (expected float64) {
		for _, g := range groups {
			if since := to - (repeats.Periods - g.t); since > 0 {
				expected += g.customers * g.model.ExpectedNew(since)
			}
		}
		return expected
	}
	for k, actual := range repeats.ByPeriod {
		to := min(float64(k+1), repeats.Periods)
		last = next(to, actual, atFirst(to))
		t.Calibration = append(t.Calibration, last)
		if err := ctx.Err(); err != nil {
			return nil, err
		}
	}
	end := last
	for k, actual := range held.ByPeriod {
		to := repeats.Periods + min(float64(k+1), held.Periods)
		last = next(to, actual, atFirst(to))
		t.Holdout = append(t.Holdout, last)
		if err := ctx.Err(); err != nil {
			return nil, err
		}
	}
	last = end
	last.CumulativeExpected = float64(end.CumulativeActual)
	values := make([]float64, v.summaries.Len())
	for k, actual := range held.ByPeriod {
		ahead := min(float64(k+1), held.Periods)
		if err := v.expected(values, ahead); err != nil {
			return nil, err
		}
		sum := float64(end.CumulativeActual)
		for _, expected := range values {
			sum += expected
		}
		last = next(repeats.Periods+ahead, actual, sum)
		t.Forecast = append(t.Forecast, last)
	}
	return t, nil
}
