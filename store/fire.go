package store

import (
	"context"
	"errors"
	"time"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/pipeline"
)

// FireOptions are what [Fire] may be told besides; nil stands for the zero value.
type FireOptions struct {
	// Due returns when the moved deal next needs attention, the zero time for never: the
	// timer is set to it, or cleared. Nil is when the next of its limits warns or runs
	// out, as [pipeline.Machine.NextDue] tells.
	Due func(pipeline.Deal) (time.Time, error)
	// RecordedAt is when the entry is stored, for the history; zero: it does not say.
	RecordedAt time.Time
}

// Fire fires a trigger on a stored deal, and stores the moved deal, its entry, its timer
// and its event in one Update, trying again as [Change] does if another writer was faster.
//
// A request that comes a second time, by its name in Input.Request, is not carried out
// again: the result is [Same] with the entry of the first time and the deal as it was
// after it. Another request of the same name is a [*RequestConflictError]. The other errors
// are those of [pipeline.Deal.Fire], as they are; of FireOptions.Due; of [Records]; and [ErrNotFound].
func Fire(ctx context.Context, tenant Tenant, m *pipeline.Machine, id rapport.ID, trigger pipeline.TriggerID,
	in pipeline.Input, at time.Time, o *FireOptions) (Changed[pipeline.Deal], error) {
	if o == nil {
		o = &FireOptions{}
	}
	return change(ctx, tenant, func(tx PipelineTx, deals Records[pipeline.Deal]) (Changed[pipeline.Deal], error) {
		had, err := deals.Get(ctx, id)
		if err != nil {
			return Changed[pipeline.Deal]{}, err
		}
		past, err := before(ctx, tx.Histories(), id, in.Request)
		if err != nil {
			return Changed[pipeline.Deal]{}, err
		}
		if past != nil {
			then, entry, err := past.Fire(m, &had, trigger, in, at, o.RecordedAt)
			if used, other := errors.AsType[*pipeline.DuplicateRequestError](err); other {
				err = &RequestConflictError{Record: id, Request: used.Request, Seq: used.Seq}
			}
			return Changed[pipeline.Deal]{then, entry, Same}, err
		}
		next, entry, err := had.Fire(m, trigger, in, at)
		if err != nil {
			return Changed[pipeline.Deal]{}, err
		}
		if !o.RecordedAt.IsZero() {
			entry.RecordedAt = o.RecordedAt.Round(0).UTC()
		}
		due, err := o.due(m, next, at)
		if err != nil {
			return Changed[pipeline.Deal]{}, err
		}
		outcome, err := deals.Commit(ctx, next, due, entry)
		return Changed[pipeline.Deal]{next, entry, outcome}, err
	})
}

func (o *FireOptions) due(m *pipeline.Machine, d pipeline.Deal, at time.Time) (time.Time, error) {
	if o.Due != nil {
		return o.Due(d)
	}
	return m.NextDue(d.Position, &d, at)
}

// before returns the history of a record if it has the request, else nil.
func before(ctx context.Context, histories Histories, id rapport.ID, request string) (*pipeline.History, error) {
	if request == "" {
		return nil, nil
	}
	if _, err := histories.Request(ctx, id, request); errors.Is(err, ErrNotFound) {
		return nil, nil
	} else if err != nil {
		return nil, err
	}
	var entries []pipeline.Entry
	for e, err := range histories.All(ctx, HistoryQuery{Record: id}) {
		if err != nil {
			return nil, err
		}
		entries = append(entries, e)
	}
	return pipeline.NewHistory(entries...)
}
