package sqlite

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"strconv"
	"strings"
	"time"

	"github.com/rapport-crm/rapport/store"
)

// SchemaVersion is the version of the schema that this package reads and writes.
const SchemaVersion = 3

//go:embed migrations/*.sql
var migrationFiles embed.FS

// Migrations returns the files that make the schema, named by version and marked
// as goose wants them (tried with v3.29.0), for hosts that run migrations with a
// tool of their own. All names in them begin with rapport_, so they fit into the
// host's database; the database has to be in WAL mode besides.
func Migrations() fs.FS {
	sub, err := fs.Sub(migrationFiles, "migrations")
	if err != nil {
		return migrationFiles // the folder is embedded by the line above: not reached
	}
	return sub
}

// SchemaError reports a database whose schema is not the one this package needs.
type SchemaError struct {
	Have int // version of the database, 0: it has no schema of ours
	Want int // [SchemaVersion]
}

func (e *SchemaError) Error() string {
	switch {
	case e.Have == 0:
		return fmt.Sprintf("store: the database has no rapport schema; run sqlite.Migrate for version %d", e.Want)
	case e.Have < e.Want:
		return fmt.Sprintf("store: the database has rapport schema %d; run sqlite.Migrate for version %d", e.Have, e.Want)
	}
	return fmt.Sprintf("store: the database has rapport schema %d, this program knows up to %d", e.Have, e.Want)
}

// Unwrap returns [store.ErrSchema].
func (e *SchemaError) Unwrap() error { return store.ErrSchema }

// Migrate brings the database to [SchemaVersion]: it switches the file to WAL and
// runs the migrations it lacks, each in a transaction of its own. On a current
// database it does nothing; a newer one is a [*SchemaError]. Several processes
// may call it at once: each waits for the others up to [DefaultBusyTimeout], and
// then gets [store.ErrBusy]. It is meant for the handle that writes.
func Migrate(ctx context.Context, db *sql.DB) error {
	if db == nil {
		return &store.ArgumentError{Name: "db", Reason: "is nil"}
	}
	// Two connections that switch a new file to WAL at once, here or by a DSN while
	// they are opened, would wait for each other; SQLite refuses one of them at once,
	// whatever its busy timeout is.
	wait, cancel := context.WithTimeout(ctx, DefaultBusyTimeout)
	defer cancel()
	for {
		err := migrate(ctx, db)
		if !errors.Is(err, store.ErrBusy) {
			return err
		}
		pause, end := context.WithTimeout(wait, 10*time.Millisecond)
		<-pause.Done()
		end()
		switch {
		case ctx.Err() != nil:
			return fault(ctx, "migrate", err)
		case wait.Err() != nil:
			return err
		}
	}
}

// migrateWait is how long one attempt of a migration waits for a lock.
const migrateWait = 50 * time.Millisecond

func migrate(ctx context.Context, db *sql.DB) (err error) {
	conn, err := db.Conn(ctx)
	if err != nil {
		return fault(ctx, "migrate", err)
	}
	defer conn.Close()
	// The wait is in Migrate, where it heeds the context. The connection gets back
	// the timeout it had: a store may be open on the handle.
	had, err := number(ctx, conn, "PRAGMA busy_timeout")
	if err != nil {
		return fault(ctx, "migrate", err)
	}
	if _, err := conn.ExecContext(ctx, busyPragma(migrateWait)); err != nil {
		return fault(ctx, "migrate", err)
	}
	defer func() {
		_, again := conn.ExecContext(context.WithoutCancel(ctx), "PRAGMA busy_timeout = "+strconv.Itoa(had))
		err = errors.Join(err, again)
	}()
	if _, err := conn.ExecContext(ctx, "PRAGMA journal_mode = WAL"); err != nil {
		return fault(ctx, "migrate to WAL", err)
	}
	names, err := fs.Glob(Migrations(), "*.sql")
	if err != nil {
		return fmt.Errorf("store: migrate: %w", err)
	}
	for _, name := range names {
		if err := migrateFile(ctx, conn, name); err != nil {
			return err
		}
	}
	have, err := schemaVersion(ctx, conn)
	if err != nil {
		return err
	}
	if have != SchemaVersion {
		return &SchemaError{Have: have, Want: SchemaVersion}
	}
	return nil
}

// migrateFile runs one file unless the database has its version. The check is
// inside the write transaction, so two processes do not run it twice.
func migrateFile(ctx context.Context, conn *sql.Conn, name string) (err error) {
	number, _, _ := strings.Cut(name, "_")
	version, err := strconv.Atoi(number)
	if err != nil {
		return fmt.Errorf("store: migration %q has no version: %w", name, err)
	}
	text, err := fs.ReadFile(Migrations(), name)
	if err != nil {
		return fmt.Errorf("store: migrate: %w", err)
	}
	if _, err := conn.ExecContext(ctx, "BEGIN IMMEDIATE"); err != nil {
		return fault(ctx, "migrate", err)
	}
	defer func() {
		if err != nil {
			_, undo := conn.ExecContext(context.WithoutCancel(ctx), "ROLLBACK")
			err = errors.Join(err, undo)
		}
	}()
	have, err := schemaVersion(ctx, conn)
	if err != nil {
		return err
	}
	if have < version {
		for _, statement := range upStatements(string(text)) {
			if _, err := conn.ExecContext(ctx, statement); err != nil {
				return fault(ctx, "migration "+name, err)
			}
		}
	}
	if _, err := conn.ExecContext(ctx, "COMMIT"); err != nil {
		return fault(ctx, "migration "+name, err)
	}
	return nil
}

// upStatements returns the statements of the Up part. In these files a statement
// ends with a semicolon at the end of a line, before a comment perhaps, and no
// semicolon stands there inside one; so goose cuts them the same way.
func upStatements(file string) []string {
	_, up, _ := strings.Cut(file, "-- +goose Up\n")
	up, _, _ = strings.Cut(up, "-- +goose Down\n")
	var all []string
	var b strings.Builder
	for line := range strings.Lines(up) {
		code, _, _ := strings.Cut(line, "--")
		if code = strings.TrimSpace(code); code == "" {
			continue
		}
		b.WriteString(code)
		b.WriteByte('\n')
		if strings.HasSuffix(code, ";") {
			all = append(all, b.String())
			b.Reset()
		}
	}
	return all
}

// schemaVersion returns 0 if the database has no schema of ours.
func schemaVersion(ctx context.Context, q querier) (int, error) {
	tables, err := number(ctx, q, "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = 'rapport_schema'")
	if err != nil || tables == 0 {
		return 0, fault(ctx, "read schema version", err)
	}
	version, err := number(ctx, q, "SELECT version FROM rapport_schema")
	return version, fault(ctx, "read schema version", err)
}

// querier is what *sql.DB, *sql.Conn and *sql.Tx have in common.
type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// number returns the one number that a query finds, 0 if it finds none.
func number(ctx context.Context, q querier, query string) (int, error) {
	rows, err := q.QueryContext(ctx, query)
	if err != nil {
		return 0, err
	}
	return single(rows)
}

// single returns the one number that the rows hold, 0 if there is no row.
func single(rows *sql.Rows) (n int, err error) {
	defer rows.Close()
	if rows.Next() {
		err = rows.Scan(&n)
	}
	return n, errors.Join(err, rows.Err(), rows.Close())
}
