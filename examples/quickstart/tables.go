package main

import (
	"fmt"
	"time"

	"github.com/rapport-crm/rapport/examples/htmlreport"
)

// The tables are made once and shown twice: as text and on the page.

func (a *analysis) tierTable() htmlreport.Table {
	table := htmlreport.Table{
		Title:   fmt.Sprintf("Margin expected from %s to %s, discounted at %s a year", day(a.last.AddDate(0, 0, 1)), day(a.last.AddDate(0, 0, 7*weeksAhead)), percent(discountRate)),
		Columns: columns("tier", "#customers", "#value "+currency.String(), "#share of value", "#each "+currency.String()),
	}
	for _, t := range a.tiers {
		share, _ := t.Value.Value()
		table.Rows = append(table.Rows, []string{
			t.Name, count(t.Count), amount(t.Value.Num), percent(share), amount(t.Value.Num / float64(t.Count)),
		})
	}
	return table
}

func (a *analysis) topTable(shown int) htmlreport.Table {
	list := a.customers[:min(shown, len(a.customers))]
	table := htmlreport.Table{
		Title:   fmt.Sprintf("The %d most valuable customers", len(list)),
		Columns: columns("customer", "name", "tier", "#purchases", "last purchase", "#still active", "#to come", "#"+percent(0.8)+" range", "#value "+currency.String()),
		Note: fmt.Sprintf("Still active: the chance that the customer has not left. To come: purchases expected in the next %d weeks, "+
			"with the range that holds four customers of five.", weeksAhead),
	}
	for _, c := range list {
		table.Rows = append(table.Rows, []string{
			string(c.id), a.names[c.id], c.tier, count(c.summary.X + 1), day(a.lastPurchase(c)), percent(c.alive),
			htmlreport.Number(c.purchases, 1), fmt.Sprintf("%d – %d", c.low, c.high), amount(c.value),
		})
	}
	return table
}

func (a *analysis) slippingTable(shown int) htmlreport.Table {
	list := a.slipping[:min(shown, len(a.slipping))]
	table := htmlreport.Table{
		Title:   fmt.Sprintf("The %d with the most at stake, of %s who are slipping away", len(list), count(len(a.slipping))),
		Columns: columns("customer", "name", "#purchases", "last purchase", "#usual gap", "#silent", "#active then", "#active now", "#at stake "+currency.String()),
		Note: fmt.Sprintf("Usual gap between purchases and silence since the last one in weeks. Active: the chance of being a customer, on %s and now. "+
			"At stake: the margin that the next %d weeks would bring on top if the customer were surely active.", day(a.tested), weeksAhead),
	}
	for _, c := range list {
		table.Rows = append(table.Rows, []string{
			string(c.id), a.names[c.id], count(c.summary.X + 1), day(a.lastPurchase(c.scored)), htmlreport.Number(c.usual, 1), htmlreport.Number(c.silent, 1),
			percent(c.before), percent(c.alive), amount(c.atStake),
		})
	}
	return table
}

func (a *analysis) groupTable() htmlreport.Table {
	table := htmlreport.Table{
		Title:   fmt.Sprintf("Repeat purchases from %s to %s by what customers had bought before", day(a.tested.AddDate(0, 0, 1)), day(a.last)),
		Columns: columns("repeat purchases before", "#customers", "#forecast", "#actual", "#difference"),
	}
	row := func(name string, customers int, forecast float64, actual int) {
		table.Rows = append(table.Rows, []string{name, count(customers), htmlreport.Number(forecast, 0), count(actual), signedPercent(forecast/float64(actual) - 1)})
	}
	customers := 0
	for _, g := range a.test.groups {
		row(g.name, g.customers, g.forecast, g.actual)
		customers += g.customers
	}
	row("all", customers, a.test.forecast.Value, a.test.actual)
	return table
}

func (a *analysis) truthTable() htmlreport.Table {
	table := htmlreport.Table{
		Title:   "Chance of still being a customer, next to the truth (which is known, because the shop is invented)",
		Columns: columns("the model says", "#customers", "#mean chance", "#truly active"),
	}
	for _, b := range a.truth {
		if b.customers > 0 {
			table.Rows = append(table.Rows, []string{b.name, count(b.customers), percent(b.stated), percent(float64(b.active) / float64(b.customers))})
		}
	}
	return table
}

// lastPurchase is the recency of a customer as a date.
func (a *analysis) lastPurchase(c scored) time.Time {
	silentDays := (c.summary.T - c.summary.TX) * 7
	return a.last.AddDate(0, 0, -int(silentDays+0.5))
}

// columns names the columns of a table; a # before a name marks numbers.
func columns(names ...string) []htmlreport.Column {
	list := make([]htmlreport.Column, len(names))
	for i, name := range names {
		list[i].Name = name
		if name[0] == '#' {
			list[i] = htmlreport.Column{Name: name[1:], Numeric: true}
		}
	}
	return list
}

func day(at time.Time) string { return at.Format(time.DateOnly) }

func count(n int) string { return htmlreport.Number(float64(n), 0) }

func amount(value float64) string { return htmlreport.Number(value, 0) }

func percent(share float64) string { return htmlreport.Percent(share, 0) }

func signedPercent(share float64) string {
	if share > 0 {
		return "+" + htmlreport.Percent(share, 1)
	}
	return htmlreport.Percent(share, 1)
}
