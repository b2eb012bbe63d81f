package market

import (
	"fmt"
	"iter"
	"math"
	"slices"
	"time"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/scoring"
)

// World is a market that can be looped over as often as one likes, each time
// with the same result. It is immutable and safe for concurrent use.
type World struct {
	config Config
	seed   uint64
	clock  clock
	goods  goods
	names  names
	from   int // customers from … to−1
	to     int
}

// New returns the world that config and seed describe. The error is a
// [*ConfigError].
func New(config Config, seed uint64) (*World, error) {
	config = config.withDefaults()
	if err := config.validate(); err != nil {
		return nil, err
	}
	return &World{
		config: config,
		seed:   seed,
		clock:  newClock(config),
		goods:  newGoods(config),
		names:  newNames(),
		to:     config.Customers,
	}, nil
}

// Config returns the configuration with its defaults filled in.
func (w *World) Config() Config { return w.config }

// Len returns the number of customers.
func (w *World) Len() int { return w.to - w.from }

// Until returns the last day of the world.
func (w *World) Until() time.Time { return w.config.From.AddDate(0, 0, w.config.Days-1) }

// Part returns the customers number from to to−1 of this world as a world: the
// parts of workers that share the work. Bounds outside the world are moved to
// its edges.
func (w *World) Part(from, to int) *World {
	part := *w
	part.from = w.from + min(max(from, 0), w.Len())
	part.to = max(part.from, w.from+min(to, w.Len()))
	return &part
}

// Customer is the truth about one customer: what a model tries to infer from the
// purchases.
type Customer struct {
	ID        rapport.ID
	Lambda    float64   // purchases per unit of the process while active, before season and trend
	Dropout   float64   // chance of dropping out after each repeat purchase
	MeanSpend float64   // true mean amount of a purchase, in major units
	Joined    time.Time // first purchase
	Left      time.Time // the purchase after which no other ever comes; zero: still active when the world ends
	Purchases int       // in the world, the first one included; returns not counted
}

// Active reports whether the customer had joined and not yet dropped out at an
// instant within the world.
func (c Customer) Active(at time.Time) bool {
	return !at.Before(c.Joined) && (c.Left.IsZero() || at.Before(c.Left))
}

// Customers yields the truth about every customer, in the order of their ids.
func (w *World) Customers() iter.Seq[Customer] {
	return func(yield func(Customer) bool) {
		l := newLife(w)
		for i := w.from; i < w.to; i++ {
			l.draw(i)
			if !yield(l.Customer) {
				return
			}
		}
	}
}

// Customer returns the truth about the customer number i, from 0 to Len()−1.
func (w *World) Customer(i int) (Customer, error) {
	if i < 0 || i >= w.Len() {
		return Customer{}, fmt.Errorf("market: customer %d of a world of %d", i, w.Len())
	}
	l := newLife(w)
	l.draw(w.from + i)
	return l.Customer, nil
}

// Purchases yields the sales of every customer and, with negative amounts, what
// was returned: customers in the order of their ids, each one's dates ascending,
// as [scoring.SummarizeSorted] wants them. Amounts and costs are in minor units
// of the currency. It is the clean truth: duplicates of records and rows are
// only in [World.Records] and [World.Transactions]. The error is always nil.
func (w *World) Purchases() iter.Seq2[scoring.Purchase, error] {
	return func(yield func(scoring.Purchase, error) bool) {
		l := newLife(w)
		for i := w.from; i < w.to; i++ {
			l.draw(i)
			for _, e := range l.trade() {
				purchase := scoring.Purchase{Customer: l.ID, At: e.at, Amount: e.amount, Cost: e.cost}
				if !yield(purchase, nil) {
					return
				}
			}
		}
	}
}

// life draws one customer after the other, in buffers of its own.
type life struct {
	Customer
	number  int
	world   *World
	chance  *chance
	moments []float64 // days since the start of the world of each purchase
	events  []event
}

func newLife(w *World) *life { return &life{world: w, chance: newChance()} }

// draw makes the customer with a number and the moments of the purchases.
func (l *life) draw(number int) {
	w, c := l.world, l.chance
	process, spend := w.config.Process, w.config.Spend
	c.seed(w.seed, number, buying)
	l.number = number
	l.Customer = Customer{
		ID:      customerID(number),
		Lambda:  c.gamma(process.R) / process.Alpha,
		Dropout: c.beta(process.A, process.B),
	}

	day := c.Float64() * float64(w.config.Joining)
	end := float64(w.config.Days)
	l.Joined = w.clock.instant(day)
	l.moments = append(l.moments[:0], day)
	perDay := l.Lambda / process.Unit.Days()
	for {
		day = w.clock.after(day, c.ExpFloat64()/perDay)
		if !(day < end) {
			break
		}
		l.moments = append(l.moments, day)
		if c.happens(l.Dropout) {
			l.Left = w.clock.instant(day)
			break
		}
	}
	l.Purchases = len(l.moments)

	c.seed(w.seed, number, spending)
	l.MeanSpend = spend.P * spend.V / c.gamma(spend.Q)
}

// customerID writes a number so that the order of the ids is that of the numbers.
func customerID(number int) rapport.ID {
	return rapport.ID(fmt.Sprintf("C%08d", number+1))
}

// clock runs the time in which customers buy at their rate λ: faster in season
// and with a growing trend.
type clock struct {
	from time.Time
	run  []float64 // run[d]: operational days from the start of the world to the start of its day d
}

func newClock(c Config) clock {
	run := make([]float64, c.Days+1)
	for d := range c.Days {
		month := c.From.AddDate(0, 0, d).Month()
		years := (float64(d) + 0.5) / 365.25
		run[d+1] = run[d] + c.Season[month-1]*math.Pow(1+c.Trend, years)
	}
	return clock{from: c.From, run: run}
}

// after returns the day, with its fraction, at which the given operational time
// has passed since another; +Inf past the end of the world.
func (c clock) after(day, passed float64) float64 {
	whole := int(day)
	target := c.run[whole] + (day-float64(whole))*(c.run[whole+1]-c.run[whole]) + passed
	last := len(c.run) - 1
	if !(target < c.run[last]) {
		return math.Inf(1)
	}
	next, _ := slices.BinarySearch(c.run[whole+1:], target)
	d := whole + next
	return max(day, float64(d)+(target-c.run[d])/(c.run[d+1]-c.run[d]))
}

// instant puts the fraction of a day into the hours from nine to nine and cuts
// it to the second; the order of two moments is kept.
func (c clock) instant(day float64) time.Time {
	whole, part := math.Modf(day)
	return c.from.AddDate(0, 0, int(whole)).Add(9*time.Hour + time.Duration(part*12*3600)*time.Second)
}
