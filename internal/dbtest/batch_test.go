package dbtest_test

import (
	"database/sql"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/store"
	"github.com/rapport-crm/rapport/store/sqlite"
)

// batchSize is how many sales, and as many costs and interactions, one batch of
// the child has, besides one customer.
const batchSize = 25

func makeBatch(n int) (customer.Customer, []customer.Transaction, []customer.Interaction, error) {
	at := time.Date(2026, 1, 1, 0, 0, n, 0, time.UTC)
	id := rapport.ID(fmt.Sprintf("c%07d", n))
	party, err := customer.New(customer.Draft{ID: id, Kind: customer.Person, RecordedAt: at,
		Identifiers: []customer.Identifier{{System: "erp", Type: "account", Value: string(id)}}})
	if err != nil {
		return party, nil, nil, err
	}
	var lines []customer.Transaction
	var contacts []customer.Interaction
	for i := range batchSize {
		amount, err := rapport.MoneyFromMinor(int64(1000+i), rapport.CNY)
		if err != nil {
			return party, nil, nil, err
		}
		key := customer.ExternalKey{System: "till", ID: fmt.Sprint(n, "-", i)}
		sale := customer.TransactionDraft{Key: key, Kind: customer.Sale, Customer: id, At: at, RecordedAt: at, Amount: amount}
		cost := sale
		cost.Key.ID += "-cost"
		cost.Kind, cost.Of = customer.Cost, key
		for _, draft := range []customer.TransactionDraft{sale, cost} {
			line, err := customer.NewTransaction(draft)
			if err != nil {
				return party, nil, nil, err
			}
			lines = append(lines, line)
		}
		contact, err := customer.NewInteraction(customer.InteractionDraft{Key: key, Customer: id,
			Channel: customer.ChannelShop, Direction: customer.Inbound, At: at, RecordedAt: at})
		if err != nil {
			return party, nil, nil, err
		}
		contacts = append(contacts, contact)
	}
	return party, lines, contacts, nil
}

// checkBatches opens the file anew and returns how many whole batches it has.
func checkBatches(t *testing.T, path string) int {
	t.Helper()
	writer, reader, err := files(path)
	require.NoError(t, err)
	defer writer.Close()
	defer reader.Close()
	sound(t, writer)
	db, err := sqlite.Open(t.Context(), writer, reader, nil)
	require.NoError(t, err)
	defer db.Close()
	batches := 0
	require.NoError(t, db.Tenant("acme").View(t.Context(), func(tx store.Tx) error {
		for c, err := range tx.Customers().All(t.Context(), store.CustomerQuery{}) {
			require.NoError(t, err)
			require.Equal(t, rapport.ID(fmt.Sprintf("c%07d", batches)), c.ID())
			owner, err := tx.Customers().Find(t.Context(), c.Identifiers()[0])
			require.NoError(t, err)
			require.Equal(t, c.ID(), owner.ID())
			batches++
		}
		lines, sales := 0, 0
		for _, err := range tx.Transactions().All(t.Context(), store.TransactionQuery{}) {
			require.NoError(t, err)
			lines++
		}
		for p, err := range tx.Transactions().Purchases(t.Context(), store.PurchaseQuery{Currency: rapport.CNY}) {
			require.NoError(t, err)
			require.Equal(t, p.Amount, p.Cost, "a sale without its cost")
			sales++
		}
		contacts := 0
		for _, err := range tx.Interactions().All(t.Context(), store.InteractionQuery{}) {
			require.NoError(t, err)
			contacts++
		}
		require.Equal(t, []int{2 * batches * batchSize, batches * batchSize, batches * batchSize}, []int{lines, sales, contacts})
		return nil
	}))
	return batches
}

// sound runs SQLite's own check of the file.
func sound(t *testing.T, db *sql.DB) {
	t.Helper()
	var verdict string
	require.NoError(t, db.QueryRowContext(t.Context(), "PRAGMA integrity_check").Scan(&verdict))
	require.Equal(t, "ok", verdict)
}
