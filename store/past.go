package store

import (
	"context"
	"iter"
	"time"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/customer"
)

// Past keeps what the customers of one tenant were: every state that [Customers].Put has
// overwritten, by record time. [Customers].Delete forgets the past with the customer, as
// for a record made in error; Remove keeps it.
type Past interface {
	// AsOf returns the customer as it was recorded at the instant, or [ErrNotFound].
	AsOf(ctx context.Context, id rapport.ID, at time.Time) (customer.Customer, error)
	// All streams the customers as they were recorded at the instant, in byte order of
	// the id.
	All(ctx context.Context, at time.Time) iter.Seq2[customer.Customer, error]
	// History streams every state of the customer in the order of versions, the current
	// one last. The versions of states are those of [customer.Customer.Version].
	History(ctx context.Context, id rapport.ID) iter.Seq2[Stored[customer.Customer], error]
	// Remove ends the customer at an instant of record time and frees its identifiers, if
	// version is the stored one; a customer that does not exist is [ErrNotFound]. An
	// instant before its record time is a [*RecordTimeError]. A customer that is put there
	// later goes on with the versions.
	Remove(ctx context.Context, id rapport.ID, version int64, at time.Time) error
}

// SucceedCustomer returns the customer as it is to be written by [Customers].Put, for back
// ends. It is given the stored one, the zero value if there is none, and the version and
// the end of the last one that was removed, 0 if there is none.
func SucceedCustomer(c, had customer.Customer, last, ended int64) (customer.Customer, error) {
	if c.IsZero() {
		return customer.Customer{}, &ArgumentError{Name: "customer", Reason: "is the zero value"}
	}
	if had.Version() != c.Version() {
		return customer.Customer{}, &VersionConflictError{Kind: KindCustomer, ID: c.ID(), Have: had.Version(), Want: c.Version()}
	}
	since, version := ended, last
	if !had.IsZero() {
		since, version = had.RecordedAt().UnixNano(), had.Version()
	}
	if at := c.RecordedAt().UnixNano(); version > 0 && at < since {
		return customer.Customer{}, NewRecordTimeError(KindCustomer, c.ID(), at, since)
	}
	next, err := customer.Restore(c.Draft(), version+1)
	if err != nil {
		return customer.Customer{}, &ArgumentError{Name: "customer", Err: err}
	}
	return next, nil
}

// EndCustomer says whether the customer may be deleted, or removed at an instant, for back
// ends. The greatest number stands for no instant.
func EndCustomer(had customer.Customer, version, at int64) error {
	if had.Version() != version {
		return &VersionConflictError{Kind: KindCustomer, ID: had.ID(), Have: had.Version(), Want: version}
	}
	if since := had.RecordedAt().UnixNano(); at < since {
		return NewRecordTimeError(KindCustomer, had.ID(), at, since)
	}
	return nil
}
