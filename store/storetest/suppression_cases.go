package storetest

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/store"
)

func suppressionCases() []Case {
	return []Case{
		{Name: "suppression/of each write", Needs: files(), Run: suppressionWrites},
		{Name: "suppression/optional parts stay in reach", Needs: files(), Run: suppressionParts},
	}
}

func suppressionWrites(t *testing.T, b Backend) {
	s := store.Suppression{
		Customer: func(_ context.Context, c customer.Customer) error {
			if c.HasIdentifier(account("7")) {
				return errMarked()
			}
			return nil
		},
		File: func(_ context.Context, record customer.Filed) error {
			if record.Filing().Customer == "gone" {
				return errMarked()
			}
			return nil
		},
		Transaction: func(_ context.Context, row customer.Transaction) error {
			if row.Customer() == "gone" {
				return errMarked()
			}
			return nil
		},
		Interaction: func(_ context.Context, row customer.Interaction) error {
			if row.Customer() == "gone" {
				return errMarked()
			}
			return nil
		},
	}
	want := func(err error, kind store.RecordKind, id rapport.ID, row int) {
		t.Helper()
		require.ErrorIs(t, err, store.ErrConflict)
		refused, ok := errors.AsType[*store.SuppressedError](err)
		require.True(t, ok, "want *SuppressedError, got %T", err)
		require.Equal(t, store.SuppressedError{Kind: kind, ID: id, Row: row, Err: refused.Err}, *refused)
		require.EqualError(t, refused.Err, "marked")
	}
	update(t, b.DB, acme, func(tx store.Tx) {
		x := store.Suppressing(tx, s)
		_, err := x.Customers().Put(t.Context(), party(t, "c1", known(account("7"))))
		want(err, store.KindCustomer, "c1", 0)
		put(t, x, party(t, "c1", known(account("8"))))
		_, err = fileOf[memo](t, x).Put(t.Context(), about("gone", "m1"), 0)
		want(err, "memo", "m1", 0)
		_, err = fileOf[mark](t, store.Suppressing(x, store.Suppression{})).Append(t.Context(), marked("gone", "m1"))
		want(err, "mark", "m1", 0)
		write(t, fileOf[memo](t, x), about("c1", "m1"))
		_, err = x.Transactions().Ingest(t.Context(), []customer.Transaction{line(t, "1"), line(t, "2", sold(t, "gone", day(1), "1"))})
		want(err, "transaction", "gone", 1)
		_, err = x.Interactions().Ingest(t.Context(), []customer.Interaction{contact(t, "1", func(d *customer.InteractionDraft) { d.Customer = "gone" })})
		want(err, "interaction", "gone", 0)
		require.Empty(t, collect(t, x.Transactions().All(t.Context(), store.TransactionQuery{})))
		require.Empty(t, collect(t, x.Interactions().All(t.Context(), store.InteractionQuery{})))
		require.Equal(t, 1, ingest(t, x, line(t, "1")).Inserted)
		require.Equal(t, 1, ingestContacts(t, x, contact(t, "1")).Inserted)
		put(t, store.Suppressing(tx, store.Suppression{}), party(t, "c2", known(account("7"))))
	})
}

func suppressionParts(t *testing.T, b Backend) {
	update(t, b.DB, acme, func(tx store.Tx) {
		x := store.Suppressing(store.Suppressing(tx, store.Suppression{}), store.Suppression{})
		require.Equal(t, tx, store.Unwrap(x))
		filesIn(t, x)
		if b.DB.Capabilities().Pipelines {
			keepNew(t, pipes(t, x), "d1")
		}
		_, err := store.ReadGlance(t.Context(), x, "c1", nil)
		wantNobody(t, err, "c1")
		write(t, fileOf[memo](t, x), about("c1", "m1"))
	})
}
