package assess_test

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"time"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/scoring"
	"github.com/rapport-crm/rapport/scoring/assess"
	"github.com/rapport-crm/rapport/segment"
)

// A customer of whom the ledger knows the value and a survey the satisfaction. What
// nobody was asked is no data, and shows as questions that are open.
func Example() {
	end := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	sources := assess.Sources{
		Value: assess.Rows[assess.Value]{
			Origin: assess.Origin{Source: "ledger", Method: "value_window", AsOf: end, Certainty: assess.Exact},
			Of: map[rapport.ID]assess.Value{"c-1": assess.ValueOf(scoring.Value{
				Historic: rapport.MustMoney("220.00 CNY"), Current: rapport.MustMoney("80.00 CNY"), Potential: rapport.MustMoney("223.82 CNY"),
			})},
		},
		Satisfaction: assess.Rows[rapport.Estimate]{
			Origin: assess.Origin{Source: "survey 2025", Method: "acsi", AsOf: end, Certainty: assess.Estimated},
			Of:     map[rapport.ID]rapport.Estimate{"c-1": {Value: 76.7, Low: 71.2, High: 82.1, Level: 0.95, N: 12}},
		},
	}
	assessor, err := assess.New(sources, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	report, err := assessor.Customer(context.Background(), "c-1", end)
	if err != nil {
		fmt.Println(err)
		return
	}
	if value, known := report.Value.Get(); known {
		total, _ := value.Plain().Total()
		fmt.Println("worth", total, "by", report.Value.Origin.Source)
	}
	if index, known := report.Satisfaction.Get(); known {
		fmt.Printf("satisfied %.1f [%.1f, %.1f]\n", index.Value, index.Low, index.High)
	}
	_, known := report.Alive.Get()
	fmt.Println("alive:", known, report.Alive.Absent)
	fmt.Println(len(report.Questions), "questions,", len(report.Gaps()), "open")
	// Output:
	// worth 523.82 CNY by ledger
	// satisfied 76.7 [71.2, 82.1]
	// alive: false no_source
	// 9 questions, 7 open
}

// all is a stream of rows.
func all[T any](rows ...T) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for _, row := range rows {
			if !yield(row, nil) {
				return
			}
		}
	}
}

// plays are the default actions of the four cells; those whose potential is low but
// who buy much are kept.
func plays() *segment.Playbook {
	potential := segment.Condition{Measure: assess.MeasurePotential, Op: segment.AtLeast, Value: 100}
	cell := func(name string) segment.Condition { return segment.Condition{Cell: []string{name}} }
	playbook, err := segment.NewPlaybook([]segment.Play{
		{Name: "best", When: []segment.Condition{cell("high/high")}, Actions: []segment.Action{{Do: "invest", Channel: "visit", Service: "gold"}}},
		{Name: "hesitant", When: []segment.Condition{cell("low/high"), potential}, Actions: []segment.Action{{Do: "develop", Channel: "call", Offer: "trial"}}},
		{Name: "demanding", When: []segment.Condition{cell("high/low")}, Actions: []segment.Action{{Do: "keep", Channel: "call"}}},
	}, &segment.PlaybookOptions{Otherwise: []segment.Action{{Do: "serve_at_low_cost", Channel: "web"}}})
	if err != nil {
		panic(err)
	}
	return playbook
}

// hundred is the matrix whose thresholds are 100 on both axes.
func hundred() *segment.Matrix {
	cut := segment.Cut{By: segment.ByValue, At: 100}
	matrix, err := segment.NewMatrix(cut, cut, nil)
	if err != nil {
		panic(err)
	}
	return matrix
}

// From a ledger to measures: three customers, what each is worth, what was spent on
// them, the cell of each and the action that is recommended.
func ExampleAnalyze() {
	asOf := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	flow := func(customer rapport.ID, year int, amount string) assess.Flow {
		return assess.Flow{Customer: customer, CashFlow: scoring.CashFlow{At: time.Date(year, 12, 31, 0, 0, 0, 0, time.UTC), Amount: rapport.MustMoney(amount + " CNY")}}
	}
	analysis, err := assess.Analyze(context.Background(), assess.Study{
		Source: "ledger",
		Flows: all(
			flow("c-1", 2024, "220.00"), flow("c-1", 2025, "80.00"), flow("c-1", 2026, "240.00"),
			flow("c-2", 2025, "150.00"), flow("c-2", 2026, "40.00"),
			flow("c-3", 2025, "20.00"), flow("c-3", 2026, "-20.00"),
		),
		Investments: all(
			scoring.Investment{Customer: "c-1", Stage: scoring.StageLoyal, Revenue: rapport.MustMoney("900.00 CNY"), Retention: rapport.MustMoney("150.00 CNY")},
			scoring.Investment{Customer: "c-2", Stage: scoring.StageOrdinary, Revenue: rapport.MustMoney("300.00 CNY"), Acquisition: rapport.MustMoney("100.00 CNY")},
			scoring.Investment{Customer: "c-3", Stage: scoring.StageProspect, Acquisition: rapport.MustMoney("80.00 CNY")},
		),
		Grouping: assess.ByMatrix(hundred()),
		Playbook: assess.FromPlaybook(plays(), "playbook 3"),
	}, asOf)
	if err != nil {
		fmt.Println(err)
		return
	}
	profits := make(map[rapport.ID]scoring.CustomerProfit) // nothing may have been spent on some
	for _, profit := range analysis.Profits.Customers {
		profits[profit.Customer] = profit
	}
	for _, m := range analysis.Measures {
		plain, profit := m.Value.Plain(), profits[m.Customer]
		roi, _ := profit.ROI.Value()
		fmt.Println(m.Customer, plain.Historic, plain.Current, plain.Potential, "| profit", profit.Profit, "ROI", roi, "|", m.Cell, m.Actions[0].Code, m.Actions[0].Reasons)
	}
	fmt.Println(slices.Equal(analysis.Collected.Customers(), []rapport.ID{"c-1", "c-2", "c-3"}))
	// Output:
	// c-1 220.00 CNY 80.00 CNY 240.00 CNY | profit 750.00 CNY ROI 5 | low/high develop [cell=low/high (low/high) potential>=100 (240)]
	// c-2 0.00 CNY 150.00 CNY 40.00 CNY | profit 200.00 CNY ROI 2 | high/low keep [cell=high/low (high/low)]
	// c-3 0.00 CNY 20.00 CNY -20.00 CNY | profit -80.00 CNY ROI -1 | low/low serve_at_low_cost [no_rule]
	// true
}
