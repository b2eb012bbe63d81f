package main

import (
	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/internal/market"
)

// The shop is invented: a seller of tea and coffee with two years of history. A
// host has its own records instead and starts at history.go.
const (
	shopName = "Larkmead Tea & Coffee"
	tenant   = rapport.ID("larkmead")
	currency = rapport.EUR

	weeksOfHistory = 104
	weeksHeldOut   = 26 // at the end of the history, kept back to test the forecast
	weeksAhead     = 52 // what the final forecast looks at
	discountRate   = 0.10
)

// newShop draws customers who join all through the two years, buy at rates of
// their own, a little more in winter, and silently stay away one day.
//
// The season is chosen to be kind to models that know none. It is mild, and the
// quiet summer and the busy weeks before Christmas cancel over the half-year that
// is held out: its mean factor is 1.00, as that of the time before it. Over the
// thirty seeds from this one on, the forecast of the total misses by −0.8 ± 2.8 %
// and 29 of the 95 % intervals hold what came. With a shop's stronger season, 0.9
// after New Year and in summer and 1.5 in December, it misses by −7.7 % and 11
// do: the interval tells of chance and of the parameters, not of what a model
// leaves out.
func newShop() (*market.World, error) {
	return market.New(market.Config{
		Customers: 3000,
		Days:      weeksOfHistory * 7,
		Joining:   weeksOfHistory * 7,
		Process:   market.Process{Unit: rapport.Week, R: 0.8, Alpha: 6, A: 0.6, B: 3.5},
		Spend:     market.Spend{P: 5, Q: 4, V: 24},
		Season:    [12]float64{1.02, 1, 1.03, 1.02, 1, 0.95, 0.85, 0.88, 0.98, 1.03, 1.1, 1.2},
		Currency:  currency,
		Channels:  []market.Choice{{Name: "shop", Weight: 5}, {Name: "web", Weight: 4}, {Name: "phone", Weight: 1}},
		Products: []market.Product{
			{Code: "TEA", Weight: 4, Margin: 0.48},
			{Code: "COFFEE", Weight: 5, Margin: 0.41},
			{Code: "POTTERY", Weight: 1, Margin: 0.33},
		},
		DuplicateRows: 0.01, // the till sends some lines twice
	}, 20240101)
}
