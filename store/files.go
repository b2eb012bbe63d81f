package store

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"time"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/customer"
)

// FilesTx is what a [Tx] of a back end with [Capabilities.Files] has besides: the records
// about customers, what customers and records were, which id now stands for an old one,
// and what changed. [Files] gets at it; typed records are read and written by [FileOf].
type FilesTx interface {
	Files() FileRows   // records about customers, as rows
	Past() Past        // what customers were
	Aliases() Aliases  // which id stands for an old one
	Feed() Feed        // what was written, in the order of commits
	Glances() Glances  // the newest about one customer, for [ReadGlance] and [NewCardReader]
	Erasures() Erasing // removes what is stored about a person, for [UnsafeErase]
}

// Files returns the transaction as a [FilesTx]. The error wraps [errors.ErrUnsupported] if
// its back end keeps no files.
func Files(tx Tx) (FilesTx, error) {
	if f, ok := Unwrap(tx).(FilesTx); ok {
		return f, nil
	}
	return nil, fmt.Errorf("store: a %T keeps no files: %w", tx, errors.ErrUnsupported)
}

// FileRows keeps the records about customers of one tenant, one per kind and id, with
// every state that a record has had: what is overwritten or removed can be read as of the
// time at which it stood.
//
// Record time never goes backwards within a record; a write that would make it is a
// [*RecordTimeError].
type FileRows interface {
	// Get returns the record, or [ErrNotFound].
	Get(ctx context.Context, kind customer.FileKind, id rapport.ID) (FileRow, error)
	// Put stores the record if row.Version is the stored version, 0 meaning that there is
	// none now, and returns it with the next version. Else the error is a
	// [*VersionConflictError].
	Put(ctx context.Context, row FileRow) (FileRow, error)
	// Append stores an event once: [Inserted] if no record has its kind and id, and
	// [Same] if the record there has the same bytes. Else the error is a
	// [*FileDifferenceError].
	Append(ctx context.Context, row FileRow) (Outcome, error)
	// Remove ends the record at an instant of record time, in nanoseconds since 1970 UTC,
	// if version is the stored one; a record that does not exist is [ErrNotFound]. What it
	// was stays readable as of earlier instants. A record that is put there later goes on
	// with the versions, so that none is given twice.
	Remove(ctx context.Context, kind customer.FileKind, id rapport.ID, version, at int64) error
	// AsOf returns the record as it was recorded at an instant, in nanoseconds since 1970
	// UTC, or [ErrNotFound].
	AsOf(ctx context.Context, kind customer.FileKind, id rapport.ID, at int64) (FileRow, error)
	// History streams every state of the record in the order of versions.
	History(ctx context.Context, kind customer.FileKind, id rapport.ID) iter.Seq2[FileRow, error]
	// Page returns a page of records ordered by kind, event time and id.
	Page(ctx context.Context, q FileQuery, r PageRequest) (Page[FileRow], error)
	// All streams records in the order of Page.
	All(ctx context.Context, q FileQuery) iter.Seq2[FileRow, error]
}

// FileRow is a record about a customer with the columns by which it is found. Instants
// are nanoseconds since 1970 UTC.
type FileRow struct {
	Kind       customer.FileKind
	ID         rapport.ID
	Version    int64 // the store's count of the states of the record
	Customer   rapport.ID
	With       rapport.ID
	At         int64  // event time
	RecordedAt int64  // record time
	Until      int64  // record time at which it stopped being so, [NoEnd] for the current state
	Doc        string // its JSON, for [DecodeFile]
}

// NoEnd stands for the end of a state that still holds.
const NoEnd = NoDue

// Key names the record for [NotFoundError], for back ends.
func (r FileRow) Key() string { return string(r.Kind) + "/" + string(r.ID) }

// MaxQueryCustomers is how many customers a [FileQuery] can name.
const MaxQueryCustomers = 1000

// FileQuery chooses records about customers; the zero value chooses all. Each field that
// is set has to hold.
type FileQuery struct {
	// Kind is the sort of record; "": every one. A [File] sets it.
	Kind customer.FileKind
	// Customers are those whose records are read, such as all the ids of a merged customer
	// ([Identities]); nil: of everybody, and records that are nobody's.
	Customers []rapport.ID
	With      rapport.ID       // what else the records are found by; "": anything
	Period    rapport.Interval // of event times, half-open; zero: since ever
	// AsOf reads what was recorded at this instant of record time; zero: what is stored
	// now.
	AsOf time.Time
}

// Validate returns nil or an [*ArgumentError].
func (q FileQuery) Validate() error {
	if q.Kind != "" {
		if err := ValidateFileKind(q.Kind); err != nil {
			return err
		}
	}
	if q.With != "" {
		if err := validateID("query with", q.With); err != nil {
			return err
		}
	}
	if q.Customers != nil && len(q.Customers) == 0 || len(q.Customers) > MaxQueryCustomers {
		return &ArgumentError{Name: "query customers", Reason: fmt.Sprintf("are %d, outside 1 to %d", len(q.Customers), MaxQueryCustomers)}
	}
	for _, id := range q.Customers {
		if err := validateID("query customer", id); err != nil {
			return err
		}
	}
	return nil
}

// ValidateFileKind returns nil or an [*ArgumentError], for back ends. A kind is text as an
// id is; [KindCustomer] is taken.
func ValidateFileKind(kind customer.FileKind) error {
	if kind == customer.FileKind(KindCustomer) {
		return &ArgumentError{Name: "file kind", Reason: fmt.Sprintf("is %q, which customers themselves have", kind)}
	}
	return validateID("file kind", rapport.ID(kind))
}
