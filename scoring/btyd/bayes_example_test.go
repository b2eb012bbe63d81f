package btyd_test

import (
	"context"
	"fmt"
	"log"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/scoring"
	"github.com/rapport-crm/rapport/scoring/btyd"
)

// A shop like the CD shop of Fader, Hardie and Lee (2005), with the Pareto/NBD
// parameters .553, 10.578, .606, 11.669 that they report: what its first 300 customers
// tell of the parameters, and of one customer, in the hierarchical Bayes form of Ma and
// Liu (2007).
func ExampleSampleParetoNBD() {
	shop, err := btyd.NewParetoNBD(rapport.Week, 0.553, 10.578, 0.606, 11.669)
	if err != nil {
		log.Fatal(err)
	}
	ids, ages := make([]rapport.ID, 300), make([]float64, 300)
	for i := range ids {
		ids[i], ages[i] = rapport.ID(fmt.Sprintf("c%03d", i)), 39-float64(i%12)
	}
	summaries, err := shop.Simulate(ids, ages, 1)
	if err != nil {
		log.Fatal(err)
	}
	posterior, err := btyd.SampleParetoNBD(context.Background(), summaries, 1, nil)
	if err != nil {
		log.Fatal(err)
	}
	for _, p := range posterior.Summary() {
		truth, _ := shop.Param(p.Name)
		fmt.Printf("%-5s within its interval: %t, mixed: %t\n", p.Name, p.Quantiles[0] < truth && truth < p.Quantiles[4], p.RHat < 1.01)
	}
	customer, err := posterior.Customer(scoring.Summary{X: 2, TX: 30.43, T: 38.86}, 0, 39, 0.9)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("a customer alive with probability %.1f buys %d to %d times\n", customer.PAlive, customer.Low, customer.High)
	// Output:
	// r     within its interval: true, mixed: true
	// alpha within its interval: true, mixed: true
	// s     within its interval: true, mixed: true
	// beta  within its interval: true, mixed: true
	// a customer alive with probability 0.8 buys 0 to 4 times
}
