package dbtest_test

import (
	"context"
	"database/sql"
	"errors"
	"iter"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/store"
	"github.com/rapport-crm/rapport/store/sqlite"
)

// ingestBatch stores the lines of a batch in one Update.
func ingestBatch(t *testing.T, db store.DB, n int) error {
	t.Helper()
	_, lines, _, err := makeBatch(n)
	require.NoError(t, err)
	return db.Tenant("acme").Update(t.Context(), func(tx store.Tx) error {
		_, err := tx.Transactions().Ingest(t.Context(), lines)
		return err
	})
}

// countLines returns how many transactions the tenant has.
func countLines(t *testing.T, db store.DB) (n int) {
	t.Helper()
	require.NoError(t, db.Tenant("acme").View(t.Context(), func(tx store.Tx) error {
		for _, err := range tx.Transactions().All(t.Context(), store.TransactionQuery{}) {
			require.NoError(t, err)
			n++
		}
		return nil
	}))
	return n
}

// TestHostTransactionLost: when SQLite is full it ends the host's transaction by
// itself, and whatever came next would be committed alone. So nothing comes next:
// not in the Update around the one that failed, and not in a later one.
func TestHostTransactionLost(t *testing.T) {
	db, writer := opener(files).open(t, filepath.Join(t.TempDir(), "crm.db"))
	host, err := writer.BeginTx(t.Context(), nil)
	require.NoError(t, err)
	_, err = host.ExecContext(t.Context(), "PRAGMA max_page_count = 20")
	require.NoError(t, err)
	bound := sqlite.WithTx(host)
	_, late, _, err := makeBatch(0)
	require.NoError(t, err)
	err = bound.Tenant("acme").Update(t.Context(), func(tx store.Tx) error {
		_, err := fill(t, bound, 1)
		require.ErrorIs(t, err, store.ErrFull)
		_, err = host.ExecContext(t.Context(), "PRAGMA max_page_count = 1000000")
		require.NoError(t, err)
		_, err = tx.Transactions().Ingest(t.Context(), late)
		require.ErrorIs(t, err, store.ErrClosed, "the transaction is gone")
		_, err = tx.Transactions().Get(t.Context(), late[0].Key())
		require.ErrorIs(t, err, store.ErrClosed)
		return nil // swallowed
	})
	require.ErrorIs(t, err, store.ErrClosed)
	require.ErrorIs(t, ingestBatch(t, bound, 0), store.ErrClosed)
	require.ErrorIs(t, bound.Tenant("acme").View(t.Context(), ping), store.ErrClosed)
	_ = host.Rollback() // SQLite has done it already
	require.Zero(t, countLines(t, db))
	require.NoError(t, ingestBatch(t, db, 0))
}

// TestHostTransactionBusy: a host's transaction that has not written yet waits for
// the write lock before the function runs, as one of ours does.
func TestHostTransactionBusy(t *testing.T) {
	path := filepath.Join(t.TempDir(), "crm.db")
	_, writer := opener(plain).open(t, path)
	other, _ := opener(plain).open(t, path)
	host, err := writer.BeginTx(t.Context(), nil)
	require.NoError(t, err)
	bound := sqlite.WithTx(host)
	require.NoError(t, other.Tenant("acme").Update(t.Context(), func(store.Tx) error {
		require.ErrorIs(t, bound.Tenant("acme").Update(t.Context(), func(store.Tx) error {
			t.Error("the function ran without the lock")
			return nil
		}), store.ErrBusy)
		return nil
	}))
	require.NoError(t, ingestBatch(t, bound, 1), "nothing was read, so the same call succeeds")
	require.NoError(t, host.Commit())
	require.Positive(t, countLines(t, other))
}

// TestHostTransactionTooOld: a host's transaction that has read what another writer
// then changed can never write; it is told busy and has to be begun again.
func TestHostTransactionTooOld(t *testing.T) {
	path := filepath.Join(t.TempDir(), "crm.db")
	_, writer := opener(plain).open(t, path)
	other, _ := opener(plain).open(t, path)
	host, err := writer.BeginTx(t.Context(), nil)
	require.NoError(t, err)
	bound := sqlite.WithTx(host)
	require.Zero(t, countLines(t, bound))
	require.NoError(t, ingestBatch(t, other, 1))
	require.ErrorIs(t, ingestBatch(t, bound, 2), store.ErrBusy)
	require.Zero(t, countLines(t, bound), "still the moment it read first")
	require.NoError(t, host.Rollback())
	require.Equal(t, 2*batchSize, countLines(t, other))
}

// handle embeds a *sql.DB, as libraries around database/sql do.
type handle struct{ *sql.DB }

func TestWithTxRefusesHandles(t *testing.T) {
	_, writer := opener(files).open(t, filepath.Join(t.TempDir(), "crm.db"))
	for _, none := range []sqlite.Executor{writer, handle{writer}, &handle{writer}, nil, (*sql.Tx)(nil), (*sql.Conn)(nil), (*sql.DB)(nil)} {
		require.ErrorIs(t, sqlite.WithTx(none).Tenant("acme").Update(t.Context(), ping), store.ErrInvalid, "%T", none)
		require.ErrorIs(t, sqlite.WithTx(none).Tenant("acme").View(t.Context(), ping), store.ErrInvalid, "%T", none)
	}
}

// faulty is a transaction of the host whose reads outside of prepared statements
// fail, as those of a broken disk do.
type faulty struct {
	*sql.Tx
	fail bool
}

func (f *faulty) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	if f.fail {
		return nil, errors.New("disk I/O error (1802)")
	}
	return f.Tx.QueryContext(ctx, query, args...)
}

// TestReadFaultInUpdate: SQLite may end a transaction when a read fails too, so an
// Update is not kept after that, whatever its function makes of it.
func TestReadFaultInUpdate(t *testing.T) {
	db, writer := opener(files).open(t, filepath.Join(t.TempDir(), "crm.db"))
	host, err := writer.BeginTx(t.Context(), nil)
	require.NoError(t, err)
	broken := &faulty{Tx: host}
	_, lines, _, err := makeBatch(1)
	require.NoError(t, err)
	err = sqlite.WithTx(broken).Tenant("acme").Update(t.Context(), func(tx store.Tx) error {
		if _, err := tx.Transactions().Ingest(t.Context(), lines); err != nil {
			return err
		}
		broken.fail = true
		for _, err := range tx.Transactions().All(t.Context(), store.TransactionQuery{}) {
			require.ErrorContains(t, err, "disk I/O error")
		}
		broken.fail = false
		_, err := tx.Transactions().Ingest(t.Context(), []customer.Transaction{lines[0]})
		require.ErrorContains(t, err, "disk I/O error")
		return nil // swallowed
	})
	require.ErrorContains(t, err, "disk I/O error")
	require.NoError(t, host.Commit())
	require.Zero(t, countLines(t, db))
}

// TestHostStreamLeftOpen: a stream that its function pulled from and forgot ends with
// the function, not with the host's transaction. A table that a statement still
// reads cannot be dropped.
func TestHostStreamLeftOpen(t *testing.T) {
	db, writer := opener(files).open(t, filepath.Join(t.TempDir(), "crm.db"))
	require.NoError(t, ingestBatch(t, db, 1))
	host, err := writer.BeginTx(t.Context(), nil)
	require.NoError(t, err)
	tenant := sqlite.WithTx(host).Tenant("acme")
	for _, run := range []func(context.Context, func(store.Tx) error) error{tenant.Update, tenant.View} {
		var next func() (customer.Transaction, error, bool)
		require.NoError(t, run(t.Context(), func(tx store.Tx) error {
			next, _ = iter.Pull2(tx.Transactions().All(t.Context(), store.TransactionQuery{}))
			_, err, ok := next()
			require.True(t, ok)
			return err
		}))
		_, err = host.ExecContext(t.Context(), "SAVEPOINT host")
		require.NoError(t, err)
		_, err = host.ExecContext(t.Context(), "DROP TABLE rapport_transactions")
		require.NoError(t, err)
		_, err = host.ExecContext(t.Context(), "ROLLBACK TO host")
		require.NoError(t, err)
		_, err, _ = next()
		require.ErrorIs(t, err, store.ErrClosed)
		_, _, ok := next()
		require.False(t, ok)
	}
	require.NoError(t, host.Rollback())
	require.Equal(t, 2*batchSize, countLines(t, db))
}
