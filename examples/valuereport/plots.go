package main

import (
	"math"
	"slices"
	"strconv"

	"github.com/rapport-crm/rapport/examples/htmlreport"
	"github.com/rapport-crm/rapport/scoring/btyd"
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

// trackingCharts draws actual and expected repeat purchases, in sum and by period.
func trackingCharts(t *btyd.Tracking, unit string) []htmlreport.Block {
	var sums, steps [3]htmlreport.Series
	for i, name := range [...]string{"actual", "model at first purchase", "forecast"} {
		sums[i] = htmlreport.Series{Name: name, Dashed: i > 0}
		steps[i] = sums[i]
	}
	point := func(s *htmlreport.Series, x, y float64) {
		s.Points = append(s.Points, htmlreport.Point{X: x, Y: y})
	}
	// The end of a period may be rounded; a shorter one would look like a fall.
	whole := func(p btyd.TrackedPeriod) bool { return p.To-p.From > 1-1e-9 }
	for _, p := range slices.Concat(t.Calibration, t.Holdout) {
		point(&sums[0], p.To, float64(p.CumulativeActual))
		point(&sums[1], p.To, p.CumulativeExpected)
		if whole(p) {
			point(&steps[0], p.To, float64(p.Actual))
			point(&steps[1], p.To, p.Expected)
		}
	}
	parts, after := 2, ""
	var boundary *htmlreport.Boundary
	if len(t.Forecast) > 0 {
		parts, after = 3, "; from the calibration end on also the forecast, which knows what each customer did before"
		first := t.Forecast[0]
		boundary = &htmlreport.Boundary{At: first.From, Label: "calibration end"}
		point(&sums[2], first.From, float64(first.CumulativeActual-first.Actual))
	}
	for _, p := range t.Forecast {
		point(&sums[2], p.To, p.CumulativeExpected)
		if whole(p) {
			point(&steps[2], p.To, p.Expected)
		}
	}
	const what = "repeat purchases of all scored customers, and those the model expects of customers at their first purchase"
	axis := unit + "s since the first purchase of all"
	return []htmlreport.Block{
		htmlreport.LineChart{
			Title: "Tracking: repeat purchases in sum", Description: "Cumulative " + what + after + ".",
			XLabel: axis, YLabel: "repeat purchases so far", Series: sums[:parts], Boundary: boundary,
		},
		htmlreport.LineChart{
			Title: "Tracking: repeat purchases by " + unit, Description: "By " + unit + ", " + what + after + ".",
			XLabel: axis, YLabel: "repeat purchases", Series: steps[:parts], Boundary: boundary,
		},
	}
}

// valueCurve draws how much of the whole the best customers bring.
func (r *report) valueCurve(what string) htmlreport.Block {
	best := r.top(len(r.customers))
	rank, whole := r.rank(), 0.0
	for _, c := range best {
		whole += rank(c)
	}
	chart := htmlreport.LineChart{
		Title:       "How much the best customers bring",
		Description: "The share of all " + what + " that the best customers bring, by their share of the customers, best first; dashed if all brought the same.",
		XLabel:      "% of the customers, best first", YLabel: "% of " + what,
	}
	if !(whole > 0) {
		chart.Note = "The whole is not above zero, so there are no shares of it."
		return chart
	}
	const points = 50
	curve, even := htmlreport.Series{Name: what}, htmlreport.Series{Name: "if all brought the same", Dashed: true}
	sum, next := 0.0, 0
	for k := range points + 1 {
		upTo := int(math.Round(float64(len(best)) * float64(k) / points))
		for ; next < upTo; next++ {
			sum += rank(best[next])
		}
		at := 100 * float64(upTo) / float64(len(best))
		curve.Points = append(curve.Points, htmlreport.Point{X: at, Y: 100 * sum / whole})
		even.Points = append(even.Points, htmlreport.Point{X: at, Y: at})
	}
	chart.Series = []htmlreport.Series{curve, even}
	return chart
}
