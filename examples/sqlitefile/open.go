// Package sqlitefile opens a store in a SQLite file; examples/quickstart and
// examples/customer360 keep theirs with it.
package sqlitefile

import (
	"context"
	"database/sql"
	"errors"
	"net/url"
	"path/filepath"

	_ "modernc.org/sqlite" // the driver: rapport brings none, so the host chooses

	"github.com/rapport-crm/rapport/store/sqlite"
)

// File is a store in a SQLite file. The host, here these programs, owns the two handles:
// one that writes and one that reads.
type File struct {
	*sqlite.DB
	writer, reader *sql.DB
}

// Open opens the file at a path, which is made if it does not exist, and brings it to the
// schema that the store needs.
func Open(ctx context.Context, path string) (*File, error) {
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
	f := &File{writer: writer, reader: reader}
	if err := sqlite.Migrate(ctx, writer); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	if f.DB, err = sqlite.Open(ctx, writer, reader, nil); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

// Close closes the store, then the handles.
func (f *File) Close() error {
	var err error
	if f.DB != nil {
		err = f.DB.Close()
	}
	return errors.Join(err, f.reader.Close(), f.writer.Close())
}
