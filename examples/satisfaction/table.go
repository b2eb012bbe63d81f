package main

import (
	"fmt"
	"io"
	"math"
	"slices"
	"strings"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/examples/htmlreport"
	"github.com/rapport-crm/rapport/examples/texttable"
	"github.com/rapport-crm/rapport/satisfaction/pls"
)

// table is lines of cells, the heading first; right has r for a column of numbers.
type table struct {
	title, right string
	lines        [][]string
	note         string
}

// writeTable writes the report for a terminal.
func (r *report) writeTable(out io.Writer) error {
	var text strings.Builder
	fmt.Fprintf(&text, "%s\n%s\n", r.title(), r.subtitle())
	for _, warning := range r.warnings {
		fmt.Fprintf(&text, "warning: %s\n", warning)
	}
	for _, t := range r.tables() {
		fmt.Fprintf(&text, "\n%s\n\n", strings.ToUpper(t.title))
		flush := make([]bool, len(t.right))
		for i := range flush {
			flush[i] = t.right[i] == 'r'
		}
		for _, line := range texttable.Lines(flush, t.lines) {
			fmt.Fprintln(&text, line)
		}
		if t.note != "" {
			fmt.Fprintf(&text, "  %s\n", t.note)
		}
	}
	_, err := io.WriteString(out, text.String())
	return err
}

func (r *report) tables() []table {
	return []table{r.indexTable(), r.pathTable(), r.constructTable(), r.itemTable(), r.htmtTable(), r.importanceTable()}
}

func (r *report) indexTable() table {
	t := table{title: "Index from 0 to 100", right: "lrrr", lines: [][]string{{"construct", "index", "se", r.intervalName()}}}
	for _, i := range r.indices {
		t.lines = append(t.lines, []string{i.construct, htmlreport.Number(value(i.Estimate), 2), se(i.Estimate, 2), ends(i.Estimate, 2)})
	}
	t.note = r.ruleText()
	return t
}

func (r *report) pathTable() table {
	t := table{title: "Paths", right: "lrrrr", lines: [][]string{{"path", "coefficient", r.intervalName(), "f²", "total effect"}}}
	for i, p := range r.fit.Paths() {
		interval := rapport.Estimate{}
		if r.pathIntervals != nil {
			interval = r.pathIntervals[i].Estimate
		}
		effect, _ := r.fit.Effect(p.From, p.To)
		t.lines = append(t.lines, []string{p.From + " → " + p.To, htmlreport.Number(p.Coefficient, 3), ends(interval, 3), written(r.sizes[i].SameScores, 3), htmlreport.Number(effect.Total, 3)})
	}
	return t
}

func (r *report) constructTable() table {
	t := table{title: "Constructs", right: "llrrrrr", lines: [][]string{{"construct", "mode", "R²", "alpha", "rho_A", "rho_C", "AVE"}}}
	for i, c := range r.fit.Constructs() {
		r2 := htmlreport.Missing
		if c.Endogenous {
			r2 = htmlreport.Number(c.R2, 3)
		}
		q := r.reliability[i]
		t.lines = append(t.lines, []string{c.Name, c.Mode.String(), r2, written(q.Alpha, 3), written(q.RhoA, 3), written(q.RhoC, 3), written(q.AVE, 3)})
	}
	iterations, _, _ := r.fit.Convergence()
	t.note = fmt.Sprintf("Goodness of fit (GoF) %s, SRMR %s, %d iterations.", written(r.measures.GoF, 4), written(r.measures.Estimated.SRMR, 4), iterations)
	return t
}

func (r *report) itemTable() table {
	t := table{title: "Items", right: "llrrrr", lines: [][]string{{"construct", "item", "weight", "loading", "mean", "sd"}}}
	for _, c := range r.fit.Constructs() {
		for _, item := range c.Items {
			mean := htmlreport.Missing
			if item.HasMean {
				mean = htmlreport.Number(item.Mean, 2)
			}
			t.lines = append(t.lines, []string{c.Name, item.Name, htmlreport.Number(item.Weight, 4), htmlreport.Number(item.Loading, 4), mean, htmlreport.Number(item.SD, 2)})
		}
	}
	return t
}

// htmtTable is the lower triangle, a column for each construct but the last.
func (r *report) htmtTable() table {
	constructs := r.fit.Constructs()
	t := table{title: "Heterotrait–monotrait ratios (HTMT)", right: "l" + strings.Repeat("r", len(constructs)-1), lines: [][]string{{""}}}
	for i, row := range constructs {
		if i < len(constructs)-1 {
			t.lines[0] = append(t.lines[0], row.Name)
		}
		if i == 0 {
			continue
		}
		line := []string{row.Name}
		for _, column := range constructs[:i] {
			at := slices.IndexFunc(r.pairs, func(d pls.Discriminant) bool { return d.A == column.Name && d.B == row.Name })
			line = append(line, written(r.pairs[at].HTMT, 3))
		}
		t.lines = append(t.lines, line)
	}
	t.note = "Of absolute correlations; above 0.90 two constructs are hardly told apart."
	return t
}

func (r *report) importanceTable() table {
	t := table{title: "Importance and performance for " + r.model.Target, right: "lrr", lines: [][]string{{"construct", "importance", "performance"}}}
	for _, i := range r.importance {
		t.lines = append(t.lines, []string{i.construct, htmlreport.Number(i.importance, 3), htmlreport.Number(i.performance, 2)})
	}
	t.note = importanceText
	return t
}

const importanceText = "Importance: points of the target's index for one point of the construct's, over all ways. Performance: the construct's index."

// intervalName heads the columns with intervals.
func (r *report) intervalName() string { return htmlreport.Percent(level, 0) + " interval" }

func value(e rapport.Estimate) float64 {
	if !e.HasValue() {
		return math.NaN()
	}
	return e.Value
}

func se(e rapport.Estimate, decimals int) string {
	if !e.HasSE() {
		return htmlreport.Missing
	}
	return htmlreport.Number(e.SE, decimals)
}

func ends(e rapport.Estimate, decimals int) string {
	if !e.HasInterval() {
		return htmlreport.Missing
	}
	return htmlreport.Number(e.Low, decimals) + " to " + htmlreport.Number(e.High, decimals)
}

func written(f pls.Figure, decimals int) string {
	if !f.Exists {
		return htmlreport.Missing
	}
	return htmlreport.Number(f.Value, decimals)
}
