package dbtest_test

import (
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/store"
	"github.com/rapport-crm/rapport/store/sqlite"
)

func ping(store.Tx) error { return nil }

func TestWriterNeedsOneConnection(t *testing.T) {
	writer, reader := emptyDatabase(t)
	require.NoError(t, sqlite.Migrate(t.Context(), writer))
	_, err := sqlite.Open(t.Context(), reader, writer, nil)
	wrong, ok := errors.AsType[*sqlite.SettingError](err)
	require.True(t, ok, "want *SettingError, got %T", err)
	require.Equal(t, "1", wrong.Want)
	_, err = sqlite.Open(t.Context(), nil, reader, nil)
	require.ErrorIs(t, err, store.ErrInvalid)
}

func TestNotWAL(t *testing.T) {
	writer, reader := emptyDatabase(t)
	require.NoError(t, sqlite.Migrate(t.Context(), writer))
	_, err := writer.ExecContext(t.Context(), "PRAGMA journal_mode = DELETE")
	require.NoError(t, err)
	_, err = sqlite.Open(t.Context(), writer, reader, nil)
	require.Equal(t, &sqlite.SettingError{Name: "journal_mode", Have: "delete", Want: "wal"}, err)
}

// TestTwoFiles: handles on different files are a mistake in a DSN, and would show
// the records of another database. Two names of one file are none.
func TestTwoFiles(t *testing.T) {
	writer, _ := emptyDatabase(t)
	require.NoError(t, sqlite.Migrate(t.Context(), writer))
	dir := t.TempDir()
	require.NoError(t, os.Mkdir(filepath.Join(dir, "real"), 0o700))
	opener(files).open(t, filepath.Join(dir, "real", "crm.db"))
	other, _, err := files(filepath.Join(dir, "real", "crm.db"))
	require.NoError(t, err)
	defer other.Close()
	_, err = sqlite.Open(t.Context(), writer, other, nil)
	wrong, ok := errors.AsType[*sqlite.SettingError](err)
	require.True(t, ok, "want *SettingError, got %v", err)
	require.Equal(t, "reader's file", wrong.Name)

	if err := os.Symlink(filepath.Join(dir, "real"), filepath.Join(dir, "link")); err != nil {
		t.Skip("skip: no symbolic links: ", err)
	}
	_, reader, err := files(filepath.Join(dir, "link", "..", "link", "crm.db"))
	require.NoError(t, err)
	defer reader.Close()
	db, err := sqlite.Open(t.Context(), other, reader, nil)
	require.NoError(t, err)
	require.NoError(t, db.Close())
}

// TestOtherJournal: with a rollback journal a reader can stand in the way of a
// commit. The Update is told busy and not kept, and the connection comes back
// without a transaction.
func TestOtherJournal(t *testing.T) {
	t.Parallel() // it waits most of the time
	writer, reader := emptyDatabase(t)
	require.NoError(t, sqlite.Migrate(t.Context(), writer))
	_, err := writer.ExecContext(t.Context(), "PRAGMA journal_mode = DELETE")
	require.NoError(t, err)
	db, err := sqlite.Open(t.Context(), writer, reader, &sqlite.Options{BusyTimeout: patience, AnyJournal: true})
	require.NoError(t, err)
	defer db.Close()
	require.NoError(t, db.Tenant("acme").View(t.Context(), func(tx store.Tx) error {
		_, err := tx.Customers().Get(t.Context(), "c1")
		require.ErrorIs(t, err, store.ErrNotFound)
		require.ErrorIs(t, ingestBatch(t, db, 1), store.ErrBusy)
		return nil
	}))
	require.Zero(t, countLines(t, db))
	require.NoError(t, ingestBatch(t, db, 2))
	require.Equal(t, 2*batchSize, countLines(t, db))
}

// TestSettings: every connection gets its settings, those too by which the pool
// replaces others.
func TestSettings(t *testing.T) {
	writer, reader := emptyDatabase(t)
	require.NoError(t, sqlite.Migrate(t.Context(), writer))
	db, err := sqlite.Open(t.Context(), writer, reader, &sqlite.Options{BusyTimeout: 1234 * time.Millisecond, SyncCommits: true})
	require.NoError(t, err)
	defer db.Close()
	pragma := func(handle *sql.DB, name string) (value int) {
		t.Helper()
		require.NoError(t, handle.QueryRowContext(t.Context(), "PRAGMA "+name).Scan(&value))
		return value
	}
	for range 3 {
		require.NoError(t, db.Tenant("acme").Update(t.Context(), ping))
		require.NoError(t, db.Tenant("acme").View(t.Context(), ping))
		require.Equal(t, 1234, pragma(writer, "busy_timeout"))
		require.Equal(t, 2, pragma(writer, "synchronous"), "FULL")
		require.Equal(t, 1234, pragma(reader, "busy_timeout"))
		for _, handle := range []*sql.DB{writer, reader} { // drop the idle connections
			handle.SetMaxIdleConns(-1)
			handle.SetMaxIdleConns(1)
		}
	}
}

func TestClosedStore(t *testing.T) {
	db, writer := opener(files).open(t, filepath.Join(t.TempDir(), "crm.db"))
	require.NoError(t, db.Close())
	require.ErrorIs(t, db.Tenant("acme").Update(t.Context(), ping), store.ErrClosed)
	require.ErrorIs(t, db.Tenant("acme").View(t.Context(), ping), store.ErrClosed)
	require.NoError(t, writer.PingContext(t.Context()), "the handle is the host's")
}

func TestClosedHandles(t *testing.T) {
	writer, reader, err := files(filepath.Join(t.TempDir(), "crm.db"))
	require.NoError(t, err)
	require.NoError(t, sqlite.Migrate(t.Context(), writer))
	db, err := sqlite.Open(t.Context(), writer, reader, nil)
	require.NoError(t, err)
	require.NoError(t, errors.Join(writer.Close(), reader.Close()))
	require.ErrorIs(t, db.Tenant("acme").Update(t.Context(), ping), store.ErrClosed)
	require.ErrorIs(t, db.Tenant("acme").View(t.Context(), ping), store.ErrClosed)
}

// TestReadOnlyDatabase: views work, an update says why it does not.
func TestReadOnlyDatabase(t *testing.T) {
	path := filepath.Join(t.TempDir(), "crm.db")
	opener(files).open(t, path)
	writer, err := sql.Open("sqlite", "file:"+path+"?mode=ro")
	require.NoError(t, err)
	defer writer.Close()
	writer.SetMaxOpenConns(1)
	db, err := sqlite.Open(t.Context(), writer, nil, nil)
	require.NoError(t, err)
	defer db.Close()
	require.NoError(t, db.Tenant("acme").View(t.Context(), ping))
	require.ErrorIs(t, db.Tenant("acme").Update(t.Context(), ping), store.ErrReadOnly)
}

func TestNoDatabase(t *testing.T) {
	path := filepath.Join(t.TempDir(), "crm.db")
	require.NoError(t, os.WriteFile(path, []byte(strings.Repeat("a letter and no database ", 100)), 0o600))
	writer, _, err := plain(path)
	require.NoError(t, err)
	defer writer.Close()
	require.ErrorIs(t, sqlite.Migrate(t.Context(), writer), store.ErrCorrupt)
}

// TestHostHoldsTheWriter: a transaction of the host on the writing handle makes an
// Update wait, and then tells it that the store is busy.
func TestHostHoldsTheWriter(t *testing.T) {
	t.Parallel() // it waits most of the time
	db, writer := opener(files).open(t, filepath.Join(t.TempDir(), "crm.db"))
	host, err := writer.BeginTx(t.Context(), nil)
	require.NoError(t, err)
	require.ErrorIs(t, db.Tenant("acme").Update(t.Context(), ping), store.ErrBusy)
	require.NoError(t, host.Rollback())
	require.NoError(t, db.Tenant("acme").Update(t.Context(), ping))
}

// TestWithConn binds to a connection on which the host began a transaction by
// itself.
func TestWithConn(t *testing.T) {
	db, writer := opener(files).open(t, filepath.Join(t.TempDir(), "crm.db"))
	conn, err := writer.Conn(t.Context())
	require.NoError(t, err)
	_, err = conn.ExecContext(t.Context(), "BEGIN")
	require.NoError(t, err)
	_, lines, _, err := makeBatch(1)
	require.NoError(t, err)
	ingest := func(tx store.Tx) error {
		_, err := tx.Transactions().Ingest(t.Context(), lines)
		return err
	}
	require.NoError(t, sqlite.WithTx(conn).Tenant("acme").Update(t.Context(), ingest))
	_, err = conn.ExecContext(t.Context(), "ROLLBACK")
	require.NoError(t, err)
	require.NoError(t, conn.Close())
	require.NoError(t, db.Tenant("acme").View(t.Context(), func(tx store.Tx) error {
		_, err := tx.Transactions().Get(t.Context(), lines[0].Key())
		require.ErrorIs(t, err, store.ErrNotFound)
		return nil
	}))
}

// TestCorruptRecord: a record that somebody else damaged is an error, never a
// record with a hole.
func TestCorruptRecord(t *testing.T) {
	for _, damage := range []string{
		`UPDATE rapport_customers SET doc = '{"format":2,"id":"c0000000","kind":"person"}'`,
		`UPDATE rapport_customers SET doc = '{'`,
		`UPDATE rapport_customers SET doc = '{"format":1,"id":"c0000000","kind":"person"}'`,
		`UPDATE rapport_customers SET doc = json_set(doc, '$.roles', json('[{"type":"king"}]'))`,
		`UPDATE rapport_transactions SET currency = 1`,
		`UPDATE rapport_transactions SET amount_minor = NULL, amount_exact = 'much'`,
		`UPDATE rapport_interactions SET direction = 7`,
	} {
		t.Run(damage, func(t *testing.T) {
			db, writer := opener(files).open(t, filepath.Join(t.TempDir(), "crm.db"))
			party, lines, contacts, err := makeBatch(0)
			require.NoError(t, err)
			require.NoError(t, db.Tenant("acme").Update(t.Context(), func(tx store.Tx) error {
				_, err := tx.Customers().Put(t.Context(), party)
				require.NoError(t, err)
				_, err = tx.Transactions().Ingest(t.Context(), lines)
				require.NoError(t, err)
				_, err = tx.Interactions().Ingest(t.Context(), contacts)
				return err
			}))
			require.NoError(t, readAll(t, db))
			_, err = writer.ExecContext(t.Context(), damage)
			require.NoError(t, err)
			require.ErrorIs(t, readAll(t, db), store.ErrCorrupt)
		})
	}
}

// readAll streams everything and returns the errors.
func readAll(t *testing.T, db store.DB) error {
	t.Helper()
	return db.Tenant("acme").View(t.Context(), func(tx store.Tx) error {
		var errs []error
		for _, err := range tx.Customers().All(t.Context(), store.CustomerQuery{}) {
			errs = append(errs, err)
		}
		for _, err := range tx.Transactions().All(t.Context(), store.TransactionQuery{}) {
			errs = append(errs, err)
		}
		for _, err := range tx.Interactions().All(t.Context(), store.InteractionQuery{}) {
			errs = append(errs, err)
		}
		return errors.Join(errs...)
	})
}
