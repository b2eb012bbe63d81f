package market_test

import (
	"testing"

	"github.com/rapport-crm/rapport/internal/market"
)

// market.New(market.Config{Customers: 10_000}, 1)
func BenchmarkPurchases(b *testing.B) {
	w := newWorld(b, market.Config{Customers: 10_000}, 1)
	rows := 0
	b.ReportAllocs()
	for b.Loop() {
		rows = 0
		for range w.Purchases() {
			rows++
		}
	}
	b.ReportMetric(float64(rows)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}

// market.New(market.Config{Customers: 1000, Returns: 0.05, DuplicateRecords: 0.1, DuplicateRows: 0.05}, 1)
func BenchmarkTransactions(b *testing.B) {
	w := newWorld(b, market.Config{Customers: 1000, Returns: 0.05, DuplicateRecords: 0.1, DuplicateRows: 0.05}, 1)
	rows := 0
	b.ReportAllocs()
	for b.Loop() {
		rows = 0
		for range w.Transactions() {
			rows++
		}
	}
	b.ReportMetric(float64(rows)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}
