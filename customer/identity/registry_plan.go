package identity

import (
	"slices"
	"time"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/customer"
)

// Alias says that Current stands for Old from now on; if they are the same, Old stands for
// itself again and is no alias any more.
type Alias struct {
	Old, Current rapport.ID
}

// MergePlan is what a host that keeps golden records under their current ids changes after
// an event, in one transaction with the event. An identifier belongs to one customer of a
// store at any instant, so the order matters: the fields, and the entries of each, are in
// an order that is always safe.
//
//	Remove   those that stand for nobody any more: their identifiers are free
//	Put      those that are kept already, and give up what is not theirs
//	         then those that come back, and take it
//	Aliases  at any time, all at once: each old id points to a current one
//
// A merge removes all but one and puts that one; an unmerge puts the one and then those
// that come back. Two customers whose own sources state one identifier cannot both be kept
// by a store that allows it once, after an unmerge as little as before the merge.
type MergePlan struct {
	Remove  []rapport.ID   // by id
	Put     []GoldenRecord // under the id that each has from now on; see [GoldenRecord.Stored]
	Aliases []Alias        // by old id
}

// Plan returns what follows from the last event of the log for what a host keeps. It is
// empty for an event that changes nobody, such as a never-merge. All sources of those
// concerned must have been added.
//
// The error is an [*EventError] for another event than the last, or a [*RefusedError]
// (NotGolden) for a customer whose sources make no golden record.
func (r *Registry) Plan(event rapport.ID) (MergePlan, error) {
	place, known := r.places[event]
	if !known {
		return MergePlan{}, &EventError{Event: event, Other: event, Reason: UnknownEvent}
	}
	e := &r.log[place]
	if last := len(r.log) - 1; place != last {
		return MergePlan{}, &EventError{Event: event, Other: r.log[last].ID, Reason: NotLast}
	}
	if len(e.Moves) == 0 {
		return MergePlan{}, nil
	}
	var plan MergePlan
	back := make([]rapport.ID, 0, len(e.Moves)) // current from now on, and not before
	for _, m := range e.Moves {
		plan.Aliases = append(plan.Aliases, Alias{m.ID, m.To})
		if m.From == m.ID {
			plan.Remove = append(plan.Remove, m.ID)
		}
		if m.To == m.ID {
			back = append(back, m.ID)
		}
	}
	if r.Resolve(e.Survivor) == e.Survivor && !slices.Contains(back, e.Survivor) {
		back = slices.Insert(back, 0, e.Survivor)
	}
	for _, id := range back {
		golden, err := r.Golden(id)
		if err != nil {
			return MergePlan{}, &RefusedError{Event: event, Reason: NotGolden, IDs: []rapport.ID{id}, Err: err}
		}
		plan.Put = append(plan.Put, golden)
	}
	return plan, nil
}

// Stored returns the customer as a store keeps it: over the version that is there, 0 for
// none, and written down at an instant. A golden record is as old as its latest source,
// but the record times of a store never go backwards, so there it has that of the event.
// The error is a [*customer.ValidationError].
func (g GoldenRecord) Stored(version int64, recordedAt time.Time) (customer.Customer, error) {
	draft := g.Customer.Draft()
	draft.RecordedAt = recordedAt
	if version == 0 {
		return customer.New(draft)
	}
	return customer.Restore(draft, version)
}
