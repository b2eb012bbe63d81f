package storetest

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/store"
)

// benchmarkFiles measures a back end that keeps files.
func benchmarkFiles(b *testing.B, open Open) {
	const memos = 2_000
	b.Run("PutFile", func(b *testing.B) {
		db, i := open(b).DB, 0
		update(b, db, acme, func(tx store.Tx) {
			file := fileOf[memo](b, tx)
			perRow(b, 1, func() {
				_, err := file.Put(b.Context(), about(rapport.ID(fmt.Sprint("c", i%100)), rapport.ID(fmt.Sprint(i)), saying("quiet")), 0)
				require.NoError(b, err)
				i++
			})
		})
	})
	for name, q := range map[string]store.FileQuery{
		"FilesOfOne/N=20":    {Customers: []rapport.ID{"c07"}},
		"FilesOfThree/N=60":  {Customers: []rapport.ID{"c07", "c70", "c77"}},
		"FilesAsOfThen/N=20": {Customers: []rapport.ID{"c07"}, AsOf: day(4)},
	} {
		b.Run(name, func(b *testing.B) {
			db := open(b).DB
			updateMemos(b, db, func(file store.File[memo]) {
				for i := range memos {
					m := about(rapport.ID(fmt.Sprintf("c%02d", i%100)), rapport.ID(fmt.Sprint(i)), saying("quiet"), happened(day(1+i/100)))
					write(b, file, m)
					m.RecordedAt = day(5)
					rewrite(b, file, m, 1)
				}
			})
			rows := 20 * len(q.Customers)
			viewMemos(b, db, func(file store.File[memo]) {
				perRow(b, rows, func() {
					p, err := file.Page(b.Context(), q, store.PageRequest{})
					require.NoError(b, err)
					require.Len(b, p.Items, rows)
				})
			})
		})
	}
}

// richEvery is how many customers of [BenchmarkCard] there are for one with a long
// history.
const richEvery = 50

// BenchmarkCard measures reading the card of a customer with a long history, 20 files, 20
// interactions and 60 transactions, among others with a short one, and reports the
// 99th percentile of the reads besides their mean.
func BenchmarkCard(b *testing.B, open Open, customers int) {
	b.Run(fmt.Sprintf("Card/N=%d", customers), func(b *testing.B) {
		db := open(b).DB
		for from := 0; from < customers; from += 500 {
			update(b, db, acme, func(tx store.Tx) {
				for i := from; i < min(from+500, customers); i++ {
					cardOf(b, tx, i)
				}
			})
		}
		var times []time.Duration
		i := 0
		b.ReportAllocs()
		for b.Loop() {
			id := cardID(i * 7919 % (customers / richEvery) * richEvery)
			start := time.Now()
			err := db.Tenant(acme).View(b.Context(), func(tx store.Tx) error {
				card, err := store.ReadCard(b.Context(), tx, id, nil)
				if err == nil && (len(card.Files) != 20 || len(card.Interactions) != 20 || card.Totals[0].SaleLines != 60) {
					err = fmt.Errorf("card has %d files, %d interactions", len(card.Files), len(card.Interactions))
				}
				return err
			})
			times = append(times, time.Since(start))
			require.NoError(b, err)
			i++
		}
		slices.Sort(times)
		b.ReportMetric(float64(times[len(times)*99/100].Nanoseconds()), "p99-ns")
	})
}

func cardID(i int) rapport.ID { return rapport.ID(fmt.Sprintf("c%07d", i)) }

// cardOf stores one customer of [BenchmarkCard].
func cardOf(b *testing.B, tx store.Tx, i int) {
	id := cardID(i)
	files, talks, sales := 1, 1, 2
	if i%richEvery == 0 {
		files, talks, sales = 10, 20, 60
	}
	put(b, tx, full(b, id))
	memos, marks := fileOf[memo](b, tx), fileOf[mark](b, tx)
	for n := range files {
		file := rapport.ID(fmt.Sprint(id, "-", n))
		write(b, memos, about(id, file, happened(day(n)), saying("wants it quiet")))
		_, err := marks.Append(b.Context(), marked(id, file, happened(day(n))))
		require.NoError(b, err)
	}
	var contacts []customer.Interaction
	for n := range talks {
		contacts = append(contacts, contact(b, fmt.Sprint(id, "-", n), func(d *customer.InteractionDraft) { d.Customer, d.At = id, day(n) }))
	}
	ingestContacts(b, tx, contacts...)
	var lines []customer.Transaction
	for n := range sales {
		lines = append(lines, line(b, fmt.Sprint(id, "-", n), sold(b, id, day(n), "12.50")))
	}
	ingest(b, tx, lines...)
}
