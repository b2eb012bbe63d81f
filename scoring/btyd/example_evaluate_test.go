package btyd_test

import (
	"context"
	"fmt"
	"log"
	"strings"
	"time"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/scoring"
	"github.com/rapport-crm/rapport/scoring/btyd"
)

// tenAndTen are four customers who came in the same week, one column a week: ten weeks
// that the model is given and ten held back.
func tenAndTen() (*scoring.Summaries, *scoring.Repeats) {
	book := map[rapport.ID]string{
		"ann": "x..x..x..x...x..x....",
		"bob": "x....x........x...x..",
		"cyd": "x....................",
		"dan": "x...................x",
	}
	start := time.Date(2026, 1, 5, 0, 0, 0, 0, time.UTC)
	purchases := func(yield func(scoring.Purchase, error) bool) {
		for id, line := range book {
			for week := range line {
				if line[week] == 'x' && !yield(scoring.Purchase{Customer: id, At: start.AddDate(0, 0, 7*week)}, nil) {
					return
				}
			}
		}
	}
	window := scoring.Window{Unit: rapport.Week, Until: start.AddDate(0, 0, 70), Holdout: 10}
	summaries, repeats, err := scoring.CountRepeats(context.Background(), purchases, window)
	if err != nil {
		log.Fatal(err)
	}
	return summaries, repeats
}

// The NBD with r = 1 and alpha = 10 weeks expects (1+x)/(10+10)·10 purchases in the
// next ten weeks of a customer with x repeat purchases in ten: 0.5 for none, 1 for one
// and 2 for three. It says that one without any buys with probability 1 − 20/30.
func ExampleEvaluate() {
	summaries, _ := tenAndTen()
	model, err := btyd.NewNBD(rapport.Week, 1, 10)
	if err != nil {
		log.Fatal(err)
	}
	e, err := btyd.Evaluate(context.Background(), model, summaries, &btyd.EvaluationOptions{Classes: []int{0, 1, 2}, Groups: 2})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("expected %.1f, actual %d: bias %+.1f or %+.0f %%\n", e.Expected, e.Actual, e.Bias, 100*e.RelativeBias)
	fmt.Printf("a customer: MAE %.3f, RMSE %.3f\n", e.MAE, e.RMSE)
	for _, c := range e.Classes {
		fmt.Printf("x = %-2s  %d customers  expected %.2f  actual %.2f\n", c.Class, c.Customers, c.Expected, c.Actual)
	}
	fmt.Printf("the better half made %.0f %% of the purchases\n", 100*e.Groups[0].Captured)
	active := e.Counts.Active
	fmt.Printf("active: expected %.3f, actual %.3f, Brier score %.3f\n", active.Expected, active.Actual, active.Brier)
	for _, b := range e.Counts.Bands {
		fmt.Printf("band of %.0f %%: should hold %.2f, holds %.2f\n", 100*b.Level, b.Expected, b.Actual)
	}
	// Output:
	// expected 4.0, actual 5: bias -1.0 or -20 %
	// a customer: MAE 0.500, RMSE 0.612
	// x = 0   2 customers  expected 0.50  actual 0.50
	// x = 1   1 customers  expected 1.00  actual 2.00
	// x = 2+  1 customers  expected 2.00  actual 2.00
	// the better half made 80 % of the purchases
	// active: expected 0.506, actual 0.750, Brier score 0.198
	// band of 50 %: should hold 0.82, holds 1.00
	// band of 80 %: should hold 0.95, holds 1.00
	// band of 90 %: should hold 0.96, holds 1.00
}

// The same customers week by week: of four new ones the model expects 4·(1/10) purchases
// every week, and in the weeks held back, knowing what they did, the same by chance.
func ExampleModel_Track() {
	summaries, repeats := tenAndTen()
	model, err := btyd.NewNBD(rapport.Week, 1, 10)
	if err != nil {
		log.Fatal(err)
	}
	track, err := model.Track(context.Background(), summaries, repeats)
	if err != nil {
		log.Fatal(err)
	}
	for _, p := range append(track.Calibration[8:], track.Forecast[:3]...) {
		fmt.Printf("week %2.0f  actual %d  model %.1f  so far %d and %.1f\n", p.To, p.Actual, p.Expected, p.CumulativeActual, p.CumulativeExpected)
	}
	// Output:
	// week  9  actual 1  model 0.4  so far 4 and 3.6
	// week 10  actual 0  model 0.4  so far 4 and 4.0
	// week 11  actual 0  model 0.4  so far 4 and 4.4
	// week 12  actual 0  model 0.4  so far 4 and 4.8
	// week 13  actual 1  model 0.4  so far 5 and 5.2
}

// Two thousand customers drawn from the BG/NBD. It is preferred to the NBD, which knows
// no departure; of customers drawn from the NBD it would not be.
func ExampleChoose() {
	truth, err := btyd.NewBGNBD(rapport.Week, 0.8, 9, 0.8, 2.5)
	if err != nil {
		log.Fatal(err)
	}
	ids, ages := make([]rapport.ID, 2000), make([]float64, 2000)
	for i := range ids {
		ids[i], ages[i] = rapport.ID(fmt.Sprintf("c%04d", i)), float64(26+i%26)
	}
	summaries, err := truth.Simulate(ids, ages, 1)
	if err != nil {
		log.Fatal(err)
	}
	choice, err := btyd.Choose(context.Background(), summaries, &btyd.ChooseOptions{Families: []btyd.Family{btyd.NBD, btyd.BGNBD}})
	if err != nil {
		log.Fatal(err)
	}
	for _, c := range choice.Candidates {
		fmt.Printf("%-6s ln L %.0f  %d parameters  BIC %.0f  weight %.3f\n", c.Name, c.LogLikelihood, c.Parameters, c.BIC, c.BICWeight)
	}
	fmt.Println(choice.Name, strings.ReplaceAll(string(choice.Reason), "_", " "))
	// Output:
	// nbd    ln L -15218  2 parameters  BIC 30452  weight 0.000
	// bgnbd  ln L -14901  4 parameters  BIC 29833  weight 1.000
	// bgnbd lowest bic
}

// Three customers who buy every other week or so: far more evenly than by chance, under
// which one interval in seven is shorter than two days.
func ExampleEstimateRegularity() {
	summaries, err := scoring.NewSummaries(rapport.Day, []rapport.ID{"ann", "bob", "cyd"}, []scoring.Summary{
		{X: 5, TX: 70, T: 80, SumLogInterval: 13.1696}, // 13, 15, 14, 12 and 16 days
		{X: 4, TX: 58, T: 60, SumLogInterval: 10.6652}, // 12, 17, 14 and 15
		{X: 3, TX: 42, T: 50, SumLogInterval: 7.8320},  // 10, 14 and 18
	})
	if err != nil {
		log.Fatal(err)
	}
	r, err := btyd.EstimateRegularity(summaries)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("k = %.0f ± %.0f: %s, p = %.1g\n", r.K, r.SE, r.Timing, r.PValue)
	// Output:
	// k = 32 ± 15: regular, p = 9e-07
}
