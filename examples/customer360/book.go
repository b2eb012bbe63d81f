package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/identity"
	"github.com/rapport-crm/rapport/examples/sqlitefile"
	"github.com/rapport-crm/rapport/store"
	"github.com/rapport-crm/rapport/store/memory"
)

// tenantID is the firm of the story.
const tenantID = "harbour-tea"

// book is where the records are kept.
type book struct {
	tenant store.Tenant
	close  func() error
}

// openBook opens a new SQLite file, or a store in memory for no path.
func openBook(ctx context.Context, path string) (*book, error) {
	if path == "" {
		return &book{tenant: memory.New(nil).Tenant(tenantID), close: func() error { return nil }}, nil
	}
	if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
		return nil, errors.Join(err, fmt.Errorf("%s is there already: choose another file", path))
	}
	file, err := sqlitefile.Open(ctx, path)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	return &book{tenant: file.Tenant(tenantID), close: file.Close}, nil
}

// keepSources stores the source records, which stay for ever, and each as a customer of
// its own: who is the same is seen afterwards.
func (b *book) keepSources(ctx context.Context, files []branchFile) error {
	return b.tenant.Update(ctx, func(tx store.Tx) error {
		sources, err := store.FileOf[identity.Source](tx)
		if err != nil {
			return err
		}
		for _, f := range files {
			for _, s := range f.Sources {
				if _, err := sources.Append(ctx, s); err != nil {
					return err
				}
				if _, err := tx.Customers().Put(ctx, s.Record); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// keepActivity stores what happened, each record under the id that its branch knows.
func (b *book) keepActivity(ctx context.Context, list []activity) error {
	return b.tenant.Update(ctx, func(tx store.Tx) error {
		files, err := store.Files(tx)
		if err != nil {
			return err
		}
		for _, a := range list {
			if err := keep(ctx, tx, files, a); err != nil {
				return fmt.Errorf("%s of %s: %w", a.child.ID, a.customer, err)
			}
		}
		return nil
	})
}

func keep(ctx context.Context, tx store.Tx, files store.FilesTx, a activity) error {
	switch r := a.record.(type) {
	case customer.Transaction:
		done, err := tx.Transactions().Ingest(ctx, []customer.Transaction{r})
		return errors.Join(err, done.Err())
	case customer.Interaction:
		done, err := tx.Interactions().Ingest(ctx, []customer.Interaction{r})
		return errors.Join(err, done.Err())
	case customer.Case:
		return openCase(ctx, tx, r, a.fields)
	case customer.Filed:
		row, err := store.NewFileRow(r, 0)
		if err == nil {
			_, err = files.Files().Put(ctx, row)
		}
		return err
	}
	return fmt.Errorf("no way to keep a %T", a.record)
}
