package main

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/examples/sheet"
)

// columns are the names of what is read.
type columns struct{ id, date, amount string }

// maxAmount is the greatest size of an amount in a file.
const maxAmount = 1e15

// readOrders reads a CSV file with one order a row.
func readOrders(file io.Reader, names columns) (*base, error) {
	rows, err := sheet.Open(file, "one order a row")
	if err != nil {
		return nil, err
	}
	var at [3]int
	for i, c := range []struct{ name, flag string }{{names.id, "-id-col"}, {names.date, "-date-col"}, {names.amount, "-amount-col"}} {
		if at[i], err = rows.Column(c.name, true, c.flag); err != nil {
			return nil, err
		}
	}
	clients := map[rapport.ID]*client{}
	for record, err := range rows.Records() {
		if err != nil {
			return nil, err
		}
		id, date, amount := strings.Clone(record[at[0]]), strings.TrimSpace(record[at[1]]), strings.TrimSpace(record[at[2]])
		if err := rapport.ID(id).Validate(); err != nil {
			return nil, rows.Wrong(names.id, id, sheet.IDReason(err))
		}
		day, err := time.Parse(time.DateOnly, date)
		if err != nil || day.Year() < 1900 || day.Year() > 2200 {
			return nil, rows.Wrong(names.date, date, errors.New("is not a date like 2026-01-31, from 1900 to 2200"))
		}
		size, err := sheet.ParseNumber(amount, maxAmount)
		if err != nil {
			return nil, rows.Wrong(names.amount, amount, err)
		}
		c := clients[rapport.ID(id)]
		if c == nil {
			c = &client{id: rapport.ID(id)}
			clients[c.id] = c
		}
		c.orders = append(c.orders, order{at: day, amount: size})
	}
	if len(clients) == 0 {
		return nil, errors.New("the file has a header and no rows")
	}
	b := &base{}
	for _, c := range clients {
		b.clients = append(b.clients, c)
	}
	slices.SortFunc(b.clients, func(x, y *client) int { return strings.Compare(string(x.id), string(y.id)) })
	b.complete()
	last := b.clients[0].last
	for _, c := range b.clients {
		if c.last.After(last) {
			last = c.last
		}
		c.contact = c.last
	}
	b.asOf = last.AddDate(0, 0, 1)
	return b, nil
}

// an order of a customer.
type order struct {
	at     time.Time
	amount float64
}

// client is what is known of a customer.
type client struct {
	id          rapport.ID
	orders      []order // by time
	first, last time.Time
	revenue     float64 // of all orders

	// What orders alone do not tell; see base.known.
	goods      float64 // what was sold cost us
	service    float64 // what it cost to serve him
	potential  float64 // what he could buy in a year
	need       time.Time
	complained bool

	contact time.Time // the last one
}

func (c *client) profit() float64 { return c.revenue - c.goods - c.service }

// during sums the orders within a time.
func (c *client) during(i rapport.Interval) float64 {
	total := 0.0
	for _, o := range c.orders {
		if i.Contains(o.at) {
			total += o.amount
		}
	}
	return total
}

// base is all customers, by id.
type base struct {
	source  string
	asOf    time.Time
	clients []*client
	known   bool // profits, potentials, needs, contacts and complaints are
}

// complete works out what follows from the orders.
func (b *base) complete() {
	for _, c := range b.clients {
		slices.SortStableFunc(c.orders, func(x, y order) int { return x.at.Compare(y.at) })
		c.first, c.last = c.orders[0].at, c.orders[len(c.orders)-1].at
		c.revenue = 0
		for _, o := range c.orders {
			c.revenue += o.amount
		}
	}
}

// ids returns the ids of all customers in their order.
func (b *base) ids() []rapport.ID {
	ids := make([]rapport.ID, len(b.clients))
	for i, c := range b.clients {
		ids[i] = c.id
	}
	return ids
}

// figures returns one figure of each customer.
func (b *base) figures(of func(*client) float64) []float64 {
	values := make([]float64, len(b.clients))
	for i, c := range b.clients {
		values[i] = of(c)
	}
	return values
}

// value is the figure by which customers are ranked: profit where it is known.
func (b *base) value() (name string, of func(*client) float64) {
	if b.known {
		return "profit", (*client).profit
	}
	return "revenue", func(c *client) float64 { return c.revenue }
}

func (b *base) countOrders() int {
	n := 0
	for _, c := range b.clients {
		n += len(c.orders)
	}
	return n
}

func (b *base) String() string {
	return fmt.Sprintf("%s: %d customers, %d orders, as of %s", b.source, len(b.clients), b.countOrders(), b.asOf.Format(time.DateOnly))
}
