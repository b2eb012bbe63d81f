package main

import (
	"bytes"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/examples/htmlreport"
	"github.com/rapport-crm/rapport/scoring"
	"github.com/rapport-crm/rapport/scoring/btyd"
)

// followed is a report of three customers of an NBD with r = 2, α = 4: half a purchase
// a week. One began six weeks before the calibration end, two four weeks before it.
func followed(t *testing.T) (*report, []starters) {
	t.Helper()
	model, err := btyd.NewNBD(rapport.Week, 2, 4)
	require.NoError(t, err)
	summaries, err := scoring.NewSummaries(rapport.Week, []rapport.ID{"a", "b", "c"}, []scoring.Summary{{X: 3, TX: 5, T: 6}, {T: 4}, {X: 1, TX: 2, T: 4}})
	require.NoError(t, err)
	groups, err := startersOf(alike{model, summaries}, summaries)
	require.NoError(t, err)
	require.Len(t, groups, 2)
	require.Equal(t, 2.0, groups[1].customers)
	return &report{options: options{unit: rapport.Week}, summaries: summaries}, groups
}

func TestTrackingCharts(t *testing.T) {
	tracking := &btyd.Tracking{
		Calibration: []btyd.TrackedPeriod{
			{From: 0, To: 1, Actual: 3, Expected: 2, CumulativeActual: 3, CumulativeExpected: 2},
			{From: 1, To: 1.5, Actual: 1, Expected: 1.5, CumulativeActual: 4, CumulativeExpected: 3.5},
		},
	}
	require.Len(t, trackingCharts(tracking, "week")[0].(htmlreport.LineChart).Series, 2, "there is nothing to forecast")
	tracking.Holdout = []btyd.TrackedPeriod{{From: 1.5, To: 2.5, Actual: 2, Expected: 1, CumulativeActual: 6, CumulativeExpected: 4.5}}
	tracking.Forecast = []btyd.TrackedPeriod{{From: 1.5, To: 2.5, Actual: 2, Expected: 1.25, CumulativeActual: 6, CumulativeExpected: 5.25}}
	charts := trackingCharts(tracking, "week")
	sum, step := charts[0].(htmlreport.LineChart), charts[1].(htmlreport.LineChart)
	require.Equal(t, 1.5, sum.Boundary.At)
	require.Equal(t, []htmlreport.Point{{X: 1, Y: 3}, {X: 1.5, Y: 4}, {X: 2.5, Y: 6}}, sum.Series[0].Points)
	require.Equal(t, []htmlreport.Point{{X: 1, Y: 2}, {X: 1.5, Y: 3.5}, {X: 2.5, Y: 4.5}}, sum.Series[1].Points)
	require.Equal(t, []htmlreport.Point{{X: 1.5, Y: 4}, {X: 2.5, Y: 5.25}}, sum.Series[2].Points, "the forecast goes on from what had come")
	require.Equal(t, []htmlreport.Point{{X: 1, Y: 3}, {X: 2.5, Y: 2}}, step.Series[0].Points, "half a week is not drawn beside whole ones")
	require.Equal(t, []htmlreport.Point{{X: 2.5, Y: 1.25}}, step.Series[2].Points)
}

// Customers whose covariates have no effect are tracked like those who are alike.
func TestTrackingWithCovariates(t *testing.T) {
	log, err := openLog(strings.NewReader(members()), columnNames{id: "customer_id", date: "date", amount: "amount", cost: "cost"}, nil)
	require.NoError(t, err)
	until := time.Date(2026, 6, 30, 0, 0, 0, 0, time.UTC)
	summaries, repeats, err := scoring.CountRepeats(t.Context(), log.purchases(), scoring.Window{Unit: rapport.Week, Until: until, Holdout: 20})
	require.NoError(t, err)
	file, err := readCovariates(strings.NewReader(covariatesOf("customer_id,web", func(i int) string { return fmt.Sprint(i % 3 % 2) })), "customer_id")
	require.NoError(t, err)
	plain, err := btyd.FitBGNBD(t.Context(), summaries, nil)
	require.NoError(t, err)
	model, err := btyd.FitCovariates(t.Context(), btyd.BGNBD, summaries, file.values, &btyd.CovariateOptions{PurchaseL2: 1e9, LifeL2: 1e9})
	require.NoError(t, err)
	want, err := alike{plain, summaries}.track(t.Context(), repeats)
	require.NoError(t, err)
	got, err := various{model, summaries, file.values}.track(t.Context(), repeats)
	require.NoError(t, err)
	got.Model = want.Model
	if diff := cmp.Diff(want, got, within(1e-4)); diff != "" {
		t.Errorf("tracking (-alike +covariates without effect):\n%s", diff)
	}
}

func TestFrequencySharesAddUp(t *testing.T) {
	r, groups := followed(t)
	shares := r.frequencyShares(groups)
	require.Equal(t, "7+", shares[7].label)
	require.Equal(t, 1.0, shares[0].actual)
	require.Equal(t, 1.0, shares[3].actual)
	require.InEpsilon(t, math.Pow(4.0/10, 2)+2*math.Pow(4.0/8, 2), shares[0].expected, 1e-12, "(α/(α+T))^r of each")
	require.InEpsilon(t, 3, sumOf(shares, func(s frequencyShare) float64 { return s.expected }), 1e-12)
}

func TestValueCurve(t *testing.T) {
	chart := smallReport().valueCurve("value").(htmlreport.LineChart)
	points := chart.Series[0].Points
	require.Equal(t, htmlreport.Point{}, points[0])
	require.Contains(t, points, htmlreport.Point{X: 25, Y: 60}, "the best of four brings 60 of 100")
	require.Contains(t, points, htmlreport.Point{X: 50, Y: 90})
	require.Equal(t, htmlreport.Point{X: 100, Y: 100}, points[len(points)-1])

	r := smallReport()
	for i := range r.customers {
		r.customers[i].Value.value *= -1
	}
	require.NotEmpty(t, r.valueCurve("value").(htmlreport.LineChart).Note, "there are no shares of a loss")
}

// The page has all charts, with words for readers who cannot see them, for every kind
// of model.
func TestPageHasAllCharts(t *testing.T) {
	path := referencePath(t, "data/apparel.csv")
	for _, args := range [][]string{{}, {"-model", "paretonbd", "-covariates", referencePath(t, "data/apparel_covariates.csv")}} {
		var stdout, stderr bytes.Buffer
		require.Equal(t, 0, run(t.Context(), append([]string{"-transactions", path, "-until", "2006-12-31", "-format", "html"}, args...), nil, &stdout, &stderr), stderr.String())
		for _, title := range []string{
			"Tracking: repeat purchases in sum", "Tracking: repeat purchases by week", "Customers by number of repeat purchases",
			"Chance that a customer is still active", "Purchases expected from a customer", "How much the best customers bring",
			"Purchases per customer by earlier purchases", "Purchases per customer by forecast",
		} {
			require.Contains(t, stdout.String(), title)
		}
		for _, outside := range []string{"<script", "<link", "src=", "@import"} {
			require.NotContains(t, stdout.String(), outside, "the page needs no other file")
		}
		require.Equal(t, strings.Count(stdout.String(), `<svg class="chart"`), strings.Count(stdout.String(), `role="img"`), "every chart is named")
	}
}
