package dbtest_test

import (
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	_ "modernc.org/sqlite" // the driver "sqlite"

	"github.com/rapport-crm/rapport/store"
	"github.com/rapport-crm/rapport/store/sqlite"
	"github.com/rapport-crm/rapport/store/storetest"
)

// files opens the handles that the documentation of package sqlite shows.
func files(path string) (writer, reader *sql.DB, err error) {
	const pragmas = "?_pragma=busy_timeout(5000)&_pragma=journal_mode(WAL)&_pragma=synchronous(NORMAL)"
	writer, err = sql.Open("sqlite", "file:"+path+pragmas+"&_txlock=immediate")
	if err != nil {
		return nil, nil, err
	}
	writer.SetMaxOpenConns(1)
	reader, err = sql.Open("sqlite", "file:"+path+pragmas)
	return writer, reader, err
}

// plain opens handles without a single setting in the DSN.
func plain(path string) (writer, reader *sql.DB, err error) {
	writer, err = sql.Open("sqlite", "file:"+path)
	if err != nil {
		return nil, nil, err
	}
	writer.SetMaxOpenConns(1)
	reader, err = sql.Open("sqlite", "file:"+path)
	return writer, reader, err
}

type opener func(path string) (writer, reader *sql.DB, err error)

// patience is how long a store of these tests waits for another writer. Cases that
// are told busy wait as long; all others must not be, on a machine with much else to
// do.
const patience = time.Second

// open returns the store in the file, migrated, and its writing handle.
func (o opener) open(t testing.TB, path string) (*sqlite.DB, *sql.DB) {
	t.Helper()
	writer, reader, err := o(path)
	require.NoError(t, err)
	t.Cleanup(func() {
		require.NoError(t, reader.Close())
		require.NoError(t, writer.Close())
	})
	require.NoError(t, sqlite.Migrate(t.Context(), writer))
	db, err := sqlite.Open(t.Context(), writer, reader, &sqlite.Options{BusyTimeout: patience})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	return db, writer
}

func (o opener) backend(t testing.TB) storetest.Backend { return o.backendFrom(t, nil) }

// backendFrom is backend on a copy of a database file.
func (o opener) backendFrom(t testing.TB, file []byte) storetest.Backend {
	path := filepath.Join(t.TempDir(), "crm.db")
	require.NoError(t, os.WriteFile(path, file, 0o600))
	db, writer := o.open(t, path)
	another := func(t testing.TB) store.DB {
		db, _ := o.open(t, path)
		return db
	}
	return storetest.Backend{
		DB: db, Reopen: another, Second: another,
		Medium: func(t testing.TB) []byte {
			require.NoError(t, sqlite.Scrub(t.Context(), writer))
			text, err := os.ReadFile(path)
			require.NoError(t, err)
			log, err := os.ReadFile(path + "-wal")
			require.NoError(t, err)
			return append(text, log...)
		},
		Begin: func(t testing.TB) storetest.HostTx {
			tx, err := writer.BeginTx(t.Context(), nil)
			require.NoError(t, err)
			return storetest.HostTx{DB: sqlite.WithTx(tx), Commit: tx.Commit, Rollback: tx.Rollback}
		},
	}
}

func TestStore(t *testing.T) {
	for name, o := range map[string]opener{"dsn as documented": files, "bare dsn": plain} {
		t.Run(name, func(t *testing.T) {
			// Making the schema takes longer than most cases: it is made once.
			path := filepath.Join(t.TempDir(), "crm.db")
			writer, reader, err := o(path)
			require.NoError(t, err)
			require.NoError(t, sqlite.Migrate(t.Context(), writer))
			require.NoError(t, errors.Join(reader.Close(), writer.Close()))
			empty, err := os.ReadFile(path)
			require.NoError(t, err)
			storetest.Run(t, func(t testing.TB) storetest.Backend { return o.backendFrom(t, empty) })
		})
	}
}

// A database in memory has one connection for all: readers take turns with the
// writer, so the cases that read while writing do not apply.
func TestMemoryDatabase(t *testing.T) {
	db, err := sql.Open("sqlite", fmt.Sprintf("file:%s?mode=memory", t.Name()))
	require.NoError(t, err)
	defer db.Close()
	db.SetMaxOpenConns(1)
	_, err = sqlite.Open(t.Context(), db, nil, nil)
	require.ErrorIs(t, err, store.ErrSchema)
	require.NoError(t, sqlite.Migrate(t.Context(), db))
	_, err = sqlite.Open(t.Context(), db, nil, nil)
	require.ErrorContains(t, err, "journal_mode is memory, want wal")
	s, err := sqlite.Open(t.Context(), db, nil, &sqlite.Options{AnyJournal: true})
	require.NoError(t, err)
	require.NoError(t, s.Tenant("acme").View(t.Context(), func(tx store.Tx) error {
		_, err := tx.Customers().Get(t.Context(), "c1")
		require.ErrorIs(t, err, store.ErrNotFound)
		return nil
	}))
}
