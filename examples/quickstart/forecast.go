package main

import (
	"context"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/scoring"
)

// test is how well a model that saw only the first weeks of the history
// foretold the rest of it.
type test struct {
	forecast rapport.Estimate // repeat purchases of all customers, with a 95 % interval
	actual   int
	groups   []group
}

// group is a set of customers by what they had bought before.
type group struct {
	name      string
	customers int
	forecast  float64
	actual    int
}

// testForecast forecasts the hold-out customer by customer and compares.
func testForecast(ctx context.Context, m models, summaries *scoring.Summaries) (test, error) {
	holdout := summaries.Holdout()
	total, err := m.buying.ExpectedTotal(ctx, summaries, holdout.Periods, 0.95)
	if err != nil {
		return test{}, err
	}
	t := test{forecast: total, actual: holdout.Total(), groups: []group{
		{name: "none"}, {name: "1"}, {name: "2 – 3"}, {name: "4 – 7"}, {name: "8 and more"},
	}}
	for i := range summaries.Len() {
		_, s := summaries.At(i)
		g := &t.groups[groupOf(s.X)]
		g.customers++
		g.forecast += m.buying.Expected(s, holdout.Periods)
		g.actual += holdout.X[i]
	}
	return t, nil
}

func groupOf(repeats int) int {
	switch {
	case repeats <= 1:
		return repeats
	case repeats <= 3:
		return 2
	case repeats <= 7:
		return 3
	}
	return 4
}
