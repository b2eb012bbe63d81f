package storetest

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/store"
)

func durableCases() []Case {
	durable, processes := store.Capabilities{Durable: true}, store.Capabilities{Processes: true}
	return []Case{
		{Name: "durable/opened again", Needs: durable, Run: durableReopen},
		{Name: "durable/tokens live on", Needs: durable, Run: durableTokens},
		{Name: "processes/writers lose no update", Needs: processes, Run: processWriters},
		{Name: "processes/waiting writer is told busy", Needs: processes, Run: processBusy},
		{Name: "processes/reader sees the other's commits", Needs: processes, Run: processReads},
	}
}

func durableReopen(t *testing.T, b Backend) {
	update(t, b.DB, acme, func(tx store.Tx) { writeAll(t, tx) })
	db := b.Reopen(t)
	view(t, db, acme, func(tx store.Tx) {
		wantOwner(t, tx, account("7"), "c1")
		same(t, []string{"1", "2"}, keys(collect(t, tx.Transactions().All(t.Context(), store.TransactionQuery{}))))
		got, err := tx.Interactions().Get(t.Context(), contact(t, "1").Key())
		require.NoError(t, err)
		same(t, contact(t, "1"), got)
	})
	update(t, db, acme, func(tx store.Tx) { same(t, []store.Outcome{store.Same}, ingest(t, tx, line(t, "1")).Outcomes) })
}

func durableTokens(t *testing.T, b Backend) {
	c, x, _ := tokens(t, b.DB)
	view(t, b.Reopen(t), acme, func(tx store.Tx) {
		p, err := tx.Customers().Page(t.Context(), store.CustomerQuery{}, store.PageRequest{After: c})
		require.NoError(t, err)
		same(t, []rapport.ID{"c2"}, ids(p.Items))
		rows, err := tx.Transactions().Page(t.Context(), store.TransactionQuery{}, store.PageRequest{After: x})
		require.NoError(t, err)
		require.Len(t, rows.Items, 4)
	})
}

func processWriters(t *testing.T, b Backend) {
	second := b.Second(t)
	increment(t, 2, 10, func(writer int) store.DB {
		if writer == 0 {
			return b.DB
		}
		return second
	})
}

func processBusy(t *testing.T, b Backend) {
	second := b.Second(t)
	update(t, b.DB, acme, func(tx store.Tx) {
		put(t, tx, party(t, "c1"))
		err := second.Tenant(acme).Update(t.Context(), func(store.Tx) error {
			t.Error("the second writer ran inside the first")
			return nil
		})
		require.ErrorIs(t, err, store.ErrBusy)
	})
	update(t, second, acme, func(tx store.Tx) {
		same(t, []rapport.ID{"c1"}, ids(collect(t, tx.Customers().All(t.Context(), store.CustomerQuery{}))))
		put(t, tx, party(t, "c2"))
	})
}

func processReads(t *testing.T, b Backend) {
	second := b.Second(t)
	for i, id := range []string{"1", "2", "3"} {
		saved(t, b.DB, []customer.Transaction{line(t, id)})
		view(t, second, acme, func(tx store.Tx) {
			require.Len(t, collect(t, tx.Transactions().All(t.Context(), store.TransactionQuery{})), i+1)
		})
	}
}
