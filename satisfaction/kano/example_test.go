package kano_test

import (
	"context"
	"fmt"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/satisfaction/kano"
)

// Ten customers are asked about a spare key. Five like it and would dislike its lack
// (one-dimensional), three like it and do not mind its lack (attractive), one does not
// care at all (indifferent) and one gave half an answer. Of nine, better is 8/9 and
// worse −5/9; category strength is (5 − 3)/9.
func Example() {
	var responses []kano.Response
	for i := range 10 {
		r := kano.Response{Respondent: rapport.ID(fmt.Sprintf("c%d", i)), Feature: "spare key", Functional: kano.Like, Dysfunctional: kano.Dislike}
		switch {
		case i >= 9:
			r.Dysfunctional = kano.Missing
		case i >= 8:
			r.Functional, r.Dysfunctional = kano.Neutral, kano.Neutral
		case i >= 5:
			r.Dysfunctional = kano.Neutral
		}
		responses = append(responses, r)
	}
	analysis, err := kano.Analyze(context.Background(), kano.Rows(responses), nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	f := analysis.Feature("spare key")
	strength, _ := f.CategoryStrength.Value()
	fmt.Printf("%s by %v, table %v; %d answered, %d skipped\n", f.Category.Name(), analysis.Rule, analysis.Table, f.N, f.Skipped)
	fmt.Printf("better %.3f [%.3f, %.3f], worse %.3f [%.3f, %.3f], strength %.3f\n",
		f.Better.Value, f.Better.Low, f.Better.High, f.Worse.Value, f.Worse.Low, f.Worse.High, strength)
	fmt.Printf("difference %v, threshold %.2f: stands out %v\n", f.Fong.Difference, f.Fong.Threshold, f.Fong.Significant)
	// Output:
	// one-dimensional by mode, table berger; 9 answered, 1 skipped
	// better 0.889 [0.565, 0.980], worse -0.556 [-0.811, -0.267], strength 0.222
	// difference 2, threshold 3.48: stands out false
}

// Two cells of f'd are one-dimensional or attractive: 0.6·0.7 = 0.42 and 0.6·0.3 = 0.18.
func ExampleTable_Fuzzy() {
	answer, err := kano.Berger.Fuzzy(kano.Membership{0.6, 0.4}, kano.Membership{3: 0.3, 4: 0.7})
	if err != nil {
		fmt.Println(err)
		return
	}
	kept, err := answer.Kept(kano.DefaultAlpha)
	fmt.Printf("O %.2f, A %.2f, kept %v %v\n", answer.Degrees.O, answer.Degrees.A, kept, err)
	// Output: O 0.42, A 0.18, kept [O] <nil>
}

// A feature that delighted two years ago is asked for now: of 20 customers a year,
// better is 16/20 = 0.8 both times, while worse goes from −4/20 to −12/20.
func ExampleAnalyzePeriods() {
	periods := []rapport.Interval{
		rapport.MustInterval("2024-01-01T00:00:00Z/2025-01-01T00:00:00Z"),
		rapport.MustInterval("2026-01-01T00:00:00Z/2027-01-01T00:00:00Z"),
	}
	var responses []kano.Response
	for p, wanted := range []int{4, 12} { // who would dislike its lack
		for i := range 20 {
			r := kano.Response{Respondent: rapport.ID(fmt.Sprintf("c%d-%d", p, i)), Feature: "app", At: periods[p].Start(), Functional: kano.Like, Dysfunctional: kano.Neutral}
			if i < wanted {
				r.Dysfunctional = kano.Dislike
			}
			if i >= 16 {
				r.Functional = kano.Neutral
			}
			responses = append(responses, r)
		}
	}
	trend, err := kano.AnalyzePeriods(context.Background(), kano.Rows(responses), periods, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	change := trend.Tracks[0].Overall
	fmt.Printf("%v → %v, %v; better %+.2f, worse %.2f [%.2f, %.2f]; p = %.3f, small counts %v\n", change.From, change.To, change.Direction(),
		change.Better.Value, change.Worse.Value, change.Worse.Low, change.Worse.High, change.Test.P, change.Test.Small())
	// Output:
	// A → O, maturing; better +0.00, worse -0.40 [-0.62, -0.10]; p = 0.018, small counts true
}
