package storetest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/store"
)

func concurrencyCases() []Case {
	return []Case{
		{Name: "concurrent/writers lose no update", Run: concurrentWriters},
		{Name: "concurrent/ingestion counts each row once", Run: concurrentIngest},
		{Name: "concurrent/readers see whole updates", Run: concurrentReaders},
		{Name: "concurrent/waiting writer is told busy", Run: concurrentBusy},
		{Name: "concurrent/waiting writer can be cancelled", Run: concurrentCancel},
		{Name: "concurrent/reading while writing", Run: concurrentReading},
	}
}

// persist runs Update until it is not busy.
func persist(ctx context.Context, tenant store.Tenant, fn func(store.Tx) error) error {
	for {
		if err := tenant.Update(ctx, fn); !errors.Is(err, store.ErrBusy) {
			return err
		}
	}
}

func concurrentWriters(t *testing.T, b Backend) {
	increment(t, 4, 10, func(int) store.DB { return b.DB })
}

// increment lets writers raise the number of one customer's contacts, each on a
// DB of its own choice, and checks that none is lost.
func increment(t *testing.T, writers, rounds int, db func(writer int) store.DB) {
	update(t, db(0), acme, func(tx store.Tx) { put(t, tx, party(t, "c1")) })
	errs := make([]error, writers)
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			for n := range rounds {
				err := persist(t.Context(), db(w).Tenant(acme), func(tx store.Tx) error {
					c, err := tx.Customers().Get(t.Context(), "c1")
					if err != nil {
						return err
					}
					c, err = c.WithIdentifier(account(fmt.Sprint(w, "/", n)))
					if err != nil {
						return err
					}
					_, err = tx.Customers().Put(t.Context(), c)
					return err
				})
				errs[w] = errors.Join(errs[w], err)
			}
		})
	}
	wg.Wait()
	require.NoError(t, errors.Join(errs...))
	view(t, db(0), acme, func(tx store.Tx) {
		c, err := tx.Customers().Get(t.Context(), "c1")
		require.NoError(t, err)
		require.Len(t, c.Identifiers(), writers*rounds)
		require.Equal(t, int64(writers*rounds+1), c.Version())
	})
}

func concurrentIngest(t *testing.T, b Backend) {
	rows := make([]customer.Transaction, 50)
	for i := range rows {
		rows[i] = line(t, fmt.Sprint(i))
	}
	var wg sync.WaitGroup
	inserted, errs := make([]int, 4), make([]error, 4)
	for w := range inserted {
		wg.Go(func() {
			errs[w] = persist(t.Context(), b.DB.Tenant(acme), func(tx store.Tx) error {
				in, err := tx.Transactions().Ingest(t.Context(), rows)
				inserted[w] = in.Inserted
				return errors.Join(err, in.Err())
			})
		})
	}
	wg.Wait()
	require.NoError(t, errors.Join(errs...))
	require.Equal(t, len(rows), inserted[0]+inserted[1]+inserted[2]+inserted[3])
}

func concurrentReaders(t *testing.T, b Backend) {
	const rounds, batch = 15, 4
	var wg sync.WaitGroup
	done := make(chan struct{})
	var failure error
	for range 2 {
		wg.Go(func() {
			for {
				err := b.DB.Tenant(acme).View(t.Context(), func(tx store.Tx) error {
					n, err := firstError(tx.Transactions().All(t.Context(), store.TransactionQuery{}))
					if err == nil && n%batch != 0 {
						err = fmt.Errorf("a reader saw %d rows, updates write %d at a time", n, batch)
					}
					return err
				})
				if err != nil && !errors.Is(err, store.ErrBusy) {
					t.Error(err)
				}
				select {
				case <-done:
					return
				default:
				}
			}
		})
	}
	for round := range rounds {
		failure = errors.Join(failure, persist(t.Context(), b.DB.Tenant(acme), func(tx store.Tx) error {
			for n := range batch {
				if _, err := tx.Transactions().Ingest(t.Context(), []customer.Transaction{line(t, fmt.Sprint(round, "/", n))}); err != nil {
					return err
				}
			}
			return nil
		}))
	}
	close(done)
	wg.Wait()
	require.NoError(t, failure)
}

func concurrentBusy(t *testing.T, b Backend) {
	update(t, b.DB, acme, func(tx store.Tx) {
		put(t, tx, party(t, "c1"))
		err := b.DB.Tenant(globe).Update(t.Context(), func(store.Tx) error {
			t.Error("the second writer ran inside the first")
			return nil
		})
		require.ErrorIs(t, err, store.ErrBusy)
	})
	update(t, b.DB, globe, func(tx store.Tx) { put(t, tx, party(t, "c1")) })
}

// cancelledByWaiting is a context that is cancelled a moment after somebody begins
// to wait for it.
type cancelledByWaiting struct {
	context.Context
	cancel context.CancelFunc
}

func (c cancelledByWaiting) Done() <-chan struct{} {
	go c.cancel()
	return c.Context.Done()
}

func concurrentCancel(t *testing.T, b Backend) {
	update(t, b.DB, acme, func(tx store.Tx) {
		put(t, tx, party(t, "c1"))
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		err := b.DB.Tenant(acme).Update(cancelledByWaiting{ctx, cancel}, func(store.Tx) error {
			t.Error("the second writer ran inside the first")
			return nil
		})
		require.ErrorIs(t, err, context.Canceled)
		require.NotErrorIs(t, err, store.ErrBusy)
	})
}

func concurrentReading(t *testing.T, b Backend) {
	const rows = 200
	update(t, b.DB, acme, func(tx store.Tx) {
		for i := range rows {
			ingest(t, tx, line(t, fmt.Sprintf("%03d", i)))
		}
	})
	view(t, b.DB, acme, func(tx store.Tx) {
		n := 0
		for _, err := range tx.Transactions().All(t.Context(), store.TransactionQuery{}) {
			require.NoError(t, err)
			if n%50 == 0 {
				update(t, b.DB, acme, func(tx store.Tx) { ingest(t, tx, line(t, fmt.Sprint("late ", n))) })
			}
			n++
		}
		require.Equal(t, rows, n)
	})
}
