package btyd_test

import (
	"context"
	"fmt"
	"log"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/scoring"
	"github.com/rapport-crm/rapport/scoring/btyd"
)

// The NBD of Ehrenberg, "The Pattern of Consumer Purchases" (1959), by hand: with r = 0.3
// and α = 6 weeks, P(no purchase in 24 weeks) = (6/30)^0.3 = 0.617; a customer who bought
// twice in 24 weeks has the mean rate (0.3+2)/(6+24), which is 1.84 purchases in as many again.
func ExampleNewNBD() {
	model, err := btyd.NewNBD(rapport.Week, 0.3, 6)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("new: none in 24 weeks with probability %.3f\n", model.PMF(0, 24))
	fmt.Printf("bought twice: %.2f expected\n", model.Expected(scoring.Summary{X: 2, TX: 20, T: 24}, 24))
	fmt.Printf("never again: %.2f expected\n", model.Expected(scoring.Summary{T: 24}, 24))
	// Output:
	// new: none in 24 weeks with probability 0.617
	// bought twice: 1.84 expected
	// never again: 0.24 expected
}

// twoShops draws 1000 customers of a shop and 1000 of its web shop, who buy twice as often,
// with the covariate that tells them apart.
func twoShops() (*scoring.Summaries, *btyd.Covariates) {
	var ids []rapport.ID
	var rows []scoring.Summary
	var web [][]float64
	for shop, alpha := range []float64{20, 10} {
		truth, err := btyd.NewParetoNBD(rapport.Week, 1, alpha, 1, 40)
		if err != nil {
			log.Fatal(err)
		}
		names, ages := make([]rapport.ID, 1000), make([]float64, 1000)
		for i := range names {
			names[i], ages[i] = rapport.ID(fmt.Sprintf("%d-%03d", shop, i)), float64(52+i%26)
		}
		customers, err := truth.Simulate(names, ages, uint64(shop+1))
		if err != nil {
			log.Fatal(err)
		}
		for id, s := range customers.All() {
			ids, rows, web = append(ids, id), append(rows, s), append(web, []float64{float64(shop)})
		}
	}
	summaries, err := scoring.NewSummaries(rapport.Week, ids, rows)
	if err != nil {
		log.Fatal(err)
	}
	covariates, err := btyd.NewCovariates([]string{"web"}, ids, web)
	if err != nil {
		log.Fatal(err)
	}
	return summaries, covariates
}

// Covariates as in the note of Fader and Hardie, "Incorporating time-invariant covariates
// into the Pareto/NBD and BG/NBD models" (2007). Customers of the web shop were drawn to
// buy twice as often: an effect of ln 2 = 0.69. In a year, with s = 1, a new one does so
// (40/10)·ln(92/40) = 3.3 times.
func ExampleFitCovariates() {
	ctx := context.Background()
	summaries, covariates := twoShops()
	model, err := btyd.FitCovariates(ctx, btyd.ParetoNBD, summaries, covariates, &btyd.CovariateOptions{
		Life: []string{}, // on purchases alone, not on leaving
	})
	if err != nil {
		log.Fatal(err)
	}
	effect := model.Parameters()[4]
	fmt.Printf("%s %.2f ± %.2f\n", effect.Name, effect.Value, effect.SE)

	plain, err := btyd.FitParetoNBD(ctx, summaries, nil)
	if err != nil {
		log.Fatal(err)
	}
	test, err := model.Compare(plain)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("chi-square %.0f with %d degree of freedom\n", test.Statistic, test.DF)

	customer, err := model.At(1) // the model of a customer of the web shop
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("a new one buys %.1f times again in a year\n", customer.ExpectedNew(52))
	// Output:
	// trans.web 0.66 ± 0.06
	// chi-square 119 with 1 degree of freedom
	// a new one buys 3.3 times again in a year
}

// How well do 2000 customers tell when customers leave? The profile interval is wider
// above the estimate than below it, which ± cannot say. Against the NBD, in which nobody
// leaves, the test leaves no doubt.
func ExampleProfile() {
	ctx := context.Background()
	summaries, _ := twoShops()
	rows := btyd.Compress(summaries)
	model, err := btyd.Fit(ctx, btyd.ParetoNBD, rows, nil)
	if err != nil {
		log.Fatal(err)
	}
	s := model.Parameters()[2]
	interval, err := btyd.Profile(ctx, model, rows, "s", 0.95, nil)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("s = %.2f ± %.2f, 95 %%: %.2f to %.2f\n", s.Value, s.SE, interval.Low, interval.High)

	nobodyLeaves, err := btyd.Fit(ctx, btyd.NBD, rows, nil)
	if err != nil {
		log.Fatal(err)
	}
	test, err := btyd.CompareNested(nobodyLeaves, model)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("customers leave:", test.PValue < 0.001)
	// Output:
	// s = 1.39 ± 0.52, 95 %: 0.79 to 4.75
	// customers leave: true
}

// What may a new customer of the CD shop cost? With the published parameters of both
// models it spends 35.22 at its first purchase, and 1.197 times that within the next 39
// weeks: 42.15, without a discount.
func ExampleNewCustomerValue() {
	model, err := btyd.NewBGNBD(rapport.Week, 0.243, 4.414, 0.793, 2.426)
	if err != nil {
		log.Fatal(err)
	}
	spend, err := btyd.NewGammaGamma(6.25, 3.74, 15.44)
	if err != nil {
		log.Fatal(err)
	}
	value, err := btyd.NewCustomerValue(model, spend, btyd.Horizon{Periods: 39})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%.2f at once, %.2f later, %.2f in all\n", value.First, value.Repeat, value.Total)
	weeks, err := btyd.CohortValue(model, spend, 3, 0.10)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("week by week, at 10 %% a year: %.2f\n", weeks)
	// Output:
	// 35.22 at once, 42.15 later, 77.37 in all
	// week by week, at 10 % a year: [1.87 1.76 1.66]
}
