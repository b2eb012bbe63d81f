package dbtest_test

import (
	"errors"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/store"
	"github.com/rapport-crm/rapport/store/sqlite"
)

// TestEraseNeedsSecureDelete: in a transaction of the host on a connection that leaves
// the bytes of deleted rows in the file, nothing is erased.
func TestEraseNeedsSecureDelete(t *testing.T) {
	writer, reader, err := plain(filepath.Join(t.TempDir(), "crm.db"))
	require.NoError(t, err)
	defer writer.Close()
	defer reader.Close()
	require.NoError(t, sqlite.Migrate(t.Context(), writer))
	for _, setting := range []string{"OFF", "FAST"} {
		_, err = writer.ExecContext(t.Context(), "PRAGMA secure_delete = "+setting)
		require.NoError(t, err)
		host, err := writer.BeginTx(t.Context(), nil)
		require.NoError(t, err)
		err = sqlite.WithTx(host).Tenant("acme").Update(t.Context(), func(tx store.Tx) error {
			_, err := store.UnsafeErase(t.Context(), tx, store.Erasure{Customers: []rapport.ID{"c1"}})
			return err
		})
		wrong, ok := errors.AsType[*sqlite.SettingError](err)
		require.True(t, ok, "want *SettingError, got %T", err)
		require.Equal(t, "secure_delete", wrong.Name)
		require.NoError(t, host.Rollback())
	}
	_, err = sqlite.Open(t.Context(), writer, reader, nil)
	require.NoError(t, err)
	host, err := writer.BeginTx(t.Context(), nil)
	require.NoError(t, err)
	require.NoError(t, sqlite.WithTx(host).Tenant("acme").Update(t.Context(), func(tx store.Tx) error {
		_, err := store.UnsafeErase(t.Context(), tx, store.Erasure{Customers: []rapport.ID{"c1"}})
		return err
	}))
	require.NoError(t, host.Rollback())
}

// TestScrub: with a reader on an old moment the log cannot be emptied, and it says so.
func TestScrub(t *testing.T) {
	db, writer := opener(files).open(t, filepath.Join(t.TempDir(), "crm.db"))
	_, err := writer.ExecContext(t.Context(), "PRAGMA busy_timeout = 10")
	require.NoError(t, err)
	require.NoError(t, ingestBatch(t, db, 1))
	require.NoError(t, db.Tenant("acme").View(t.Context(), func(tx store.Tx) error {
		_, err := tx.Customers().Get(t.Context(), "c1")
		require.ErrorIs(t, err, store.ErrNotFound)
		require.NoError(t, ingestBatch(t, db, 2))
		require.ErrorIs(t, sqlite.Scrub(t.Context(), writer), store.ErrBusy)
		return nil
	}))
	require.NoError(t, sqlite.Scrub(t.Context(), writer))
	require.ErrorIs(t, sqlite.Scrub(t.Context(), nil), store.ErrInvalid)
}

// TestStoredFiles is TestStoredForm for what version 3 of the schema adds.
func TestStoredFiles(t *testing.T) {
	db, writer := opener(files).open(t, filepath.Join(t.TempDir(), "crm.db"))
	at := time.Date(2026, 1, 2, 3, 4, 5, 678, time.UTC)
	one := note{ID: "N1", Customer: "C1", With: "P1", At: at, RecordedAt: at.Add(1), Text: "泵"}
	require.NoError(t, db.Tenant("acme").Update(t.Context(), func(tx store.Tx) error {
		notes, err := store.FileOf[note](tx)
		require.NoError(t, err)
		_, err = notes.Put(t.Context(), one, 0)
		require.NoError(t, err)
		next := one
		next.With, next.RecordedAt = "", at.Add(2)
		_, err = notes.Put(t.Context(), next, 1)
		require.NoError(t, err)
		f, err := store.Files(tx)
		require.NoError(t, err)
		require.NoError(t, f.Aliases().Put(t.Context(), store.Alias{Old: "C2", Current: "C1"}))
		return f.Feed().Acknowledge(t.Context(), "index", store.FeedCursor("acme", 1))
	}))
	const text = `{"ID":"N1","Customer":"C1","With":"P1","At":"2026-01-02T03:04:05.000000678Z","RecordedAt":"2026-01-02T03:04:05.000000679Z","Text":"泵"}`
	const after = `{"ID":"N1","Customer":"C1","With":"","At":"2026-01-02T03:04:05.000000678Z","RecordedAt":"2026-01-02T03:04:05.00000068Z","Text":"泵"}`
	for query, want := range map[string][][]any{
		"SELECT * FROM rapport_files": {{"acme", "note", "N1", int64(2), "C1", "", int64(1767323045000000678), int64(1767323045000000680), after}},
		"SELECT * FROM rapport_files_past": {{"acme", "note", "N1", int64(1), "C1", "P1", int64(1767323045000000678),
			int64(1767323045000000679), int64(1767323045000000680), text}},
		"SELECT * FROM rapport_aliases":        {{"acme", "C2", "C1"}},
		"SELECT * FROM rapport_feed":           {{"acme", int64(1), "note", "N1", int64(1), int64(1)}, {"acme", int64(2), "note", "N1", int64(2), int64(1)}},
		"SELECT * FROM rapport_feed_consumers": {{"acme", "index", int64(1)}},
	} {
		wantRows(t, writer, query, want)
	}
}
