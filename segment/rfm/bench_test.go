package rfm_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/segment/rfm"
)

// benchRows draws n customers, seed 1: days within three years, half of them with
// one order, log-normal sums.
func benchRows(n int) []rfm.Row {
	random := rand.New(rand.NewPCG(1, 2))
	rows := make([]rfm.Row, n)
	for i := range rows {
		orders := 1 + int(random.ExpFloat64()*1.5)
		rows[i] = rfm.Row{
			ID:        rapport.ID(fmt.Sprintf("customer-%07d", i)),
			Recency:   float64(random.IntN(1096)),
			Frequency: orders,
			Monetary:  math.Round(100*float64(orders)*math.Exp(3+random.NormFloat64())) / 100,
		}
	}
	return rows
}

// BenchmarkSegment fits, scores and sorts into segments.
func BenchmarkSegment(b *testing.B) {
	const n = 1_000_000
	rows := benchRows(n)
	shuffled := slices.Clone(rows)
	rand.New(rand.NewPCG(3, 4)).Shuffle(n, func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
	ranks := rfm.Cut{Method: rfm.ByRank}
	for _, c := range []struct {
		name   string
		rows   []rfm.Row
		scheme rfm.Scheme
	}{
		{"quantile", rows, rfm.Scheme{}},
		{"quantile-r", rows, rfm.CompatR()},
		{"rank", rows, rfm.Scheme{Recency: ranks, Frequency: ranks, Monetary: ranks}},
		{"nested", rows, rfm.Scheme{Nested: true}},
		{"rank-nested", rows, rfm.Scheme{Recency: ranks, Frequency: ranks, Monetary: ranks, Nested: true}},
		{"quantile-shuffled", shuffled, rfm.Scheme{}},
		{"rank-nested-shuffled", shuffled, rfm.Scheme{Recency: ranks, Frequency: ranks, Monetary: ranks, Nested: true}},
	} {
		b.Run(fmt.Sprintf("%s/n=%d", c.name, n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, _, err := rfm.FitAssign(c.rows, c.scheme, rfm.DefaultTable()); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkScore is one customer at a time, as in a stream.
func BenchmarkScore(b *testing.B) {
	rows := benchRows(100_000)
	scorer, err := rfm.Fit(rows, rfm.Scheme{})
	if err != nil {
		b.Fatal(err)
	}
	table := rfm.DefaultTable()
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		score, err := scorer.Score(rows[i])
		if err != nil || table.Segment(score) == "" {
			b.Fatal(score, err)
		}
		if i++; i == len(rows) {
			i = 0
		}
	}
}

// BenchmarkAggregate reads 2 million orders of 400,000 customers in any order.
func BenchmarkAggregate(b *testing.B) {
	const n = 2_000_000
	random := rand.New(rand.NewPCG(1, 2))
	day := time.Date(2026, 1, 31, 12, 0, 0, 0, time.UTC)
	orders := make([]rfm.Order, n)
	for i := range orders {
		orders[i] = rfm.Order{
			Customer: rapport.ID(fmt.Sprintf("customer-%07d", random.IntN(400_000))),
			At:       day.AddDate(0, 0, -random.IntN(1000)),
			Amount:   int64(random.IntN(10_000)),
		}
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := rfm.Aggregate(b.Context(), stream(orders), rfm.Window{AsOf: day, Currency: rapport.CNY}); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(n*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}
