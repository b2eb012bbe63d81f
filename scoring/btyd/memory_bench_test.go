package btyd_test

import (
	"context"
	"iter"
	"math"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/scoring"
	"github.com/rapport-crm/rapport/scoring/btyd"
)

// BenchmarkMemory reports as bytes/customer what a million customers of
// cdnowLike(daily), with ids of 8 bytes, keep of the heap after a garbage collection:
// summaries that are given, those of a log in order and in any order, which can be
// continued, and what compression keeps beside them.
func BenchmarkMemory(b *testing.B) {
	if testing.Short() {
		b.Skip("a million customers are not for -short")
	}
	const n = 1_000_000
	summaries := cdnowLike(true).customers(b, n, benchSeed)
	until := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	w := scoring.Window{Unit: rapport.Week, Until: until, Currency: rapport.CNY}
	summarize := func(f func(context.Context, iter.Seq2[scoring.Purchase, error], scoring.Window) (*scoring.Summaries, error)) func(b *testing.B) any {
		return func(b *testing.B) any {
			s, err := f(b.Context(), logOf(summaries, until), w)
			require.NoError(b, err)
			require.Equal(b, n, s.Len())
			return s
		}
	}
	for _, c := range []struct {
		name string
		keep func(b *testing.B) any
	}{
		{"summaries-given", func(b *testing.B) any { return cdnowLike(true).customers(b, n, benchSeed) }},
		{"summaries-sorted-log", summarize(scoring.SummarizeSorted)},
		{"summaries-log", summarize(scoring.Summarize)},
		{"rows", func(*testing.B) any { return btyd.Compress(summaries) }},
		{"spend-rows", func(*testing.B) any { return btyd.CompressSpend(summaries) }},
	} {
		b.Run(c.name, func(b *testing.B) {
			kept := 0.0
			for b.Loop() {
				before := liveBytes()
				result := c.keep(b)
				kept = liveBytes() - before
				runtime.KeepAlive(result)
			}
			b.ReportMetric(kept/n, "bytes/customer")
		})
	}
	runtime.KeepAlive(summaries)
}

// liveBytes is what the heap holds after a garbage collection; the first one leaves
// what pools hold.
func liveBytes() float64 {
	var stats runtime.MemStats
	runtime.GC()
	runtime.GC()
	runtime.ReadMemStats(&stats)
	return float64(stats.HeapAlloc)
}

// logOf is a log in order of customers and dates from which the same counts and times
// follow: repeat purchases on the days after the first one, the last on its own.
func logOf(summaries *scoring.Summaries, until time.Time) iter.Seq2[scoring.Purchase, error] {
	return func(yield func(scoring.Purchase, error) bool) {
		for id, s := range summaries.All() {
			first := until.AddDate(0, 0, -int(math.Round(7*s.T)))
			for i := range s.X + 1 {
				day := i
				if i > 0 && i == s.X {
					day = int(math.Round(7 * s.TX))
				}
				if !yield(scoring.Purchase{Customer: id, At: first.AddDate(0, 0, day), Amount: 1000}, nil) {
					return
				}
			}
		}
	}
}
