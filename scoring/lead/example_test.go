package lead_test

import (
	"fmt"
	"time"

	"github.com/rapport-crm/rapport/scoring/lead"
)

// A retailer of the right size came to a trade fair 45 days ago. With a half-life of 30
// days the 30 points of the fair are 30·½^(45/30) = 10.607 by now.
func Example() {
	scorer, err := lead.NewScorer(lead.Policy{
		Fit: lead.FitPolicy{Groups: []lead.FitGroup{{Name: "company", Rules: []lead.FitRule{
			{Name: "retail", Attribute: "industry", Labels: []string{"retail", "wholesale"}, Points: 25},
			{Name: "50 to 999 people", Attribute: "employees", From: new(50.0), Below: new(1000.0), Points: 15},
		}}}},
		Engagement: lead.EngagementPolicy{HalfLife: 30 * 24 * time.Hour, Kinds: []lead.EventKind{
			{Kind: "trade fair", Points: 30},
			{Kind: "click", Points: 1, Cap: 10},
		}},
		Thresholds: []lead.ScoreThreshold{{Name: "warm", Enter: 50, Leave: 45, Task: "call", Within: 48 * time.Hour}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fair := time.Date(2025, 3, 1, 10, 0, 0, 0, time.UTC)
	state := scorer.NewState()
	if err := state.Record(lead.Event{Kind: "trade fair", At: fair}); err != nil {
		fmt.Println(err)
		return
	}
	profile := lead.Profile{Labels: map[string]string{"industry": "retail"}, Numbers: map[string]float64{"employees": 120}}
	score, err := scorer.Score(profile, state, fair.AddDate(0, 0, 45))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%.3f\n", score.Total)
	for _, entry := range score.Account {
		fmt.Printf("%7.3f  %s: %s\n", entry.Points, entry.Part, entry.Name)
	}
	for range 2 {
		crossings, err := state.Watch(score)
		fmt.Println(len(crossings), "crossings", err)
	}
	// Output:
	// 50.607
	//  25.000  fit: retail
	//  15.000  fit: 50 to 999 people
	//  10.607  engagement: trade fair
	// 1 crossings <nil>
	// 0 crossings <nil>
}

// Of 40 leads who came to the fair 30 bought, of 60 others 20: the odds are 3 to 1
// against 1 to 2, so that the fair multiplies them by 6.
func ExampleFitLogistic() {
	fair := lead.Column{Name: "fair", Numbers: make([]float64, 100)}
	bought := make([]bool, 100)
	for i := range bought {
		if i < 40 {
			fair.Numbers[i] = 1
		}
		bought[i] = i < 30 || i >= 80
	}
	model, err := lead.FitLogistic([]lead.Column{fair}, bought, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	p, err := model.Probabilities([]lead.Column{{Name: "fair", Numbers: []float64{1, 0}}})
	if err != nil {
		fmt.Println(err)
		return
	}
	slope := model.Coefficients()[0].Estimate
	fmt.Printf("fair %.3f, no fair %.3f; ln 6 = %.4f [%.4f, %.4f]\n", p[0], p[1], slope.Value, slope.Low, slope.High)
	// Output:
	// fair 0.750, no fair 0.333; ln 6 = 1.7918 [0.8972, 2.6864]
}

// Six leads in the order of their score. Of the 3·3 pairs of a buyer and another, the
// buyer has the higher score in 8; a threshold at 0.6 finds all three buyers with one
// false alarm.
func ExampleSample() {
	sample := lead.Sample{
		Scores:   []float64{0.9, 0.8, 0.7, 0.6, 0.3, 0.1},
		Outcomes: []bool{true, true, false, true, false, false},
	}
	auc, err := sample.AUC(0.95)
	if err != nil {
		fmt.Println(err)
		return
	}
	// A buyer who is not called costs 50, a call in vain 10.
	cheapest, err := sample.CheapestThreshold(lead.Costs{Miss: 50, FalseAlarm: 10})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("area %.4f ± %.4f\n", auc.Value, auc.SE)
	fmt.Printf("call from %.1f on: %.0f hits, %.0f false alarm, %.2f a lead\n", cheapest.At, cheapest.Hits, cheapest.FalseAlarms, cheapest.Cost)
	// Output:
	// area 0.8889 ± 0.1571
	// call from 0.6 on: 3 hits, 1 false alarm, 1.67 a lead
}

// A column that was filled in after the sale is found before it does harm.
func ExampleCheckLeakage() {
	h := &lead.History{
		Columns: []lead.Column{
			{Name: "visits", Numbers: []float64{5, 2, 7, 1, 4, 3}},
			{Name: "invoice", Labels: []string{"yes", "no", "yes", "no", "yes", "no"}},
		},
		Outcomes: []bool{true, false, true, false, true, false},
	}
	h.Columns[0].Numbers[1] = 6
	fmt.Println(lead.CheckLeakage(h, nil))
	// Output:
	// lead: leakage: column "invoice": same-as-outcome
}
