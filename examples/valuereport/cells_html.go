package main

import (
	"fmt"
	"io"
	"strconv"

	"github.com/rapport-crm/rapport/examples/htmlreport"
)

// writeHTML writes the report as a self-contained page.
func (r *cellReport) writeHTML(w io.Writer) error {
	all, span := r.totals(), r.options.period.span(r.options.horizon)
	active := htmlreport.Headline{Label: "Still active", Value: htmlreport.Number(all.PAlive, 0), Note: "expected at the next opportunity, " + share(all.PAlive, all.Customers) + " of all"}
	page := htmlreport.Page{
		Title:    "What customers will do",
		Subtitle: fmt.Sprintf("%s customers with %s; the forecast is for the next %s", htmlreport.Number(all.Customers, 0), plural("history", "histories", len(r.cells)), span),
		Headlines: []htmlreport.Headline{
			{Label: "Customers", Value: htmlreport.Number(all.Customers, 0)},
			active,
			{Label: "Expected purchases", Value: htmlreport.Number(all.Expected, 0), Note: "next " + span + interval(r.ahead)},
		},
		Sections: []htmlreport.Section{
			{
				Title: "Who will buy", Text: "P(alive) is the chance that a customer has not left for good and can buy at the next opportunity.",
				Blocks: []htmlreport.Block{
					r.historyMap("Chance that a customer is still active", "P(alive) at the next opportunity", 1, func(c cell) float64 { return c.PAlive }),
					r.historyMap("Purchases expected from a customer", "purchases expected over the next "+span, 0, func(c cell) float64 { return c.Expected }),
					tableOf("By history", cellAlign, r.lines()),
				},
			},
			r.model.trust(frequencyChart(r.shares, "transactions")),
		},
		Footer: "P(alive) and expected purchases: " + describe(r.model.name).model() + ".",
	}
	if r.options.discount != 0 {
		page.Headlines = append(page.Headlines, htmlreport.Headline{Label: "Discounted purchases", Value: htmlreport.Number(all.Discounted.value, 0), Note: "discounted at " + htmlreport.Percent(r.options.discount, 1) + " a year"})
	}
	return page.Render(w)
}

// historyMap is a frequency × recency map of the customers seen the longest.
func (r *cellReport) historyMap(title, what string, high float64, of func(cell) float64) htmlreport.HeatMap {
	n := 0
	for _, c := range r.cells {
		n = max(n, c.N)
	}
	side := min(n, mostShares) + 1
	heat := htmlreport.HeatMap{
		Title:       title,
		Description: fmt.Sprintf("The %s of customers seen at %d opportunities, by number of transactions and opportunity of the last one.", what, n),
		XLabel:      "transactions", YLabel: "opportunity of the last one",
		High: high, Decimals: 2,
		Note:  fmt.Sprintf("Each field: %s of a customer seen at %d opportunities. Empty fields have no customers.", what, n),
		Cells: make([][]htmlreport.Cell, side),
	}
	for i := range side {
		heat.Columns, heat.Rows = append(heat.Columns, strconv.Itoa(i)), append(heat.Rows, strconv.Itoa(i))
		heat.Cells[i] = make([]htmlreport.Cell, side)
	}
	customers := map[[2]int]float64{}
	for _, c := range r.cells {
		if c.N == n && c.TX < side && c.Customers > 0 {
			at := [2]int{c.TX, c.X}
			customers[at] += c.Customers
			heat.Cells[c.TX][c.X] = htmlreport.Cell{Value: of(c), Filled: true, Note: htmlreport.Number(customers[at], 0) + " customers"}
		}
	}
	return heat
}
