package store

import (
	"context"
	"iter"
	"time"

	"github.com/rapport-crm/rapport"
)

// Timers keeps when the deals and cases of one tenant next need attention. The host
// polls; nothing here runs by itself.
type Timers interface {
	// Get returns the timer of a record, or [ErrNotFound] if none is set.
	Get(ctx context.Context, record rapport.ID) (Timer, error)
	// Set changes the timer of a record without changing the record, after a warning
	// for instance; the zero time clears it. The stored version has to be the one for
	// which the instant was worked out, else the error is a [*VersionConflictError]; a
	// record that does not exist is [ErrNotFound].
	Set(ctx context.Context, record rapport.ID, version int64, due time.Time) error
	// Page returns a page of timers ordered by instant and record.
	Page(ctx context.Context, q TimerQuery, r PageRequest) (Page[Timer], error)
	// All streams timers in the order of Page: with the zero query the first one is
	// the next for which a host has to wake up.
	All(ctx context.Context, q TimerQuery) iter.Seq2[Timer, error]
}

// Timer says when a record needs attention.
type Timer struct {
	Record  rapport.ID
	Kind    RecordKind
	Version int64 // of the record
	Due     time.Time
}

// TimerQuery chooses timers; the zero value chooses all.
type TimerQuery struct {
	Until time.Time // due then or before; zero: ever
}
