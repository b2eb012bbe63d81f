package store

import (
	"errors"
	"fmt"

	"github.com/rapport-crm/rapport"
)

// The general errors. Every error of a back end wraps one of them, or is the
// context's error, the host's own error passed through, or a fault of the
// medium that no caller can act on. Where the caller needs data, a struct wraps
// the general error: errors.Is reaches the one, errors.AsType the other.
var (
	// ErrNotFound: the record does not exist for this tenant. The struct is
	// [*NotFoundError].
	ErrNotFound = errors.New("store: not found")
	// ErrConflict: the write contradicts what is stored. The structs are
	// [*VersionConflictError], [*IdentifierTakenError], [*DifferenceError],
	// [*RecordKindError], [*RequestConflictError], [*DefinitionConflictError],
	// [*FileDifferenceError], [*RecordTimeError], [*AliasError], [*SuppressedError] and
	// [*ErasureError].
	ErrConflict = errors.New("store: conflict")
	// ErrBusy: another writer held the store for longer than the timeout.
	// Nothing was written; the same call may succeed later.
	ErrBusy = errors.New("store: busy")
	// ErrFull: the database or the disk has no room. Nothing was written, what
	// was stored before is intact and readable.
	ErrFull = errors.New("store: full")
	// ErrClosed: the store was closed, or a Tx was used after its function
	// returned or its host transaction ended.
	ErrClosed = errors.New("store: closed")
	// ErrReadOnly: a write inside View, or to a database opened for reading.
	ErrReadOnly = errors.New("store: read-only")
	// ErrInvalid: an argument that no store could accept. The structs are
	// [*ArgumentError] and [*RowError].
	ErrInvalid = errors.New("store: invalid argument")
	// ErrPageToken: the page token is damaged, of another version, of another
	// tenant or of another listing.
	ErrPageToken = errors.New("store: invalid page token")
	// ErrSchema: the database does not have the schema this version needs; run
	// the back end's Migrate.
	ErrSchema = errors.New("store: wrong schema")
	// ErrCorrupt: a stored record cannot be read back.
	ErrCorrupt = errors.New("store: corrupt record")
)

// NotFoundError says what was looked for.
type NotFoundError struct {
	Tenant rapport.ID
	Kind   string // "customer", "transaction", "interaction", "identifier", "deal", "case", "entry", "request", "timer", "definition", "file"
	Key    string // as a reader would write it
}

func (e *NotFoundError) Error() string {
	return fmt.Sprintf("store: %s %q of tenant %q not found", e.Kind, e.Key, e.Tenant)
}

// Unwrap returns [ErrNotFound].
func (e *NotFoundError) Unwrap() error { return ErrNotFound }

// ArgumentError names an argument that cannot be used.
type ArgumentError struct {
	Name   string // of the argument or field
	Reason string
	Err    error // the cause, if another package reported it
}

func (e *ArgumentError) Error() string {
	if e.Err != nil {
		return fmt.Sprintf("store: %s: %v", e.Name, e.Err)
	}
	return fmt.Sprintf("store: %s %s", e.Name, e.Reason)
}

// Unwrap returns [ErrInvalid] and the cause.
func (e *ArgumentError) Unwrap() []error {
	if e.Err != nil {
		return []error{ErrInvalid, e.Err}
	}
	return []error{ErrInvalid}
}

// RowError says which row of a batch cannot be stored. Nothing of the batch is.
type RowError struct {
	Row int   // from 0
	Err error // what is wrong with it
}

func (e *RowError) Error() string { return fmt.Sprintf("store: rows[%d]: %v", e.Row, e.Err) }

// Unwrap returns [ErrInvalid] and the cause.
func (e *RowError) Unwrap() []error { return []error{ErrInvalid, e.Err} }
