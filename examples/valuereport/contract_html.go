package main

import (
	"fmt"
	"io"

	"github.com/rapport-crm/rapport/examples/htmlreport"
)

// writeHTML writes the report as a self-contained page.
func (r *contractReport) writeHTML(w io.Writer) error {
	last, end := r.periods[r.seen], r.periods[len(r.periods)-1]
	retention := htmlreport.Missing
	if r.seen+1 < len(r.periods) {
		retention = htmlreport.Percent(r.periods[r.seen+1].Retention.value, 1)
	}
	span := r.options.period.span(r.options.horizon)
	note := "after another " + span
	if end.Low.known {
		note += fmt.Sprintf(" (%s: %s to %s)", htmlreport.Percent(intervalLevel, 0), end.Low.text(0), end.High.text(0))
	}
	page := htmlreport.Page{
		Title:    "Who stays",
		Subtitle: r.subtitle() + "; the forecast is for the next " + span,
		Headlines: []htmlreport.Headline{
			{Label: "Left now", Value: last.Active.text(0), Note: share(last.Active.value, r.periods[0].Active.value) + " of those who began"},
			{Label: "Renew next time", Value: retention, Note: "of those who are left"},
			{Label: "Left then", Value: htmlreport.Number(end.Expected, 0), Note: note},
			{Label: "Renewals until then", Value: htmlreport.Number(r.discounted(), 0), Note: r.discountNote()},
		},
		Sections: []htmlreport.Section{
			{
				Title: "How many stay", Text: "Where those most inclined to leave go first, retention rises, and the last rate understates what is to come.",
				Blocks: []htmlreport.Block{r.activeChart(), r.retentionChart(), tableOf("By "+r.options.period.name, contractAlign, r.lines())},
			},
			r.model.trust(),
		},
		Footer: "Survival and retention: " + describe(r.model.name).model() + ".",
	}
	return page.Render(w)
}

func (r *contractReport) discountNote() string {
	if r.options.discount == 0 {
		return "not discounted"
	}
	return "discounted at " + htmlreport.Percent(r.options.discount, 1) + " a year"
}

// activeChart draws how many customers are left.
func (r *contractReport) activeChart() htmlreport.LineChart {
	actual, expected := htmlreport.Series{Name: "actual"}, htmlreport.Series{Name: "model", Dashed: true}
	low, high := htmlreport.Series{Name: "low end", Dashed: true}, htmlreport.Series{Name: "high end", Dashed: true}
	for _, p := range r.periods {
		at := float64(p.Period)
		expected.Points = append(expected.Points, htmlreport.Point{X: at, Y: p.Expected})
		if p.Active.known {
			actual.Points = append(actual.Points, htmlreport.Point{X: at, Y: p.Active.value})
		}
		if p.Low.known {
			low.Points = append(low.Points, htmlreport.Point{X: at, Y: p.Low.value})
			high.Points = append(high.Points, htmlreport.Point{X: at, Y: p.High.value})
		}
	}
	return htmlreport.LineChart{
		Title:       "Customers who are left",
		Description: fmt.Sprintf("Customers of the cohort who are left after each %s, actual and by the model, with the %s interval of what is to come.", r.options.period.name, htmlreport.Percent(intervalLevel, 0)),
		XLabel:      r.options.period.name, YLabel: "customers",
		Series:   []htmlreport.Series{actual, expected, low, high},
		Boundary: &htmlreport.Boundary{At: float64(r.seen), Label: "last period of the file"},
	}
}

// retentionChart draws the share of the customers who renew.
func (r *contractReport) retentionChart() htmlreport.LineChart {
	actual, expected := htmlreport.Series{Name: "actual"}, htmlreport.Series{Name: "model", Dashed: true}
	for t, p := range r.periods[1:] {
		at := float64(p.Period)
		expected.Points = append(expected.Points, htmlreport.Point{X: at, Y: p.Retention.value})
		if before := r.periods[t].Active; p.Active.known && before.value > 0 {
			actual.Points = append(actual.Points, htmlreport.Point{X: at, Y: p.Active.value / before.value})
		}
	}
	return htmlreport.LineChart{
		Title:       "Retention",
		Description: fmt.Sprintf("The share of the customers of the %s before who renew, actual and by the model.", r.options.period.name),
		XLabel:      r.options.period.name, YLabel: "share who renew",
		Series:   []htmlreport.Series{actual, expected},
		Boundary: &htmlreport.Boundary{At: float64(r.seen), Label: "last period of the file"},
	}
}
