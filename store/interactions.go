package store

import (
	"context"
	"iter"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/customer"
)

// Interactions keeps the interactions of one tenant, one per external key.
type Interactions interface {
	// Ingest stores rows that are new, as [Transactions.Ingest] does.
	Ingest(ctx context.Context, rows []customer.Interaction) (Ingestion[customer.Interaction], error)
	// Get returns the interaction with the key, or [ErrNotFound].
	Get(ctx context.Context, key customer.ExternalKey) (customer.Interaction, error)
	// Page returns a page of interactions ordered by customer, event time, system
	// and external id: with a customer in the query, that customer's timeline.
	Page(ctx context.Context, q InteractionQuery, r PageRequest) (Page[customer.Interaction], error)
	// All streams interactions in the order of Page.
	All(ctx context.Context, q InteractionQuery) iter.Seq2[customer.Interaction, error]
}

// InteractionQuery chooses interactions; the zero value chooses all.
type InteractionQuery struct {
	Customer rapport.ID       // "": of every customer
	Period   rapport.Interval // of event times, half-open; zero: since ever
}

// Validate returns nil or an [*ArgumentError].
func (q InteractionQuery) Validate() error { return validateCustomer(q.Customer) }
