package main

import (
	"strconv"

	"github.com/rapport-crm/rapport/examples/htmlreport"
)

// frequencyShare is how many customers bought so often, and how many should have by
// the model.
type frequencyShare struct {
	label            string
	actual, expected float64
}

// newFrequencyShares has an entry for each number of purchases up to most.
func newFrequencyShares(most int) []frequencyShare {
	shares := make([]frequencyShare, most+1)
	for x := range shares {
		shares[x].label = strconv.Itoa(x)
	}
	return shares
}

// frequencyChart draws how many customers made how many purchases.
func frequencyChart(shares []frequencyShare, what string) htmlreport.LineChart {
	actual, expected := htmlreport.Series{Name: "actual"}, htmlreport.Series{Name: "model", Dashed: true}
	chart := htmlreport.LineChart{
		Title:       "Customers by number of " + what,
		Description: "How many customers made how many " + what + " in calibration, and how many should have by the model.",
		XLabel:      what, YLabel: "customers",
	}
	for i, s := range shares {
		at := float64(i)
		chart.Ticks = append(chart.Ticks, htmlreport.Tick{At: at, Label: s.label})
		actual.Points = append(actual.Points, htmlreport.Point{X: at, Y: s.actual})
		expected.Points = append(expected.Points, htmlreport.Point{X: at, Y: s.expected})
	}
	chart.Series = []htmlreport.Series{actual, expected}
	return chart
}
