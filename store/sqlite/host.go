package sqlite

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/store"
)

// Executor is a transaction of the host: a *sql.Tx, a *sql.Conn with a
// transaction begun on it, or what a library hands out that has these methods.
type Executor interface {
	// ExecContext is [sql.Tx.ExecContext].
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	// QueryContext is [sql.Tx.QueryContext].
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	// PrepareContext is [sql.Tx.PrepareContext].
	PrepareContext(ctx context.Context, query string) (*sql.Stmt, error)
}

// WithTx returns the store inside a transaction that the host began on a migrated
// database and will end itself: what Update writes is kept when the host commits.
// An Update that fails, or whose function returns an error or panics, takes back
// its own part and leaves the host's; Updates may be nested. The transaction is
// never committed, rolled back or retried here.
//
// The result is for one goroutine, as the transaction is. A *sql.DB is no
// transaction and is refused, and so is a type that embeds one.
//
// An Update takes the write lock before its function runs. A host's transaction
// that only reads at first, having begun without _txlock=immediate, gets
// [store.ErrBusy] at that point if another writer has committed since it read:
// then it has to be rolled back and begun again.
//
// A [store.ErrFull] or another fault of the medium can make SQLite roll back the
// whole transaction, and what the host writes next would be committed alone. The
// result of WithTx then gives [store.ErrClosed]; the host has to roll back too.
func WithTx(tx Executor) store.DB { return bound{&hostTx{executor: tx}} }

// hostTx is a transaction of the host.
type hostTx struct {
	executor Executor
	lost     error // why the transaction ended without the host, nil: it did not
}

// check reports why the transaction cannot be used.
func (h *hostTx) check() error {
	switch x := h.executor.(type) {
	case nil:
		return &store.ArgumentError{Name: "host transaction", Reason: "is nil"}
	case *sql.Tx:
		if x == nil {
			return &store.ArgumentError{Name: "host transaction", Reason: "is nil"}
		}
	case *sql.Conn:
		if x == nil {
			return &store.ArgumentError{Name: "host transaction", Reason: "is nil"}
		}
	case interface{ SetMaxOpenConns(int) }:
		return &store.ArgumentError{Name: "host transaction", Reason: "is a handle and no transaction"}
	}
	if h.lost != nil {
		return fmt.Errorf("%w: the host's transaction was rolled back: %w", store.ErrClosed, h.lost)
	}
	return nil
}

type bound struct{ *hostTx }

// Capabilities are those of the database.
func (b bound) Capabilities() store.Capabilities { return (*DB)(nil).Capabilities() }

// Tenant returns the records of one tenant.
func (b bound) Tenant(id rapport.ID) store.Tenant { return boundTenant{bound: b, id: id} }

type boundTenant struct {
	bound
	id rapport.ID
}

// begin checks what can be checked before anything is written.
func (t boundTenant) begin(ctx context.Context) (*tx, error) {
	if err := t.id.Validate(); err != nil {
		return nil, &store.ArgumentError{Name: "tenant", Err: err}
	}
	if err := t.check(); err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("store: %w", err)
	}
	have, err := schemaVersion(ctx, t.executor)
	if err != nil {
		return nil, err
	}
	if have != SchemaVersion {
		return nil, &SchemaError{Have: have, Want: SchemaVersion}
	}
	return &tx{tenant: t.id, executor: t.executor, host: t.hostTx}, nil
}

// Update implements [store.Tenant] by a savepoint. Nested ones may have the same
// name: SQLite means the innermost.
func (t boundTenant) Update(ctx context.Context, fn func(store.Tx) error) (err error) {
	x, err := t.begin(ctx)
	if err != nil {
		return err
	}
	steady := context.WithoutCancel(ctx)
	if _, err := t.executor.ExecContext(steady, "SAVEPOINT rapport"); err != nil {
		return fault(steady, "begin", err)
	}
	kept := false
	defer func() { // also after a panic in fn
		x.close()
		if kept {
			return
		}
		_, undo := t.executor.ExecContext(steady, "ROLLBACK TO rapport")
		if undo == nil {
			_, undo = t.executor.ExecContext(steady, "RELEASE rapport")
		}
		if undo == nil {
			return
		}
		// A fault has ended the host's transaction, and the savepoint with it.
		undo = fault(steady, "roll back to the savepoint", undo)
		if t.lost == nil {
			t.lost = cmp.Or(x.broken, undo)
		}
		if x.broken == nil {
			err = errors.Join(err, undo)
		}
	}()
	if _, err := x.exec(ctx, lockWriter); err != nil {
		return err
	}
	x.writable = true
	if err := fn(x); err != nil {
		return err
	}
	if err := t.check(); err != nil { // lost in an Update inside fn
		return err
	}
	if x.broken != nil {
		return fmt.Errorf("store: update not kept: %w", x.broken)
	}
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("store: update not kept: %w", err)
	}
	x.close()
	if _, err := t.executor.ExecContext(steady, "RELEASE rapport"); err != nil {
		return fault(steady, "end of update", err)
	}
	kept = true
	return nil
}

// View implements [store.Tenant].
func (t boundTenant) View(ctx context.Context, fn func(store.Tx) error) error {
	x, err := t.begin(ctx)
	if err != nil {
		return err
	}
	defer x.close()
	return fn(x)
}
