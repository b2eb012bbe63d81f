package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"

	_ "modernc.org/sqlite" // the driver: rapport brings none, so the host chooses

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/identity"
	"github.com/rapport-crm/rapport/store"
	"github.com/rapport-crm/rapport/store/memory"
	"github.com/rapport-crm/rapport/store/sqlite"
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
	file := url.URL{Path: filepath.ToSlash(path)} // escapes what would end the file's name
	dsn := "file:" + file.EscapedPath() + "?_pragma=busy_timeout(5000)&_pragma=journal_mode(WAL)&_pragma=synchronous(NORMAL)"
	writer, err := sql.Open("sqlite", dsn+"&_txlock=immediate")
	if err != nil {
		return nil, err
	}
	writer.SetMaxOpenConns(1) // SQLite has one writer at a time
	reader, err := sql.Open("sqlite", dsn)
	if err != nil {
		return nil, errors.Join(err, writer.Close())
	}
	handles := func() error { return errors.Join(reader.Close(), writer.Close()) }
	if err := sqlite.Migrate(ctx, writer); err != nil {
		return nil, errors.Join(fmt.Errorf("open %s: %w", path, err), handles())
	}
	db, err := sqlite.Open(ctx, writer, reader, nil)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open %s: %w", path, err), handles())
	}
	return &book{tenant: db.Tenant(tenantID), close: func() error { return errors.Join(db.Close(), handles()) }}, nil
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
