package btyd_test

import (
	"context"
	"fmt"
	"log"
	"math/rand/v2"
	"time"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/scoring"
	"github.com/rapport-crm/rapport/scoring/btyd"
)

// A garden shop sells more in spring, and once sent every other customer a voucher. The
// model of Bachmann, Meierer and Näf (2021) tells both from the customers' own rates. The
// log is simulated: the effects behind it are 1.0 on purchases in spring and 0.6 in the
// weeks of the voucher, and −0.5 on leaving in spring.
func ExampleFitVarying() {
	ctx := context.Background()
	start := time.Date(2023, 1, 2, 0, 0, 0, 0, time.UTC)

	// What holds for everybody: a period may be a week, or as here a season.
	var periods []btyd.Period
	for year := range 3 {
		from := start.AddDate(year, 0, 0)
		spring, summer, next := from.AddDate(0, 2, 0), from.AddDate(0, 5, 0), start.AddDate(year+1, 0, 0)
		periods = append(periods,
			btyd.Period{From: from, To: spring, Values: []float64{0, 0}},
			btyd.Period{From: spring, To: summer, Values: []float64{1, 0}},
			btyd.Period{From: summer, To: next, Values: []float64{0, 0}})
	}
	calendar, err := btyd.NewCalendar([]string{"spring", "voucher"}, periods)
	if err != nil {
		log.Fatal(err)
	}
	// What some were sent.
	sent := map[rapport.ID][]btyd.Period{}
	for i := 0; i < 600; i += 2 {
		autumn := time.Date(2023, 9, 1, 0, 0, 0, 0, time.UTC)
		sent[customerName(i)] = []btyd.Period{{From: autumn, To: autumn.AddDate(0, 0, 42), Values: []float64{0, 1}}}
	}
	if calendar, err = calendar.With(sent); err != nil {
		log.Fatal(err)
	}

	// One pass over the log makes the summaries and adds up the covariates.
	visits, err := btyd.NewVisits(calendar)
	if err != nil {
		log.Fatal(err)
	}
	summaries, err := scoring.Summarize(ctx, gardenShop(calendar, start), scoring.Window{
		Unit: rapport.Week, Until: start.AddDate(2, 0, 0), Visit: visits.Add,
	})
	if err != nil {
		log.Fatal(err)
	}
	model, err := btyd.FitVarying(ctx, summaries, visits, &btyd.CovariateOptions{Life: []string{"spring"}})
	if err != nil {
		log.Fatal(err)
	}
	for _, p := range model.Parameters()[4:] {
		fmt.Printf("%-13s %5.2f ± %.2f\n", p.Name, p.Value, p.SE)
	}
	plain, err := btyd.FitParetoNBD(ctx, summaries, nil)
	if err != nil {
		log.Fatal(err)
	}
	test, err := model.Compare(plain)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("covariates matter:", test.PValue < 0.001)
	// Output:
	// life.spring   -0.87 ± 0.26
	// trans.spring   1.00 ± 0.03
	// trans.voucher  0.62 ± 0.08
	// covariates matter: true
}

func customerName(i int) rapport.ID { return rapport.ID(fmt.Sprintf("garden-%03d", i)) }

// gardenShop simulates the log of 600 customers who begin in January.
func gardenShop(calendar *btyd.Calendar, start time.Time) func(yield func(scoring.Purchase, error) bool) {
	base, err := btyd.NewParetoNBD(rapport.Week, 1.5, 15, 0.8, 30)
	if err != nil {
		log.Fatal(err)
	}
	truth, err := btyd.NewVarying(base, []string{"spring", "voucher"}, []float64{1, 0.6}, []float64{-0.5, 0})
	if err != nil {
		log.Fatal(err)
	}
	return func(yield func(scoring.Purchase, error) bool) {
		for i := range 600 {
			first := start.AddDate(0, 0, i%28)
			customer, err := truth.Customer(calendar, customerName(i), first, scoring.Summary{})
			if err != nil {
				log.Fatal(err)
			}
			weeks, err := customer.Simulate(rand.New(rand.NewPCG(1, uint64(i))), 104)
			if err != nil {
				log.Fatal(err)
			}
			for _, week := range append([]float64{0}, weeks...) {
				if !yield(scoring.Purchase{Customer: customerName(i), At: first.AddDate(0, 0, int(7*week)), Amount: 20_00}, nil) {
					return
				}
			}
		}
	}
}

// With s = 0 nobody leaves, and a customer can be followed by hand. It bought twice again
// in 10 weeks, of which the last four were a sale that doubles the rate: they count as
// 6 + 4·2 = 14 weeks. With r = 1 and α = 6 it buys (1+2)/(6+14) = 0.15 times a week,
// and 0.30 times in a sale.
func ExampleVaryingModel_Customer() {
	start := time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)
	week := func(n int) time.Time { return start.AddDate(0, 0, 7*n) }
	calendar, err := btyd.NewCalendar([]string{"sale"}, []btyd.Period{
		{From: week(0), To: week(6), Values: []float64{0}},
		{From: week(6), To: week(12), Values: []float64{1}},
		{From: week(12), To: week(20), Values: []float64{0}},
	})
	if err != nil {
		log.Fatal(err)
	}
	base, err := btyd.NewParetoNBD(rapport.Week, 1, 6, 0, 1)
	if err != nil {
		log.Fatal(err)
	}
	const doubles = 0.6931471805599453 // ln 2
	model, err := btyd.NewVarying(base, []string{"sale"}, []float64{doubles}, nil)
	if err != nil {
		log.Fatal(err)
	}
	customer, err := model.Customer(calendar, "ada", start, scoring.Summary{X: 2, TX: 8, T: 10})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%.2f a week\n", customer.Rates().Purchase)
	for _, weeks := range []float64{2, 10} { // two weeks of sale, then eight without
		n, err := customer.Expected(weeks)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Printf("%.2f in %v weeks\n", n, weeks)
	}
	_, err = customer.Expected(11)
	fmt.Println(err)
	// Output:
	// 0.15 a week
	// 0.60 in 2 weeks
	// 1.80 in 10 weeks
	// btyd: calendar of customer "ada", 2026-07-20 to before 2026-07-27: no values
}
