package dbtest_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer"
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

// TestMigrateFromFirst: a database of version 1 keeps what it has and learns the rest.
func TestMigrateFromFirst(t *testing.T) {
	path := filepath.Join(t.TempDir(), "crm.db")
	writer, reader, err := plain(path)
	require.NoError(t, err)
	defer writer.Close()
	defer reader.Close()
	first, err := fs.ReadFile(sqlite.Migrations(), "00001_records.sql")
	require.NoError(t, err)
	up, _, _ := strings.Cut(string(first), "-- +goose Down\n")
	_, err = writer.ExecContext(t.Context(), up)
	require.NoError(t, err)
	_, err = sqlite.Open(t.Context(), writer, reader, nil)
	wrong, ok := errors.AsType[*sqlite.SchemaError](err)
	require.True(t, ok, "want *SchemaError, got %T", err)
	require.Equal(t, sqlite.SchemaError{Have: 1, Want: sqlite.SchemaVersion}, *wrong)
	_, err = writer.ExecContext(t.Context(), "INSERT INTO rapport_identifiers VALUES ('acme', 'erp', 'account', '9', 'C1')")
	require.NoError(t, err)
	db, _ := opener(plain).open(t, path)
	wantRows(t, writer, "SELECT customer FROM rapport_identifiers", [][]any{{"C1"}})
	require.NoError(t, keepDeal(t.Context(), db, 0))
	require.Equal(t, 1, checkDeals(t, path))
}

// TestMigrateFromSecond: what version 2 has written by SQL and documents of its own is
// read, changed and found; how it was is kept from then on.
func TestMigrateFromSecond(t *testing.T) {
	path := filepath.Join(t.TempDir(), "crm.db")
	writer, reader, err := plain(path)
	require.NoError(t, err)
	defer writer.Close()
	defer reader.Close()
	for _, name := range []string{"00001_records.sql", "00002_pipelines.sql"} {
		text, err := fs.ReadFile(sqlite.Migrations(), name)
		require.NoError(t, err)
		up, _, _ := strings.Cut(string(text), "-- +goose Down\n")
		_, err = writer.ExecContext(t.Context(), up)
		require.NoError(t, err)
	}
	const then = 1767323045000000678
	for _, row := range []string{
		`INSERT INTO rapport_customers VALUES ('acme', 'C1', 4, 2, 1, '{"format":1,"id":"C1","kind":"organisation","name":"Exemplar",` +
			`"other_names":[{"usage":"legal","text":"示例贸易"}],"identifiers":[{"system":"erp","type":"account","value":"A-9"}],` +
			`"contacts":[{"channel":"phone","value":"+86 20 5550 0123","verified":true}],` +
			`"roles":[{"type":"internal","valid":{"start":"2026-01-02T03:04:05.000000678Z"}}],` +
			`"end_user":true,"recorded_at":"2026-01-02T03:04:05.000000678Z"}')`,
		`INSERT INTO rapport_identifiers VALUES ('acme', 'erp', 'account', 'A-9', 'C1')`,
		fmt.Sprintf(`INSERT INTO rapport_transactions VALUES ('acme', 'till', '1', 1, 'C1', %d, %d, 156, 1234, NULL, '', '', '', '', '', '', '')`, then, then),
		fmt.Sprintf(`INSERT INTO rapport_interactions VALUES ('acme', 'desk', '1', 'C1', 'phone', 2, %d, %d, 0, '', '', 0, NULL, NULL, '')`, then, then),
	} {
		_, err := writer.ExecContext(t.Context(), row)
		require.NoError(t, err)
	}
	db, _ := opener(plain).open(t, path)
	at := time.Unix(0, then).UTC()
	require.NoError(t, db.Tenant("acme").Update(t.Context(), func(tx store.Tx) error {
		old, err := tx.Customers().Find(t.Context(), customer.Identifier{System: "erp", Type: "account", Value: "A-9"})
		require.NoError(t, err)
		require.EqualValues(t, 4, old.Version())
		require.Equal(t, "Exemplar", old.Name())
		require.True(t, old.HasRole(customer.Internal, at))
		draft := old.Draft()
		draft.Identifiers[0].Normal, draft.RecordedAt = "A9", at.Add(time.Hour)
		next, err := customer.Restore(draft, old.Version())
		require.NoError(t, err)
		_, err = tx.Customers().Put(t.Context(), next)
		require.NoError(t, err)
		again, err := tx.Customers().Find(t.Context(), customer.Identifier{System: "erp", Type: "account", Value: "A9"})
		require.NoError(t, err)
		require.EqualValues(t, 5, again.Version())
		f, err := store.Files(tx)
		require.NoError(t, err)
		before, err := f.Past().AsOf(t.Context(), "C1", at)
		require.NoError(t, err)
		require.True(t, old.Equal(before))
		line, err := tx.Transactions().Get(t.Context(), customer.ExternalKey{System: "till", ID: "1"})
		require.NoError(t, err)
		require.True(t, line.Imported().IsZero())
		talk, err := tx.Interactions().Get(t.Context(), customer.ExternalKey{System: "desk", ID: "1"})
		require.NoError(t, err)
		require.True(t, talk.Imported().IsZero())
		return nil
	}))
}

func TestMigrateTwice(t *testing.T) {
	writer, _ := emptyDatabase(t)
	require.NoError(t, sqlite.Migrate(t.Context(), writer))
	before := schema(t, writer)
	require.NoError(t, sqlite.Migrate(t.Context(), writer))
	require.Equal(t, before, schema(t, writer))
}

// TestMigrateAtOnce lets several handles make a new file and store into it at once,
// as replicas of a host do on their first start. One round hits the moment in which
// SQLite refuses without waiting about every thirtieth time.
func TestMigrateAtOnce(t *testing.T) {
	for name, open := range map[string]opener{"dsn as documented": files, "bare dsn": plain} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			for round := range 25 {
				path := filepath.Join(dir, strconv.Itoa(round))
				errs := make([]error, 4)
				var wg sync.WaitGroup
				for i := range errs {
					wg.Go(func() { errs[i] = firstStart(t.Context(), open, path, i) })
				}
				wg.Wait()
				require.NoError(t, errors.Join(errs...), "round %d", round)
			}
		})
	}
}

// firstStart migrates, opens and stores a batch of its own.
func firstStart(ctx context.Context, open opener, path string, n int) error {
	writer, reader, err := open(path)
	if err != nil {
		return err
	}
	defer writer.Close()
	defer reader.Close()
	if err := sqlite.Migrate(ctx, writer); err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	db, err := sqlite.Open(ctx, writer, reader, nil)
	if err != nil {
		return fmt.Errorf("open: %w", err)
	}
	defer db.Close()
	_, lines, _, err := makeBatch(n)
	if err != nil {
		return err
	}
	return db.Tenant("acme").Update(ctx, func(tx store.Tx) error {
		in, err := tx.Transactions().Ingest(ctx, lines)
		if err == nil && in.Inserted != len(lines) {
			err = fmt.Errorf("%d of %d rows were new", in.Inserted, len(lines))
		}
		return err
	})
}

// TestMigrateBusy: a writer that does not go away makes Migrate give up, by its
// context or with ErrBusy, and never half way.
func TestMigrateBusy(t *testing.T) {
	writer, other := emptyDatabase(t)
	conn, err := other.Conn(t.Context())
	require.NoError(t, err)
	defer conn.Close()
	_, err = conn.ExecContext(t.Context(), "BEGIN EXCLUSIVE")
	require.NoError(t, err)
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Millisecond)
	defer cancel()
	require.ErrorIs(t, sqlite.Migrate(ctx, writer), context.DeadlineExceeded)
	_, err = conn.ExecContext(t.Context(), "ROLLBACK")
	require.NoError(t, err)
	require.Empty(t, schema(t, writer))
	_, err = writer.ExecContext(t.Context(), "PRAGMA busy_timeout = 1234")
	require.NoError(t, err)
	require.NoError(t, sqlite.Migrate(t.Context(), writer))
	var timeout int
	require.NoError(t, writer.QueryRowContext(t.Context(), "PRAGMA busy_timeout").Scan(&timeout))
	require.Equal(t, 1234, timeout, "the connection's own")
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
