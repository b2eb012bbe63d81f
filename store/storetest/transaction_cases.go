package storetest

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/store"
)

func transactionCases() []Case {
	return []Case{
		{Name: "update/error keeps nothing and comes back", Run: updateError},
		{Name: "update/panic keeps nothing and goes on", Run: updatePanic},
		{Name: "update/reads its own writes", Run: updateReadsOwn},
		{Name: "update/refusal leaves the rest", Run: updateRefusal},
		{Name: "update/cancelled before", Run: updateCancelledBefore},
		{Name: "update/cancelled inside keeps nothing", Run: updateCancelledInside},
		{Name: "update/invalid tenant", Run: updateInvalidTenant},
		{Name: "update/closed afterwards", Run: updateClosed},
		{Name: "update/usable after a failed one", Run: updateAfterFailure},
		{Name: "view/refuses writes", Run: viewRefusesWrites},
		{Name: "view/error comes back", Run: viewError},
		{Name: "view/empty tenant", Run: viewEmpty},
		{Name: "view/one moment", Run: viewOneMoment},
	}
}

// wantNothing checks that acme has no records at all.
func wantNothing(t tb, db store.DB) {
	t.Helper()
	view(t, db, acme, func(tx store.Tx) {
		require.Empty(t, collect(t, tx.Customers().All(t.Context(), store.CustomerQuery{})))
		require.Empty(t, collect(t, tx.Transactions().All(t.Context(), store.TransactionQuery{})))
		require.Empty(t, collect(t, tx.Interactions().All(t.Context(), store.InteractionQuery{})))
		wantOwner(t, tx, account("7"), "")
		_, err := tx.Transactions().Get(t.Context(), line(t, "1").Key())
		require.ErrorIs(t, err, store.ErrNotFound)
	})
}

func writeAll(t tb, tx store.Tx) {
	t.Helper()
	put(t, tx, party(t, "c1", known(account("7"))))
	ingest(t, tx, line(t, "1"), line(t, "2", spent("1")))
	ingestContacts(t, tx, contact(t, "1"))
}

func updateError(t *testing.T, b Backend) {
	host := errHost()
	err := b.DB.Tenant(acme).Update(t.Context(), func(tx store.Tx) error {
		writeAll(t, tx)
		return host
	})
	require.Same(t, host, err)
	wantNothing(t, b.DB)
}

func updatePanic(t *testing.T, b Backend) {
	require.PanicsWithValue(t, "the host panics", func() {
		_ = b.DB.Tenant(acme).Update(t.Context(), func(tx store.Tx) error {
			writeAll(t, tx)
			panic("the host panics")
		})
	})
	wantNothing(t, b.DB)
	update(t, b.DB, acme, func(tx store.Tx) { writeAll(t, tx) })
}

func updateReadsOwn(t *testing.T, b Backend) {
	update(t, b.DB, acme, func(tx store.Tx) {
		writeAll(t, tx)
		wantOwner(t, tx, account("7"), "c1")
		require.Len(t, collect(t, tx.Transactions().All(t.Context(), store.TransactionQuery{})), 2)
		require.Len(t, collect(t, tx.Transactions().Purchases(t.Context(), store.PurchaseQuery{Currency: rapport.CNY})), 1)
		require.Len(t, collect(t, tx.Interactions().All(t.Context(), store.InteractionQuery{})), 1)
	})
}

func updateRefusal(t *testing.T, b Backend) {
	update(t, b.DB, acme, func(tx store.Tx) {
		writeAll(t, tx)
		_, err := tx.Customers().Put(t.Context(), party(t, "c1"))
		require.ErrorIs(t, err, store.ErrConflict)
		_, err = tx.Customers().Get(t.Context(), "c9")
		require.ErrorIs(t, err, store.ErrNotFound)
	})
	view(t, b.DB, acme, func(tx store.Tx) { wantOwner(t, tx, account("7"), "c1") })
}

func updateCancelledBefore(t *testing.T, b Backend) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	never := func(store.Tx) error {
		t.Error("the function ran")
		return nil
	}
	require.ErrorIs(t, b.DB.Tenant(acme).Update(ctx, never), context.Canceled)
	require.ErrorIs(t, b.DB.Tenant(acme).View(ctx, never), context.Canceled)
}

func updateCancelledInside(t *testing.T, b Backend) {
	ctx, cancel := context.WithCancel(t.Context())
	err := b.DB.Tenant(acme).Update(ctx, func(tx store.Tx) error {
		writeAll(t, tx)
		cancel()
		_, err := tx.Transactions().Ingest(ctx, []customer.Transaction{line(t, "3")})
		require.ErrorIs(t, err, context.Canceled)
		return nil // swallowed
	})
	require.ErrorIs(t, err, context.Canceled)
	wantNothing(t, b.DB)
}

func updateInvalidTenant(t *testing.T, b Backend) {
	never := func(store.Tx) error {
		t.Error("the function ran")
		return nil
	}
	for _, id := range []rapport.ID{"", "a\x00b", "a\nb", "\xff"} {
		require.ErrorIs(t, b.DB.Tenant(id).Update(t.Context(), never), store.ErrInvalid, "tenant %q", id)
		require.ErrorIs(t, b.DB.Tenant(id).View(t.Context(), never), store.ErrInvalid, "tenant %q", id)
	}
}

func updateClosed(t *testing.T, b Backend) {
	var kept store.Tx
	update(t, b.DB, acme, func(tx store.Tx) { kept = tx })
	wantClosed(t, kept)
	view(t, b.DB, acme, func(tx store.Tx) { kept = tx })
	wantClosed(t, kept)
}

func wantClosed(t tb, tx store.Tx) {
	t.Helper()
	_, err := tx.Customers().Get(t.Context(), "c1")
	require.ErrorIs(t, err, store.ErrClosed)
	_, err = tx.Customers().Put(t.Context(), party(t, "c1"))
	require.ErrorIs(t, err, store.ErrClosed)
	_, err = tx.Customers().Page(t.Context(), store.CustomerQuery{}, store.PageRequest{})
	require.ErrorIs(t, err, store.ErrClosed)
	_, err = tx.Transactions().Ingest(t.Context(), nil)
	require.ErrorIs(t, err, store.ErrClosed)
	_, err = firstError(tx.Interactions().All(t.Context(), store.InteractionQuery{}))
	require.ErrorIs(t, err, store.ErrClosed)
	_, err = firstError(tx.Transactions().Purchases(t.Context(), store.PurchaseQuery{Currency: rapport.CNY}))
	require.ErrorIs(t, err, store.ErrClosed)
}

func updateAfterFailure(t *testing.T, b Backend) {
	for range 20 {
		require.Error(t, b.DB.Tenant(acme).Update(t.Context(), func(tx store.Tx) error {
			writeAll(t, tx)
			return errHost()
		}))
	}
	update(t, b.DB, acme, func(tx store.Tx) { writeAll(t, tx) })
}

func viewRefusesWrites(t *testing.T, b Backend) {
	update(t, b.DB, acme, func(tx store.Tx) { put(t, tx, party(t, "c1")) })
	view(t, b.DB, acme, func(tx store.Tx) {
		_, err := tx.Customers().Put(t.Context(), party(t, "c2"))
		require.ErrorIs(t, err, store.ErrReadOnly)
		require.ErrorIs(t, tx.Customers().Delete(t.Context(), "c1", 1), store.ErrReadOnly)
		_, err = tx.Transactions().Ingest(t.Context(), []customer.Transaction{line(t, "1")})
		require.ErrorIs(t, err, store.ErrReadOnly)
		_, err = tx.Interactions().Ingest(t.Context(), []customer.Interaction{contact(t, "1")})
		require.ErrorIs(t, err, store.ErrReadOnly)
	})
}

func viewError(t *testing.T, b Backend) {
	host := errHost()
	require.Same(t, host, b.DB.Tenant(acme).View(t.Context(), func(store.Tx) error { return host }))
}

func viewEmpty(t *testing.T, b Backend) {
	wantNothing(t, b.DB)
	view(t, b.DB, acme, func(tx store.Tx) {
		p, err := tx.Customers().Page(t.Context(), store.CustomerQuery{}, store.PageRequest{})
		require.NoError(t, err)
		require.Empty(t, p.Items)
		require.Empty(t, p.Next)
		require.Empty(t, collect(t, tx.Transactions().Purchases(t.Context(), store.PurchaseQuery{Currency: rapport.CNY})))
	})
}

func viewOneMoment(t *testing.T, b Backend) {
	saved(t, b.DB, []customer.Transaction{line(t, "1")}, party(t, "c1"))
	view(t, b.DB, acme, func(tx store.Tx) {
		_, err := tx.Customers().Get(t.Context(), "c1")
		require.NoError(t, err)
		saved(t, b.DB, []customer.Transaction{line(t, "2")}, party(t, "c2")) // must not wait for the view
		_, err = tx.Customers().Get(t.Context(), "c2")
		require.ErrorIs(t, err, store.ErrNotFound)
		same(t, []string{"1"}, keys(collect(t, tx.Transactions().All(t.Context(), store.TransactionQuery{}))))
	})
	view(t, b.DB, acme, func(tx store.Tx) {
		same(t, []string{"1", "2"}, keys(collect(t, tx.Transactions().All(t.Context(), store.TransactionQuery{}))))
	})
}
