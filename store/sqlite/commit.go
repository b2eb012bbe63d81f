package sqlite

import (
	"context"

	"github.com/rapport-crm/rapport/store"
)

// commit writes what [store.Commitment.Decide] lets through. A fault on the way spoils
// the transaction, so that no part of it is ever kept alone.
func (x *tx) commit(ctx context.Context, c store.Commitment) (store.Outcome, error) {
	had, err := x.record(ctx, c.Record.ID)
	if err != nil {
		return 0, err
	}
	record := string(c.Record.ID)
	last, err := x.entry(ctx, entryLast, record)
	if err != nil {
		return 0, err
	}
	requests := make([]store.EntryRow, len(c.Entries))
	for i, e := range c.Entries {
		if e.Request == "" {
			continue
		}
		if requests[i], err = x.entry(ctx, entryRequest, record, e.Request); err != nil {
			return 0, err
		}
	}
	outcome, err := c.Decide(had.Kind, had.Version, last, requests)
	if outcome != store.Inserted {
		return outcome, err
	}
	var number int64
	if _, err := x.one(ctx, entryNumber, []any{string(x.tenant)}, &number); err != nil {
		return 0, err
	}
	for _, e := range c.Entries {
		number++
		if _, err := x.exec(ctx, entryInsert, string(x.tenant), record, e.Seq, number, e.At, e.Request, e.Doc); err != nil {
			return 0, err
		}
	}
	if c.Record.Kind == store.KindHistory {
		return store.Inserted, nil
	}
	write := recordUpdate
	if had.Version == 0 {
		write = recordInsert
	}
	r := c.Record
	_, err = x.exec(ctx, write, string(x.tenant), record, string(r.Kind), r.Version, r.Definition.ID, r.Definition.Version,
		string(r.Stage), r.Owner, string(r.Customer), string(r.Partner), dueColumn(r.Due), r.Doc)
	if err != nil {
		return 0, err
	}
	return store.Inserted, nil
}

// entry returns the one entry that a statement finds, the zero row if it finds none.
func (x *tx) entry(ctx context.Context, s statement, args ...any) (store.EntryRow, error) {
	var row store.EntryRow
	_, err := x.one(ctx, s, append([]any{string(x.tenant)}, args...), &row.Seq, &row.Doc)
	return row, err
}
