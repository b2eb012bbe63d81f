package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"github.com/rapport-crm/rapport/store"
)

// The primary result codes of SQLite (https://www.sqlite.org/rescode.html) that a
// caller can act on.
const (
	codeBusy     = 5
	codeLocked   = 6
	codeReadOnly = 8
	codeCorrupt  = 11
	codeFull     = 13
	codeNotADB   = 26
)

// fault turns an error of the driver or of database/sql into one that wraps the
// store's word for it; nil stays nil.
func fault(ctx context.Context, doing string, err error) error {
	if err == nil {
		return nil
	}
	if cause := ctx.Err(); cause != nil && !errors.Is(err, cause) {
		// A driver may say "interrupted" instead.
		return fmt.Errorf("store: %s: %w: %w", doing, cause, err)
	}
	general := error(nil)
	switch {
	case errors.Is(err, sql.ErrTxDone), errors.Is(err, sql.ErrConnDone), err.Error() == "sql: database is closed":
		general = store.ErrClosed
	default:
		general = byCode(resultCode(err))
	}
	if general == nil {
		return fmt.Errorf("store: %s: %w", doing, err)
	}
	return fmt.Errorf("%w: %s: %w", general, doing, err)
}

func byCode(code int) error {
	switch code {
	case codeBusy, codeLocked:
		return store.ErrBusy
	case codeReadOnly:
		return store.ErrReadOnly
	case codeCorrupt, codeNotADB:
		return store.ErrCorrupt
	case codeFull:
		return store.ErrFull
	}
	return nil
}

// resultCode returns SQLite's primary result code of a driver's error, 0 if it
// cannot be told. Extended codes carry the primary one in their low byte.
func resultCode(err error) int {
	if coded, ok := errors.AsType[interface {
		error
		Code() int
	}](err); ok {
		return coded.Code() & 0xff
	}
	// The texts of sqlite3_errstr, which drivers embed.
	text := err.Error()
	for _, known := range []struct {
		text string
		code int
	}{
		{"database is locked", codeBusy},
		{"database table is locked", codeLocked},
		{"database schema is locked", codeLocked},
		{"attempt to write a readonly database", codeReadOnly},
		{"database disk image is malformed", codeCorrupt},
		{"database or disk is full", codeFull},
		{"file is not a database", codeNotADB},
	} {
		if strings.Contains(text, known.text) {
			return known.code
		}
	}
	return 0
}
