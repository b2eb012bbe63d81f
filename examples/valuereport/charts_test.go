package main

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/examples/htmlreport"
	"github.com/rapport-crm/rapport/segment"
)

// What the charts draw, from numbers that one can add up in one's head.

func smallReport() *report {
	value := func(v float64) figure { return figure{value: v, known: true} }
	return &report{
		options: options{unit: rapport.Week, horizon: 10},
		customers: []customer{
			{ID: "a", X: 0, TX: 0, T: 2, PAlive: 1, Expected: 1, Value: value(10), Tier: "small"},
			{ID: "b", X: 2, TX: 7, T: 8, PAlive: 0.8, Expected: 3, Value: value(60), Tier: "VIP"},
			{ID: "c", X: 2, TX: 5, T: 7, PAlive: 0.4, Expected: 1, Value: value(30), Tier: "small"},
			{ID: "d", X: 9, TX: 1, T: 9, PAlive: 0.2, Expected: 0, Value: value(0), Tier: "small"},
		},
		tiers: []segment.Group{{Name: "VIP", Count: 1}, {Name: "small", Count: 3}},
	}
}

func TestRecencyMapShowsMeans(t *testing.T) {
	heat := smallReport().recencyMap("title", "mean P(alive)", 1, func(c *customer) float64 { return c.PAlive })
	require.Equal(t, []string{"0", "1", "2", "3", "4", "5", "6", "7+"}, heat.Columns)
	got := map[string]map[string]htmlreport.Cell{}
	for r, row := range heat.Cells {
		for c, cell := range row {
			if cell.Filled {
				if got[heat.Rows[r]] == nil {
					got[heat.Rows[r]] = map[string]htmlreport.Cell{}
				}
				got[heat.Rows[r]][heat.Columns[c]] = cell
			}
		}
	}
	want := map[string]map[string]htmlreport.Cell{
		"1–2": {"2": {Value: 0.8, Filled: true, Note: "1 customer"}},
		"2–3": {"0": {Value: 1, Filled: true, Note: "1 customer"}, "2": {Value: 0.4, Filled: true, Note: "1 customer"}},
		"7–8": {"7+": {Value: 0.2, Filled: true, Note: "1 customer"}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("map of P(alive) (-want +got):\n%s", diff)
	}

	r := smallReport()
	r.customers[2].TX = 6 // as long away as b
	heat = r.recencyMap("title", "mean P(alive)", 1, func(c *customer) float64 { return c.PAlive })
	for _, row := range heat.Cells {
		if cell := row[2]; cell.Filled {
			require.InEpsilon(t, 0.6, cell.Value, 1e-12, "the mean of 0.8 and 0.4")
			require.Equal(t, "2 customers", cell.Note)
		}
	}
}

func TestTierBarsShowShares(t *testing.T) {
	for _, block := range smallReport().worthSection().Blocks {
		if chart, ok := block.(htmlreport.BarChart); ok {
			require.Equal(t, []htmlreport.Bar{
				{Label: "VIP: 1 customer", Value: 60, Text: "60.0\u202f%"},
				{Label: "small: 3 customers", Value: 40, Text: "40.0\u202f%"},
			}, chart.Bars)
			return
		}
	}
	t.Error("the section has no bar chart")
}

func TestHoldoutCharts(t *testing.T) {
	h := &holdout{
		Periods:     2.5,
		ByPeriod:    []periodTotal{{1, 5, 4.5}, {2, 3, 4}, {3, 1, 1.75}},
		ByFrequency: []frequencyTotal{{"0", 4, 2, 3}, {"1", 0, 0, 0}, {"2", 2, 7, 7.5}},
	}
	periods := h.periodChart("week")
	require.Equal(t, []htmlreport.Point{{X: 1, Y: 5}, {X: 2, Y: 3}}, periods.Series[0].Points, "half a week is not drawn beside whole ones")
	require.Equal(t, []htmlreport.Point{{X: 1, Y: 4.5}, {X: 2, Y: 4}}, periods.Series[1].Points)

	classes := h.frequencyChart()
	for i, want := range [][2]float64{{0.5, 3.5}, {0.75, 3.75}} {
		points := classes.Series[i].Points
		require.Equal(t, htmlreport.Point{X: 0, Y: want[0]}, points[0], "%s of a customer without repeat purchase", classes.Series[i].Name)
		require.Equal(t, htmlreport.Point{X: 2, Y: want[1]}, points[2])
		require.NotEqual(t, points[1].Y, points[1].Y, "nobody has one repeat purchase: a gap, not zero")
	}
}

func TestListsAreBestFirst(t *testing.T) {
	r := smallReport()
	ids := func(list []*customer) (ids string) {
		for _, c := range list {
			ids += c.ID
		}
		return ids
	}
	require.Equal(t, "bca", ids(r.top(3)))
	require.Equal(t, "cd", ids(r.atRisk(10)), "P(alive) below one half only")
	r.customers[0].Value = figure{}
	require.Equal(t, "bacd", ids(r.top(10)), "without a value for all by expected purchases, ties by id")
}
