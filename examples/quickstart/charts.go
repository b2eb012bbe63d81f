package main

import (
	"fmt"
	"math"

	"github.com/rapport-crm/rapport/examples/htmlreport"
)

func (a *analysis) tierChart() htmlreport.Block {
	chart := htmlreport.BarChart{
		Title:       "Share of the value by tier",
		Description: "Share of the value: ",
		Note:        "The tiers are the first hundredth of the customers by value, the next 4, the next 15 and the other 80 hundredths.",
	}
	for i, t := range a.tiers {
		value, _ := t.Value.Value()
		share := percent(value)
		chart.Bars = append(chart.Bars, htmlreport.Bar{
			Label: fmt.Sprintf("%s: %s customers", t.Name, count(t.Count)),
			Value: value,
			Text:  share,
		})
		if i > 0 {
			chart.Description += ", "
		}
		chart.Description += t.Name + " " + share
	}
	chart.Description += "."
	return chart
}

func (a *analysis) valueChart() htmlreport.Block {
	values := make([]float64, len(a.customers))
	for i, c := range a.customers {
		values[i] = c.value
	}
	chart, _ := htmlreport.NewHistogram(values)
	chart.Title = "How the value is distributed"
	chart.Description = fmt.Sprintf("Number of customers by value. Half of the customers are worth less than %s %s.", amount(values[len(values)/2]), currency)
	chart.XLabel = currency.String() + " per customer"
	chart.YLabel = "customers"
	chart.Note = fmt.Sprintf("Half of the customers are worth less than %s %s.", amount(values[len(values)/2]), currency)
	return chart
}

func (a *analysis) weeklyChart() htmlreport.Block {
	chart := a.trackingChart(a.weekly.actual, a.weekly.fitted, a.weekly.forecast)
	chart.Title = "Repeat purchases by week"
	chart.Description = "Actual repeat purchases week by week with what the model says. " + chart.Description
	chart.Note = "The model knows no season: it runs below the busy weeks before Christmas and above the quiet ones of summer. " +
		"In this shop the two nearly cancel over the half-year; where the weeks ahead are busier than those before, its total is too low."
	return chart
}

func (a *analysis) cumulativeChart() htmlreport.Block {
	actual, fitted := running(a.weekly.actual, 0), running(a.weekly.fitted, 0)
	seen := len(fitted)
	chart := a.trackingChart(actual, fitted, running(a.weekly.forecast, actual[seen-1]))
	chart.Title = "The same, added up"
	chart.Description = "Actual repeat purchases up to each week with what the model says. " + chart.Description
	chart.Note = "The forecast starts from the purchases made by then."
	return chart
}

// running returns the sums up to each value, from a start.
func running(values []float64, start float64) []float64 {
	sums := make([]float64, len(values))
	for i, v := range values {
		start += v
		sums[i] = start
	}
	return sums
}

// trackingChart draws a series of the whole history beside the model's for the
// weeks it saw and for those after.
func (a *analysis) trackingChart(actual, fitted, forecast []float64) htmlreport.LineChart {
	points := func(from int, values []float64) []htmlreport.Point {
		list := make([]htmlreport.Point, len(values))
		for i, v := range values {
			list[i] = htmlreport.Point{X: float64(from + i + 1), Y: v}
		}
		return list
	}
	seen := len(fitted)
	chart := htmlreport.LineChart{
		Description: fmt.Sprintf("The model saw the weeks to %s. In the %d weeks after them it forecast %s repeat purchases; there were %s.",
			day(a.tested), weeksHeldOut, amount(a.test.forecast.Value), count(a.test.actual)),
		XLabel: "week ending",
		YLabel: "repeat purchases",
		Series: []htmlreport.Series{
			{Name: "actual", Points: points(0, actual)},
			{Name: "fitted", Points: points(0, fitted), Dashed: true},
			{Name: "forecast", Points: points(seen, forecast), Dashed: true},
		},
		Boundary: &htmlreport.Boundary{At: float64(seen) + 0.5, Label: "forecast from here"},
	}
	for week := 26; week <= weeksOfHistory; week += 26 {
		chart.Ticks = append(chart.Ticks, htmlreport.Tick{At: float64(week), Label: a.first.AddDate(0, 0, 7*week-1).Format("Jan 06")})
	}
	return chart
}

// The classes of the maps: weeks since the last purchase, and purchases.
func silenceEdges() []float64 { return []float64{0, 2, 4, 8, 13, 26, 39, 52, math.Inf(1)} }
func countEdges() []float64   { return []float64{1, 2, 3, 5, 8, 13, 21, math.Inf(1)} }

func (a *analysis) activeMap() htmlreport.Block {
	chart := a.emptyMap()
	chart.Title = "Chance of still being a customer (%)"
	chart.Description = "Mean chance that a customer is still active, by number of purchases and weeks since the last one: " +
		"the more purchases, the faster silence tells."
	chart.High = 100
	chart.Note = "In this model customers leave only after a repeat purchase, so one who bought once counts as active."
	a.fillMap(&chart, func(sum float64, n int) float64 { return 100 * sum / float64(n) })
	return chart
}

func (a *analysis) customerMap() htmlreport.Block {
	chart := a.emptyMap()
	chart.Title = "Number of customers"
	chart.Description = "Number of customers by number of purchases and weeks since the last one."
	a.fillMap(&chart, func(_ float64, n int) float64 { return float64(n) })
	return chart
}

func (a *analysis) emptyMap() htmlreport.HeatMap {
	silence, counts := silenceEdges(), countEdges()
	chart := htmlreport.HeatMap{XLabel: "weeks since the last purchase", YLabel: "purchases"}
	for i := range len(silence) - 1 {
		chart.Columns = append(chart.Columns, classLabel(silence[i], silence[i+1], 0))
	}
	for i := range len(counts) - 1 {
		chart.Rows = append(chart.Rows, classLabel(counts[i], counts[i+1], 1))
	}
	return chart
}

// fillMap sorts the customers into the cells and gives each the value that cell
// makes of the sum of their chances and their number.
func (a *analysis) fillMap(chart *htmlreport.HeatMap, cell func(sum float64, n int) float64) {
	sums := make([][]float64, len(chart.Rows))
	numbers := make([][]int, len(chart.Rows))
	for r := range sums {
		sums[r], numbers[r] = make([]float64, len(chart.Columns)), make([]int, len(chart.Columns))
	}
	for _, c := range a.customers {
		row := classOf(countEdges(), float64(c.summary.X+1))
		column := classOf(silenceEdges(), c.summary.T-c.summary.TX)
		sums[row][column] += c.alive
		numbers[row][column]++
	}
	for r := range sums {
		cells := make([]htmlreport.Cell, len(chart.Columns))
		for c := range cells {
			if n := numbers[r][c]; n > 0 {
				cells[c] = htmlreport.Cell{Value: cell(sums[r][c], n), Filled: true, Note: count(n) + " customers"}
			}
		}
		chart.Cells = append(chart.Cells, cells)
	}
}

// classOf returns the class, from edges[i] up to edges[i+1], that v is in.
func classOf(edges []float64, v float64) int {
	i := 0
	for i+2 < len(edges) && v >= edges[i+1] {
		i++
	}
	return i
}

// classLabel names a class: with step 1 by its whole numbers, else by its edges.
func classLabel(from, to, step float64) string {
	switch {
	case math.IsInf(to, 1):
		return fmt.Sprintf("%g+", from)
	case from == to-step:
		return fmt.Sprintf("%g", from)
	}
	return fmt.Sprintf("%g–%g", from, to-step)
}
