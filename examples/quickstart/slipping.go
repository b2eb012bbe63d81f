package main

import (
	"cmp"
	"slices"

	"github.com/rapport-crm/rapport/scoring"
)

// slipping is a customer who may be on the way out: one phone call could still
// be worth it.
type slipping struct {
	scored
	before  float64 // chance of being a customer, half a year ago
	usual   float64 // weeks between purchases on average
	silent  float64 // weeks since the last purchase
	atStake float64 // value that would come on top if the customer were surely active
}

// findSlipping returns those who half a year ago were almost surely customers (at
// least 70 %) and now may have left (10 to 50 %), the most value at stake first.
//
// The value of a customer is (chance of being one) × (value if so), so the doubt
// costs value / chance − value. That is at stake: what making sure of the customer
// would bring.
func findSlipping(m models, all []scored, halfYearAgo *scoring.Summaries) []slipping {
	var found []slipping
	for _, c := range all {
		earlier, known := halfYearAgo.Lookup(c.id)
		if !known || c.summary.X == 0 || c.alive < 0.1 || c.alive > 0.5 {
			continue
		}
		before := m.buying.PAlive(earlier)
		if before < 0.7 {
			continue
		}
		found = append(found, slipping{
			scored:  c,
			before:  before,
			usual:   c.summary.TX / float64(c.summary.X),
			silent:  c.summary.T - c.summary.TX,
			atStake: c.value/c.alive - c.value,
		})
	}
	slices.SortFunc(found, func(a, b slipping) int {
		return cmp.Or(cmp.Compare(b.atStake, a.atStake), cmp.Compare(a.id, b.id))
	})
	return found
}
