package sqlite_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/store"
	"github.com/rapport-crm/rapport/store/sqlite"
)

// coded is an error as modernc.org/sqlite returns it: a result code by a method.
type coded int

func (c coded) Error() string { return fmt.Sprintf("driver error (%d)", int(c)) }
func (c coded) Code() int     { return int(c) }

func TestDriverErrors(t *testing.T) {
	for _, c := range []struct {
		err  error
		want error
	}{
		{coded(5), store.ErrBusy},
		{coded(261), store.ErrBusy}, // SQLITE_BUSY_RECOVERY
		{coded(517), store.ErrBusy}, // SQLITE_BUSY_SNAPSHOT
		{coded(6), store.ErrBusy},   // SQLITE_LOCKED
		{coded(262), store.ErrBusy}, // SQLITE_LOCKED_SHAREDCACHE
		{coded(13), store.ErrFull},
		{coded(8), store.ErrReadOnly},
		{coded(1032), store.ErrReadOnly}, // SQLITE_READONLY_DBMOVED
		{coded(11), store.ErrCorrupt},
		{coded(26), store.ErrCorrupt},
		{fmt.Errorf("wrapped: %w", coded(5)), store.ErrBusy},
		// Texts as the drivers of mattn and of ncruces pass them on.
		{errors.New("database is locked"), store.ErrBusy},
		{errors.New("sqlite3: database is locked"), store.ErrBusy},
		{errors.New("database table is locked: rapport_customers"), store.ErrBusy},
		{errors.New("database or disk is full"), store.ErrFull},
		{errors.New("sqlite3: database or disk is full"), store.ErrFull},
		{errors.New("attempt to write a readonly database"), store.ErrReadOnly},
		{errors.New("database disk image is malformed"), store.ErrCorrupt},
		{errors.New("file is not a database"), store.ErrCorrupt},
		{sql.ErrTxDone, store.ErrClosed},
		{sql.ErrConnDone, store.ErrClosed},
		{errors.New("sql: database is closed"), store.ErrClosed},
	} {
		got := sqlite.Fault(t.Context(), "write", c.err)
		require.ErrorIs(t, got, c.want, "%v", c.err)
		require.ErrorIs(t, got, c.err, "the driver's error stays reachable")
	}
}

func TestDriverErrorsNotKnown(t *testing.T) {
	for _, err := range []error{coded(1), coded(19), coded(2067), coded(10), errors.New("no such table: t")} {
		got := sqlite.Fault(t.Context(), "write", err)
		require.ErrorIs(t, got, err)
		for _, general := range []error{store.ErrBusy, store.ErrFull, store.ErrReadOnly, store.ErrCorrupt, store.ErrClosed, store.ErrConflict} {
			require.NotErrorIs(t, got, general)
		}
	}
	require.NoError(t, sqlite.Fault(t.Context(), "write", nil))
}

func TestCancelledWins(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	interrupted := errors.New("interrupted")
	got := sqlite.Fault(ctx, "read", interrupted)
	require.ErrorIs(t, got, context.Canceled)
	require.ErrorIs(t, got, interrupted, "the driver's error stays reachable")
	require.EqualError(t, sqlite.Fault(ctx, "read", context.Canceled), "store: read: context canceled")
}

func TestMigrateNeedsAHandle(t *testing.T) {
	err := sqlite.Migrate(t.Context(), nil)
	require.ErrorIs(t, err, store.ErrInvalid)
	require.EqualError(t, err, "store: db is nil")
}
