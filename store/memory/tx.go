package memory

import (
	"context"
	"fmt"
	"hash/maphash"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/pipeline"
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

	kept        tree[store.RecordRow] // deals and cases, by id
	keptBy      tree[store.RecordRow] // the same, by each of their prefixes and id
	timers      tree[store.RecordRow] // those with a timer, by timerKey
	entries     tree[store.EntryRow]  // by entryKey
	requests    tree[store.EntryRow]  // those with a request, by record and request
	outbox      tree[store.EntryRow]  // by number
	committed   int64                 // number of the last entry
	done        tree[int64]           // number of the last acknowledged one, by consumer
	definitions tree[store.DefinitionText]

	past      tree[formerly]        // of customers, by entryKey of id and version
	files     tree[store.FileRow]   // the current ones, by fileKey
	filesBy   tree[store.FileRow]   // the same, by each of their fileKeys
	states    tree[store.FileRow]   // current and past ones, by fileKey and version
	statesBy  tree[store.FileRow]   // the same, by each of their fileKeys and version
	aliases   tree[rapport.ID]      // the current id, by old one
	aliasesOf tree[rapport.ID]      // the old id, by current and old one
	feed      tree[store.FeedEvent] // by number
	fed       int64                 // number of the last event
	fedTo     tree[int64]           // number of the last acknowledged one, by consumer
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

// Deals implements [store.PipelineTx].
func (x *tx) Deals() store.Records[pipeline.Deal] { return kept[pipeline.Deal]{x: x} }

// Cases implements [store.PipelineTx].
func (x *tx) Cases() store.Records[store.Case] { return kept[store.Case]{x: x} }

// Histories implements [store.PipelineTx].
func (x *tx) Histories() store.Histories { return histories{x} }

// Timers implements [store.PipelineTx].
func (x *tx) Timers() store.Timers { return timers{x} }

// Outbox implements [store.PipelineTx].
func (x *tx) Outbox() store.Outbox { return outbox{x} }

// Definitions implements [store.PipelineTx].
func (x *tx) Definitions() store.Definitions { return definitions{x} }

// Files implements [store.FilesTx].
func (x *tx) Files() store.FileRows { return files{x} }

// Past implements [store.FilesTx].
func (x *tx) Past() store.Past { return past{x} }

// Aliases implements [store.FilesTx].
func (x *tx) Aliases() store.Aliases { return aliases{x} }

// Feed implements [store.FilesTx].
func (x *tx) Feed() store.Feed { return feed{x} }

// Glances implements [store.FilesTx].
func (x *tx) Glances() store.Glances { return glances{x} }

// Erasures implements [store.FilesTx].
func (x *tx) Erasures() store.Erasing { return erasing{x} }

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
