package memory

import (
	"context"
	"fmt"
	"hash/maphash"
	"sync"
	"time"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/store"
)

// DefaultBusyTimeout is how long an Update waits for its turn by default.
const DefaultBusyTimeout = 5 * time.Second

// Options of a store; nil stands for the zero value.
type Options struct {
	// BusyTimeout is how long an Update waits for its turn before it returns
	// [store.ErrBusy]; 0 or less is [DefaultBusyTimeout].
	BusyTimeout time.Duration
}

// DB is a store in memory. It is safe for concurrent use. It starts no goroutine
// and needs no closing.
type DB struct {
	busyTimeout time.Duration
	seed        maphash.Seed
	writer      chan struct{} // holds one token while an Update runs

	mu      sync.RWMutex // guards tenants, held for a look-up or a commit only
	tenants map[rapport.ID]records
}

// New returns an empty store.
func New(o *Options) *DB {
	db := &DB{
		busyTimeout: DefaultBusyTimeout,
		seed:        maphash.MakeSeed(),
		writer:      make(chan struct{}, 1),
		tenants:     map[rapport.ID]records{},
	}
	if o != nil && o.BusyTimeout > 0 {
		db.busyTimeout = o.BusyTimeout
	}
	return db
}

// Capabilities says that pipelines and files are kept and that nothing outlives the process.
func (db *DB) Capabilities() store.Capabilities {
	return store.Capabilities{Pipelines: true, Files: true}
}

// Tenant returns the records of one tenant.
func (db *DB) Tenant(id rapport.ID) store.Tenant { return tenant{db: db, id: id} }

type tenant struct {
	db *DB
	id rapport.ID
}

// Update implements [store.Tenant].
func (t tenant) Update(ctx context.Context, fn func(store.Tx) error) error {
	if err := t.check(ctx); err != nil {
		return err
	}
	if err := t.db.lock(ctx); err != nil {
		return err
	}
	defer func() { <-t.db.writer }()

	x := &tx{tenant: t.id, seed: t.db.seed, records: t.db.snapshot(t.id), writable: true}
	defer x.close()
	if err := fn(x); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("store: update not kept: %w", err)
	}
	t.db.mu.Lock()
	defer t.db.mu.Unlock()
	t.db.tenants[t.id] = x.records
	return nil
}

// View implements [store.Tenant].
func (t tenant) View(ctx context.Context, fn func(store.Tx) error) error {
	if err := t.check(ctx); err != nil {
		return err
	}
	x := &tx{tenant: t.id, records: t.db.snapshot(t.id)}
	defer x.close()
	return fn(x)
}

func (t tenant) check(ctx context.Context) error {
	if err := t.id.Validate(); err != nil {
		return &store.ArgumentError{Name: "tenant", Err: err}
	}
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("store: %w", err)
	}
	return nil
}

// lock waits for the writer's turn.
func (db *DB) lock(ctx context.Context) error {
	select {
	case db.writer <- struct{}{}: // free: no timer needed
		return nil
	default:
	}
	timeout := time.NewTimer(db.busyTimeout)
	defer timeout.Stop()
	select {
	case db.writer <- struct{}{}:
		return nil
	case <-timeout.C:
		if err := ctx.Err(); err != nil { // both at once
			return fmt.Errorf("store: waiting for another writer: %w", err)
		}
		return fmt.Errorf("%w: another writer held the store for more than %s", store.ErrBusy, db.busyTimeout)
	case <-ctx.Done():
		return fmt.Errorf("store: waiting for another writer: %w", ctx.Err())
	}
}

func (db *DB) snapshot(id rapport.ID) records {
	db.mu.RLock()
	defer db.mu.RUnlock()
	return db.tenants[id]
}
