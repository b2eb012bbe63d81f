package dbtest_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/store"
	"github.com/rapport-crm/rapport/store/sqlite"
)

// turns is how many identifiers each process adds to the one customer.
const turns = 40

// takeTurns reads, changes and writes one customer again and again, as another
// process does at the same time. What is told busy is tried again: with so short a
// timeout that may be Open, too, on a machine with much else to do.
func takeTurns(path, name string) error {
	ctx := context.Background()
	writer, reader, err := files(path)
	if err != nil {
		return err
	}
	defer writer.Close()
	defer reader.Close()
	db, err := sqlite.Open(ctx, writer, reader, &sqlite.Options{BusyTimeout: 20 * time.Millisecond})
	for errors.Is(err, store.ErrBusy) {
		db, err = sqlite.Open(ctx, writer, reader, &sqlite.Options{BusyTimeout: 20 * time.Millisecond})
	}
	if err != nil {
		return err
	}
	defer db.Close()
	for n := range turns {
		for {
			err := db.Tenant("acme").Update(ctx, func(tx store.Tx) error {
				c, err := tx.Customers().Get(ctx, "shared")
				if err != nil {
					return err
				}
				c, err = c.WithIdentifier(customer.Identifier{System: name, Type: "turn", Value: fmt.Sprint(n)})
				if err != nil {
					return err
				}
				_, err = tx.Customers().Put(ctx, c)
				return err
			})
			if err == nil {
				break
			}
			if !errors.Is(err, store.ErrBusy) {
				return err
			}
		}
	}
	return nil
}

// TestTwoProcesses lets two processes write at once: every write of both is kept,
// or was refused with ErrBusy and tried again.
func TestTwoProcesses(t *testing.T) {
	path := filepath.Join(t.TempDir(), "crm.db")
	db, writer := opener(files).open(t, path)
	shared, err := customer.New(customer.Draft{ID: "shared", Kind: customer.Household, RecordedAt: time.Unix(0, 0)})
	require.NoError(t, err)
	require.NoError(t, db.Tenant("acme").Update(t.Context(), func(tx store.Tx) error {
		_, err := tx.Customers().Put(t.Context(), shared)
		return err
	}))
	var complaints [2]bytes.Buffer
	var ends [2]func() error
	for i, name := range []string{"left", "right"} {
		child := childProcess(t, childTurn+"="+path, childName+"="+name)
		child.Stderr = &complaints[i]
		require.NoError(t, child.Start())
		ends[i] = child.Wait
	}
	for i, end := range ends {
		require.NoError(t, end(), complaints[i].String())
	}
	require.NoError(t, db.Tenant("acme").View(t.Context(), func(tx store.Tx) error {
		c, err := tx.Customers().Get(t.Context(), "shared")
		require.NoError(t, err)
		require.Len(t, c.Identifiers(), 2*turns)
		require.Equal(t, int64(2*turns+1), c.Version())
		return nil
	}))
	sound(t, writer)
}

// TestRacingIngestions lets two handles ingest the same rows at once: each row is
// counted once, and each writer either succeeds or is told busy.
func TestRacingIngestions(t *testing.T) {
	path := filepath.Join(t.TempDir(), "crm.db")
	first, writer := opener(files).open(t, path)
	second, _ := opener(plain).open(t, path)
	_, lines, _, err := makeBatch(1)
	require.NoError(t, err)
	type result struct {
		inserted int
		err      error
	}
	results := make(chan result, 2)
	for _, db := range []store.DB{first, second} {
		go func() {
			var r result
			for {
				r.err = db.Tenant("acme").Update(context.Background(), func(tx store.Tx) error {
					in, err := tx.Transactions().Ingest(context.Background(), lines)
					r.inserted = in.Inserted
					return err
				})
				if !errors.Is(r.err, store.ErrBusy) {
					results <- r
					return
				}
			}
		}()
	}
	total := 0
	for range 2 {
		r := <-results
		require.NoError(t, r.err)
		total += r.inserted
	}
	require.Equal(t, len(lines), total)
	sound(t, writer)
	require.NoError(t, first.Tenant("acme").View(t.Context(), func(tx store.Tx) error {
		n := 0
		for _, err := range tx.Transactions().Purchases(t.Context(), store.PurchaseQuery{Currency: rapport.CNY}) {
			require.NoError(t, err)
			n++
		}
		require.Equal(t, len(lines)/2, n)
		return nil
	}))
}
