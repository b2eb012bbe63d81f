package store

import (
	"context"
	"iter"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/customer"
)

// Transactions keeps the transaction lines of one tenant, one per external key.
type Transactions interface {
	PurchaseReader
	// Ingest stores rows that are new and says of every row what became of it; a
	// row is never ignored without a word. An error means that nothing of the
	// batch is kept: a zero row is a [*RowError] before anything is written, and
	// a fault of the medium ends the whole transaction.
	Ingest(ctx context.Context, rows []customer.Transaction) (Ingestion[customer.Transaction], error)
	// Get returns the transaction with the key, or [ErrNotFound].
	Get(ctx context.Context, key customer.ExternalKey) (customer.Transaction, error)
	// Page returns a page of transactions ordered by customer, event time, system
	// and external id.
	Page(ctx context.Context, q TransactionQuery, r PageRequest) (Page[customer.Transaction], error)
	// All streams transactions in the order of Page.
	All(ctx context.Context, q TransactionQuery) iter.Seq2[customer.Transaction, error]
}

// TransactionQuery chooses transactions; the zero value chooses all.
type TransactionQuery struct {
	Customer rapport.ID       // "": of every customer
	Period   rapport.Interval // of event times, half-open; zero: since ever
}

// Validate returns nil or an [*ArgumentError].
func (q TransactionQuery) Validate() error { return validateCustomer(q.Customer) }

func validateCustomer(id rapport.ID) error {
	if id == "" {
		return nil
	}
	if err := id.Validate(); err != nil {
		return &ArgumentError{Name: "query customer", Err: err}
	}
	return nil
}
