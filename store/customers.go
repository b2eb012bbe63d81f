package store

import (
	"context"
	"fmt"
	"iter"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/customer"
)

// Customers keeps the customers of one tenant, one per id.
type Customers interface {
	// Get returns the customer with its version, or [ErrNotFound].
	Get(ctx context.Context, id rapport.ID) (customer.Customer, error)
	// Find returns the customer that owns the identifier, by its key, or [ErrNotFound].
	Find(ctx context.Context, identifier customer.Identifier) (customer.Customer, error)
	// Put stores the customer if its version is the stored one, 0 meaning that
	// there is none yet, and returns it with the next version. Else the error is
	// a [*VersionConflictError]. An identifier that another customer of the
	// tenant owns is an [*IdentifierTakenError]; the identifiers that c does not
	// list any more become free. Identifiers are the same if their keys are. A record
	// time before the stored one is a [*RecordTimeError].
	Put(ctx context.Context, c customer.Customer) (customer.Customer, error)
	// Delete removes the customer and frees its identifiers if version is the
	// stored one; a customer that does not exist is [ErrNotFound]. Its
	// transactions, interactions and files stay, what it was does not; see [Past] for
	// a customer that ends. The id may be used again, from version 1.
	Delete(ctx context.Context, id rapport.ID, version int64) error
	// Page returns a page of customers in byte order of the id.
	Page(ctx context.Context, q CustomerQuery, r PageRequest) (Page[customer.Customer], error)
	// All streams customers in byte order of the id.
	All(ctx context.Context, q CustomerQuery) iter.Seq2[customer.Customer, error]
}

// CustomerQuery chooses customers; the zero value chooses all.
type CustomerQuery struct {
	Kind customer.Kind // 0: every kind
}

// Validate returns nil or an [*ArgumentError].
func (q CustomerQuery) Validate() error {
	if q.Kind != 0 && !q.Kind.IsValid() {
		return &ArgumentError{Name: "query kind", Reason: q.Kind.String() + " is no kind of customer"}
	}
	return nil
}

// VersionConflictError reports a write based on another state than the stored
// one. Read again, decide again.
type VersionConflictError struct {
	Kind RecordKind // [KindCustomer], [KindDeal] and so on
	ID   rapport.ID
	Have int64 // the stored version, 0 if there is no record
	Want int64 // the version that the write expected
}

func (e *VersionConflictError) Error() string {
	return fmt.Sprintf("store: %s %q has version %d, the write expected %d", e.Kind, e.ID, e.Have, e.Want)
}

// Unwrap returns [ErrConflict].
func (e *VersionConflictError) Unwrap() error { return ErrConflict }

// IdentifierTakenError reports an identifier that belongs to another customer of
// the tenant.
type IdentifierTakenError struct {
	Identifier customer.Identifier
	Owner      rapport.ID // who has it
	Claimant   rapport.ID // who was to get it
}

func (e *IdentifierTakenError) Error() string {
	return fmt.Sprintf("store: identifier %q of type %q in system %q belongs to customer %q, not to %q",
		e.Identifier.Value, e.Identifier.Type, e.Identifier.System, e.Owner, e.Claimant)
}

// Unwrap returns [ErrConflict].
func (e *IdentifierTakenError) Unwrap() error { return ErrConflict }
