package dbtest_test

import (
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/store"
	"github.com/rapport-crm/rapport/store/sqlite"
)

// fill ingests batches until one fails and returns how many fitted.
func fill(t *testing.T, db store.DB, from int) (batches int, err error) {
	t.Helper()
	for n := from; n < from+10_000; n++ {
		party, lines, contacts, err := makeBatch(n)
		require.NoError(t, err)
		if err := db.Tenant("acme").Update(t.Context(), func(tx store.Tx) error {
			if _, err := tx.Transactions().Ingest(t.Context(), lines); err != nil {
				return err
			}
			if _, err := tx.Interactions().Ingest(t.Context(), contacts); err != nil {
				return err
			}
			_, err := tx.Customers().Put(t.Context(), party)
			return err
		}); err != nil {
			return n - from, err
		}
	}
	t.Fatal("the database never filled up")
	return 0, nil
}

// limitPages lets the file of a writing handle grow by so many pages, 0: freely.
func limitPages(t *testing.T, writer *sql.DB, more int) {
	t.Helper()
	var pages int
	require.NoError(t, writer.QueryRowContext(t.Context(), "PRAGMA page_count").Scan(&pages))
	limit := pages + more
	if more == 0 {
		limit = 1 << 30
	}
	_, err := writer.ExecContext(t.Context(), fmt.Sprintf("PRAGMA max_page_count = %d", limit))
	require.NoError(t, err)
}

// TestFull fills a database to its page limit: the error is ErrFull, nothing of
// the failed batch is kept, the file is sound and can be read, and it can be
// written to again once there is room.
func TestFull(t *testing.T) {
	path := filepath.Join(t.TempDir(), "crm.db")
	db, writer := opener(files).open(t, path)
	limitPages(t, writer, 40)
	batches, err := fill(t, db, 0)
	require.ErrorIs(t, err, store.ErrFull)
	require.ErrorContains(t, err, "full")
	require.Positive(t, batches)
	require.Equal(t, batches, checkBatches(t, path))

	_, err = fill(t, db, batches)
	require.ErrorIs(t, err, store.ErrFull, "still full, still a clear error")

	limitPages(t, writer, 0)
	party, lines, contacts, err := makeBatch(batches)
	require.NoError(t, err)
	require.NoError(t, db.Tenant("acme").Update(t.Context(), func(tx store.Tx) error {
		in, err := tx.Transactions().Ingest(t.Context(), lines)
		require.NoError(t, err)
		require.Equal(t, len(lines), in.Inserted)
		_, err = tx.Interactions().Ingest(t.Context(), contacts)
		require.NoError(t, err)
		_, err = tx.Customers().Put(t.Context(), party)
		return err
	}))
	require.Equal(t, batches+1, checkBatches(t, path))
}

// TestFullSwallowed: a function that goes on after a failed write cannot commit
// half of its work.
func TestFullSwallowed(t *testing.T) {
	path := filepath.Join(t.TempDir(), "crm.db")
	db, writer := opener(files).open(t, path)
	limitPages(t, writer, 10)
	err := db.Tenant("acme").Update(t.Context(), func(tx store.Tx) error {
		for n := range 1_000 {
			_, lines, _, err := makeBatch(n)
			require.NoError(t, err)
			if _, err := tx.Transactions().Ingest(t.Context(), lines); err != nil {
				require.ErrorIs(t, err, store.ErrFull)
				party, _, _, err := makeBatch(n)
				require.NoError(t, err)
				_, err = tx.Customers().Put(t.Context(), party)
				require.ErrorIs(t, err, store.ErrFull, "nothing may follow a failed write")
				return nil // swallowed
			}
		}
		return errors.New("the database never filled up")
	})
	require.ErrorIs(t, err, store.ErrFull)
	require.Zero(t, checkBatches(t, path))
}

// TestFullInHostTransaction: the host sees the error and rolls back.
func TestFullInHostTransaction(t *testing.T) {
	path := filepath.Join(t.TempDir(), "crm.db")
	_, writer := opener(files).open(t, path)
	limitPages(t, writer, 10)
	host, err := writer.BeginTx(t.Context(), nil)
	require.NoError(t, err)
	_, err = fill(t, sqlite.WithTx(host), 0)
	require.ErrorIs(t, err, store.ErrFull)
	_ = host.Rollback() // SQLite may have done it already
	require.Zero(t, checkBatches(t, path))
}
