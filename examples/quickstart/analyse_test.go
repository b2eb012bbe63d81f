package main

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/examples/htmlreport"
	"github.com/rapport-crm/rapport/scoring"
	"github.com/rapport-crm/rapport/scoring/btyd"
)

func TestWeeksAddUpToTheHoldout(t *testing.T) {
	shop, err := newShop()
	require.NoError(t, err)
	history, err := openHistory(t.Context(), filepath.Join(t.TempDir(), "shop.db"))
	require.NoError(t, err)
	defer func() { require.NoError(t, history.close()) }()
	require.NoError(t, history.record(t.Context(), shop.Part(0, 300)))

	window := scoring.Window{Unit: rapport.Week, Currency: currency, Until: shop.Until().AddDate(0, 0, -7*weeksHeldOut), Holdout: weeksHeldOut}
	summaries, err := history.summarize(t.Context(), window)
	require.NoError(t, err)
	m, err := fitModels(t.Context(), summaries)
	require.NoError(t, err)
	weekly, err := history.trackWeeks(t.Context(), m, summaries, shop.Config().From)
	require.NoError(t, err)

	seen := weeksOfHistory - weeksHeldOut
	repeats, total, fresh := 0.0, 0.0, 0.0
	for _, s := range summaries.All() {
		fresh += m.buying.ExpectedNew(s.T)
		repeats += float64(s.X)
		total += m.buying.Expected(s, weeksHeldOut)
	}
	require.Equal(t, repeats, sum(weekly.actual[:seen]), "repeat purchases before the hold-out")
	for week, n := range summaries.Holdout().ByPeriod {
		require.Equal(t, float64(n), weekly.actual[seen+week], "week %d of the hold-out", week+1)
	}
	require.InEpsilon(t, total, sum(weekly.forecast), 1e-9)
	require.InEpsilon(t, fresh, sum(weekly.fitted), 1e-9, "what is expected of new customers from their first day on")
}

func sum(values []float64) float64 {
	sums := running(values, 0)
	return sums[len(sums)-1]
}

func TestPurchaseRange(t *testing.T) {
	model, err := btyd.NewBGNBD(rapport.Week, 0.8, 6, 0.6, 3.5)
	require.NoError(t, err)
	for _, s := range []scoring.Summary{{T: 10}, {X: 3, TX: 20, T: 22}, {X: 60, TX: 70, T: 71}, {X: 9, TX: 10, T: 90}} {
		low, high := purchaseRange(model, s, weeksAhead)
		below, within := 0.0, 0.0
		for n := range high + 1 {
			if n < low {
				below += model.Probability(s, n, weeksAhead)
			} else {
				within += model.Probability(s, n, weeksAhead)
			}
		}
		require.LessOrEqual(t, below, 0.1, "below %d … %d of %+v", low, high, s)
		require.GreaterOrEqual(t, below+within, 0.9, "up to %d of %+v", high, s)
		require.Less(t, below+within-model.Probability(s, high, weeksAhead), 0.9, "%d is the first such number of %+v", high, s)
	}
}

func TestClasses(t *testing.T) {
	edges := countEdges()
	for v, want := range map[float64]string{1: "1", 2: "2", 3: "3–4", 4: "3–4", 7: "5–7", 12: "8–12", 20: "13–20", 21: "21+", 900: "21+"} {
		i := classOf(edges, v)
		require.Equal(t, want, classLabel(edges[i], edges[i+1], 1), "%g purchases", v)
	}
	require.Equal(t, "2–4", classLabel(2, 4, 0))
}

func TestTablesLineUp(t *testing.T) {
	var out strings.Builder
	printTable(&out, htmlreport.Table{
		Title:   "T",
		Columns: columns("name", "#n"),
		Rows:    [][]string{{"何明河", "7"}, {"Ada", "1,200"}},
		Note:    "a b\u202fc",
	})
	require.Equal(t, "\nT\n  name        n\n  何明河      7\n  Ada     1,200\n  a b\u202fc\n", out.String())
	require.Equal(t, "  one two\n  three\n", wrap("one two three", "  ", 10))
}
