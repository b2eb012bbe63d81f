package customer

import (
	"time"

	"github.com/rapport-crm/rapport"
)

// Filed is a record that belongs to a customer and is kept in a file of its own:
// a relation, a need, a consent, a membership. Such records are plain structs with
// exported fields; Validate says what is wrong with one, as a [*ValidationError],
// and a store keeps none that is not valid.
//
// Every such record is written as JSON in a versioned form and read back equal.
type Filed interface {
	// Filing returns under what the record is kept and found.
	Filing() Filing
	// Validate returns nil or a [*ValidationError] that lists every problem.
	Validate() error
}

// Filing says under what a record about a customer is kept and found, which is all
// that a store needs to know of it.
type Filing struct {
	Kind       FileKind   // which sort of record
	ID         rapport.ID // its key among the records of its kind in a tenant
	Customer   rapport.ID // whose it is; "": nobody's, such as a campaign
	With       rapport.ID // what else it is found by, such as the other party of a relation; "": nothing
	At         time.Time  // event time: the records of a customer are listed in its order
	RecordedAt time.Time  // record time
}

// FileKind is a sort of record: a code that never changes its meaning.
type FileKind string

// The sorts of record that have ledgers of their own and are not [Filed], for
// timelines, plans of erasure and exports that name them beside the others.
const (
	FileCustomer    FileKind = "customer"
	FileTransaction FileKind = "transaction"
	FileInteraction FileKind = "interaction"
)
