package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/examples/texttable"
)

const absent = "–"

// writeTable writes for people.
func (r *report) writeTable(out io.Writer) error {
	fmt.Fprintln(out, r.Source)
	figures := table(out, "Figures of the year, with 95 % intervals and the year before", "kpi", "num", "den", "value", "low", "high", "before", "verdict", "formula")
	figures.left(0, 7, 8)
	for _, f := range r.Figures {
		figures.row(f.KPI, count(f.Num), count(f.Den), number(f.Value), number(f.Low), number(f.High), number(f.Before), f.Verdict, f.Formula)
	}
	figures.write()
	gauges := table(out, "Gauges at the end", "kpi", "value", "target", "reached", "level", "since", "trend", "recent")
	gauges.left(0, 3, 4, 5, 6, 7)
	for _, d := range r.Gauges {
		gauges.row(d.KPI, number(d.Value), number(d.Target), yes(d.Reached), d.Level, d.Since, d.Trend, spark(d.Recent))
	}
	gauges.write()
	alerts := table(out, "Alerts", "date", "event", "kpi", "cause", "level", "value", "limit", "episode", "by")
	alerts.left(0, 1, 2, 3, 4, 8)
	for _, a := range r.Alerts {
		by := ""
		if a.By != nil {
			by = *a.By
		}
		alerts.row(a.At, a.Event, a.KPI, a.Cause, a.Level, number(a.Value), number(a.Limit), fmt.Sprint(a.Episode), by)
	}
	alerts.write()
	charts := table(out, "Control charts: the first half makes the limits; run lengths without a shift and after one sigma", "kpi", "kind", "centre", "left out", "chart", "first signal", "run length", "shifted")
	charts.left(0, 1, 3, 4, 5)
	for _, c := range r.Charts {
		if c.Why != nil {
			charts.row(c.KPI, c.Kind, absent, *c.Why, absent, absent, absent, absent)
			continue
		}
		for i, s := range []signals{c.Shewhart, c.EWMA, c.CUSUM} {
			head := []string{c.KPI, c.Kind, number(c.Center), text(c.Outliers)}
			if i > 0 {
				head = []string{"", "", "", ""}
			}
			first := absent
			if s.First != nil {
				first = *s.First
			}
			charts.row(append(head, []string{"Shewhart 3 sigma", "EWMA 0.2", "CUSUM 0.5"}[i], first, runLength(s.Calm), runLength(s.Moved))...)
		}
	}
	charts.write()
	for _, f := range r.Forecasts {
		if f.Why != nil {
			fmt.Fprintf(out, "\nNo forecast of %s: %s\n", f.KPI, *f.Why)
			continue
		}
		methods := table(out, "Forecast of "+f.KPI+": back-test one period ahead", "method", "MAPE", "MASE", "RMSE", "covered")
		methods.left(0)
		for _, m := range f.Methods {
			methods.row(m.Method, percent(m.MAPE), number(m.MASE), number(m.RMSE), percent(m.Covered))
		}
		methods.write()
		for i, e := range f.Ahead {
			fmt.Fprintf(out, "  %s, %d ahead: %s [%s, %s]\n", *f.Chosen, i+1, number(e.Value), number(e.Low), number(e.High))
		}
	}
	if r.Firm != nil {
		r.Firm.write(out)
	}
	_, err := fmt.Fprintln(out)
	return err
}

// write writes the parts that have no series.
func (f *firm) write(out io.Writer) {
	channels := table(out, "Channels", "channel", "contacts", "a contact", "a sale", "a case")
	channels.left(0)
	for _, c := range f.Channels {
		channels.row(c.Channel, fmt.Sprint(c.Contacts), money(c.PerContact), money(c.PerConversion), money(c.PerResolved))
	}
	channels.write()
	s := f.Shift
	fmt.Fprintf(out, "  moving %d contacts from %s to %s saves %v; sales %s [%s, %s]\n", s.Contacts, s.From, s.To, s.Saving, number(s.Conversions.Value), number(s.Conversions.Low), number(s.Conversions.High))
	goals := table(out, "Goals", "goal", "status", "kpi", "value", "red")
	goals.left(0, 1, 2, 4)
	for _, g := range f.Goals {
		goals.row(strings.Repeat("  ", g.Depth)+g.Goal, g.Status, g.KPI, number(g.Value), text(g.Red))
	}
	goals.write()
	scores := table(out, fmt.Sprintf("Maturity: %s by the mean %s, %s by the lowest", f.Maturity.Level, number(f.Maturity.Mean), f.Maturity.Floor), "dimension", "score")
	scores.left(0)
	for _, d := range f.Maturity.Scores {
		scores.row(d.Dimension, number(d.Score))
	}
	scores.write()
	cohorts := table(out, "Customers by quarter of their first order: who orders again, by age in quarters", "from", "customers", "0", "1", "2", "3")
	cohorts.left(0)
	for _, c := range f.Cohorts {
		cells := []string{c.From, fmt.Sprint(c.Customers)}
		for _, active := range c.Active {
			cells = append(cells, percent(active))
		}
		cohorts.row(cells...)
	}
	cohorts.write()
	trials := table(out, "A call before the renewal, against a control group", "segment", "called", "not", "effect", "low", "high", "shown")
	trials.left(0, 6)
	for _, u := range f.Uplift {
		trials.row(u.Segment, percent(u.Treatment), percent(u.Control), number(u.Effect.Value), number(u.Effect.Low), number(u.Effect.High), yes(u.Changed))
	}
	trials.write()
}

// grid is a table that is being filled.
type grid struct {
	out   io.Writer
	title string
	rows  [][]string
	right []bool
}

func table(out io.Writer, title string, header ...string) *grid {
	g := &grid{out: out, title: title, rows: [][]string{header}, right: make([]bool, len(header))}
	for i := range g.right {
		g.right[i] = true
	}
	return g
}

// left makes columns flush left.
func (g *grid) left(columns ...int) {
	for _, c := range columns {
		g.right[c] = false
	}
}

func (g *grid) row(cells ...string) { g.rows = append(g.rows, cells) }

// write writes the table, or nothing if it has no rows.
func (g *grid) write() {
	if len(g.rows) == 1 {
		return
	}
	fmt.Fprintf(g.out, "\n%s\n\n", g.title)
	for _, line := range texttable.Lines(g.right, g.rows) {
		fmt.Fprintln(g.out, line)
	}
}

func number(v *float64) string {
	switch {
	case v == nil:
		return absent
	case *v >= 100 || *v <= -100:
		return fmt.Sprintf("%.0f", *v)
	case *v >= 10 || *v <= -10:
		return fmt.Sprintf("%.1f", *v)
	}
	return fmt.Sprintf("%.3f", *v)
}

// runLength writes a number of rows.
func runLength(v *float64) string {
	if v == nil {
		return absent
	}
	return fmt.Sprintf("%.2f", *v)
}

func count(v *float64) string {
	if v == nil {
		return absent
	}
	return fmt.Sprintf("%.0f", *v)
}

func percent(v *float64) string {
	if v == nil {
		return absent
	}
	return fmt.Sprintf("%.1f %%", 100**v)
}

func money(m rapport.Money) string {
	if !m.Currency().IsValid() {
		return absent
	}
	return m.String()
}

func yes(is bool) string {
	if is {
		return "yes"
	}
	return "no"
}

func text(list []string) string {
	if len(list) == 0 {
		return absent
	}
	return strings.Join(list, " ")
}

// spark draws values as a line of eight heights.
func spark(values []float64) string {
	if len(values) == 0 {
		return ""
	}
	low, high := values[0], values[0]
	for _, v := range values {
		low, high = min(low, v), max(high, v)
	}
	var line strings.Builder
	for _, v := range values {
		height := 0
		if high > low {
			height = int(7.999 * (v - low) / (high - low))
		}
		line.WriteRune('▁' + rune(height))
	}
	return line.String()
}
