package store

import (
	"context"
	"fmt"
	"iter"
	"time"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/pipeline"
)

// Histories keeps what happened to the records of one tenant. Entries are appended
// and never changed; those of deals and cases come with [Records.Commit].
type Histories interface {
	// Append stores the next entries of one record that the host keeps itself, each
	// with an event. The first has to follow the last one that is stored, else the
	// error is a [*VersionConflictError]; requests that come again are as with
	// [Records.Commit], and the id of a deal or a case is a [*RecordKindError].
	Append(ctx context.Context, entries ...pipeline.Entry) (Outcome, error)
	// Get returns the entry of a record with the sequence number, or [ErrNotFound].
	Get(ctx context.Context, record rapport.ID, seq int64) (pipeline.Entry, error)
	// Request returns the entry of a record with the name of a request, or
	// [ErrNotFound].
	Request(ctx context.Context, record rapport.ID, request string) (pipeline.Entry, error)
	// Page returns a page of entries ordered by record and sequence number.
	Page(ctx context.Context, q HistoryQuery, r PageRequest) (Page[pipeline.Entry], error)
	// All streams entries in the order of Page: one whole history after the other.
	All(ctx context.Context, q HistoryQuery) iter.Seq2[pipeline.Entry, error]
}

// HistoryQuery chooses entries; the zero value chooses all.
type HistoryQuery struct {
	Record rapport.ID // "": of every record
	From   int64      // the least sequence number; 0: from the first
	// AsOf leaves out what happened after this instant, by business time; zero: nothing.
	AsOf time.Time
}

// Validate returns nil or an [*ArgumentError].
func (q HistoryQuery) Validate() error {
	if q.From < 0 {
		return &ArgumentError{Name: "query from", Reason: fmt.Sprintf("%d is below 0", q.From)}
	}
	if q.Record == "" {
		return nil
	}
	if err := q.Record.Validate(); err != nil {
		return &ArgumentError{Name: "query record", Err: err}
	}
	return nil
}

// RequestConflictError reports the name of a request under which something else is
// stored.
type RequestConflictError struct {
	Record  rapport.ID
	Request string
	Seq     int64 // of the stored entry
}

func (e *RequestConflictError) Error() string {
	return fmt.Sprintf("store: request %q of record %q is stored as entry %d, for something else", e.Request, e.Record, e.Seq)
}

// Unwrap returns [ErrConflict].
func (e *RequestConflictError) Unwrap() error { return ErrConflict }
