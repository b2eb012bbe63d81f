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

// BenchmarkCard measures reading the card of a customer with a long history, 21 files of
// six sorts, 20 interactions and 60 transactions, among others with a short one, and
// reports the 99th percentile of the reads besides their mean. Glance is the same without
// taking the records apart.
func BenchmarkCard(b *testing.B, open Open, customers int) {
	db := open(b).DB
	for from := 0; from < customers; from += 500 {
		update(b, db, acme, func(tx store.Tx) {
			for i := from; i < min(from+500, customers); i++ {
				cardOf(b, tx, i)
			}
		})
	}
	measure := func(name string, read func(tx store.Tx, id rapport.ID) error) {
		b.Run(fmt.Sprintf("%s/N=%d", name, customers), func(b *testing.B) {
			var times []time.Duration
			i := 0
			b.ReportAllocs()
			for b.Loop() {
				id := cardID(i * 7919 % (customers / richEvery) * richEvery)
				start := b.Elapsed()
				err := db.Tenant(acme).View(b.Context(), func(tx store.Tx) error { return read(tx, id) })
				times = append(times, b.Elapsed()-start)
				require.NoError(b, err)
				i++
			}
			slices.Sort(times)
			b.ReportMetric(float64(times[len(times)*99/100].Nanoseconds()), "p99-ns")
		})
	}
	measure("Card", func(tx store.Tx, id rapport.ID) error {
		reader, err := store.NewCardReader(tx, nil)
		if err != nil {
			return err
		}
		card, err := customer.ReadCard(b.Context(), reader, id, day(30), nil)
		if err == nil && (len(card.Needs) != 5 || len(card.Last) != 10) {
			err = fmt.Errorf("the card has %d needs and %d interactions", len(card.Needs), len(card.Last))
		}
		return err
	})
	measure("Glance", func(tx store.Tx, id rapport.ID) error {
		card, err := store.ReadGlance(b.Context(), tx, id, nil)
		if err == nil && (len(card.Files) != 21 || len(card.Interactions) != 20 || card.Totals[0].SaleLines != 60) {
			err = fmt.Errorf("the glance has %d files and %d interactions", len(card.Files), len(card.Interactions))
		}
		return err
	})
}

func cardID(i int) rapport.ID { return rapport.ID(fmt.Sprintf("c%07d", i)) }

// cardOf stores one customer of [BenchmarkCard].
func cardOf(b *testing.B, tx store.Tx, i int) {
	id := cardID(i)
	name := func(n int) rapport.ID { return rapport.ID(fmt.Sprint(id, "-", n)) }
	needs, points, talks, sales := 1, 0, 1, 2
	put(b, tx, full(b, id))
	if i%richEvery == 0 {
		needs, points, talks, sales = 5, 10, 20, 60
		for n := range 2 {
			c, s := someCase(), someConsent()
			c.ID, c.Customer, s.ID, s.Subject = name(n), id, name(n), id
			keepFiled(b, tx, c)
			keepFiled(b, tx, s)
		}
		m := someMembership()
		m.ID, m.Customer = name(0), id
		keepFiled(b, tx, m)
		keepFiled(b, tx, customer.Commitment{ID: name(0), Customer: id, Promise: "drawings", Due: day(9), Owner: "li.wei", At: day(1), RecordedAt: day(2)})
	}
	for n := range needs {
		need := someNeed(name(n))
		need.Customer = id
		keepFiled(b, tx, need)
	}
	for n := range points {
		p := somePoints(name(n), n+1)
		p.Customer, p.Membership = id, name(0)
		keepFiled(b, tx, p)
	}
	var contacts []customer.Interaction
	for n := range talks {
		contacts = append(contacts, contact(b, string(name(n)), func(d *customer.InteractionDraft) { d.Customer, d.At = id, day(n) }))
	}
	ingestContacts(b, tx, contacts...)
	var lines []customer.Transaction
	for n := range sales {
		lines = append(lines, line(b, string(name(n)), sold(b, id, day(n), "12.50")))
	}
	ingest(b, tx, lines...)
}
