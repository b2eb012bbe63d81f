package market

import (
	"math"
	"slices"
	"time"

	"github.com/rapport-crm/rapport"
)

// event is a sale, or with a negative amount its return.
type event struct {
	at      time.Time
	amount  int64 // minor units
	cost    int64
	channel string
	branch  string
	product string
	account rapport.ID // the record it is booked on; empty until that is asked for
	sale    int        // number of the sale of this customer, from 1; a return has that of its sale
}

// goods are the choices of a world with their cumulative weights, and the size
// of a minor unit.
type goods struct {
	channels, branches, products cumulative
	minor                        float64 // minor units in a major one
}

func newGoods(c Config) goods {
	var g goods
	for _, choice := range c.Channels {
		g.channels.add(choice.Weight)
	}
	for _, choice := range c.Branches {
		g.branches.add(choice.Weight)
	}
	for _, product := range c.Products {
		g.products.add(product.Weight)
	}
	g.minor = math.Pow10(c.Currency.Digits())
	return g
}

// cumulative holds running sums of weights.
type cumulative []float64

func (w *cumulative) add(weight float64) {
	total := weight
	if n := len(*w); n > 0 {
		total += (*w)[n-1]
	}
	*w = append(*w, total)
}

// pick draws an index in proportion to its weight.
func (w cumulative) pick(c *chance) int {
	at := c.Float64() * w[len(w)-1]
	for i, sum := range w {
		if at < sum {
			return i
		}
	}
	return len(w) - 1
}

// largestAmount keeps sums of many amounts far from the end of int64.
const largestAmount = 1e12

// trade returns what the drawn customer bought and gave back, in the order of
// time. The slice is valid until the next call.
func (l *life) trade() []event {
	w, c := l.world, l.chance
	l.events = l.events[:0]

	c.seed(w.seed, l.number, spending)
	rate := c.gamma(w.config.Spend.Q) / w.config.Spend.V
	for i, day := range l.moments {
		amount := math.Round(c.gamma(w.config.Spend.P) / rate * w.goods.minor)
		l.events = append(l.events, event{
			at:     w.clock.instant(day),
			amount: int64(min(max(amount, 1), largestAmount)),
			sale:   i + 1,
		})
	}

	c.seed(w.seed, l.number, trading)
	for i := range l.events {
		e := &l.events[i]
		product := w.config.Products[w.goods.products.pick(c)]
		e.channel = w.config.Channels[w.goods.channels.pick(c)].Name
		e.branch = w.config.Branches[w.goods.branches.pick(c)].Name
		e.product = product.Code
		e.cost = int64(math.Round(float64(e.amount) * (1 - product.Margin)))
	}

	if w.config.Returns > 0 {
		l.giveBack()
	}
	return l.events
}

// giveBack adds the returns that come before the end of the world.
func (l *life) giveBack() {
	w, c := l.world, l.chance
	c.seed(w.seed, l.number, returning)
	end := float64(w.config.Days)
	for i, day := range l.moments {
		back, later := c.happens(w.config.Returns), 1+29*c.Float64()
		if !back || day+later >= end {
			continue
		}
		e := l.events[i]
		e.at = w.clock.instant(day + later)
		e.amount, e.cost = -e.amount, -e.cost
		l.events = append(l.events, e)
	}
	slices.SortStableFunc(l.events, func(a, b event) int { return a.at.Compare(b.at) })
}
