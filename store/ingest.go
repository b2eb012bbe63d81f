package store

import (
	"fmt"

	"github.com/rapport-crm/rapport/customer"
)

// Outcome says what became of one row of an ingestion.
type Outcome uint8

// The outcomes.
const (
	// Inserted: the row is new and was stored.
	Inserted Outcome = iota + 1
	// Same: a row with this key and this content is stored already, from an
	// earlier ingestion or an earlier row of this one. Nothing was written.
	Same
	// Differs: a row with this key and other content is stored. It was not
	// touched; see [Ingestion.Differences].
	Differs
)

// String returns "inserted", "same" or "differs", "" for the zero value.
func (o Outcome) String() string {
	switch o {
	case 0:
		return ""
	case Inserted:
		return "inserted"
	case Same:
		return "same"
	case Differs:
		return "differs"
	}
	return fmt.Sprintf("Outcome(%d)", uint8(o))
}

// Ingestion says what became of each row of a batch. T is
// [customer.Transaction] or [customer.Interaction].
type Ingestion[T any] struct {
	Outcomes    []Outcome       // of each row, in the order given
	Inserted    int             // how many were stored
	Same        int             // how many were stored before with the same content
	Differences []Difference[T] // one for each row that differs, in the order given
}

// Difference is a row whose key is stored with other content. Content is all
// that Fingerprint covers: every field but the record time.
type Difference[T any] struct {
	Row    int // from 0, in the batch
	Key    customer.ExternalKey
	Stored T // what the store has and keeps
}

// Err returns nil if no row differs, else a [*DifferenceError]. A host that wants
// all of a batch or nothing returns it from the function of Update.
func (in Ingestion[T]) Err() error {
	if len(in.Differences) == 0 {
		return nil
	}
	first := in.Differences[0]
	return &DifferenceError{Row: first.Row, Key: first.Key, Count: len(in.Differences)}
}

// Record notes the outcome of the next row, for back ends; Differs is noted by
// RecordDifference.
func (in *Ingestion[T]) Record(o Outcome) {
	in.Outcomes = append(in.Outcomes, o)
	switch o {
	case Inserted:
		in.Inserted++
	case Same:
		in.Same++
	}
}

// RecordDifference notes that the next row differs from the stored one, for back
// ends.
func (in *Ingestion[T]) RecordDifference(key customer.ExternalKey, stored T) {
	in.Differences = append(in.Differences, Difference[T]{Row: len(in.Outcomes), Key: key, Stored: stored})
	in.Outcomes = append(in.Outcomes, Differs)
}

// DifferenceError reports rows that came again with other content.
type DifferenceError struct {
	Row   int // the first such row of the batch, from 0
	Key   customer.ExternalKey
	Count int // how many there are
}

func (e *DifferenceError) Error() string {
	others := ""
	if e.Count > 1 {
		others = fmt.Sprintf(" (the first of %d such rows)", e.Count)
	}
	return fmt.Sprintf("store: rows[%d]: %q of system %q is stored with other content%s", e.Row, e.Key.ID, e.Key.System, others)
}

// Unwrap returns [ErrConflict].
func (e *DifferenceError) Unwrap() error { return ErrConflict }
