package btyd_test

import (
	"context"
	"fmt"
	"log"
	"math"

	"github.com/rapport-crm/rapport/scoring/btyd"
)

// Donors could give once a year. Their parameters are those of Fader, Hardie and Shang,
// Marketing Science 29 (2010) 1086–1108; a donor who gave in each of six years is
// expected to give 3.75 times in the next five, one who never gave again 0.07 times.
func ExampleBGBB() {
	model, err := btyd.NewBGBB(1.204, 0.750, 0.657, 2.783)
	if err != nil {
		log.Fatal(err)
	}
	for _, donor := range []btyd.Cell{{X: 6, TX: 6, N: 6}, {X: 3, TX: 4, N: 6}, {X: 0, TX: 0, N: 6}} {
		value, err := model.Discounted(donor, math.Inf(1), 0.10)
		if err != nil {
			log.Fatal(err)
		}
		band, err := model.Band(donor, 5, 0.9)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Printf("x %d t_x %d: alive next year %.2f, in five years %.2f gifts (%d to %d), DERT %.2f\n",
			donor.X, donor.TX, model.PAlive(donor, btyd.NextPeriod), model.Expected(donor, 5), band.Low, band.High, value)
	}
	// Output:
	// x 6 t_x 6: alive next year 0.93, in five years 3.75 gifts (0 to 5), DERT 5.91
	// x 3 t_x 4: alive next year 0.44, in five years 1.03 gifts (0 to 4), DERT 1.63
	// x 0 t_x 0: alive next year 0.11, in five years 0.07 gifts (0 to 0), DERT 0.11
}

// Cells count the customers that share a history; here of a fair held four times a year.
func ExampleFitBGBB() {
	cells := []btyd.Cell{
		{X: 0, TX: 0, N: 4, Customers: 50},
		{X: 1, TX: 1, N: 4, Customers: 22}, {X: 1, TX: 2, N: 4, Customers: 7}, {X: 1, TX: 4, N: 4, Customers: 6},
		{X: 2, TX: 2, N: 4, Customers: 9}, {X: 2, TX: 3, N: 4, Customers: 8}, {X: 2, TX: 4, N: 4, Customers: 12},
		{X: 3, TX: 3, N: 4, Customers: 9}, {X: 3, TX: 4, N: 4, Customers: 20}, {X: 4, TX: 4, N: 4, Customers: 31},
	}
	ctx := context.Background()
	model, err := btyd.FitBGBB(ctx, cells, nil)
	if err != nil {
		log.Fatal(err)
	}
	for _, p := range model.Parameters() {
		fmt.Printf("%-5s %.2f ± %.2f\n", p.Name, p.Value, p.SE)
	}
	year, err := model.ExpectedTotal(ctx, cells, 4, 0.95)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("next year %.0f purchases (%.0f to %.0f)\n", year.Value, year.Low, year.High)
	// Output:
	// alpha 2.28 ± 1.36
	// beta  1.17 ± 0.54
	// gamma 0.43 ± 0.25
	// delta 1.66 ± 1.30
	// next year 221 purchases (175 to 267)
}

// Customers of a subscription, with the parameters of the "High End" segment of Fader
// and Hardie, Journal of Interactive Marketing 21 (2007) 76–90, estimated from seven
// renewals. It projects that 38 % are left after twelve; in the paper 39 % were.
func ExampleContract() {
	model, err := btyd.NewShiftedBetaGeometric(0.668, 3.806)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("retention %.3f, %.3f, … %.3f\n", model.Retention(1), model.Retention(2), model.Retention(12))
	fmt.Printf("left after 12 renewals %.1f %%\n", 100*model.Survival(12))
	for _, renewals := range []int{0, 4} {
		// Ten percent a year; a payment of 100 at each renewal, the next of which is due.
		value, err := model.Value(renewals, btyd.BeforeRenewal, math.Inf(1), 0.10, 100)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Printf("after %d renewals: worth %.0f\n", renewals, value)
	}
	_, err = model.ExpectedLifetime()
	fmt.Println(err)
	// Output:
	// retention 0.851, 0.878, … 0.957
	// left after 12 renewals 37.8 %
	// after 0 renewals: worth 541
	// after 4 renewals: worth 690
	// btyd: sbg: alpha = 0.668, c = 1 at a discount of 0: expected lifetime is infinite
}

// Two cohorts of subscribers whose retention rises less than their differences alone
// would make it: each becomes more inclined to leave (c > 1). The model is that of Fader,
// Hardie, Liu, Davin and Steenburgh, Journal of Interactive Marketing 43 (2018) 1–16.
func ExampleFitBetaDiscreteWeibull() {
	cohorts := []btyd.Cohort{
		{Active: []float64{5000, 3900, 2960, 2240, 1720, 1340}},
		{Active: []float64{4000, 3110, 2380, 1790}},
	}
	ctx := context.Background()
	simple, err := btyd.FitShiftedBetaGeometric(ctx, cohorts, nil)
	if err != nil {
		log.Fatal(err)
	}
	model, err := btyd.FitBetaDiscreteWeibull(ctx, cohorts, nil)
	if err != nil {
		log.Fatal(err)
	}
	c := model.Parameters()[2]
	test, err := btyd.CompareContracts(simple, model)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("c = %.2f ± %.2f, p = %.4f\n", c.Value, c.SE, test.PValue)
	left, err := model.ExpectedActive(ctx, 1340, 5, 3, 0.95)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("of 1340, after 3 more renewals %.0f (%.0f to %.0f)\n", left.Value, left.Low, left.High)
	fmt.Printf("the simpler model says %.0f\n", 1340*simple.Stay(5, 3))
	// Output:
	// c = 1.13 ± 0.04, p = 0.0004
	// of 1340, after 3 more renewals 665 (591 to 739)
	// the simpler model says 607
}
