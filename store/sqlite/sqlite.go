package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/store"
)

// DefaultBusyTimeout is how long a writer waits for another one by default.
const DefaultBusyTimeout = 5 * time.Second

// Options of a store; nil stands for the zero value. They become settings of the
// handles' connections, so two stores on the same handles need the same options.
type Options struct {
	// BusyTimeout is how long an Update waits for another writer, of this process
	// or of another one, before it returns [store.ErrBusy]; 0 or less is
	// [DefaultBusyTimeout]. While it waits for another process it does not notice
	// that its context is cancelled.
	BusyTimeout time.Duration
	// SyncCommits makes every commit wait until the disk has it (synchronous
	// FULL), so that a power failure loses none.
	SyncCommits bool
	// AnyJournal accepts a journal mode other than WAL, such as that of a database
	// in memory. Readers and writers may then block each other.
	AnyJournal bool
}

// DB is a store in a SQLite database. It is safe for concurrent use.
type DB struct {
	writer, reader *pool
	busyTimeout    time.Duration
}

// Open returns the store in the database of two handles, see the package
// documentation. The writer must have at most one connection
// (SetMaxOpenConns(1)); a nil reader stands for the writer, which makes sense for
// a database in memory; then a View waits while an Update runs, and one inside an
// Update's function waits for itself, until its context ends. The handles stay the
// host's, to use and to close.
//
// The errors are a [*SchemaError] if [Migrate] has not run, a [*SettingError] for
// a database that is not in WAL mode or for handles on two different files,
// [store.ErrBusy] if no connection comes free within the busy timeout, and those
// of the driver.
func Open(ctx context.Context, writer, reader *sql.DB, o *Options) (*DB, error) {
	if writer == nil {
		return nil, &store.ArgumentError{Name: "writer", Reason: "is nil"}
	}
	if n := writer.Stats().MaxOpenConnections; n != 1 {
		return nil, &SettingError{Name: "writer's SetMaxOpenConns", Have: strconv.Itoa(n), Want: "1"}
	}
	if o == nil {
		o = &Options{}
	}
	timeout := o.BusyTimeout
	if timeout <= 0 {
		timeout = DefaultBusyTimeout
	}
	synchronous := "PRAGMA synchronous = NORMAL"
	if o.SyncCommits {
		synchronous = "PRAGMA synchronous = FULL"
	}
	db := &DB{busyTimeout: timeout}
	db.writer = &pool{db: writer, pragmas: []string{busyPragma(timeout), synchronous, "PRAGMA secure_delete = ON"}}
	db.reader = db.writer
	if reader != nil && reader != writer {
		db.reader = &pool{db: reader, pragmas: []string{busyPragma(timeout)}}
	}
	if err := db.check(ctx, o.AnyJournal); err != nil {
		return nil, err
	}
	for _, p := range []*pool{db.writer, db.reader} {
		if err := p.prepare(ctx, timeout); err != nil {
			return nil, errors.Join(err, db.Close())
		}
	}
	return db, nil
}

// SettingError reports a handle or a database that is not set up as this package
// needs it.
type SettingError struct {
	Name string // of the setting
	Have string
	Want string
}

func (e *SettingError) Error() string {
	return fmt.Sprintf("store: sqlite: %s is %s, want %s", e.Name, e.Have, e.Want)
}

// Unwrap returns [store.ErrInvalid].
func (e *SettingError) Unwrap() error { return store.ErrInvalid }

// check looks at the database through a connection of each handle.
func (db *DB) check(ctx context.Context, anyJournal bool) error {
	var written string
	for _, p := range []*pool{db.writer, db.reader} {
		conn, err := p.conn(ctx, db.busyTimeout)
		if err != nil {
			return err
		}
		file, err := checkConn(ctx, conn, anyJournal)
		if p == db.writer {
			written = file
		} else if err == nil && file != written {
			err = &SettingError{Name: "reader's file", Have: file, Want: written}
		}
		if closing := conn.Close(); err == nil {
			err = fault(ctx, "release the connection", closing)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// checkConn also returns the file's name, as SQLite resolved it.
func checkConn(ctx context.Context, conn *sql.Conn, anyJournal bool) (file string, err error) {
	have, err := schemaVersion(ctx, conn)
	if err != nil {
		return "", err
	}
	if have != SchemaVersion {
		return "", &SchemaError{Have: have, Want: SchemaVersion}
	}
	var mode string
	if err := conn.QueryRowContext(ctx, "PRAGMA journal_mode").Scan(&mode); err != nil {
		return "", fault(ctx, "read journal mode", err)
	}
	if mode != "wal" && !anyJournal {
		return "", &SettingError{Name: "journal_mode", Have: mode, Want: "wal"}
	}
	if err := conn.QueryRowContext(ctx, "SELECT coalesce(file, '') FROM pragma_database_list WHERE name = 'main'").Scan(&file); err != nil {
		return "", fault(ctx, "read file name", err)
	}
	return file, nil
}

// Close releases the prepared statements. The handles stay open; they are the
// host's. Whatever is called afterwards returns [store.ErrClosed].
func (db *DB) Close() error {
	return errors.Join(db.writer.close(), db.reader.close())
}

// Capabilities says that commits are durable, that processes and the host's
// transactions may take part, and that pipelines and files are kept.
func (db *DB) Capabilities() store.Capabilities {
	return store.Capabilities{Durable: true, Processes: true, HostTransactions: true, Pipelines: true, Files: true}
}

// Tenant returns the records of one tenant.
func (db *DB) Tenant(id rapport.ID) store.Tenant { return tenant{db: db, id: id} }

type tenant struct {
	db *DB
	id rapport.ID
}

// Update implements [store.Tenant].
func (t tenant) Update(ctx context.Context, fn func(store.Tx) error) error {
	return t.run(ctx, t.db.writer, &sql.TxOptions{}, func(x *tx) error {
		// Takes the write lock now, so that what fn reads is current when it
		// writes, even if the handle's transactions begin as deferred ones.
		if _, err := x.exec(ctx, lockWriter); err != nil {
			return err
		}
		x.writable = true
		return fn(x)
	})
}

// View implements [store.Tenant].
func (t tenant) View(ctx context.Context, fn func(store.Tx) error) error {
	return t.run(ctx, t.db.reader, &sql.TxOptions{ReadOnly: true}, func(x *tx) error { return fn(x) })
}

// run calls fn in a transaction on a connection of the pool, and commits it if fn
// wrote without a fault. The transaction itself does not see ctx cancelled:
// database/sql would roll it back under the feet of fn, and start a goroutine for
// every statement to watch for that.
func (t tenant) run(ctx context.Context, p *pool, o *sql.TxOptions, fn func(*tx) error) (err error) {
	if err := t.id.Validate(); err != nil {
		return &store.ArgumentError{Name: "tenant", Err: err}
	}
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("store: %w", err)
	}
	prepared, err := p.prepared()
	if err != nil {
		return err
	}
	conn, err := p.conn(ctx, t.db.busyTimeout)
	if err != nil {
		return err
	}
	defer func() {
		if closing := conn.Close(); err == nil {
			err = fault(ctx, "release the connection", closing)
		}
	}()
	begun, err := conn.BeginTx(context.WithoutCancel(ctx), o)
	if err != nil {
		return fault(ctx, "begin", err)
	}
	x := &tx{tenant: t.id, executor: begun, own: begun, prepared: prepared}
	committed := false
	defer func() { // also after a panic in fn
		x.close()
		if !committed {
			undo := begun.Rollback()
			// SQLite may have rolled back by itself, as it does when it is full.
			if undo != nil && x.broken == nil && err == nil {
				err = fault(ctx, "rollback", undo)
			}
		}
	}()
	if err := fn(x); err != nil {
		return err
	}
	if !x.writable {
		return nil
	}
	if x.broken != nil {
		return fmt.Errorf("store: update not kept: %w", x.broken)
	}
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("store: update not kept: %w", err)
	}
	if err := begun.Commit(); err != nil {
		return fault(ctx, "commit", err)
	}
	committed = true
	return nil
}
