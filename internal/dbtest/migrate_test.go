package dbtest_test

import (
	"database/sql"
	"errors"
	"io/fs"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/store"
	"github.com/rapport-crm/rapport/store/sqlite"
)

// schema returns the SQL of every object in the database, without the white space
// and comments in which tools differ.
func schema(t *testing.T, db *sql.DB) []string {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), "SELECT coalesce(sql, name) FROM sqlite_schema ORDER BY type, name")
	require.NoError(t, err)
	defer rows.Close()
	var all []string
	for rows.Next() {
		var text string
		require.NoError(t, rows.Scan(&text))
		var words []string
		for line := range strings.Lines(text) {
			code, _, _ := strings.Cut(line, "--")
			words = append(words, strings.Fields(code)...)
		}
		all = append(all, strings.Join(words, " "))
	}
	require.NoError(t, rows.Err())
	return all
}

func emptyDatabase(t *testing.T) (writer, reader *sql.DB) {
	t.Helper()
	writer, reader, err := plain(filepath.Join(t.TempDir(), "crm.db"))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, errors.Join(reader.Close(), writer.Close())) })
	return writer, reader
}

// TestMigrationFiles runs the files as another tool would, the Up part as one
// script, and wants the same schema as Migrate makes; the Down part leaves
// nothing.
func TestMigrationFiles(t *testing.T) {
	byUs, _ := emptyDatabase(t)
	require.NoError(t, sqlite.Migrate(t.Context(), byUs))
	byOthers, reader := emptyDatabase(t)
	names, err := fs.Glob(sqlite.Migrations(), "*.sql")
	require.NoError(t, err)
	require.Len(t, names, sqlite.SchemaVersion)
	var downs []string
	for _, name := range names {
		text, err := fs.ReadFile(sqlite.Migrations(), name)
		require.NoError(t, err)
		up, down, found := strings.Cut(string(text), "-- +goose Down\n")
		require.True(t, found, name)
		require.True(t, strings.HasPrefix(up, "-- +goose Up\n"), name)
		_, err = byOthers.ExecContext(t.Context(), up)
		require.NoError(t, err)
		downs = append([]string{down}, downs...)
	}
	require.NotEmpty(t, schema(t, byUs))
	if diff := cmp.Diff(schema(t, byUs), schema(t, byOthers)); diff != "" {
		t.Fatalf("(-Migrate +files)\n%s", diff)
	}
	_, err = sqlite.Open(t.Context(), byOthers, reader, &sqlite.Options{AnyJournal: true})
	require.NoError(t, err, "the files keep the version that Open reads")
	for _, down := range downs {
		_, err := byOthers.ExecContext(t.Context(), down)
		require.NoError(t, err)
	}
	require.Empty(t, schema(t, byOthers))
}

func TestMigrateTwice(t *testing.T) {
	writer, _ := emptyDatabase(t)
	require.NoError(t, sqlite.Migrate(t.Context(), writer))
	before := schema(t, writer)
	require.NoError(t, sqlite.Migrate(t.Context(), writer))
	require.Equal(t, before, schema(t, writer))
}

func TestMigrateAtOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "crm.db")
	errs := make([]error, 4)
	var wg sync.WaitGroup
	for i := range errs {
		wg.Go(func() {
			writer, reader, err := files(path)
			if err == nil {
				err = errors.Join(sqlite.Migrate(t.Context(), writer), writer.Close(), reader.Close())
			}
			errs[i] = err
		})
	}
	wg.Wait()
	require.NoError(t, errors.Join(errs...))
}

func TestSchemaErrors(t *testing.T) {
	writer, reader := emptyDatabase(t)
	wantSchema := func(err error, have int) {
		t.Helper()
		require.ErrorIs(t, err, store.ErrSchema)
		wrong, ok := errors.AsType[*sqlite.SchemaError](err)
		require.True(t, ok, "want *SchemaError, got %T", err)
		require.Equal(t, sqlite.SchemaError{Have: have, Want: sqlite.SchemaVersion}, *wrong)
	}
	_, err := sqlite.Open(t.Context(), writer, reader, nil)
	wantSchema(err, 0)
	host, err := writer.BeginTx(t.Context(), nil)
	require.NoError(t, err)
	wantSchema(sqlite.WithTx(host).Tenant("acme").Update(t.Context(), func(store.Tx) error { return nil }), 0)
	require.NoError(t, host.Rollback())
	require.Empty(t, schema(t, writer), "Open never migrates")

	require.NoError(t, sqlite.Migrate(t.Context(), writer))
	_, err = writer.ExecContext(t.Context(), "UPDATE rapport_schema SET version = 99")
	require.NoError(t, err)
	_, err = sqlite.Open(t.Context(), writer, reader, nil)
	wantSchema(err, 99)
	wantSchema(sqlite.Migrate(t.Context(), writer), 99)
}

// TestNoReal checks the promise about columns: nothing is ever a float.
func TestNoReal(t *testing.T) {
	writer, _ := emptyDatabase(t)
	require.NoError(t, sqlite.Migrate(t.Context(), writer))
	for _, text := range schema(t, writer) {
		if strings.HasPrefix(text, "CREATE TABLE") {
			require.Contains(t, text, "STRICT", "types are enforced")
		}
		require.NotContains(t, text, " REAL")
		require.NotContains(t, text, " ANY")
		require.NotContains(t, text, " NUMERIC")
	}
}
