package main

import (
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/rapport-crm/rapport/examples/htmlreport"
	"github.com/rapport-crm/rapport/examples/sheet"
)

// writeHTML writes the report as a self-contained page.
func (r *report) writeHTML(w io.Writer) error {
	page := htmlreport.Page{
		Title:     "What each customer is worth",
		Subtitle:  fmt.Sprintf("%s of %s; calibration up to %s; the forecast is for the next %s", r.count("customer", len(r.customers)), r.count("row", r.rows-r.skipped), r.summaries.Until().Format("2006-01-02"), r.span(r.options.horizon)),
		Headlines: r.headlines(),
		Sections:  []htmlreport.Section{r.worthSection(), r.riskSection(), r.trustSection()},
		Footer:    r.methods(),
	}
	return page.Render(w)
}

func (r *report) headlines() []htmlreport.Headline {
	all := r.totals()
	repeaters, alive := 0, 0.0
	for i := range r.customers {
		alive += r.customers[i].PAlive
		if r.customers[i].X > 0 {
			repeaters++
		}
	}
	lines := []htmlreport.Headline{
		{Label: "Customers", Value: htmlreport.Number(float64(all.customers), 0), Note: htmlreport.Number(float64(repeaters), 0) + " came back"},
		{Label: "Still active", Value: htmlreport.Number(alive, 0), Note: "expected, " + share(alive, float64(all.customers)) + " of all"},
		{Label: "Expected purchases", Value: htmlreport.Number(all.expected, 0), Note: "next " + r.span(r.options.horizon) + interval(r.ahead)},
	}
	if all.value.known {
		note := "not discounted"
		if r.options.discount != 0 {
			note = "discounted at " + htmlreport.Percent(r.options.discount, 1) + " a year"
		}
		lines = append(lines, htmlreport.Headline{Label: "Value", Value: strings.TrimSpace(r.money + " " + all.value.text(0)), Note: note})
	}
	if r.holdout != nil {
		lines = append(lines, htmlreport.Headline{Label: "Forecast against actual", Value: r.miss(), Note: fmt.Sprintf("%s came; forecast %s%s", htmlreport.Number(float64(r.holdout.Actual), 0), htmlreport.Number(r.holdout.Predicted, 0), interval(r.held))})
	}
	return lines
}

func (r *report) worthSection() htmlreport.Section {
	what, axis, rank := "expected purchases", "expected purchases", r.rank()
	if r.ranksByValue() {
		what, axis = "value", r.valueName()
	}
	values := make([]float64, len(r.customers))
	for i := range r.customers {
		values[i] = rank(&r.customers[i])
	}
	histogram, _ := htmlreport.NewHistogram(values)
	histogram.Title = "Customers by " + what
	histogram.Description = "How many customers have how much " + what + " over the next " + r.span(r.options.horizon) + "."
	histogram.XLabel, histogram.YLabel = axis+" per customer", "customers"

	bars := htmlreport.BarChart{Title: "Share of " + what + " by tier", Description: "The part of the total that each tier brings."}
	whole := 0.0
	for _, v := range values {
		whole += v
	}
	for _, tier := range r.tierTotals() {
		part := tier.expected
		if r.ranksByValue() {
			part = tier.value.value
		}
		bars.Bars = append(bars.Bars, htmlreport.Bar{Label: fmt.Sprintf("%s: %s", tier.name, r.count("customer", tier.customers)), Value: part, Text: share(part, whole)})
	}
	return htmlreport.Section{
		Title:  "Who is worth what",
		Text:   "Tiers go by rank: the best 1 % of the customers are VIP, the next 4 % major, the next 15 % ordinary, the rest small.",
		Blocks: []htmlreport.Block{histogram, bars, r.valueCurve(what), tableOf("Tiers", "lrrrr", r.tierLines()), tableOf("Most valuable customers", customerAlign, r.lines(r.top(listed)))},
	}
}

func (r *report) riskSection() htmlreport.Section {
	text := "P(alive) is the chance that a customer has not left for good. Somebody who used to come often and has been away for long is more likely gone than somebody who never came often."
	text += describe(r.model.name).leaves
	risky := tableOf(fmt.Sprintf("Most valuable customers at risk: P(alive) below %.1f", atRiskBelow), customerAlign, r.lines(r.atRisk(listed)))
	return htmlreport.Section{
		Title: "Who is slipping away",
		Text:  text,
		Blocks: []htmlreport.Block{
			r.recencyMap("Chance that a customer is still active", "mean P(alive)", 1, func(c *customer) float64 { return c.PAlive }),
			r.recencyMap("Purchases expected from a customer", "mean of the purchases expected over the next "+r.span(r.options.horizon), 0, func(c *customer) float64 { return c.Expected }),
			risky,
		},
	}
}

// recencyMap is a frequency × recency map of the mean of a figure; high is the
// figure of the strongest colour, 0 for the greatest mean.
func (r *report) recencyMap(title, what string, high float64, of func(*customer) float64) htmlreport.HeatMap {
	away := make([]float64, len(r.customers))
	for i := range r.customers {
		away[i] = r.customers[i].T - r.customers[i].TX
	}
	classes, _ := htmlreport.NewHistogram(away)
	columns := frequencyLabels()
	sums := make([][]float64, len(classes.Counts))
	counts := make([][]int, len(classes.Counts))
	for i := range sums {
		sums[i], counts[i] = make([]float64, len(columns)), make([]int, len(columns))
	}
	for i := range r.customers {
		row := 0
		for row+1 < len(sums) && away[i] >= classes.Edges[row+1] {
			row++
		}
		column := frequencyClass(r.customers[i].X)
		sums[row][column] += of(&r.customers[i])
		counts[row][column]++
	}
	heat := htmlreport.HeatMap{
		Title:       title,
		Description: "The " + what + " of customers by number of repeat purchases and time since the last purchase.",
		XLabel:      "repeat purchases", YLabel: r.options.unit.String() + "s since last purchase",
		Columns: columns, High: high, Decimals: 2,
		Note: "Each field: " + what + ". Empty fields have no customers.",
	}
	for row := range sums {
		heat.Rows = append(heat.Rows, edge(classes.Edges[row])+"–"+edge(classes.Edges[row+1]))
		cells := make([]htmlreport.Cell, len(columns))
		for column, n := range counts[row] {
			if n > 0 {
				cells[column] = htmlreport.Cell{Value: sums[row][column] / float64(n), Filled: true, Note: r.count("customer", n)}
			}
		}
		heat.Cells = append(heat.Cells, cells)
	}
	return heat
}

func edge(v float64) string { return strconv.FormatFloat(v, 'g', 6, 64) }

func (r *report) trustSection() htmlreport.Section {
	section := htmlreport.Section{Title: "How far to trust it"}
	for _, warning := range r.warnings() {
		section.Blocks = append(section.Blocks, htmlreport.Notice("Warning: "+warning))
	}
	if r.holdout == nil {
		section.Text = "There are no rows after the calibration end to compare the forecast with. Name an earlier -until to see how the model would have done."
	} else {
		section.Text = fmt.Sprintf("The model saw nothing after %s. This is its forecast for the %s that followed, beside what came.", r.summaries.Until().Format("2006-01-02"), r.span(r.holdout.Periods))
		section.Text += " Per customer: " + strings.TrimPrefix(r.holdout.errors(), "a customer: ") + "."
		section.Blocks = append(section.Blocks, r.holdout.periodChart(r.options.unit.String()), r.holdout.frequencyChart(), r.holdout.decileChart())
	}
	if r.tracking != nil {
		section.Blocks = append(section.Blocks, trackingCharts(r.tracking, r.options.unit.String())...)
		section.Blocks = append(section.Blocks, frequencyChart(r.shares, "repeat purchases"))
	}
	if r.selection != nil {
		section.Text += " The model was chosen by the data: " + r.selection.text(r.model.name) + "."
		section.Blocks = append(section.Blocks, tableOf("Models compared", candidateAlign, r.selection.lines(len(r.selection.Candidates))))
	}
	section.Blocks = append(section.Blocks, parameterTable(&r.model, r.spend))
	return section
}

// trust is the section on how a model without hold-out fits.
func (f *fit) trust(charts ...htmlreport.Block) htmlreport.Section {
	section := htmlreport.Section{Title: "How far to trust it", Text: "A summary leaves nothing aside to compare the forecast with; this is how the model fits what it has seen."}
	for _, warning := range f.warnings {
		section.Blocks = append(section.Blocks, htmlreport.Notice("Warning: "+warning))
	}
	section.Blocks = append(append(section.Blocks, charts...), parameterTable(f))
	return section
}

// parameterTable lists the parameters of models, some of which may be nil.
func parameterTable(models ...*fit) htmlreport.Table {
	table := htmlreport.Table{Title: "Parameters", Columns: []htmlreport.Column{{Name: "model"}, {Name: "parameter"}, {Name: "estimate", Numeric: true}, {Name: "standard error", Numeric: true}}}
	for _, model := range models {
		if model == nil {
			continue
		}
		for _, p := range model.params {
			stdError := htmlreport.Missing
			if p.stdError.known {
				stdError = fmt.Sprintf("%.4g", p.stdError.value)
			}
			table.Rows = append(table.Rows, []string{model.title(), p.name, fmt.Sprintf("%.6g", p.value), stdError})
		}
	}
	return table
}

// periodChart draws actual and forecast purchases over the periods of the
// hold-out. A last period that is shorter than the others would look like a
// fall, and is left out.
func (h *holdout) periodChart(unit string) htmlreport.LineChart {
	actual, forecast := htmlreport.Series{Name: "actual"}, htmlreport.Series{Name: "forecast", Dashed: true}
	for _, p := range h.ByPeriod[:min(len(h.ByPeriod), int(math.Floor(h.Periods)))] {
		actual.Points = append(actual.Points, htmlreport.Point{X: float64(p.Period), Y: float64(p.Actual)})
		forecast.Points = append(forecast.Points, htmlreport.Point{X: float64(p.Period), Y: p.Predicted})
	}
	return htmlreport.LineChart{
		Title:       "Repeat purchases after the calibration end",
		Description: "Actual and forecast repeat purchases of the scored customers, by " + unit + ".",
		XLabel:      unit, YLabel: "purchases",
		Series:   []htmlreport.Series{actual, forecast},
		Boundary: &htmlreport.Boundary{At: 0, Label: "calibration end"},
	}
}

// frequencyChart draws actual and forecast purchases per customer by the number
// of repeat purchases before.
func (h *holdout) frequencyChart() htmlreport.LineChart {
	actual, forecast := htmlreport.Series{Name: "actual"}, htmlreport.Series{Name: "forecast", Dashed: true}
	chart := htmlreport.LineChart{
		Title:       "Purchases per customer by earlier purchases",
		Description: "Actual and forecast repeat purchases per customer after the calibration end, by repeat purchases before it.",
		XLabel:      "repeat purchases before", YLabel: "purchases after, per customer",
	}
	for i, f := range h.ByFrequency {
		at, n := float64(i), float64(f.Customers)
		chart.Ticks = append(chart.Ticks, htmlreport.Tick{At: at, Label: f.X})
		actual.Points = append(actual.Points, htmlreport.Point{X: at, Y: float64(f.Actual) / n})
		forecast.Points = append(forecast.Points, htmlreport.Point{X: at, Y: f.Predicted / n})
	}
	chart.Series = []htmlreport.Series{actual, forecast}
	return chart
}

// decileChart draws actual and forecast purchases per customer by tenths of the
// customers in the order of their forecasts.
func (h *holdout) decileChart() htmlreport.LineChart {
	actual, forecast := htmlreport.Series{Name: "actual"}, htmlreport.Series{Name: "forecast", Dashed: true}
	for _, d := range h.ByDecile {
		actual.Points = append(actual.Points, htmlreport.Point{X: float64(d.Decile), Y: d.Actual})
		forecast.Points = append(forecast.Points, htmlreport.Point{X: float64(d.Decile), Y: d.Predicted})
	}
	return htmlreport.LineChart{
		Title:       "Purchases per customer by forecast",
		Description: "Actual and forecast repeat purchases per customer after the calibration end, by tenths of the customers, those with the highest forecasts first.",
		XLabel:      "tenth of the customers, highest forecasts first", YLabel: "purchases after, per customer",
		Series: []htmlreport.Series{actual, forecast},
	}
}

func (r *report) methods() string {
	text := "P(alive) and expected purchases: " + describe(r.model.name).model()
	if len(r.covariates) > 0 {
		text += ", in which the covariates " + strings.Join(r.covariates, ", ") + " act on purchasing"
		if slices.ContainsFunc(r.model.params, func(p parameter) bool { return strings.HasPrefix(p.name, "life.") }) {
			text += " and on leaving"
		}
	}
	text += "."
	if r.spend != nil {
		text += " Expected spend: " + describe(r.spend.name).model() + ". Value: expected spend times the discounted expected purchases"
		if r.hasCosts {
			text += ", times the margin of all purchases up to the calibration end"
		}
		text += "."
	} else if !r.hasAmounts {
		text += " The file has no column " + sheet.Quoted(r.options.columns.amount) + " with amounts, so no customer has a value."
	}
	return text
}

// tableOf makes a table of a heading and lines.
func tableOf(title, align string, lines [][]string) htmlreport.Table {
	table := htmlreport.Table{Title: title, Rows: lines[1:]}
	for i, name := range lines[0] {
		table.Columns = append(table.Columns, htmlreport.Column{Name: name, Numeric: align[i] == 'r'})
	}
	return table
}
