package storetest

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/store"
)

// BenchmarkLines returns n sales of n/10 customers over three years, in order of
// time, the same on every call. The suite's benchmarks store them, and so should
// a comparison with other code.
func BenchmarkLines(t testing.TB, n int) []customer.Transaction {
	t.Helper()
	rows := make([]customer.Transaction, n)
	state := uint32(1)
	for i := range rows {
		state = state*1664525 + 1013904223
		m, err := rapport.MoneyFromMinor(int64((state>>8)%50000)+100, rapport.CNY)
		require.NoError(t, err)
		rows[i], err = customer.NewTransaction(customer.TransactionDraft{
			Key:      customer.ExternalKey{System: "till", ID: fmt.Sprintf("R%09d", i)},
			Kind:     customer.Sale,
			Customer: rapport.ID(fmt.Sprintf("C%07d", (state>>4)%uint32(max(n/10, 1)))),
			At:       day(1).Add(time.Duration(i) * (3 * 365 * 24 * time.Hour / time.Duration(n))), RecordedAt: day(1),
			Amount: m, Product: fmt.Sprintf("SKU-%04d", (state>>12)%2000), Channel: customer.ChannelShop,
			Branch: fmt.Sprintf("B%02d", (state>>20)%40), Order: fmt.Sprintf("O%08d", i/2), Line: fmt.Sprint(i%2 + 1),
		})
		require.NoError(t, err)
	}
	return rows
}

// Benchmark measures a back end on the work of the suite, rows per second being
// the figure to compare.
func Benchmark(b *testing.B, open Open) {
	const rows, batch = 20_000, 1_000
	log := BenchmarkLines(b, rows)
	store20k := func(b *testing.B) store.DB {
		db := open(b).DB
		ingestAll(b, db, log, batch)
		return db
	}
	b.Run(fmt.Sprintf("Ingest/N=%d", rows), func(b *testing.B) {
		perRow(b, rows, func() {
			b.StopTimer()
			db := open(b).DB
			b.StartTimer()
			ingestAll(b, db, log, batch)
		})
	})
	b.Run(fmt.Sprintf("IngestAgain/N=%d", rows), func(b *testing.B) {
		db := store20k(b)
		perRow(b, rows, func() { ingestAll(b, db, log, batch) })
	})
	b.Run(fmt.Sprintf("Purchases/N=%d", rows), func(b *testing.B) {
		db := store20k(b)
		perRow(b, rows, func() {
			view(b, db, acme, func(tx store.Tx) {
				n, err := firstError(tx.Transactions().Purchases(b.Context(), inCNY()))
				require.NoError(b, err)
				require.Equal(b, rows, n)
			})
		})
	})
	b.Run(fmt.Sprintf("All/N=%d", rows), func(b *testing.B) {
		db := store20k(b)
		perRow(b, rows, func() {
			view(b, db, acme, func(tx store.Tx) {
				n, err := firstError(tx.Transactions().All(b.Context(), store.TransactionQuery{}))
				require.NoError(b, err)
				require.Equal(b, rows, n)
			})
		})
	})
	b.Run("Get", func(b *testing.B) {
		db := store20k(b)
		view(b, db, acme, func(tx store.Tx) {
			i := 0
			perRow(b, 1, func() {
				_, err := tx.Transactions().Get(b.Context(), log[i%rows].Key())
				require.NoError(b, err)
				i += 7919
			})
		})
	})
	b.Run("UpdateOfOneRow", func(b *testing.B) {
		db := open(b).DB
		i := 0
		perRow(b, 1, func() {
			update(b, db, acme, func(tx store.Tx) {
				ingest(b, tx, line(b, fmt.Sprint(i)))
				i++
			})
		})
	})
	b.Run("PutCustomer", func(b *testing.B) {
		db := open(b).DB
		i := 0
		update(b, db, acme, func(tx store.Tx) {
			perRow(b, 1, func() {
				put(b, tx, full(b, rapport.ID(fmt.Sprint(i))))
				i++
			})
		})
	})
	if open(b).DB.Capabilities().Pipelines {
		benchmarkDeals(b, open)
	}
	if open(b).DB.Capabilities().Files {
		benchmarkFiles(b, open)
	}
}

func perRow(b *testing.B, rows int, work func()) {
	b.Helper()
	b.ReportAllocs()
	for b.Loop() {
		work()
	}
	b.ReportMetric(float64(rows)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}

func ingestAll(b testing.TB, db store.DB, log []customer.Transaction, batch int) {
	b.Helper()
	for from := 0; from < len(log); from += batch {
		update(b, db, acme, func(tx store.Tx) { ingest(b, tx, log[from:min(from+batch, len(log))]...) })
	}
}
