package memory

import (
	"context"
	"fmt"
	"hash/maphash"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/store"
)

// records is one state of the records of a tenant. Its trees never change, so a
// copy of the struct is a snapshot.
type records struct {
	customers    tree[customer.Customer] // by id
	identifiers  tree[rapport.ID]        // owner, by identifierKey
	transactions ledger[customer.Transaction]
	costs        tree[customer.Transaction] // cost lines, by ofKey
	interactions ledger[customer.Interaction]
}

// tx is a transaction: a state to read and, in Update, to replace.
type tx struct {
	tenant   rapport.ID
	seed     maphash.Seed
	records  records
	writable bool
	closed   bool
}

func (x *tx) close() { x.closed = true }

// Customers implements [store.Tx].
func (x *tx) Customers() store.Customers { return customers{x} }

// Transactions implements [store.Tx].
func (x *tx) Transactions() store.Transactions { return transactions{x} }

// Interactions implements [store.Tx].
func (x *tx) Interactions() store.Interactions { return interactions{x} }

// read reports why x cannot be read.
func (x *tx) read(ctx context.Context) error {
	if x.closed {
		return store.ErrClosed
	}
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("store: %w", err)
	}
	return nil
}

// write reports why x cannot be written to.
func (x *tx) write(ctx context.Context) error {
	if err := x.read(ctx); err != nil {
		return err
	}
	if !x.writable {
		return store.ErrReadOnly
	}
	return nil
}
