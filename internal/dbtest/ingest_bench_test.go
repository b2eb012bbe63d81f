//go:build unix

package dbtest_test

import (
	"context"
	"database/sql"
	"flag"
	"fmt"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/store"
	"github.com/rapport-crm/rapport/store/sqlite"
	"github.com/rapport-crm/rapport/store/storetest"
)

func BenchmarkStore(b *testing.B) {
	storetest.Benchmark(b, opener(files).backend)
}

var customers = flag.Int("customers", 1000, "how many customers BenchmarkCard has")

func BenchmarkCard(b *testing.B) {
	storetest.BenchmarkCard(b, opener(files).backend, *customers)
}

// BenchmarkIngestRatio ingests the same rows through the store and through
// hand-written database/sql code, taking turns in one run, and reports both rates
// and their ratio. The bar is 0.8. Rates and ratio are of processor time, user and
// system, so that other work on the machine does not count; wall-ratio is that of
// the time on the clock, in which the garbage collector has a core of its own.
func BenchmarkIngestRatio(b *testing.B) {
	const rows = 20_000
	log := storetest.BenchmarkLines(b, rows)
	plainLog := make([]handRow, rows)
	for i, t := range log {
		plainLog[i] = newHandRow(b, t)
	}
	for _, batch := range []int{100, 1_000, 10_000} {
		b.Run(fmt.Sprintf("N=%d/batch=%d", rows, batch), func(b *testing.B) {
			var ours, theirs cost
			rounds := 0
			for b.Loop() {
				if rounds++; rounds%2 == 0 {
					ours.add(ingestByStore(b, log, batch))
					theirs.add(ingestByHand(b, plainLog, batch))
				} else {
					theirs.add(ingestByHand(b, plainLog, batch))
					ours.add(ingestByStore(b, log, batch))
				}
			}
			rate := func(d time.Duration) float64 { return float64(rows*rounds) / d.Seconds() }
			b.ReportMetric(rate(ours.processor), "store-rows/s")
			b.ReportMetric(rate(theirs.processor), "hand-rows/s")
			b.ReportMetric(rate(ours.processor)/rate(theirs.processor), "ratio")
			b.ReportMetric(rate(ours.clock)/rate(theirs.clock), "wall-ratio")
		})
	}
}

// cost is what work took of the processor and on the clock.
type cost struct{ processor, clock time.Duration }

func (c *cost) add(more cost) {
	c.processor += more.processor
	c.clock += more.clock
}

// measure starts a measurement; the function it returns ends it.
func measure(b *testing.B) (end func() cost) {
	processor := func() time.Duration {
		var usage syscall.Rusage
		require.NoError(b, syscall.Getrusage(syscall.RUSAGE_SELF, &usage))
		return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
	}
	before, start := processor(), time.Now()
	return func() cost { return cost{processor: processor() - before, clock: time.Since(start)} }
}

// emptyFile opens a new migrated database; the caller closes it.
func emptyFile(b *testing.B) (writer, reader *sql.DB) {
	writer, reader, err := files(filepath.Join(b.TempDir(), "crm.db"))
	require.NoError(b, err)
	require.NoError(b, sqlite.Migrate(b.Context(), writer))
	return writer, reader
}

func ingestByStore(b *testing.B, log []customer.Transaction, batch int) cost {
	writer, reader := emptyFile(b)
	defer writer.Close()
	defer reader.Close()
	db, err := sqlite.Open(b.Context(), writer, reader, nil)
	require.NoError(b, err)
	defer db.Close()
	end := measure(b)
	inserted := 0
	for from := 0; from < len(log); from += batch {
		require.NoError(b, db.Tenant("acme").Update(b.Context(), func(tx store.Tx) error {
			in, err := tx.Transactions().Ingest(b.Context(), log[from:min(from+batch, len(log))])
			inserted += in.Inserted
			return err
		}))
	}
	spent := end()
	require.Equal(b, len(log), inserted)
	return spent
}

// handRow is a row as a program without the store would hold it.
type handRow struct {
	system, id             string
	kind                   int64
	customer               string
	at, recordedAt         int64
	currency, amount       int64
	product, channel       string
	branch, order, line    string
	ofSystem, ofID, tenant string
}

func newHandRow(t testing.TB, row customer.Transaction) handRow {
	amount, err := row.Amount().Minor()
	require.NoError(t, err)
	return handRow{
		system: row.Key().System, id: row.Key().ID, kind: int64(row.Kind()), customer: string(row.Customer()),
		at: row.At().UnixNano(), recordedAt: row.RecordedAt().UnixNano(), currency: int64(row.Amount().Currency()), amount: amount,
		product: row.Product(), channel: string(row.Channel()), branch: row.Branch(), order: row.Order(), line: row.Line(),
		ofSystem: row.Of().System, ofID: row.Of().ID, tenant: "acme",
	}
}

// ingestByHand does the same inserts on the same schema, driver and settings, as
// one would write them: a transaction for each batch, one statement prepared
// once, and a look at how many rows it touched.
func ingestByHand(b *testing.B, log []handRow, batch int) cost {
	writer, reader := emptyFile(b)
	defer writer.Close()
	defer reader.Close()
	ctx := context.Background()
	end := measure(b)
	insert, err := writer.PrepareContext(ctx, `INSERT INTO rapport_transactions
		(tenant, system, id, kind, customer, at, recorded_at, currency, amount_minor, amount_exact,
		product, channel, branch, order_key, line, of_system, of_id)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, NULL, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`)
	require.NoError(b, err)
	inserted := 0
	for from := 0; from < len(log); from += batch {
		tx, err := writer.BeginTx(ctx, nil)
		require.NoError(b, err)
		stmt := tx.StmtContext(ctx, insert)
		for _, r := range log[from:min(from+batch, len(log))] {
			result, err := stmt.ExecContext(ctx, r.tenant, r.system, r.id, r.kind, r.customer, r.at, r.recordedAt, r.currency, r.amount,
				r.product, r.channel, r.branch, r.order, r.line, r.ofSystem, r.ofID)
			if err != nil {
				b.Fatal(err)
			}
			n, err := result.RowsAffected()
			if err != nil {
				b.Fatal(err)
			}
			inserted += int(n)
		}
		require.NoError(b, tx.Commit())
	}
	spent := end()
	require.NoError(b, insert.Close())
	require.Equal(b, len(log), inserted)
	return spent
}
