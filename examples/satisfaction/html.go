package main

import (
	"fmt"
	"io"
	"math"

	"github.com/rapport-crm/rapport/examples/htmlreport"
)

// writeHTML writes the report as a self-contained page.
func (r *report) writeHTML(out io.Writer) error {
	page := htmlreport.Page{
		Title: r.title(), Subtitle: r.subtitle(), Headlines: r.headlines(), Footer: r.methods(),
		Sections: []htmlreport.Section{r.pictureSection(), r.importanceSection(), r.numbersSection(), r.cautionSection()},
	}
	return page.Render(out)
}

func (r *report) headlines() []htmlreport.Headline {
	var lines []htmlreport.Headline
	for _, i := range r.indices {
		if i.construct == r.model.Target {
			note := "index from 0 to 100"
			if i.HasInterval() {
				note += "; " + r.intervalName() + " " + ends(i.Estimate, 1)
			} else if i.HasSE() {
				note += "; standard error " + se(i.Estimate, 2)
			}
			lines = append(lines, htmlreport.Headline{Label: i.construct, Value: htmlreport.Number(value(i.Estimate), 1), Note: note})
		}
	}
	if target, _ := r.fit.Construct(r.model.Target); target.Endogenous {
		lines = append(lines, htmlreport.Headline{Label: "Explained", Value: htmlreport.Percent(target.R2, 0), Note: "of what differs in " + r.model.Target})
	}
	if len(r.importance) > 0 {
		first := r.importance[0]
		for _, i := range r.importance {
			if i.importance > first.importance {
				first = i
			}
		}
		lines = append(lines, htmlreport.Headline{Label: "Matters most", Value: first.construct, Note: fmt.Sprintf("%s points of %s for one of its own", htmlreport.Number(first.importance, 2), r.model.Target)})
	}
	return append(lines, htmlreport.Headline{Label: "Respondents", Value: htmlreport.Number(float64(r.fit.Rows()), 0), Note: fmt.Sprintf("of %s in the file", htmlreport.Number(float64(r.rows), 0))})
}

func (r *report) pictureSection() htmlreport.Section {
	section := htmlreport.Section{
		Title: "What satisfaction comes from, and what comes of it",
		Text:  "An arrow carries the path coefficient: how many standard deviations the construct at its end changes with one of the construct at its beginning, the others held. R² is the share of a construct's variance that the arrows into it explain.",
	}
	section.Blocks = append(r.notices(), r.diagram(), r.gauges())
	return section
}

func (r *report) diagram() htmlreport.PathDiagram {
	d := htmlreport.PathDiagram{
		Title:       "Path model",
		Description: "The constructs of the model in layers from causes to consequences, with the path coefficients on the arrows and R² in the nodes.",
		Note:        "Wider arrows are stronger; dashed ones are negative.",
	}
	for _, c := range r.fit.Constructs() {
		node := htmlreport.Node{Name: c.Name, Strong: c.Name == r.model.Target}
		if c.Endogenous {
			node.Note = "R² " + htmlreport.Number(c.R2, 3)
		}
		d.Nodes = append(d.Nodes, node)
	}
	faint := false
	for i, p := range r.fit.Paths() {
		a := htmlreport.Arrow{From: p.From, To: p.To, Label: htmlreport.Number(p.Coefficient, 3), Strength: p.Coefficient}
		if r.pathIntervals != nil {
			e := r.pathIntervals[i]
			a.Faint = e.HasInterval() && e.Low <= 0 && e.High >= 0
			faint = faint || a.Faint
		}
		d.Arrows = append(d.Arrows, a)
	}
	if faint {
		d.Note += " Faint ones may be zero: their interval holds it."
	}
	return d
}

func (r *report) gauges() htmlreport.GaugeChart {
	chart := htmlreport.GaugeChart{
		Title:       "Index of each construct",
		Description: "The index of each construct on a scale from 0 to 100.",
		Note:        r.ruleText(),
	}
	for _, i := range r.indices {
		g := htmlreport.Gauge{Label: i.construct, Value: value(i.Estimate), Low: math.NaN(), Strong: i.construct == r.model.Target}
		g.Text = htmlreport.Number(g.Value, 1)
		if i.HasInterval() {
			g.Low, g.High = i.Low, i.High
			g.Text += " (" + ends(i.Estimate, 1) + ")"
		}
		chart.Gauges = append(chart.Gauges, g)
	}
	if r.pathIntervals != nil {
		chart.Note += " Brackets are " + r.intervalName() + "s of the bootstrap."
	}
	return chart
}

func (r *report) importanceSection() htmlreport.Section {
	chart := htmlreport.QuadrantMap{
		Title:       "Importance–performance map of " + r.model.Target,
		Description: "How much each construct matters to " + r.model.Target + ", and how well it does.",
		XLabel:      "importance", YLabel: "performance, 0 to 100",
		XSplit: math.NaN(), YSplit: math.NaN(),
		Corners: [4]string{"good, matters less", "good, matters: keep", "matters less", "matters: improve first"},
		Note:    "The lines are the means.",
	}
	for _, i := range r.importance {
		chart.Points = append(chart.Points, htmlreport.NamedPoint{Name: i.construct, X: i.importance, Y: i.performance})
	}
	return htmlreport.Section{
		Title:  "Where to begin",
		Text:   "What matters much and does poorly is where a point is gained most easily.",
		Blocks: []htmlreport.Block{chart, r.importanceTable().block()},
	}
}

func (r *report) numbersSection() htmlreport.Section {
	section := htmlreport.Section{Title: "The numbers"}
	for _, t := range []table{r.indexTable(), r.pathTable(), r.constructTable(), r.htmtTable(), r.itemTable()} {
		section.Blocks = append(section.Blocks, t.block())
	}
	return section
}

// block is the table on a page.
func (t table) block() htmlreport.Table {
	out := htmlreport.Table{Title: t.title, Rows: t.lines[1:], Note: t.note}
	for i, name := range t.lines[0] {
		out.Columns = append(out.Columns, htmlreport.Column{Name: name, Numeric: t.right[i] == 'r'})
	}
	return out
}
