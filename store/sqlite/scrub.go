package sqlite

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/rapport-crm/rapport/store"
)

// Scrub writes the database file anew (VACUUM) and empties the write-ahead log, so that
// bytes of records that were erased are in neither. Those who erase call it after the
// commit, or once for a day's erasures: it takes the time and for a while the room of the
// whole file, and writers wait. It needs the handle that writes; the error is
// [store.ErrBusy] if another writer does not end within the busy timeout, or if a reader
// still shows a moment from before, and then it has to be called again.
func Scrub(ctx context.Context, writer *sql.DB) error {
	if writer == nil {
		return &store.ArgumentError{Name: "writer", Reason: "is nil"}
	}
	if _, err := writer.ExecContext(ctx, "VACUUM"); err != nil {
		return fault(ctx, "scrub", err)
	}
	var busy, logged, moved int
	if err := writer.QueryRowContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)").Scan(&busy, &logged, &moved); err != nil {
		return fault(ctx, "scrub", err)
	}
	if busy != 0 {
		return fmt.Errorf("%w: scrub: %d of %d frames of the log are in the file, a reader holds the rest", store.ErrBusy, moved, logged)
	}
	return nil
}
