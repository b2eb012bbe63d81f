package store

import (
	"context"
	"fmt"
	"iter"
	"time"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/pipeline"
)

// Kept are the records that a store keeps with their positions.
type Kept interface{ pipeline.Deal | Case }

// RecordReader reads records of one sort.
type RecordReader[T Kept] interface {
	// Get returns the record, or [ErrNotFound].
	Get(ctx context.Context, id rapport.ID) (T, error)
	// Page returns a page of records in byte order of the id.
	Page(ctx context.Context, q RecordQuery, r PageRequest) (Page[T], error)
	// All streams records in byte order of the id.
	All(ctx context.Context, q RecordQuery) iter.Seq2[T, error]
}

// Records keeps the records of one sort of one tenant, one per id.
type Records[T Kept] interface {
	RecordReader[T]
	// Commit stores a record together with the entries that brought it to where it
	// stands, its next timer and one event for each entry: all of them or none. There
	// is no other way to write a record, so none is without its history. The entries
	// follow one another, and the last one says the record's position; due is when the
	// record next needs attention, the zero time if never.
	//
	// The stored version has to be the one before the first entry, 0 meaning that there
	// is no record yet; else the error is a [*VersionConflictError] and nothing is
	// written. Of any number of writers who have seen one version exactly one succeeds.
	//
	// Entries whose requests are stored already, for the same, are [Same] and nothing
	// is written; a request that was for something else is a [*RequestConflictError]. An
	// id that another sort of record has is a [*RecordKindError].
	Commit(ctx context.Context, record T, due time.Time, entries ...pipeline.Entry) (Outcome, error)
	// Partner returns the records that carry the partner, as if there were no others:
	// what a partner of the host may see. An id that is not valid, such as the empty one
	// of somebody who is no partner, makes every method fail.
	Partner(id rapport.ID) RecordReader[T]
}

// RecordQuery chooses records; the zero value chooses all. Each field that is set
// has to hold.
type RecordQuery struct {
	Definition string           // id of the process, "": of any
	Version    int              // of Definition, 0: every one
	Stage      pipeline.StageID // of Definition, "": in any
	Owner      string           // "": of anybody
	Customer   rapport.ID       // "": of every customer
}

// Validate returns nil or an [*ArgumentError].
func (q RecordQuery) Validate() error {
	switch {
	case q.Version < 0:
		return &ArgumentError{Name: "query version", Reason: fmt.Sprintf("%d is below 0", q.Version)}
	case q.Definition == "" && (q.Version != 0 || q.Stage != ""):
		return &ArgumentError{Name: "query definition", Reason: "is not set: stages and versions belong to one"}
	}
	return validateCustomer(q.Customer)
}

// RecordKind names a sort of record.
type RecordKind string

// The sorts of records.
const (
	KindCustomer RecordKind = "customer"
	KindDeal     RecordKind = "deal"
	KindCase     RecordKind = "case"
	// KindHistory is a record that the host keeps, of which the store has the history.
	KindHistory RecordKind = "history"
)

// KindOf returns the sort of T, for back ends.
func KindOf[T Kept]() RecordKind {
	if _, deal := any(*new(T)).(pipeline.Deal); deal {
		return KindDeal
	}
	return KindCase
}

// RecordKindError reports an id that another sort of record has.
type RecordKindError struct {
	ID   rapport.ID
	Have RecordKind // what it is
	Want RecordKind // what it was to be
}

func (e *RecordKindError) Error() string {
	return fmt.Sprintf("store: %q is the id of a %s, it cannot be that of a %s", e.ID, e.Have, e.Want)
}

// Unwrap returns [ErrConflict].
func (e *RecordKindError) Unwrap() error { return ErrConflict }
