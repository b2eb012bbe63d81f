package main

import (
	"fmt"
	"math"
	"math/rand/v2"
	"time"

	"github.com/rapport-crm/rapport"
)

// What the invented wholesaler is like.
const (
	inventedCustomers = 300
	inventedDays      = 3 * 365
)

// season is how much is ordered in January, February, …, 1 on average: gardens.
func season() [12]float64 {
	return [12]float64{.4, .6, 1.3, 1.8, 1.7, 1.3, 1, .9, 1, .9, .6, .5}
}

// invented makes a wholesaler of garden supplies: some customers buy most of what they
// need elsewhere, some cost more than they bring, and some have fallen silent. Each is
// drawn from a stream of its own.
func invented(seed uint64) *base {
	start := time.Date(2021, time.January, 1, 0, 0, 0, 0, time.UTC)
	b := &base{source: "An invented wholesaler of garden supplies", asOf: start.AddDate(0, 0, inventedDays), known: true}
	for i := range inventedCustomers {
		random := rand.New(rand.NewPCG(seed, uint64(i)))
		if c := draw(random, start, rapport.ID(fmt.Sprintf("G%04d", i+1)), b.asOf); len(c.orders) > 0 {
			b.clients = append(b.clients, c)
		}
	}
	b.complete()
	return b
}

// draw makes one customer.
func draw(random *rand.Rand, start time.Time, id rapport.ID, asOf time.Time) *client {
	c := &client{id: id, potential: cents(math.Exp(8.8 + random.NormFloat64()))}
	share := math.Sqrt(random.Float64()) // of what he could buy, with us
	yearly := 3 + 21*random.Float64()    // orders
	size := c.potential * share / yearly
	from, until := random.IntN(inventedDays*2/3), inventedDays
	if random.Float64() < .15 {
		until = from + random.IntN(inventedDays-from) // fell silent
	}
	margin := .14 + .22*random.Float64()
	effort := 12.0 // what an order costs us
	if random.Float64() < .12 {
		effort = 90
	}
	months := season()
	for day := from; day < until; day++ {
		at := start.AddDate(0, 0, day)
		if random.Float64() < yearly/365*months[at.Month()-1] {
			amount := cents(size * math.Exp(.3*random.NormFloat64()-.045))
			c.orders = append(c.orders, order{at: at, amount: amount})
			c.goods += cents(amount * (1 - margin))
			c.service += effort
		}
	}
	c.contact = asOf.AddDate(0, 0, -3-random.IntN(150))
	if first := start.AddDate(0, 0, from); c.contact.Before(first) {
		c.contact = first
	}
	if random.Float64() < .1 {
		c.need = asOf.AddDate(0, 0, random.IntN(40))
	}
	c.complained = random.Float64() < .06
	if random.Float64() < .03 {
		c.potential = cents(c.potential / 10) // nobody asked him for years what he needs
	}
	return c
}

func cents(amount float64) float64 { return math.Round(amount*100) / 100 }
