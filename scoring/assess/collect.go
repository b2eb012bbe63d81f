package assess

import (
	"context"
	"fmt"
	"iter"
	"slices"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/scoring"
)

// Collection is what was collected of the customers.
type Collection struct {
	source      string
	flows       map[rapport.ID][]scoring.CashFlow
	investments []scoring.Investment
	customers   []rapport.ID // in byte order
}

// Collect reads the flows and the investments, which source names: step one. A
// customer of either is in. The error is a [*rapport.IDError], an [*InputError], that
// of a stream or of the context.
func Collect(ctx context.Context, flows iter.Seq2[Flow, error], investments iter.Seq2[scoring.Investment, error], source string) (*Collection, error) {
	if source == "" {
		return nil, &InputError{Name: "source of the flows", Want: "a name"}
	}
	c := &Collection{source: source, flows: make(map[rapport.ID][]scoring.CashFlow)}
	meet := func(customer rapport.ID) error {
		if err := customer.Validate(); err != nil {
			return fmt.Errorf("assess: collect: %w", err)
		}
		if _, known := c.flows[customer]; !known {
			c.flows[customer] = nil
			c.customers = append(c.customers, customer)
		}
		return ctx.Err()
	}
	if flows != nil {
		for f, err := range flows {
			if err != nil {
				return nil, fmt.Errorf("assess: flows: %w", err)
			}
			if err := meet(f.Customer); err != nil {
				return nil, err
			}
			c.flows[f.Customer] = append(c.flows[f.Customer], f.CashFlow)
		}
	}
	if investments != nil {
		for i, err := range investments {
			if err != nil {
				return nil, fmt.Errorf("assess: investments: %w", err)
			}
			if err := meet(i.Customer); err != nil {
				return nil, err
			}
			c.investments = append(c.investments, i)
		}
	}
	if err := ctx.Err(); err != nil { // a stream that stopped early is not the ledger
		return nil, fmt.Errorf("assess: collect: %w", err)
	}
	slices.Sort(c.customers)
	return c, nil
}

// Customers returns who was collected, in byte order.
func (c *Collection) Customers() []rapport.ID { return slices.Clone(c.customers) }

// Values divides each customer's flows into historic, current and potential value: step
// two. A forecast, where it knows the customer, takes the place of the potential; where
// it does not, and no flow is expected either, the potential is absent: nobody knows. A
// customer without flows and forecast is left out.
func (c *Collection) Values(ctx context.Context, w scoring.ValueWindow, forecast Source[Amount]) ([]Valued, error) {
	origin := Origin{c.source, "value_window", w.AsOf, Exact}
	var values []Valued
	for _, customer := range c.customers {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		flows := c.flows[customer]
		future, err := ask(PartValue, customer, w.AsOf, forecast != nil, checkForecast, func() (Finding[Amount], error) { return forecast.Find(ctx, customer, w.AsOf) })
		if err != nil {
			return nil, err
		}
		if len(flows) == 0 && future.Data == nil {
			continue
		}
		plain, err := w.Value(flows...)
		if err != nil {
			return nil, &SourceError{PartValue, customer, err}
		}
		v := ValueOf(plain)
		v.Potential.Origin = Origin{c.source, "discounted_flows", w.AsOf, Stated}
		amount, known := future.Get()
		if known {
			v.Potential = amount
			v.Potential.Origin = future.Origin
		}
		if v, err = v.inOneCurrency(); err == nil {
			if !known && !slices.ContainsFunc(flows, func(f scoring.CashFlow) bool { return !f.At.Before(w.AsOf) }) {
				v.Potential = Amount{}
			}
			err = v.settle(origin, w.AsOf)
		}
		if err != nil {
			return nil, &SourceError{PartValue, customer, err}
		}
		values = append(values, Valued{customer, v})
	}
	return values, nil
}

// checkForecast refuses an amount that is none: whom a forecast does not know, it has no
// finding of.
func checkForecast(a Amount) error {
	if !a.Known() {
		return &InputError{Name: "amount of the forecast", Want: "money in a currency, or no finding"}
	}
	return nil
}

// inOneCurrency makes nothing in no currency a nothing of the others' currency.
func (v Value) inOneCurrency() (Value, error) {
	total, err := v.Plain().Total()
	if err != nil {
		return v, err
	}
	nothing, err := total.Sub(total)
	if err != nil {
		return v, err
	}
	for _, a := range []*Amount{&v.Historic, &v.Current, &v.Potential} {
		if a.Money, err = a.Money.Add(nothing); err != nil {
			return v, err
		}
	}
	return v, nil
}

// Profits sets the investments against what they brought: step three. The errors are
// those of [scoring.InvestmentsByStage].
func (c *Collection) Profits(stages []string) (scoring.InvestmentReport, error) {
	return scoring.InvestmentsByStage(stages, c.investments)
}
