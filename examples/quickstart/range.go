package main

import (
	"github.com/rapport-crm/rapport/scoring"
	"github.com/rapport-crm/rapport/scoring/btyd"
)

// purchaseRange returns the numbers of purchases between which four customers of
// five like this one end: at most a tenth buy less than low, at most a tenth more
// than high.
func purchaseRange(model *btyd.Model, s scoring.Summary, periods float64) (low, high int) {
	low = -1
	for n, sum := 0, 0.0; ; n++ {
		sum += model.Probability(s, n, periods)
		if low < 0 && sum > 0.1 {
			low = n
		}
		if sum >= 0.9 {
			return low, n
		}
	}
}
