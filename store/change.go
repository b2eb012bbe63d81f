package store

import (
	"context"
	"errors"
	"time"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/pipeline"
)

// changeAttempts is how often Change tries before it gives up. One that loses its turn
// this often is among writers so many that another try is not likely to help.
const changeAttempts = 16

// Changed is what became of a record.
type Changed[T Kept] struct {
	// Record is as it was committed; for a request that was carried out before, [Fire]
	// gives the deal as it was after that, and [Change] the record as it is now.
	Record  T
	Entry   pipeline.Entry // as it is stored
	Outcome Outcome        // [Inserted], or [Same] for a request that was carried out before
}

// Change reads a record, lets fn decide what becomes of it, and commits that with its
// entry and the instant at which the record next needs attention, in one Update. If
// another writer was faster it does so again from what is stored then, up to 16 times,
// after which the error is the [*VersionConflictError]; fn must therefore depend on
// nothing but its argument. An error of fn comes back as it is, and nothing is written.
func Change[T Kept](ctx context.Context, tenant Tenant, id rapport.ID, fn func(T) (T, pipeline.Entry, time.Time, error)) (Changed[T], error) {
	return change(ctx, tenant, func(tx PipelineTx, records Records[T]) (Changed[T], error) {
		had, err := records.Get(ctx, id)
		if err != nil {
			return Changed[T]{}, err
		}
		next, entry, due, err := fn(had)
		if err != nil {
			return Changed[T]{}, err
		}
		outcome, err := records.Commit(ctx, next, due, entry)
		if outcome == Same {
			next = had
			entry, err = tx.Histories().Request(ctx, id, entry.Request)
		}
		return Changed[T]{next, entry, outcome}, err
	})
}

// change runs try in one Update, and again while another writer was faster.
func change[T Kept](ctx context.Context, tenant Tenant, try func(PipelineTx, Records[T]) (Changed[T], error)) (changed Changed[T], err error) {
	for range changeAttempts {
		err = tenant.Update(ctx, func(tx Tx) error {
			p, err := Pipelines(tx)
			if err != nil {
				return err
			}
			changed, err = try(p, recordsOf[T](p))
			return err
		})
		if _, lost := errors.AsType[*VersionConflictError](err); !lost {
			break
		}
	}
	if err != nil {
		return Changed[T]{}, err
	}
	return changed, nil
}

// recordsOf returns the records of the sort of T.
func recordsOf[T Kept](tx PipelineTx) Records[T] {
	if records, deals := tx.Deals().(Records[T]); deals {
		return records
	}
	return tx.Cases().(Records[T])
}
