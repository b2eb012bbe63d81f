package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"iter"
	"slices"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/pipeline"
	"github.com/rapport-crm/rapport/store"
)

// tx is a transaction of ours or of the host.
type tx struct {
	tenant   rapport.ID
	executor Executor
	own      *sql.Tx     // nil in a transaction of the host
	host     *hostTx     // nil in one of ours
	prepared []*sql.Stmt // of the handle, with own
	stmts    [statements]*sql.Stmt
	open     []*sql.Rows // of streams that have not ended
	writable bool
	closed   bool
	// broken is the first fault of a write, or of a read in an Update. SQLite may then have rolled back the
	// whole transaction by itself, and whatever followed would commit alone; so
	// nothing may follow.
	broken error
}

// Customers implements [store.Tx].
func (x *tx) Customers() store.Customers { return customers{x} }

// Transactions implements [store.Tx].
func (x *tx) Transactions() store.Transactions { return transactions{x} }

// Interactions implements [store.Tx].
func (x *tx) Interactions() store.Interactions { return interactions{x} }

// Deals implements [store.PipelineTx].
func (x *tx) Deals() store.Records[pipeline.Deal] { return kept[pipeline.Deal]{x: x} }

// Cases implements [store.PipelineTx].
func (x *tx) Cases() store.Records[store.Case] { return kept[store.Case]{x: x} }

// Histories implements [store.PipelineTx].
func (x *tx) Histories() store.Histories { return histories{x} }

// Timers implements [store.PipelineTx].
func (x *tx) Timers() store.Timers { return timers{x} }

// Outbox implements [store.PipelineTx].
func (x *tx) Outbox() store.Outbox { return outbox{x} }

// Definitions implements [store.PipelineTx].
func (x *tx) Definitions() store.Definitions { return definitions{x} }

// Files implements [store.FilesTx].
func (x *tx) Files() store.FileRows { return files{x} }

// Past implements [store.FilesTx].
func (x *tx) Past() store.Past { return past{x} }

// Aliases implements [store.FilesTx].
func (x *tx) Aliases() store.Aliases { return aliases{x} }

// Feed implements [store.FilesTx].
func (x *tx) Feed() store.Feed { return feed{x} }

// Glances implements [store.FilesTx].
func (x *tx) Glances() store.Glances { return glances{x} }

// Erasures implements [store.FilesTx].
func (x *tx) Erasures() store.Erasing { return erasing{x} }

// close ends the use of x. Statements prepared in a transaction of the host, and
// streams that somebody pulled from and forgot, would otherwise live as long as
// that.
func (x *tx) close() {
	x.closed = true
	for _, found := range x.open {
		found.Close() // the stream says ErrClosed, whatever this does
	}
	x.open = nil
	for i, stmt := range x.stmts {
		if stmt != nil && x.own == nil {
			stmt.Close() // can only fail to give memory back
		}
		x.stmts[i] = nil
	}
}

// read reports why x cannot be read.
func (x *tx) read(ctx context.Context) error {
	switch {
	case x.closed:
		return store.ErrClosed
	case x.broken != nil:
		return fmt.Errorf("store: after a fault: %w", x.broken)
	case x.host != nil && x.host.lost != nil:
		return x.host.check()
	case ctx.Err() != nil:
		return fmt.Errorf("store: %w", ctx.Err())
	}
	return nil
}

// write reports why x cannot be written to.
func (x *tx) write(ctx context.Context) error {
	if err := x.read(ctx); err != nil {
		return err
	}
	if !x.writable {
		return store.ErrReadOnly
	}
	return nil
}

// stmt returns the statement, ready for this transaction.
func (x *tx) stmt(ctx context.Context, s statement) (stmt *sql.Stmt, err error) {
	if x.stmts[s] != nil {
		return x.stmts[s], nil
	}
	if x.own != nil {
		stmt = x.own.StmtContext(ctx, x.prepared[s])
	} else if stmt, err = x.executor.PrepareContext(ctx, s.text()); err != nil {
		return nil, fault(ctx, "prepare", err)
	}
	x.stmts[s] = stmt
	return stmt, nil
}

// exec runs a statement that writes and returns how many rows it touched. Each
// write is short. With a context that can be cancelled drivers watch it from a
// goroutine for every row, and an interrupted write ends the transaction; so
// cancellation is looked at between the writes.
func (x *tx) exec(ctx context.Context, s statement, args ...any) (int64, error) {
	return x.execSteady(context.WithoutCancel(ctx), s, args)
}

// execSteady is exec with a context that cannot be cancelled.
func (x *tx) execSteady(steady context.Context, s statement, args []any) (int64, error) {
	stmt, err := x.stmt(steady, s)
	if err != nil {
		return 0, err
	}
	result, err := stmt.ExecContext(steady, args...)
	return x.touched(steady, result, err)
}

// execText is exec for SQL that is not among the prepared statements.
func (x *tx) execText(ctx context.Context, text string, args ...any) (int64, error) {
	steady := context.WithoutCancel(ctx)
	result, err := x.executor.ExecContext(steady, text, args...)
	return x.touched(steady, result, err)
}

// touched returns how many rows a write touched. Its fault breaks the transaction.
func (x *tx) touched(steady context.Context, result sql.Result, err error) (int64, error) {
	if err == nil {
		var touched int64
		if touched, err = result.RowsAffected(); err == nil {
			return touched, nil
		}
	}
	x.broken = fault(steady, "write", err)
	return 0, x.broken
}

// one runs a statement that finds at most one row, and reports whether it did.
func (x *tx) one(ctx context.Context, s statement, args []any, dest ...any) (bool, error) {
	stmt, err := x.stmt(ctx, s)
	if err != nil {
		return false, err
	}
	err = stmt.QueryRowContext(ctx, args...).Scan(dest...)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return err == nil, x.failed(ctx, err)
}

// failed is the fault of a read. One that the context explains, interrupting the
// statement, leaves the transaction as it is.
func (x *tx) failed(ctx context.Context, err error) error {
	err = fault(ctx, "read", err)
	if err != nil && x.writable && ctx.Err() == nil {
		x.broken = err
	}
	return err
}

// query runs a prepared statement whose rows are read to the end at once.
func (x *tx) query(ctx context.Context, s statement, args ...any) (*sql.Rows, error) {
	stmt, err := x.stmt(ctx, s)
	if err != nil {
		return nil, err
	}
	return stmt.QueryContext(ctx, args...)
}

// scanner reads the columns of a row, as *sql.Rows and *sql.Row do.
type scanner interface {
	Scan(dest ...any) error
}

// rows yields what a query finds, read by scan, until the loop, the transaction
// or the context ends.
func rows[T any](ctx context.Context, x *tx, open func() (*sql.Rows, error), scan func(scanner) (T, error)) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var none T
		if err := x.read(ctx); err != nil {
			yield(none, err)
			return
		}
		found, err := open()
		if err != nil {
			yield(none, x.failed(ctx, err))
			return
		}
		x.open = append(x.open, found)
		defer func() {
			found.Close()
			x.open = slices.DeleteFunc(x.open, func(r *sql.Rows) bool { return r == found })
		}()
		for found.Next() {
			if err := x.read(ctx); err != nil {
				yield(none, err)
				return
			}
			row, err := scan(found)
			if err != nil {
				yield(none, err)
				return
			}
			if !yield(row, nil) {
				return
			}
		}
		if x.closed {
			yield(none, store.ErrClosed)
		} else if err := found.Err(); err != nil {
			yield(none, x.failed(ctx, err))
		}
	}
}
