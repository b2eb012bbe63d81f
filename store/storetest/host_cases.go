package storetest

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/store"
)

func hostCases() []Case {
	host := store.Capabilities{HostTransactions: true}
	return []Case{
		{Name: "host/commit keeps", Needs: host, Run: hostCommit},
		{Name: "host/rollback drops", Needs: host, Run: hostRollback},
		{Name: "host/failed update drops its own part", Needs: host, Run: hostPart},
		{Name: "host/panic drops its own part", Needs: host, Run: hostPanic},
		{Name: "host/updates nest", Needs: host, Run: hostNested},
		{Name: "host/failed update drops those inside it", Needs: host, Run: hostNestedFails},
		{Name: "host/update inside a stream", Needs: host, Run: hostStream},
		{Name: "host/view inside", Needs: host, Run: hostView},
		{Name: "host/two tenants in one transaction", Needs: host, Run: hostTenants},
		{Name: "host/closed afterwards", Needs: host, Run: hostClosed},
	}
}

func hostCommit(t *testing.T, b Backend) {
	host := b.Begin(t)
	update(t, host.DB, acme, func(tx store.Tx) { writeAll(t, tx) })
	update(t, host.DB, acme, func(tx store.Tx) { ingest(t, tx, line(t, "3")) })
	view(t, b.DB, acme, func(tx store.Tx) { wantOwner(t, tx, account("7"), "") }) // not committed for it
	require.NoError(t, host.Commit())
	view(t, b.DB, acme, func(tx store.Tx) {
		wantOwner(t, tx, account("7"), "c1")
		same(t, []string{"1", "2", "3"}, keys(collect(t, tx.Transactions().All(t.Context(), store.TransactionQuery{}))))
	})
}

func hostRollback(t *testing.T, b Backend) {
	host := b.Begin(t)
	update(t, host.DB, acme, func(tx store.Tx) { writeAll(t, tx) })
	require.NoError(t, host.Rollback())
	wantNothing(t, b.DB)
}

func hostPart(t *testing.T, b Backend) {
	host := b.Begin(t)
	update(t, host.DB, acme, func(tx store.Tx) { ingest(t, tx, line(t, "1")) })
	failure := errHost()
	require.Same(t, failure, host.DB.Tenant(acme).Update(t.Context(), func(tx store.Tx) error {
		ingest(t, tx, line(t, "2"))
		put(t, tx, party(t, "c1"))
		return failure
	}))
	update(t, host.DB, acme, func(tx store.Tx) { ingest(t, tx, line(t, "3")) })
	require.NoError(t, host.Commit())
	view(t, b.DB, acme, func(tx store.Tx) {
		same(t, []string{"1", "3"}, keys(collect(t, tx.Transactions().All(t.Context(), store.TransactionQuery{}))))
		_, err := tx.Customers().Get(t.Context(), "c1")
		require.ErrorIs(t, err, store.ErrNotFound)
	})
}

func hostPanic(t *testing.T, b Backend) {
	host := b.Begin(t)
	require.Panics(t, func() {
		_ = host.DB.Tenant(acme).Update(t.Context(), func(tx store.Tx) error {
			writeAll(t, tx)
			panic("the host panics")
		})
	})
	update(t, host.DB, acme, func(tx store.Tx) { ingest(t, tx, line(t, "3")) })
	require.NoError(t, host.Commit())
	view(t, b.DB, acme, func(tx store.Tx) {
		same(t, []string{"3"}, keys(collect(t, tx.Transactions().All(t.Context(), store.TransactionQuery{}))))
	})
}

func hostNested(t *testing.T, b Backend) {
	host := b.Begin(t)
	update(t, host.DB, acme, func(tx store.Tx) {
		ingest(t, tx, line(t, "1"))
		require.Error(t, host.DB.Tenant(acme).Update(t.Context(), func(tx store.Tx) error {
			ingest(t, tx, line(t, "2"))
			return errHost()
		}))
		update(t, host.DB, acme, func(tx store.Tx) { ingest(t, tx, line(t, "3")) })
		ingest(t, tx, line(t, "4"))
	})
	require.NoError(t, host.Commit())
	view(t, b.DB, acme, func(tx store.Tx) {
		same(t, []string{"1", "3", "4"}, keys(collect(t, tx.Transactions().All(t.Context(), store.TransactionQuery{}))))
	})
}

// hostNestedFails: the updates inside a failed one go with it, whether they came
// before or after its own writes.
func hostNestedFails(t *testing.T, b Backend) {
	host := b.Begin(t)
	update(t, host.DB, acme, func(tx store.Tx) { ingest(t, tx, line(t, "1")) })
	failure := errHost()
	require.Same(t, failure, host.DB.Tenant(acme).Update(t.Context(), func(tx store.Tx) error {
		ingest(t, tx, line(t, "2"))
		update(t, host.DB, acme, func(tx store.Tx) { ingest(t, tx, line(t, "3")) })
		update(t, host.DB, globe, func(tx store.Tx) { ingest(t, tx, line(t, "3")) })
		ingest(t, tx, line(t, "4"))
		return failure
	}))
	require.NoError(t, host.Commit())
	view(t, b.DB, acme, func(tx store.Tx) {
		same(t, []string{"1"}, keys(collect(t, tx.Transactions().All(t.Context(), store.TransactionQuery{}))))
	})
	view(t, b.DB, globe, func(tx store.Tx) {
		require.Empty(t, collect(t, tx.Transactions().All(t.Context(), store.TransactionQuery{})))
	})
}

// hostStream: updates that succeed and fail inside the loop of a stream do not
// disturb it. What they insert comes before the place of the loop.
func hostStream(t *testing.T, b Backend) {
	host := b.Begin(t)
	update(t, host.DB, acme, func(tx store.Tx) {
		ingest(t, tx, lines(t, 60)...)
		want := collect(t, tx.Transactions().All(t.Context(), store.TransactionQuery{}))
		var got []customer.Transaction
		for row, err := range tx.Transactions().All(t.Context(), store.TransactionQuery{}) {
			require.NoError(t, err)
			got = append(got, row)
			failure := error(nil)
			if len(got)%2 == 0 {
				failure = errHost()
			}
			require.Equal(t, failure, host.DB.Tenant(acme).Update(t.Context(), func(tx store.Tx) error {
				ingest(t, tx, line(t, fmt.Sprint("new ", len(got)), sold(t, "b", day(1), "1")))
				return failure
			}))
		}
		same(t, want, got)
	})
	require.NoError(t, host.Commit())
	view(t, b.DB, acme, func(tx store.Tx) {
		require.Len(t, collect(t, tx.Transactions().All(t.Context(), store.TransactionQuery{Customer: "b"})), 30)
	})
}

func hostView(t *testing.T, b Backend) {
	host := b.Begin(t)
	update(t, host.DB, acme, func(tx store.Tx) { writeAll(t, tx) })
	view(t, host.DB, acme, func(tx store.Tx) {
		wantOwner(t, tx, account("7"), "c1")
		_, err := tx.Transactions().Ingest(t.Context(), []customer.Transaction{line(t, "9")})
		require.ErrorIs(t, err, store.ErrReadOnly)
	})
	require.NoError(t, host.Commit())
}

func hostTenants(t *testing.T, b Backend) {
	host := b.Begin(t)
	update(t, host.DB, acme, func(tx store.Tx) { writeAll(t, tx) })
	update(t, host.DB, globe, func(tx store.Tx) { writeAll(t, tx) })
	require.NoError(t, host.Commit())
	view(t, b.DB, acme, func(tx store.Tx) { wantOwner(t, tx, account("7"), "c1") })
	view(t, b.DB, globe, func(tx store.Tx) { wantOwner(t, tx, account("7"), "c1") })
}

func hostClosed(t *testing.T, b Backend) {
	host := b.Begin(t)
	require.NoError(t, host.Commit())
	never := func(store.Tx) error { return nil }
	require.ErrorIs(t, host.DB.Tenant(acme).Update(t.Context(), never), store.ErrClosed)
	update(t, b.DB, acme, func(tx store.Tx) { writeAll(t, tx) })
}
