package btyd_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log"
	"math"
	"time"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/scoring"
	"github.com/rapport-crm/rapport/scoring/btyd"
)

// A CD shop's customer bought twice again within 38.86 weeks, last after 30.43. The
// parameters are those that Fader, Hardie and Lee (2005) estimated for the shop; in
// the spreadsheet note to that paper the customer is expected to buy 1.226 times in
// the next 39 weeks.
func Example() {
	model, err := btyd.NewBGNBD(rapport.Week, 0.243, 4.414, 0.793, 2.426)
	if err != nil {
		log.Fatal(err)
	}
	customer := scoring.Summary{X: 2, TX: 30.43, T: 38.86}
	fmt.Printf("alive with probability %.3f\n", model.PAlive(customer))
	fmt.Printf("%.3f purchases expected\n", model.Expected(customer, 39))
	fmt.Printf("none at all with probability %.3f\n", model.Probability(customer, 0, 39))
	// Output:
	// alive with probability 0.727
	// 1.226 purchases expected
	// none at all with probability 0.445
}

// The whole walk, from a log of purchases to what each customer is worth. Every
// customer is a line of dots, one a week, and its purchases of 10 yuan (-), 20 (=) or 30 (#).
func Example_value() {
	book := map[rapport.ID]string{
		"ada": "-...=...-...-...=...-...",
		"ben": "#.......=.....#........#",
		"cem": "-.......................",
		"dee": "#.=.#.=.................",
		"eva": "-........-..............",
		"fan": "=.......................",
		"gil": "#...-...................",
		"hal": "-.=..-.=...-..-.=...-.-=",
		"ida": "#.......................",
		"jon": "-.......................",
	}
	start := time.Date(2026, 1, 5, 0, 0, 0, 0, time.UTC)
	purchases := func(yield func(scoring.Purchase, error) bool) {
		for id, line := range book {
			for week, mark := range line {
				amount := map[rune]int64{'-': 10_00, '=': 20_00, '#': 30_00}[mark]
				if amount == 0 {
					continue
				}
				if !yield(scoring.Purchase{Customer: id, At: start.AddDate(0, 0, 7*week), Amount: amount}, nil) {
					return
				}
			}
		}
	}
	ctx := context.Background()
	window := scoring.Window{Unit: rapport.Week, Until: start.AddDate(0, 0, 7*24), Currency: rapport.CNY}
	summaries, err := scoring.Summarize(ctx, purchases, window)
	if err != nil {
		log.Fatal(err)
	}
	model, err := btyd.FitBGNBD(ctx, summaries, nil)
	if err != nil {
		log.Fatal(err)
	}
	spend, err := btyd.FitGammaGamma(ctx, summaries, nil)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("boundaries", model.Report().Boundaries, spend.Report().Boundaries, "warnings", model.Report().Warnings)
	year := btyd.Horizon{Periods: 52, AnnualDiscount: 0.10}
	for id, s := range summaries.All() {
		value, err := btyd.LifetimeValue(model, spend, s, year)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Printf("%s x %2d t_x %2.0f  alive %.2f  worth %4.0f\n", id, s.X, s.TX, model.PAlive(s), value)
	}
	// Output:
	// boundaries [] [] warnings [few_customers weakly_identified one_cohort]
	// ada x  5 t_x 20  alive 0.89  worth  118
	// ben x  3 t_x 23  alive 0.92  worth   90
	// cem x  0 t_x  0  alive 1.00  worth   14
	// dee x  3 t_x  6  alive 0.28  worth   26
	// eva x  1 t_x  9  alive 0.70  worth   27
	// fan x  0 t_x  0  alive 1.00  worth   14
	// gil x  1 t_x  4  alive 0.53  worth   20
	// hal x  9 t_x 23  alive 0.96  worth  214
	// ida x  0 t_x  0  alive 1.00  worth   14
	// jon x  0 t_x  0  alive 1.00  worth   14
}

// A model is kept as versioned JSON and scores the same when read back.
func ExampleModel_UnmarshalJSON() {
	model, err := btyd.NewBGNBD(rapport.Week, 0.243, 4.414, 0.793, 2.426)
	if err != nil {
		log.Fatal(err)
	}
	text, err := json.Marshal(model)
	if err != nil {
		log.Fatal(err)
	}
	var back btyd.Model
	if err := json.Unmarshal(text, &back); err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%.4f %.4f\n", model.ExpectedNew(39), back.ExpectedNew(39))
	// Output:
	// 1.1967 1.1967
}

// Fader and Hardie estimated p = 6.25, q = 3.74 and v = 15.44 for the CD shop ("The
// Gamma-Gamma Model of Monetary Value", note, 2013). By hand: the population's mean is
// 6.25 · 15.44 / 2.74 = 35.2, and a customer who bought once more, for 10, is expected
// to spend 6.25 · (15.44 + 10) / (6.25 + 2.74) = 17.7, between the two.
func ExampleGammaGamma() {
	spend, err := btyd.NewGammaGamma(6.25, 3.74, 15.44)
	if err != nil {
		log.Fatal(err)
	}
	population, _, err := spend.PopulationMean()
	if err != nil {
		log.Fatal(err)
	}
	customer := scoring.Summary{X: 1, TX: 10, T: 39, Spend: 10}
	expected, err := spend.ExpectedSpend(customer)
	if err != nil {
		log.Fatal(err)
	}
	posterior, err := spend.Posterior(customer)
	if err != nil {
		log.Fatal(err)
	}
	low, high, err := posterior.Interval(0.9)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("all customers %.1f\n", population)
	fmt.Printf("this one %.1f, with 90 %% between %.1f and %.1f\n", expected, low, high)
	// Output:
	// all customers 35.2
	// this one 17.7, with 90 % between 10.1 and 29.3
}

// A baseline expects what the customer spent so far, and of others the mean.
func ExampleFitMeanSpend() {
	rows, err := btyd.NewSpendRows([]btyd.SpendRow{
		{X: 1, Mean: 10, Customers: 2},
		{X: 4, Mean: 25, Customers: 1},
	})
	if err != nil {
		log.Fatal(err)
	}
	spend, err := btyd.FitMeanSpend(rows, btyd.OwnMean)
	if err != nil {
		log.Fatal(err)
	}
	known, err := spend.ExpectedSpend(scoring.Summary{X: 4, TX: 10, T: 39, Spend: 25})
	if err != nil {
		log.Fatal(err)
	}
	stranger, err := spend.ExpectedSpend(scoring.Summary{T: 39})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(spend.Name(), known, stranger)
	// Output:
	// meanspend-own 25 20
}

// Customers of the web shop (1) spend half as much again as others (0): e^0.405.
func ExampleFitSpendCovariates() {
	var ids []rapport.ID
	var customers []scoring.Summary
	var web [][]float64
	for i, spend := range []float64{8, 14, 11, 31, 9, 22, 12, 16, 27, 13} {
		for _, shop := range []float64{0, 1} {
			ids = append(ids, rapport.ID(fmt.Sprintf("%d-%v", i, shop)))
			customers = append(customers, scoring.Summary{X: 1 + i%3, TX: 5, T: 39, Spend: spend * (1 + shop/2)})
			web = append(web, []float64{shop})
		}
	}
	summaries, err := scoring.NewSummaries(rapport.Week, ids, customers)
	if err != nil {
		log.Fatal(err)
	}
	covariates, err := btyd.NewCovariates([]string{"web"}, ids, web)
	if err != nil {
		log.Fatal(err)
	}
	spend, err := btyd.FitSpendCovariates(context.Background(), summaries, covariates, nil)
	if err != nil {
		log.Fatal(err)
	}
	effect := spend.Parameters()[3]
	fmt.Printf("%s %.3f\n", effect.Name, effect.Value)
	for _, shop := range []float64{0, 1} {
		model, err := spend.At(shop)
		if err != nil {
			log.Fatal(err)
		}
		mean, _, err := model.PopulationMean()
		if err != nil {
			log.Fatal(err)
		}
		fmt.Printf("web %v: %.1f\n", shop, mean)
	}
	// Output:
	// spend.web 0.405
	// web 0: 16.4
	// web 1: 24.5
}

// The same shop's customers by the MBG/NBD of Batislam, Denizel and Filiztekin (2007):
// one who never came back may have left right after the first purchase. The parameters
// are the maximum of the likelihood for the CDNOW data.
func ExampleNewMBGNBD() {
	model, err := btyd.NewMBGNBD(rapport.Week, 0.525, 6.183, 0.891, 1.614)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("seen once 27 weeks ago: alive with probability %.3f\n", model.PAlive(scoring.Summary{T: 27}))
	fmt.Printf("new: %.3f, and %.3f repeat purchases expected in 39 weeks\n", model.PAlive(scoring.Summary{}), model.ExpectedNew(39))
	// Output:
	// seen once 27 weeks ago: alive with probability 0.428
	// new: 0.644, and 1.183 repeat purchases expected in 39 weeks
}

// A customer came back every four weeks, six times, and then not for twelve. To the
// BG/NBD that happens; the BG/CNBD-k of Platzer and Reutterer (2016), here with k = 3,
// knows that regular customers do not make such pauses.
func ExampleNewBGCNBD() {
	const k = 3
	regular, err := btyd.NewBGCNBD(rapport.Week, k, 0.9, 1.2, 0.8, 2.5)
	if err != nil {
		log.Fatal(err)
	}
	random, err := btyd.NewBGNBD(rapport.Week, 0.9, k*1.2, 0.8, 2.5) // the same mean rate
	if err != nil {
		log.Fatal(err)
	}
	customer := scoring.Summary{X: 6, TX: 24, T: 36, SumLogInterval: 6 * math.Log(4)}
	for _, model := range []*btyd.Model{random, regular} {
		fmt.Printf("%-8s alive with probability %.2f, %.2f purchases expected in 12 weeks\n",
			model.Name(), model.PAlive(customer), model.Expected(customer, 12))
	}
	// Output:
	// bgnbd    alive with probability 0.44, 0.83 purchases expected in 12 weeks
	// bgcnbd-3 alive with probability 0.14, 0.31 purchases expected in 12 weeks
}

// k is chosen by the likelihood, as Reutterer, Platzer and Schröder (2021) do. These
// customers come back after one and a half to six and a half weeks, too regularly for chance.
func ExampleFitMBGCNBD() {
	var ids []rapport.ID
	var rows []scoring.Summary
	for i := range 60 {
		s := scoring.Summary{T: 40}
		for wait := range i % 9 {
			between := 4 + 1.25*float64((i+wait)%5-2)
			s.X++
			s.TX += between
			s.SumLogInterval += math.Log(between)
		}
		ids, rows = append(ids, rapport.ID(fmt.Sprintf("c%02d", i))), append(rows, s)
	}
	summaries, err := scoring.NewSummaries(rapport.Week, ids, rows)
	if err != nil {
		log.Fatal(err)
	}
	model, err := btyd.FitMBGCNBD(context.Background(), summaries, nil)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(model.Name())
	for i, value := range model.Report().Profile {
		fmt.Printf("k %2d: %.1f\n", i+1, value)
	}
	// Output:
	// mbgcnbd-4
	// k  1: -694.3
	// k  2: -634.7
	// k  3: -613.1
	// k  4: -606.2
	// k  5: -607.3
	// k  6: -613.4
	// k  7: -622.8
	// k  8: -634.7
	// k  9: -648.5
	// k 10: -663.7
	// k 11: -680.1
	// k 12: -697.5
}
