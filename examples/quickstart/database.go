package main

import (
	"context"
	"database/sql"
	"errors"
	"net/url"
	"path/filepath"

	_ "modernc.org/sqlite" // the driver: rapport brings none, so the host chooses

	"github.com/rapport-crm/rapport/store"
	"github.com/rapport-crm/rapport/store/sqlite"
)

// history is the shop's history in a SQLite file. The host, here this program,
// owns the two handles: one that writes and one that reads.
type history struct {
	writer, reader *sql.DB
	db             *sqlite.DB
	tenant         store.Tenant
	lines          int // transaction lines stored
	repeated       int // lines that came again and were recognised
}

func openHistory(ctx context.Context, path string) (*history, error) {
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
	h := &history{writer: writer, reader: reader}
	if err := sqlite.Migrate(ctx, writer); err != nil {
		return nil, errors.Join(err, h.close())
	}
	if h.db, err = sqlite.Open(ctx, writer, reader, nil); err != nil {
		return nil, errors.Join(err, h.close())
	}
	h.tenant = h.db.Tenant(tenant)
	return h, nil
}

// close closes the store, then the handles.
func (h *history) close() error {
	var err error
	if h.db != nil {
		err = h.db.Close()
	}
	return errors.Join(err, h.reader.Close(), h.writer.Close())
}
