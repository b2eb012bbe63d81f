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

func valueCases() []Case {
	return []Case{
		{Name: "time/nanoseconds", Run: timesKept(
			time.Date(2026, 3, 1, 0, 0, 0, 1, time.UTC), time.Date(2026, 3, 1, 0, 0, 0, 999_999_999, time.UTC))},
		{Name: "time/before 1970", Run: timesKept(
			time.Date(1969, 12, 31, 23, 59, 59, 999_999_999, time.UTC), time.Date(1902, 2, 3, 4, 5, 6, 7, time.UTC), time.Unix(0, 0))},
		{Name: "time/first and last", Run: timesKept(
			time.Date(1678, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2261, 12, 31, 23, 59, 59, 999_999_999, time.UTC))},
		{Name: "time/zone becomes UTC", Run: timeZone},
		{Name: "time/order within a customer", Run: timeOrder},
		{Name: "money/largest", Run: amountsKept("9999999999999999.99", "-9999999999999999.99", "9007199254740993", "9007199254740993.01")},
		{Name: "money/negative and zero", Run: amountsKept("-0.01", "-1", "0", "0.00", "-123456.78")},
		{Name: "money/fractions of the minor unit", Run: amountsKept("0.00000000001", "-0.1", "0.1", "0.30000000004", "9999999999999999.99999999999", "1.005")},
		{Name: "money/currencies with other digits", Run: moneyDigits},
	}
}

func timesKept(times ...time.Time) func(t *testing.T, b Backend) {
	return func(t *testing.T, b Backend) {
		for i, at := range times {
			id := fmt.Sprint(i)
			valid, err := rapport.NewInterval(at, time.Time{})
			require.NoError(t, err)
			row := line(t, id, func(d *customer.TransactionDraft) { d.At, d.RecordedAt = at, at })
			talk := contact(t, id, func(d *customer.InteractionDraft) { d.At, d.RecordedAt = at, at })
			c := party(t, rapport.ID(id), func(d *customer.Draft) {
				d.Since, d.RecordedAt, d.Roles = at, at, []customer.Role{{Type: customer.Consumer, Valid: valid}}
			})
			update(t, b.DB, acme, func(tx store.Tx) {
				ingest(t, tx, row)
				ingestContacts(t, tx, talk)
				put(t, tx, c)
			})
			view(t, b.DB, acme, func(tx store.Tx) {
				got, err := tx.Transactions().Get(t.Context(), row.Key())
				require.NoError(t, err)
				require.True(t, got.At().Equal(at) && got.RecordedAt().Equal(at), "want %v, got %v and %v", at, got.At(), got.RecordedAt())
				read, err := tx.Interactions().Get(t.Context(), talk.Key())
				require.NoError(t, err)
				same(t, talk, read)
				kept, err := tx.Customers().Get(t.Context(), rapport.ID(id))
				require.NoError(t, err)
				same(t, c.Draft(), kept.Draft())
			})
		}
	}
}

func timeZone(t *testing.T, b Backend) {
	at := time.Date(2026, 3, 1, 1, 30, 0, 5, time.FixedZone("UTC+8", 8*3600))
	saved(t, b.DB, []customer.Transaction{line(t, "1", func(d *customer.TransactionDraft) { d.At = at })})
	view(t, b.DB, acme, func(tx store.Tx) {
		got, err := tx.Transactions().Get(t.Context(), customer.ExternalKey{System: "till", ID: "1"})
		require.NoError(t, err)
		require.Equal(t, time.Date(2026, 2, 28, 17, 30, 0, 5, time.UTC), got.At())
		for p, err := range tx.Transactions().Purchases(t.Context(), store.PurchaseQuery{Currency: rapport.CNY}) {
			require.NoError(t, err)
			require.Equal(t, time.Date(2026, 2, 28, 17, 30, 0, 5, time.UTC), p.At)
		}
	})
}

func timeOrder(t *testing.T, b Backend) {
	var rows []customer.Transaction
	var want []string
	for i, at := range []time.Time{
		time.Date(1700, 1, 1, 0, 0, 0, 0, time.UTC), time.Unix(-1, 0), time.Unix(0, -1), time.Unix(0, 0), time.Unix(0, 1),
		day(1), day(1).Add(1), time.Date(2261, 1, 1, 0, 0, 0, 0, time.UTC),
	} {
		rows = append(rows, line(t, fmt.Sprint(i), func(d *customer.TransactionDraft) { d.At = at }))
		want = append(want, fmt.Sprint(i))
	}
	rows[0], rows[5], rows[3] = rows[3], rows[0], rows[5]
	saved(t, b.DB, rows)
	view(t, b.DB, acme, func(tx store.Tx) {
		same(t, want, keys(collect(t, tx.Transactions().All(t.Context(), store.TransactionQuery{}))))
	})
}

func amountsKept(amounts ...string) func(t *testing.T, b Backend) {
	return func(t *testing.T, b Backend) {
		for i, amount := range amounts {
			row := line(t, fmt.Sprint(i), func(d *customer.TransactionDraft) {
				d.Kind, d.Amount = customer.Cost, money(t, amount, rapport.CNY)
			})
			saved(t, b.DB, []customer.Transaction{row})
			update(t, b.DB, acme, func(tx store.Tx) {
				got, err := tx.Transactions().Get(t.Context(), row.Key())
				require.NoError(t, err)
				same(t, row, got)
				same(t, []store.Outcome{store.Same}, ingest(t, tx, row).Outcomes)
			})
		}
	}
}

func moneyDigits(t *testing.T, b Backend) {
	for i, m := range []rapport.Money{
		money(t, "1234", rapport.JPY), money(t, "1234.5", rapport.JPY), money(t, "1.234", rapport.KWD),
		money(t, "1.2345", rapport.KWD), money(t, "1.2345", rapport.CLF), money(t, "1e3", rapport.JPY),
		money(t, "999999999999999999", rapport.JPY), money(t, "999999999999999.999", rapport.KWD),
	} {
		row := line(t, fmt.Sprint(i), func(d *customer.TransactionDraft) { d.Amount = m })
		saved(t, b.DB, []customer.Transaction{row})
		view(t, b.DB, acme, func(tx store.Tx) {
			got, err := tx.Transactions().Get(t.Context(), row.Key())
			require.NoError(t, err)
			same(t, row, got)
		})
	}
}
