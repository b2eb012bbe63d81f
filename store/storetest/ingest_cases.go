package storetest

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/store"
)

func ingestCases() []Case {
	return []Case{
		{Name: "transaction/round trip", Run: transactionRoundTrip},
		{Name: "transaction/not found", Run: transactionNotFound},
		{Name: "transaction/same again", Run: transactionSame},
		{Name: "transaction/differs in each field", Run: transactionDiffers},
		{Name: "transaction/twice in one batch", Run: transactionTwice},
		{Name: "transaction/record time is no content", Run: transactionRecordTime},
		{Name: "transaction/amount counts by value", Run: transactionByValue},
		{Name: "transaction/key parts do not run together", Run: transactionKeyParts},
		{Name: "transaction/zero row refuses the batch", Run: transactionZero},
		{Name: "transaction/empty batch", Run: transactionEmpty},
		{Name: "transaction/large batch", Run: transactionLarge},
		{Name: "transaction/cancelled midway is all or nothing", Run: transactionMidway},
		{Name: "transaction/mixed batch", Run: transactionMixed},
		{Name: "interaction/round trip", Run: interactionRoundTrip},
		{Name: "interaction/not found", Run: interactionNotFound},
		{Name: "interaction/same and differs", Run: interactionSameDiffers},
		{Name: "interaction/zero row refuses the batch", Run: interactionZero},
		{Name: "interaction/key apart from transactions", Run: interactionKeyApart},
		{Name: "interaction/timeline", Run: interactionTimeline},
	}
}

func fullLine(t tb, id string) customer.Transaction {
	return line(t, id, func(d *customer.TransactionDraft) {
		d.Kind, d.Amount = customer.Return, money(t, "-12.34", rapport.CNY)
		d.Product, d.Channel, d.Branch, d.Order, d.Line = "p", customer.ChannelShop, "b", "o", "1"
		d.Of = customer.ExternalKey{System: "till", ID: "sale"}
		d.Imported = customer.Import{Batch: "go-live", Grade: customer.GradePlausible}
	})
}

func transactionRoundTrip(t *testing.T, b Backend) {
	want := []customer.Transaction{fullLine(t, "1"), line(t, "2"), line(t, "3", spent("2"))}
	update(t, b.DB, acme, func(tx store.Tx) {
		in := ingest(t, tx, want...)
		same(t, store.Ingestion[customer.Transaction]{
			Outcomes: []store.Outcome{store.Inserted, store.Inserted, store.Inserted}, Inserted: 3,
		}, in)
		require.NoError(t, in.Err())
	})
	view(t, b.DB, acme, func(tx store.Tx) {
		for _, w := range want {
			got, err := tx.Transactions().Get(t.Context(), w.Key())
			require.NoError(t, err)
			same(t, w, got)
		}
	})
}

func transactionNotFound(t *testing.T, b Backend) {
	saved(t, b.DB, []customer.Transaction{line(t, "1")})
	view(t, b.DB, acme, func(tx store.Tx) {
		_, err := tx.Transactions().Get(t.Context(), customer.ExternalKey{System: "till", ID: "2"})
		require.ErrorIs(t, err, store.ErrNotFound)
		missing, ok := errors.AsType[*store.NotFoundError](err)
		require.True(t, ok, "want *NotFoundError, got %T", err)
		require.Equal(t, "transaction", missing.Kind)
	})
}

func transactionSame(t *testing.T, b Backend) {
	rows := []customer.Transaction{fullLine(t, "1"), line(t, "2")}
	saved(t, b.DB, rows)
	update(t, b.DB, acme, func(tx store.Tx) {
		in := ingest(t, tx, rows...)
		same(t, store.Ingestion[customer.Transaction]{Outcomes: []store.Outcome{store.Same, store.Same}, Same: 2}, in)
		require.Len(t, collect(t, tx.Transactions().All(t.Context(), store.TransactionQuery{})), 2)
	})
}

func transactionDiffers(t *testing.T, b Backend) {
	stored := fullLine(t, "1")
	saved(t, b.DB, []customer.Transaction{stored})
	for field, change := range map[string]func(*customer.TransactionDraft){
		"kind":     func(d *customer.TransactionDraft) { d.Kind = customer.Cost },
		"customer": func(d *customer.TransactionDraft) { d.Customer = "c2" },
		"at":       func(d *customer.TransactionDraft) { d.At = d.At.Add(time.Nanosecond) },
		"amount":   func(d *customer.TransactionDraft) { d.Amount = money(t, "-12.35", rapport.CNY) },
		"currency": func(d *customer.TransactionDraft) { d.Amount = money(t, "-12.34", rapport.EUR) },
		"product":  func(d *customer.TransactionDraft) { d.Product = "P" },
		"channel":  func(d *customer.TransactionDraft) { d.Channel = customer.ChannelWeb },
		"branch":   func(d *customer.TransactionDraft) { d.Branch = "" },
		"order":    func(d *customer.TransactionDraft) { d.Order = "o " },
		"line":     func(d *customer.TransactionDraft) { d.Line = "01" },
		"of":       func(d *customer.TransactionDraft) { d.Of.ID = "sale2" },
	} {
		d := stored.Draft()
		change(&d)
		changed, err := customer.NewTransaction(d)
		require.NoError(t, err)
		update(t, b.DB, acme, func(tx store.Tx) {
			in := ingest(t, tx, line(t, "new "+field), changed)
			same(t, []store.Outcome{store.Inserted, store.Differs}, in.Outcomes)
			same(t, []store.Difference[customer.Transaction]{{Row: 1, Key: stored.Key(), Stored: stored}}, in.Differences)
			difference, ok := errors.AsType[*store.DifferenceError](in.Err())
			require.True(t, ok, "%s: want *DifferenceError, got %T", field, in.Err())
			require.Equal(t, store.DifferenceError{Row: 1, Key: stored.Key(), Count: 1}, *difference)
			require.ErrorIs(t, in.Err(), store.ErrConflict)
		})
	}
	view(t, b.DB, acme, func(tx store.Tx) {
		got, err := tx.Transactions().Get(t.Context(), stored.Key())
		require.NoError(t, err)
		same(t, stored, got)
	})
}

func transactionTwice(t *testing.T, b Backend) {
	update(t, b.DB, acme, func(tx store.Tx) {
		in := ingest(t, tx, line(t, "1"), line(t, "1"), line(t, "1", sold(t, "c1", day(1), "11")))
		same(t, []store.Outcome{store.Inserted, store.Same, store.Differs}, in.Outcomes)
		require.Equal(t, 1, in.Inserted)
		require.Equal(t, 1, in.Same)
		require.Equal(t, 2, in.Differences[0].Row)
	})
}

func transactionRecordTime(t *testing.T, b Backend) {
	first := line(t, "1")
	saved(t, b.DB, []customer.Transaction{first})
	update(t, b.DB, acme, func(tx store.Tx) {
		in := ingest(t, tx, line(t, "1", func(d *customer.TransactionDraft) { d.RecordedAt = day(30) }))
		same(t, []store.Outcome{store.Same}, in.Outcomes)
		got, err := tx.Transactions().Get(t.Context(), first.Key())
		require.NoError(t, err)
		same(t, first, got)
	})
}

func transactionByValue(t *testing.T, b Backend) {
	saved(t, b.DB, []customer.Transaction{line(t, "1", sold(t, "c1", day(1), "1.5"))})
	update(t, b.DB, acme, func(tx store.Tx) {
		for _, amount := range []string{"1.50", "1.500000", "15e-1"} {
			same(t, []store.Outcome{store.Same}, ingest(t, tx, line(t, "1", sold(t, "c1", day(1), amount))).Outcomes)
		}
		same(t, []store.Outcome{store.Differs}, ingest(t, tx, line(t, "1", sold(t, "c1", day(1), "1.5000001"))).Outcomes)
	})
}

func transactionKeyParts(t *testing.T, b Backend) {
	var rows []customer.Transaction
	for _, key := range []customer.ExternalKey{{System: "a", ID: "bc"}, {System: "ab", ID: "c"}, {System: "a/b", ID: "c"}, {System: "a", ID: "b/c"}} {
		rows = append(rows, line(t, "", func(d *customer.TransactionDraft) { d.Key = key }))
	}
	update(t, b.DB, acme, func(tx store.Tx) {
		require.Equal(t, len(rows), ingest(t, tx, rows...).Inserted)
		for _, want := range rows {
			got, err := tx.Transactions().Get(t.Context(), want.Key())
			require.NoError(t, err)
			same(t, want, got)
		}
	})
}

func transactionZero(t *testing.T, b Backend) {
	update(t, b.DB, acme, func(tx store.Tx) {
		_, err := tx.Transactions().Ingest(t.Context(), []customer.Transaction{line(t, "1"), {}})
		require.ErrorIs(t, err, store.ErrInvalid)
		row, ok := errors.AsType[*store.RowError](err)
		require.True(t, ok, "want *RowError, got %T", err)
		require.Equal(t, 1, row.Row)
		require.Empty(t, collect(t, tx.Transactions().All(t.Context(), store.TransactionQuery{})))
	})
}

func transactionEmpty(t *testing.T, b Backend) {
	update(t, b.DB, acme, func(tx store.Tx) {
		in := ingest(t, tx)
		require.Empty(t, in.Outcomes)
		require.NoError(t, in.Err())
	})
}

func transactionLarge(t *testing.T, b Backend) {
	rows := make([]customer.Transaction, 20_000) // past any limit on the parameters of a statement
	for i := range rows {
		rows[i] = line(t, fmt.Sprint(i%19_999)) // the last row is the first again
	}
	update(t, b.DB, acme, func(tx store.Tx) {
		in := ingest(t, tx, rows...)
		require.Equal(t, []int{19_999, 1, 20_000, 0}, []int{in.Inserted, in.Same, len(in.Outcomes), len(in.Differences)})
		require.Equal(t, store.Same, in.Outcomes[19_999])
	})
}

// expiring is a context that is cancelled when it has been looked at so many times.
type expiring struct {
	context.Context
	looks int
}

func (e *expiring) Err() error {
	if e.looks--; e.looks < 0 {
		return context.Canceled
	}
	return e.Context.Err()
}

// transactionMidway cancels the context of Ingest alone, while it runs. A batch that
// it reports as failed is not kept, even if the function goes on.
func transactionMidway(t *testing.T, b Backend) {
	rows := make([]customer.Transaction, 1_000)
	for i := range rows {
		rows[i] = line(t, fmt.Sprint(i))
	}
	var failed error
	kept := b.DB.Tenant(acme).Update(t.Context(), func(tx store.Tx) error {
		_, failed = tx.Transactions().Ingest(&expiring{t.Context(), 4}, rows)
		return nil // swallowed
	})
	want := len(rows)
	if failed != nil {
		require.ErrorIs(t, failed, context.Canceled)
		want = 0
	} else {
		require.NoError(t, kept)
	}
	view(t, b.DB, acme, func(tx store.Tx) {
		require.Len(t, collect(t, tx.Transactions().All(t.Context(), store.TransactionQuery{})), want)
	})
}

func transactionMixed(t *testing.T, b Backend) {
	saved(t, b.DB, []customer.Transaction{line(t, "1"), line(t, "2")})
	err := b.DB.Tenant(acme).Update(t.Context(), func(tx store.Tx) error {
		in, err := tx.Transactions().Ingest(t.Context(), []customer.Transaction{
			line(t, "3"), line(t, "1"), line(t, "2", sold(t, "c1", day(1), "99")), line(t, "4"),
		})
		require.NoError(t, err)
		same(t, []store.Outcome{store.Inserted, store.Same, store.Differs, store.Inserted}, in.Outcomes)
		return in.Err()
	})
	require.ErrorIs(t, err, store.ErrConflict)
	view(t, b.DB, acme, func(tx store.Tx) {
		same(t, []string{"1", "2"}, keys(collect(t, tx.Transactions().All(t.Context(), store.TransactionQuery{}))))
	})
}
