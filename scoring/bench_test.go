package scoring_test

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/scoring"
)

// benchLog is a seeded log in order of time: n rows of customers who buy
// unevenly (a third of the rows falls on a tenth of them) over two years, ids
// such as "C0000042".
func benchLog(n, customers int) []scoring.Purchase {
	random := rand.New(rand.NewPCG(1, 2))
	start := time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)
	step := 2 * 365 * 24 * time.Hour / time.Duration(n)
	rows := make([]scoring.Purchase, n)
	for i := range rows {
		who := random.IntN(customers)
		if random.IntN(4) == 0 {
			who /= 10
		}
		amount := 100 + random.Int64N(50_000)
		rows[i] = scoring.Purchase{
			Customer: rapport.ID(fmt.Sprintf("C%07d", who)),
			At:       start.Add(time.Duration(i) * step),
			Amount:   amount,
			Cost:     amount / 2,
		}
	}
	return rows
}

// asRead puts the bytes of the ids one after the other in the order of the
// rows, as they are when the rows come from a file.
func asRead(rows []scoring.Purchase) []scoring.Purchase {
	var text strings.Builder
	for _, p := range rows {
		text.WriteString(string(p.Customer))
	}
	rest := rapport.ID(text.String())
	for i, p := range rows {
		rows[i].Customer, rest = rest[:len(p.Customer)], rest[len(p.Customer):]
	}
	return rows
}

// BenchmarkSummarize reads 2 million rows of 400,000 customers, about 5 a
// customer. bytes/customer is what the result keeps, ids included, and
// reading-bytes/customer what is kept when the last row has been read.
func BenchmarkSummarize(b *testing.B) {
	const n, customers = 2_000_000, 400_000
	window := scoring.Window{Unit: rapport.Week, Until: day("2025-06-30"), Currency: rapport.CNY, Holdout: 26}
	unsorted := asRead(benchLog(n, customers))
	sorted := asRead(slices.SortedStableFunc(slices.Values(unsorted), byCustomerAndDate))
	for _, c := range []struct {
		name      string
		summarize summarizer
		rows      []scoring.Purchase
	}{
		{"sorted", scoring.SummarizeSorted, sorted},
		{"unsorted", scoring.Summarize, unsorted},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			var s *scoring.Summaries
			for b.Loop() {
				var err error
				s, err = c.summarize(b.Context(), stream(c.rows), window)
				require.NoError(b, err)
			}
			b.ReportMetric(n*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
			scored := float64(s.Len())
			b.ReportMetric(keptBytes(&s)/scored, "bytes/customer")
			b.ReportMetric(readingBytes(b, c.summarize, c.rows, window)/scored, "reading-bytes/customer")
		})
	}
}

// keptBytes lets go of the last reference to the summaries and returns how much
// memory that sets free.
func keptBytes(s **scoring.Summaries) float64 {
	var with, without runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&with)
	*s = nil
	runtime.GC()
	runtime.ReadMemStats(&without)
	return float64(with.HeapAlloc) - float64(without.HeapAlloc)
}

// readingBytes returns how much more memory is in use after the last row than before
// the first.
func readingBytes(b *testing.B, summarize summarizer, rows []scoring.Purchase, w scoring.Window) float64 {
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	_, err := summarize(b.Context(), func(yield func(scoring.Purchase, error) bool) {
		for _, row := range rows {
			if !yield(row, nil) {
				return
			}
		}
		runtime.GC()
		runtime.ReadMemStats(&after)
	}, w)
	require.NoError(b, err)
	return float64(after.HeapAlloc) - float64(before.HeapAlloc)
}
