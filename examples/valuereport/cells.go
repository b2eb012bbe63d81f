package main

import (
	"context"
	"fmt"
	"io"
	"maps"
	"slices"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/examples/htmlreport"
	"github.com/rapport-crm/rapport/scoring/btyd"
)

// cellReport is what a BG/BB model says of customers counted by history.
type cellReport struct {
	options options
	model   fit
	cells   []cell // in the order of the file
	ahead   rapport.Estimate
	shares  []frequencyShare
}

// cell is one line of the report.
type cell struct {
	X         int     `json:"x"`
	TX        int     `json:"t_x"`
	N         int     `json:"n"`
	Customers float64 `json:"customers"`
	// PAlive is the chance to be active at the next opportunity, n + 1.
	PAlive   float64 `json:"p_alive"`
	Expected float64 `json:"expected_transactions"`
	// Discounted counts a transaction k opportunities ahead as (1+rate)^−k.
	Discounted figure `json:"discounted_transactions"`
}

// assessCells fits the model and asks it.
func assessCells(ctx context.Context, o options, histories []btyd.Cell, discount float64) (*cellReport, error) {
	model, err := btyd.FitBGBB(ctx, histories, nil)
	if err != nil && !usable(err, model) {
		return nil, err
	}
	r := &cellReport{options: o, model: fitOf(model.Name(), model.Parameters(), model.Report())}
	ahead, most := int(o.horizon), 0
	for _, h := range histories {
		discounted, err := model.Discounted(h, o.horizon, discount)
		if err != nil {
			return nil, err
		}
		r.cells = append(r.cells, cell{X: h.X, TX: h.TX, N: h.N, Customers: h.Customers, PAlive: model.PAlive(h, btyd.NextPeriod), Expected: model.Expected(h, ahead), Discounted: figureOf(discounted)})
		most = max(most, h.X)
	}
	if o.format == "json" {
		return r, nil
	}
	if r.ahead, err = model.ExpectedTotal(ctx, histories, ahead, intervalLevel); err != nil {
		return nil, err
	}
	r.shares = newFrequencyShares(min(most, mostShares))
	observed := map[int]float64{} // customers by opportunities
	for _, h := range histories {
		observed[h.N] += h.Customers
		if h.X < len(r.shares) {
			r.shares[h.X].actual += h.Customers
		}
	}
	for _, n := range slices.Sorted(maps.Keys(observed)) {
		for x := range r.shares {
			r.shares[x].expected += observed[n] * model.PMF(x, n)
		}
	}
	return r, nil
}

// mostShares is up to how many transactions the chart of frequencies goes.
const mostShares = 30

// totals adds up the customers: how many there are, how many of them are expected to
// be active, and what they are expected to do.
func (r *cellReport) totals() (all cell) {
	for _, c := range r.cells {
		all.Customers += c.Customers
		all.PAlive += c.Customers * c.PAlive
		all.Expected += c.Customers * c.Expected
		all.Discounted.value += c.Customers * c.Discounted.value
	}
	return all
}

func (r *cellReport) writeJSON(w io.Writer) error {
	d := document{model: &r.model, customers: linesOf(r.cells)}
	return d.write(w)
}

func (r *cellReport) writeTable(w io.Writer) error {
	out := &textWriter{w: w}
	all := r.totals()
	out.line("%s customers with %s; %s expected to be active at the next opportunity", htmlreport.Number(all.Customers, 0), plural("history", "histories", len(r.cells)), htmlreport.Number(all.PAlive, 1))
	out.line("")
	out.line("model     %s", r.model.text())
	out.line("forecast  next %s: %s", r.options.period.span(r.options.horizon), totalText(r.ahead, 1))
	if r.options.discount != 0 {
		out.line("          discounted at %s a year: %s", htmlreport.Percent(r.options.discount, 1), htmlreport.Number(all.Discounted.value, 1))
	}
	for _, warning := range r.model.warnings {
		out.line("warning   %s", warning)
	}
	out.line("")
	out.line("By history, over the next %s:", r.options.period.span(r.options.horizon))
	out.table(cellAlign, r.lines())
	return out.err
}

// cellAlign aligns the columns of [cellReport.lines].
const cellAlign = "rrrrrrr"

// lines is the table of the cells with its heading.
func (r *cellReport) lines() [][]string {
	lines := [][]string{{"transactions", "last at", "opportunities", "customers", "P(alive) at the next", "expected purchases", "discounted"}}
	for _, c := range r.cells {
		lines = append(lines, []string{
			fmt.Sprint(c.X), fmt.Sprint(c.TX), fmt.Sprint(c.N), htmlreport.Number(c.Customers, 0),
			htmlreport.Number(c.PAlive, 3), htmlreport.Number(c.Expected, 2), c.Discounted.text(2),
		})
	}
	return lines
}
