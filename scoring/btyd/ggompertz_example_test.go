package btyd_test

import (
	"fmt"
	"log"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/scoring"
	"github.com/rapport-crm/rapport/scoring/btyd"
)

// In the model of Bemmaor and Glady (2012) the hazard of each customer grows like e^(bt),
// so a customer with η ~ Gamma(s, β) is still there after 52 weeks with probability
// (β/(β + e^(52b) − 1))^s: here 20/(19 + e^2.6) = .616. Of two customers who were
// silent for ten weeks the older one has more likely left, and has less ahead.
func ExampleNewGGompertzNBD() {
	model, err := btyd.NewGGompertzNBD(rapport.Week, 0.8, 8, 0.05, 1, 20)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("new: there after a year with probability %.3f, buys %.2f times\n", model.PAliveAt(scoring.Summary{}, 52), model.ExpectedNew(52))
	for _, age := range []float64{20, 100} {
		s := scoring.Summary{X: int(age / 10), TX: age - 10, T: age}
		fmt.Printf("at %v weeks: alive with probability %.3f, buys %.2f times\n", age, model.PAlive(s), model.Expected(s, 52))
	}
	// Output:
	// new: there after a year with probability 0.616, buys 4.45 times
	// at 20 weeks: alive with probability 0.914, buys 3.47 times
	// at 100 weeks: alive with probability 0.508, buys 0.99 times
}
