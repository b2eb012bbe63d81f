package compare

import (
	"iter"
	"math"
	"slices"
	"testing"
	"time"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/internal/market"
	"github.com/rapport-crm/rapport/scoring"
)

// plainSummary is a purchase summary as one would write it first: a map from
// the id to all dates with their amounts.
func plainSummary(rows iter.Seq2[scoring.Purchase, error], until time.Time) (map[rapport.ID]scoring.Summary, error) {
	const day = 24 * time.Hour
	dates := make(map[rapport.ID]map[time.Time]int64)
	for row, err := range rows {
		if err != nil {
			return nil, err
		}
		date := row.At.UTC().Truncate(day)
		if date.After(until) {
			continue
		}
		if dates[row.Customer] == nil {
			dates[row.Customer] = make(map[time.Time]int64)
		}
		dates[row.Customer][date] += row.Amount
	}
	weeks := func(from, to time.Time) float64 { return float64(to.Sub(from)/day) / 7 }
	out := make(map[rapport.ID]scoring.Summary, len(dates))
	for id, amounts := range dates {
		var days []time.Time
		for date := range amounts {
			days = append(days, date)
		}
		slices.SortFunc(days, time.Time.Compare)
		first, last := days[0], days[len(days)-1]
		s := scoring.Summary{X: len(days) - 1, TX: weeks(first, last), T: weeks(first, until)}
		var spent int64
		for i, date := range days[1:] {
			spent += amounts[date]
			s.SumLogInterval += math.Log(weeks(days[i], date))
		}
		if s.X > 0 {
			s.Spend = float64(spent) / 100 / float64(s.X)
		}
		out[id] = s
	}
	return out, nil
}

// log returns the purchases of market.New(Config{Customers: n}, 1), mixed: every
// customer's first row, then every second one, and so on.
func log(tb testing.TB, customers int) (rows []scoring.Purchase, until time.Time) {
	tb.Helper()
	world, err := market.New(market.Config{Customers: customers}, 1)
	if err != nil {
		tb.Fatal(err)
	}
	type numbered struct {
		row    scoring.Purchase
		number int
	}
	var all []numbered
	number := 0
	var previous rapport.ID
	for row, err := range world.Purchases() {
		if err != nil {
			tb.Fatal(err)
		}
		if row.Customer != previous {
			previous, number = row.Customer, 0
		}
		all = append(all, numbered{row, number})
		number++
	}
	slices.SortStableFunc(all, func(a, b numbered) int { return a.number - b.number })
	for _, n := range all {
		rows = append(rows, n.row)
	}
	return rows, world.Until()
}

func each(rows []scoring.Purchase) iter.Seq2[scoring.Purchase, error] {
	return func(yield func(scoring.Purchase, error) bool) {
		for _, row := range rows {
			if !yield(row, nil) {
				return
			}
		}
	}
}

func TestSummarizeAgainstPlainMap(t *testing.T) {
	rows, end := log(t, 2000)
	until := end.AddDate(0, 0, -90).Truncate(24 * time.Hour)
	want, err := plainSummary(each(rows), until)
	if err != nil {
		t.Fatal(err)
	}
	got, err := scoring.Summarize(t.Context(), each(rows), scoring.Window{Unit: rapport.Week, Until: until, Currency: rapport.EUR})
	if err != nil {
		t.Fatal(err)
	}
	if got.Len() != len(want) {
		t.Fatalf("%d rows: got %d customers, want %d", len(rows), got.Len(), len(want))
	}
	for id, s := range got.All() {
		w := want[id]
		// Sums of logarithms in another order, and a mean taken once instead of
		// twice: some units in the last place.
		if s.X != w.X || far(s.TX, w.TX) > 1e-14 || far(s.T, w.T) > 1e-14 || far(s.Spend, w.Spend) > 1e-13 || far(s.SumLogInterval, w.SumLogInterval) > 1e-13 {
			t.Fatalf("customer %s: got %+v, want %+v", id, s, w)
		}
	}
}

func BenchmarkSummarize(b *testing.B) {
	rows, until := log(b, 100_000)
	perRow := func(b *testing.B) { b.ReportMetric(float64(len(rows)*b.N)/b.Elapsed().Seconds(), "rows/s") }
	b.Run("rapport", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := scoring.Summarize(b.Context(), each(rows), scoring.Window{Unit: rapport.Week, Until: until, Currency: rapport.EUR}); err != nil {
				b.Fatal(err)
			}
		}
		perRow(b)
	})
	b.Run("map", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := plainSummary(each(rows), until); err != nil {
				b.Fatal(err)
			}
		}
		perRow(b)
	})
}
