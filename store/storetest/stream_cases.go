package storetest

import (
	"context"
	"fmt"
	"iter"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/store"
)

func streamCases() []Case {
	return []Case{
		{Name: "stream/break releases what it holds", Run: streamBreak},
		{Name: "stream/ranged over twice", Run: streamTwice},
		{Name: "stream/reads inside a stream", Run: streamNested},
		{Name: "stream/changing what the loop has come to", Run: streamChanging},
		{Name: "stream/cancelled", Run: streamCancelled},
		{Name: "stream/ends with its transaction", Run: streamEnds},
		{Name: "stream/panic in the loop releases", Run: streamPanic},
	}
}

func streamBreak(t *testing.T, b Backend) {
	saved(t, b.DB, lines(t, 9), party(t, "c1"), party(t, "c2"))
	for range 40 { // more than any pool of connections
		view(t, b.DB, acme, func(tx store.Tx) {
			for _, err := range tx.Transactions().All(t.Context(), store.TransactionQuery{}) {
				require.NoError(t, err)
				break
			}
			for _, err := range tx.Transactions().Purchases(t.Context(), store.PurchaseQuery{Currency: rapport.CNY}) {
				require.NoError(t, err)
				break
			}
			for _, err := range tx.Customers().All(t.Context(), store.CustomerQuery{}) {
				require.NoError(t, err)
				break
			}
		})
	}
	for i := range 3 {
		update(t, b.DB, acme, func(tx store.Tx) {
			for _, err := range tx.Transactions().All(t.Context(), store.TransactionQuery{}) {
				require.NoError(t, err)
				break
			}
			ingest(t, tx, line(t, fmt.Sprint("after ", i)))
		})
	}
}

func streamTwice(t *testing.T, b Backend) {
	saved(t, b.DB, lines(t, 3))
	view(t, b.DB, acme, func(tx store.Tx) {
		rows := tx.Transactions().All(t.Context(), store.TransactionQuery{})
		same(t, collect(t, rows), collect(t, rows))
	})
}

func streamNested(t *testing.T, b Backend) {
	saved(t, b.DB, lines(t, 6), party(t, "c0"), party(t, "c1"), party(t, "c2"))
	view(t, b.DB, acme, func(tx store.Tx) {
		n := 0
		for c, err := range tx.Customers().All(t.Context(), store.CustomerQuery{}) {
			require.NoError(t, err)
			again, err := tx.Customers().Get(t.Context(), c.ID())
			require.NoError(t, err)
			same(t, c, again)
			for row, err := range tx.Transactions().All(t.Context(), store.TransactionQuery{Customer: c.ID()}) {
				require.NoError(t, err)
				require.Equal(t, c.ID(), row.Customer())
				n++
			}
		}
		require.Equal(t, 6, n)
	})
}

// streamChanging: a loop over customers that changes each sees each once, with the
// content that it had.
func streamChanging(t *testing.T, b Backend) {
	const n = 200
	var parties []customer.Customer
	for i := range n {
		parties = append(parties, party(t, rapport.ID(fmt.Sprintf("c%03d", i)), known(account(fmt.Sprint(i)))))
	}
	saved(t, b.DB, nil, parties...)
	update(t, b.DB, acme, func(tx store.Tx) {
		seen := 0
		for c, err := range tx.Customers().All(t.Context(), store.CustomerQuery{}) {
			require.NoError(t, err)
			require.Equal(t, int64(1), c.Version())
			require.Equal(t, rapport.ID(fmt.Sprintf("c%03d", seen)), c.ID())
			if seen%3 == 0 {
				require.NoError(t, tx.Customers().Delete(t.Context(), c.ID(), 1))
			} else {
				c, err = c.WithRole(customer.Internal, day(1))
				require.NoError(t, err)
				put(t, tx, c)
			}
			seen++
		}
		require.Equal(t, n, seen)
	})
	view(t, b.DB, acme, func(tx store.Tx) {
		for c, err := range tx.Customers().All(t.Context(), store.CustomerQuery{}) {
			require.NoError(t, err)
			require.Equal(t, int64(2), c.Version())
		}
	})
}

func streamCancelled(t *testing.T, b Backend) {
	rows := make([]customer.Transaction, 3000)
	for i := range rows {
		rows[i] = line(t, fmt.Sprint(i))
	}
	saved(t, b.DB, rows)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	view(t, b.DB, acme, func(tx store.Tx) {
		n, last := 0, error(nil)
		for _, err := range tx.Transactions().All(ctx, store.TransactionQuery{}) {
			require.NoError(t, last, "rows after an error")
			if last = err; err == nil {
				n++
				cancel()
			}
		}
		require.ErrorIs(t, last, context.Canceled)
		require.Less(t, n, len(rows))
		_, err := firstError(tx.Transactions().Purchases(ctx, store.PurchaseQuery{Currency: rapport.CNY}))
		require.ErrorIs(t, err, context.Canceled)
	})
}

func streamEnds(t *testing.T, b Backend) {
	saved(t, b.DB, lines(t, 9))
	var next func() (customer.Transaction, error, bool)
	var stop func()
	view(t, b.DB, acme, func(tx store.Tx) {
		next, stop = iter.Pull2(tx.Transactions().All(t.Context(), store.TransactionQuery{}))
		_, err, ok := next()
		require.NoError(t, err)
		require.True(t, ok)
	})
	defer stop()
	_, err, ok := next()
	require.True(t, ok)
	require.ErrorIs(t, err, store.ErrClosed)
	_, _, ok = next()
	require.False(t, ok)
}

func streamPanic(t *testing.T, b Backend) {
	saved(t, b.DB, lines(t, 9))
	for range 20 {
		require.Panics(t, func() {
			_ = b.DB.Tenant(acme).View(t.Context(), func(tx store.Tx) error {
				for range tx.Transactions().All(t.Context(), store.TransactionQuery{}) {
					panic("the host panics")
				}
				return nil
			})
		})
	}
	saved(t, b.DB, []customer.Transaction{line(t, "after")})
}
