package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"sync"
	"time"

	"github.com/rapport-crm/rapport/store"
)

// pool is a handle of the host with what we know about it.
type pool struct {
	db      *sql.DB
	pragmas []string // settings of a connection

	mu     sync.Mutex
	seen   map[any]struct{} // driver connections that have the settings
	stmts  []*sql.Stmt      // by statement; the slice is replaced, never changed
	closed bool
}

// maxSeen bounds the memory of connections that the host's pool has closed.
const maxSeen = 256

// conn returns a connection that has the settings, waiting for a free one no
// longer than the timeout.
func (p *pool) conn(ctx context.Context, timeout time.Duration) (*sql.Conn, error) {
	wait, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	conn, err := p.db.Conn(wait)
	if err != nil {
		return nil, waited(ctx, wait, "get a connection", err)
	}
	if err := p.settle(ctx, conn); err != nil {
		return nil, errors.Join(fault(ctx, "set up a connection", err), conn.Close())
	}
	return conn, nil
}

// waited is the fault of a call on the handle that was given a part of ctx's time.
func waited(ctx, wait context.Context, doing string, err error) error {
	if ctx.Err() == nil && wait.Err() != nil {
		return fmt.Errorf("%w: %s: none came free in time", store.ErrBusy, doing)
	}
	return fault(ctx, doing, err)
}

// settle applies the settings if the connection is new to us. They belong to the
// driver's connection, which the pool of database/sql may replace at any time.
func (p *pool) settle(ctx context.Context, conn *sql.Conn) error {
	known := false
	err := conn.Raw(func(driverConn any) error {
		known = p.meet(driverConn)
		return nil
	})
	if err != nil || known {
		return err
	}
	for _, pragma := range p.pragmas {
		if _, err := conn.ExecContext(ctx, pragma); err != nil {
			p.mu.Lock()
			p.seen = nil // set them again, on every connection
			p.mu.Unlock()
			return err
		}
	}
	return nil
}

// meet reports whether it has been given this driver's connection before. One that
// cannot be a key of a map, as a wrapper that is a struct with a slice, is new each
// time.
func (p *pool) meet(driverConn any) (known bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	defer func() {
		if recover() != nil { // hash of unhashable type
			known = false
		}
	}()
	if _, known = p.seen[driverConn]; known {
		return true
	}
	if p.seen == nil || len(p.seen) >= maxSeen {
		p.seen = map[any]struct{}{}
	}
	p.seen[driverConn] = struct{}{}
	return false
}

// prepare readies every statement, once for all transactions. The host may hold
// the only connection: no statement waits for one longer than the timeout, which
// the work on all of them may well exceed on a machine with much else to do.
func (p *pool) prepare(ctx context.Context, timeout time.Duration) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.stmts != nil {
		return nil // the reader is the writer
	}
	stmts := make([]*sql.Stmt, statements)
	for s := range statements {
		wait, cancel := context.WithTimeout(ctx, timeout)
		stmt, err := p.db.PrepareContext(wait, s.text())
		if err != nil {
			err = waited(ctx, wait, "get a connection to prepare", err)
		}
		cancel()
		if err != nil {
			for _, ready := range stmts[:s] {
				ready.Close()
			}
			return err
		}
		stmts[s] = stmt
	}
	p.stmts = stmts
	return nil
}

// prepared returns the statements, or [store.ErrClosed].
func (p *pool) prepared() ([]*sql.Stmt, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return nil, store.ErrClosed
	}
	return p.stmts, nil
}

func (p *pool) close() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.closed = true
	var errs []error
	for _, stmt := range p.stmts {
		errs = append(errs, stmt.Close())
	}
	p.stmts = nil
	return errors.Join(errs...)
}

// busyPragma makes SQLite wait for the locks of other connections.
func busyPragma(timeout time.Duration) string {
	return "PRAGMA busy_timeout = " + strconv.FormatInt(max(timeout.Milliseconds(), 1), 10)
}
