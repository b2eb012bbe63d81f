package main

import (
	"fmt"

	"github.com/rapport-crm/rapport/internal/market"
)

// band compares a range of P(alive) with the truth, which nobody knows outside
// an invented shop.
type band struct {
	name      string
	customers int
	stated    float64 // mean P(alive)
	active    int     // who truly are
}

// compareWithTruth sorts customers by what the model says of them and counts how
// many are truly still there.
func compareWithTruth(all []scored, shop *market.World) []band {
	bands := make([]band, 5)
	for k := range bands {
		bands[k].name = fmt.Sprintf("%d to %s", 20*k, percent(0.2*float64(k+1)))
	}
	i := 0
	for truth := range shop.Customers() { // in the order of ids, as the scores are
		c := all[i]
		i++
		b := &bands[min(int(c.alive*5), 4)]
		b.customers++
		b.stated += c.alive
		if truth.Left.IsZero() {
			b.active++
		}
	}
	for k := range bands {
		if bands[k].customers > 0 {
			bands[k].stated /= float64(bands[k].customers)
		}
	}
	return bands
}
