package store

import (
	"context"

	"github.com/rapport-crm/rapport"
)

// DB is a store of many tenants. It is safe for concurrent use.
type DB interface {
	// Tenant returns the records of one tenant. An id that is not valid is
	// reported by Update and View.
	Tenant(id rapport.ID) Tenant
	// Capabilities says what the back end promises beyond this interface.
	Capabilities() Capabilities
}

// Tenant runs transactions on the records of one tenant. It is safe for
// concurrent use.
type Tenant interface {
	// Update runs fn in a transaction that reads and writes. If fn returns nil
	// the transaction is committed, and the error is that of the commit; if fn
	// returns an error, that error comes back as it is and nothing is kept; if fn
	// panics nothing is kept and the panic goes on. Cancelling ctx ends the
	// transaction too, also when fn swallows the error: nothing is kept and the
	// error wraps ctx.Err().
	//
	// Writers take turns. One that waits longer than the back end's timeout gets
	// [ErrBusy] and fn has not run; so does an Update inside the fn of another
	// one, unless both share the host's transaction.
	Update(ctx context.Context, fn func(tx Tx) error) error
	// View runs fn in a transaction that reads. All that fn reads is of one
	// moment, not before View was called, whatever is written meanwhile. Writes
	// return [ErrReadOnly]. The error is the one fn returns, or [ErrBusy] if the
	// back end had no room for another reader within its timeout.
	View(ctx context.Context, fn func(tx Tx) error) error
}

// Tx is a transaction on the records of one tenant. It must not be shared by
// goroutines; after its function has returned, every method gives [ErrClosed].
type Tx interface {
	Customers() Customers       // who they are
	Transactions() Transactions // what they bought, brought back and cost
	Interactions() Interactions // what was said and written
}

// Capabilities says what a back end can do. The conformance suite checks that
// each is true as declared.
type Capabilities struct {
	// Durable: what Update has committed is still there when the process is
	// killed and the store is opened again.
	Durable bool
	// Processes: several processes may use the same store at once.
	Processes bool
	// HostTransactions: the back end binds to a transaction of the host.
	HostTransactions bool
	// Pipelines: every Tx is a [PipelineTx].
	Pipelines bool
	// Files: every Tx is a [FilesTx].
	Files bool
}
