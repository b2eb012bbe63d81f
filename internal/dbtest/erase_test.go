package dbtest_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/store"
	"github.com/rapport-crm/rapport/store/sqlite"
)

// TestScrubLeavesNothing erases a customer whose records were written over and over, among
// others, with and without SQLite's secure_delete. These seeds leave bytes of them in the
// file, where SQLite has moved rows between pages, until it is written anew.
func TestScrubLeavesNothing(t *testing.T) {
	const secret = "Xq7Geheimnis"
	for seed, setting := range map[uint64]string{1: "ON", 11: "ON", 2: "OFF"} {
		path := filepath.Join(t.TempDir(), "crm.db")
		db, writer := opener(files).open(t, path)
		_, err := writer.ExecContext(t.Context(), "PRAGMA secure_delete = "+setting)
		require.NoError(t, err)
		rewriteNotes(t, db, rand.New(rand.NewPCG(seed, 5)), secret)
		host, err := writer.BeginTx(t.Context(), nil)
		require.NoError(t, err)
		require.NoError(t, sqlite.WithTx(host).Tenant("acme").Update(t.Context(), func(tx store.Tx) error {
			_, err := store.UnsafeErase(t.Context(), tx, store.Erasure{Customers: []rapport.ID{"c1"}})
			return err
		}))
		require.NoError(t, host.Commit())
		require.NoError(t, sqlite.Scrub(t.Context(), writer))
		for _, name := range []string{path, path + "-wal"} {
			text, err := os.ReadFile(name)
			require.NoError(t, err)
			require.False(t, bytes.Contains(text, []byte(secret)), "seed %d, %s: erased bytes are left", seed, name)
		}
		sound(t, writer)
	}
}

// rewriteNotes keeps 300 notes, each in many versions of many lengths, half of them about
// the customer c1 and with the secret in them.
func rewriteNotes(t *testing.T, db store.DB, r *rand.Rand, secret string) {
	t.Helper()
	versions := map[string]int64{}
	for round := range 25 {
		require.NoError(t, db.Tenant("acme").Update(t.Context(), func(tx store.Tx) error {
			notes, err := store.FileOf[note](tx)
			require.NoError(t, err)
			for range 40 {
				id := fmt.Sprint(r.IntN(300))
				who, text := rapport.ID("c2"), "plain"
				if len(id)%2 == 0 {
					who, text = "c1", secret
				}
				text = strings.Repeat(text+fmt.Sprint(r.IntN(99)), 1+r.IntN(200))
				at := time.Unix(int64(round), 0).UTC()
				_, err := notes.Put(t.Context(), note{ID: rapport.ID(id), Customer: who, At: at, RecordedAt: at, Text: text}, versions[id])
				require.NoError(t, err)
				versions[id]++
			}
			return nil
		}))
	}
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
