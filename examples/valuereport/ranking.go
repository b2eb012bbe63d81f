package main

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/rapport-crm/rapport/examples/htmlreport"
)

// tierTotal adds up the customers of one tier.
type tierTotal struct {
	name      string
	customers int
	expected  float64
	value     figure
}

// ranksByValue reports whether every customer has a value. If not, customers
// are ranked and tiered by expected transactions.
func (r *report) ranksByValue() bool {
	return !slices.ContainsFunc(r.customers, func(c customer) bool { return !c.Value.known })
}

// rank is what customers are ranked by.
func (r *report) rank() func(*customer) float64 {
	if r.ranksByValue() {
		return func(c *customer) float64 { return c.Value.value }
	}
	return func(c *customer) float64 { return c.Expected }
}

// tierTotals adds up the tiers, best first.
func (r *report) tierTotals() []tierTotal {
	at := make(map[string]int, len(r.tiers))
	totals := make([]tierTotal, len(r.tiers))
	for i, tier := range r.tiers {
		at[tier.Name] = i
		totals[i] = tierTotal{name: tier.Name, customers: tier.Count, value: figure{known: r.ranksByValue()}}
	}
	for i := range r.customers {
		c := &r.customers[i]
		total := &totals[at[c.Tier]]
		total.expected += c.Expected
		total.value.value += c.Value.value
	}
	return totals
}

// totals adds up all customers.
func (r *report) totals() tierTotal {
	all := tierTotal{name: "all", value: figure{known: r.ranksByValue()}}
	for _, tier := range r.tierTotals() {
		all.customers += tier.customers
		all.expected += tier.expected
		all.value.value += tier.value.value
	}
	return all
}

// top returns the n best customers, ties in byte order of the id.
func (r *report) top(n int) []*customer {
	all := make([]*customer, len(r.customers))
	for i := range r.customers {
		all[i] = &r.customers[i]
	}
	return best(all, r.rank(), n)
}

// atRiskBelow is the chance of being active under which a customer counts as
// slipping away.
const atRiskBelow = 0.5

// atRisk returns the n best of the customers who are more likely gone than
// active: there is still something to lose, so they are the ones to call first.
func (r *report) atRisk(n int) []*customer {
	var risky []*customer
	for i := range r.customers {
		if c := &r.customers[i]; c.PAlive < atRiskBelow {
			risky = append(risky, c)
		}
	}
	return best(risky, r.rank(), n)
}

func best(customers []*customer, rank func(*customer) float64, n int) []*customer {
	slices.SortStableFunc(customers, func(a, b *customer) int { return cmp.Compare(rank(b), rank(a)) })
	return customers[:min(n, len(customers))]
}

// text writes the figure for people.
func (f figure) text(decimals int) string {
	if !f.known {
		return htmlreport.Missing
	}
	return htmlreport.Number(f.value, decimals)
}

// share returns part/whole as a percentage for people.
func share(part, whole float64) string {
	if whole == 0 {
		return htmlreport.Missing
	}
	return htmlreport.Percent(part/whole, 1)
}

// span names a length of time: "39 weeks", "1 month", "11.96 months".
func (r *report) span(units float64) string { return spanOf(units, r.options.unit.String()) }

func (p period) span(periods float64) string { return spanOf(periods, p.name) }

func spanOf(units float64, unit string) string {
	number := htmlreport.Number(units, 0)
	if units != float64(int(units)) {
		number = htmlreport.Number(units, 2)
	}
	if units == 1 {
		return number + " " + unit
	}
	return fmt.Sprintf("%s %ss", number, unit)
}

// plural counts things.
func plural(one, more string, n int) string {
	if n != 1 {
		one = more
	}
	return htmlreport.Number(float64(n), 0) + " " + one
}

// valueName heads a column of values: "value" or "value EUR".
func (r *report) valueName() string {
	if r.money == "" {
		return "value"
	}
	return "value " + r.money
}

// headings names the columns of a list of customers, see [report.line].
func (r *report) headings() []string {
	return []string{"customer", "repeats", r.options.unit.String() + "s since last", "P(alive)", "expected purchases", "expected spend", r.valueName(), "tier"}
}

// line is one line of a list of customers.
func (r *report) line(c *customer) []string {
	return []string{
		c.ID,
		htmlreport.Number(float64(c.X), 0),
		htmlreport.Number(c.T-c.TX, 1),
		htmlreport.Number(c.PAlive, 3),
		htmlreport.Number(c.Expected, 2),
		c.ExpectedSpend.text(2),
		c.Value.text(2),
		c.Tier,
	}
}
