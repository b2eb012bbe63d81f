package main

import (
	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/segment"
)

type tiersPart struct {
	By     string      `json:"by"`
	Groups []tierGroup `json:"groups"`
}

type tierGroup struct {
	Tier      string        `json:"tier"`
	Customers int           `json:"customers"`
	Value     rapport.Ratio `json:"value"`
	Lowest    float64       `json:"lowest"`
}

func tiers(b *base, r *report, f *findings) error {
	name, value := b.value()
	assigned, err := segment.DefaultTiers().Assign(b.ids(), b.figures(value))
	if err != nil {
		return err
	}
	r.Tiers = &tiersPart{By: name}
	for _, g := range assigned.Groups() {
		r.Tiers.Groups = append(r.Tiers.Groups, tierGroup{g.Name, g.Count, g.Value, g.Lowest})
	}
	for i := range b.clients {
		f.tiers = append(f.tiers, assigned.Name(i))
	}
	return nil
}

type concentration struct {
	RevenueTop20 rapport.Ratio `json:"revenue_top_20_percent"`
	RevenueGini  rapport.Ratio `json:"revenue_gini"`
	FewestFor80  rapport.Ratio `json:"fewest_for_80_percent_of_revenue"`
	Profit       *whale        `json:"profit"`
}

type whale struct {
	Net           float64       `json:"net"`
	PeakCustomers int           `json:"peak_customers"`
	Peak          rapport.Ratio `json:"peak"`
	Losers        int           `json:"losers"`
	Losses        float64       `json:"losses"`
}

func concentrate(b *base, r *report, _ *findings) error {
	spread, err := segment.Pareto(b.ids(), b.figures(func(c *client) float64 { return c.revenue }))
	if err != nil {
		return err
	}
	out := &concentration{RevenueGini: spread.Lorenz().Gini()}
	if out.RevenueTop20, err = spread.Top(segment.Percent(20)); err != nil {
		return err
	}
	if out.FewestFor80, err = spread.FewestFor(segment.Percent(80)); err != nil {
		return err
	}
	if b.known {
		profits, err := segment.Pareto(b.ids(), b.figures((*client).profit))
		if err != nil {
			return err
		}
		out.Profit = &whale{Net: profits.Net(), PeakCustomers: profits.Peak().Customers, Peak: profits.Peak().Profit}
		out.Profit.Losers, out.Profit.Losses = profits.Losers()
	}
	r.Concentration = out
	return nil
}

type buyerGroup struct {
	Type      string        `json:"type"`
	Customers rapport.Ratio `json:"customers"`
	Orders    rapport.Ratio `json:"orders"`
	Spend     rapport.Ratio `json:"spend"`
}

func buyers(b *base, r *report, _ *findings) error {
	rows := make([]segment.Buyer, len(b.clients))
	for i, c := range b.clients {
		rows[i] = segment.Buyer{ID: c.id, Orders: len(c.orders), Spend: c.revenue}
	}
	assigned, err := segment.ValueMatrix(rows)
	if err != nil {
		return err
	}
	for _, g := range assigned.Groups() {
		r.Buyers = append(r.Buyers, buyerGroup{g.Type.String(), g.Buyers, g.Orders, g.Spend})
	}
	return nil
}

type cellGroup struct {
	Cell      string        `json:"cell"`
	Name      string        `json:"name"`
	Action    string        `json:"action"`
	Customers rapport.Ratio `json:"customers"`
	Current   rapport.Ratio `json:"current"`
	Potential rapport.Ratio `json:"potential"`
}

// matrix sets what a customer brought in the last year against what he could buy in one.
func matrix(b *base, r *report, f *findings) error {
	year, err := rapport.NewInterval(b.asOf.AddDate(-1, 0, 0), b.asOf)
	if err != nil {
		return err
	}
	rows := make([]segment.MatrixRow, len(b.clients))
	for i, c := range b.clients {
		rows[i] = segment.MatrixRow{ID: c.id, Current: c.during(year), Potential: c.potential}
	}
	cut := segment.Cut{By: segment.ByQuantile, At: .7}
	m, err := segment.NewMatrix(cut, cut, nil)
	if err != nil {
		return err
	}
	assigned, err := m.Assign(rows)
	if err != nil {
		return err
	}
	for _, g := range assigned.Groups() {
		r.Matrix = append(r.Matrix, cellGroup{g.Quadrant.String(), g.Name, g.Action, g.Customers, g.Current, g.Potential})
	}
	for i := range b.clients {
		f.cells = append(f.cells, assigned.Quadrant(i).String())
	}
	return nil
}

type worthPart struct {
	Groups []worthGroup `json:"groups"`
	Worst  []judgement  `json:"worst"`
}

type worthGroup struct {
	Verdict   string        `json:"verdict"`
	Customers rapport.Ratio `json:"customers"`
	Profit    float64       `json:"profit"`
}

type judgement struct {
	ID      rapport.ID            `json:"id"`
	Profit  float64               `json:"profit"`
	Verdict string                `json:"verdict"`
	Action  string                `json:"action"`
	Reasons []segment.WorthReason `json:"reasons"`
}

// shown is how many customers a list in a report has.
const shown = 5

func worth(b *base, r *report, _ *findings) error {
	rows := make([]segment.Standing, len(b.clients))
	for i, c := range b.clients {
		rows[i] = segment.Standing{
			ID: c.id, Profit: c.profit(), Revenue: max(c.revenue, 0), ServiceCost: c.service,
			TenureDays: int(b.asOf.Sub(c.first).Hours() / 24),
		}
		if c.complained {
			rows[i].Protected = "open_complaint"
		}
	}
	found, err := segment.WorthPolicy{}.Judge(rows)
	if err != nil {
		return err
	}
	r.Worth = &worthPart{Worst: []judgement{}}
	for _, g := range found.Groups {
		r.Worth.Groups = append(r.Worth.Groups, worthGroup{string(g.Verdict), g.Customers, g.Profit})
	}
	byRank := make([]segment.Judgement, len(found.Judgements))
	for _, j := range found.Judgements {
		byRank[len(byRank)-j.Rank] = j // the worst first
	}
	for _, j := range byRank[:min(shown, len(byRank))] {
		r.Worth.Worst = append(r.Worth.Worst, judgement{j.ID, j.Profit, string(j.Verdict), string(j.Action), j.Reasons})
	}
	return nil
}

type accountFound struct {
	Kind     string     `json:"kind"`
	ID       rapport.ID `json:"id"`
	Size     float64    `json:"size"`
	Earnings float64    `json:"earnings"`
	Activity int        `json:"activity"`
}

// accounts finds customers who could buy much and bought nothing for half a year, and
// small ones who bring a lot.
func accounts(b *base, r *report, _ *findings) error {
	policy := segment.AccountPolicy{Days: 180}
	window, err := rapport.NewInterval(b.asOf.AddDate(0, 0, -policy.Days), b.asOf)
	if err != nil {
		return err
	}
	rows := make([]segment.Account, len(b.clients))
	for i, c := range b.clients {
		row := segment.Account{ID: c.id, Size: c.potential, Earnings: c.profit()}
		for _, o := range c.orders {
			if window.Contains(o.at) {
				row.Activity++
			}
		}
		rows[i] = row
	}
	found, err := policy.Detect(rows)
	if err != nil {
		return err
	}
	r.Accounts = []accountFound{}
	for _, a := range found {
		r.Accounts = append(r.Accounts, accountFound{string(a.Kind), a.Account.ID, a.Account.Size, a.Account.Earnings, a.Account.Activity})
	}
	return nil
}
