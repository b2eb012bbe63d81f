package identity

import (
	"cmp"
	"slices"
	"time"

	"github.com/rapport-crm/rapport"
)

// Merge records that the ids are one customer. Sources of all ids that become one must
// have been added, so that the guards see them and a golden record exists afterwards.
// Ids of which some are merged already bring all that is one customer with them; what
// they are joined by is this event alone, and its undoing parts exactly what only this
// event joins. The event must be stored by the host.
//
// The error is a [*RefusedError], an [*EventError] or a [*customer.ValidationError];
// after one nothing has changed.
func (r *Registry) Merge(act Act, ids ...rapport.ID) (MergeEvent, error) {
	return r.decide(MergeEvent{Act: act, Type: Merged}, ids...)
}

// Unmerge records that a merge counts no longer: everything is as if it had never been,
// other merges stand. Assignments say which children go to another id than the one they
// are kept under; both ids must be of the customer that is taken apart. The event must be
// stored by the host.
//
// The error is an [*EventError] for what is no merge (an unmerge cannot be undone: merge
// again), unknown or undone already, else as in [Registry.Merge].
func (r *Registry) Unmerge(act Act, merge rapport.ID, assigned ...Assignment) (MergeEvent, error) {
	e := MergeEvent{Act: act, Type: Unmerged, Undoes: merge, Assigned: slices.Clone(assigned)}
	slices.SortFunc(e.Assigned, func(a, b Assignment) int { return a.Child.compare(b.Child) })
	return r.decide(e)
}

// Apply adds a stored event, as it comes from the log or from another process. It must be
// the next one by sequence, and what follows from it, which is worked out anew, must be
// what it says. Guards are not asked again: they may have changed since. The error is as
// in [Registry.Merge].
func (r *Registry) Apply(e MergeEvent) error {
	e = e.normal()
	if err := e.Validate(); err != nil {
		return err
	}
	if err := r.checkNext(&e); err != nil {
		return err
	}
	worked := e
	does, err := r.follow(&worked)
	if err != nil {
		return err
	}
	if worked.Survivor != e.Survivor || !slices.Equal(worked.Moves, e.Moves) {
		return &EventError{Event: e.ID, Reason: Diverges}
	}
	r.take(e, does)
	return nil
}

// next is the sequence of the event to come.
func (r *Registry) next() int64 {
	if len(r.log) == 0 {
		return 1
	}
	return r.log[len(r.log)-1].Sequence + 1
}

// checkNext refuses a stored event that is not the next one.
func (r *Registry) checkNext(e *MergeEvent) error {
	if _, had := r.places[e.ID]; had || e.Sequence == r.next() {
		return nil // one that is there already is told by follow
	}
	wrong := &EventError{Event: e.ID, Reason: MissingEvent, Sequence: e.Sequence, Next: r.next()}
	if e.Sequence < wrong.Next {
		wrong.Reason = TakenSequence
		i, held := slices.BinarySearchFunc(r.log, e.Sequence, func(e MergeEvent, n int64) int { return cmp.Compare(e.Sequence, n) })
		if held {
			wrong.Other = r.log[i].ID
		}
	}
	return wrong
}

// decide completes a new event, checks it and adds it.
func (r *Registry) decide(e MergeEvent, ids ...rapport.ID) (MergeEvent, error) {
	var f faults
	e.check(&f)
	if err := f.err("merge event", e.ID); err != nil {
		return MergeEvent{}, err
	}
	e.Sequence = r.next()
	for _, id := range ids {
		e.Members = append(e.Members, Member{ID: id, Since: r.since(id)})
	}
	slices.SortFunc(e.Members, func(a, b Member) int { return compareIDs(a.ID, b.ID) })
	if e.Type != Unmerged && e.Type != Withdrawn {
		if err := r.checkNamed(&e); err != nil {
			return MergeEvent{}, err
		}
	}
	e = e.normal()
	does, err := r.follow(&e)
	if err != nil {
		return MergeEvent{}, err
	}
	if err := e.Validate(); err != nil {
		return MergeEvent{}, err
	}
	if e.Type == Merged || e.Type == AlwaysMerge {
		var united []rapport.ID
		for _, group := range r.groups(e.Members) {
			united = append(united, group...)
		}
		if err := r.guard(e.ID, united, e.Type == AlwaysMerge); err != nil {
			return MergeEvent{}, err
		}
	}
	r.take(e, does)
	return e.normal(), nil
}

// since is the event time of the earliest statement about an id, the zero time if none is
// known.
func (r *Registry) since(id rapport.ID) time.Time {
	var earliest time.Time
	for _, s := range r.sources[id] {
		if earliest.IsZero() || s.At.Before(earliest) {
			earliest = s.At
		}
	}
	return earliest
}

// checkNamed looks at the ids that a host names.
func (r *Registry) checkNamed(e *MergeEvent) error {
	if len(e.Members) < 2 {
		return &RefusedError{Event: e.ID, Reason: TooFew, IDs: memberIDs(e.Members)}
	}
	for i, m := range e.Members {
		if i > 0 && e.Members[i-1].ID == m.ID {
			return &RefusedError{Event: e.ID, Reason: Repeated, IDs: []rapport.ID{m.ID}}
		}
		if len(r.sources[m.ID]) == 0 {
			return &RefusedError{Event: e.ID, Reason: UnknownMember, IDs: []rapport.ID{m.ID}}
		}
	}
	return nil
}

func memberIDs(members []Member) []rapport.ID {
	ids := make([]rapport.ID, len(members))
	for i, m := range members {
		ids[i] = m.ID
	}
	return ids
}

// groups returns what the members are one customer with, each customer once.
func (r *Registry) groups(members []Member) [][]rapport.ID {
	var groups [][]rapport.ID
	var seen []*cluster
	for _, m := range members {
		n := r.nodes[m.ID]
		switch {
		case n == nil || n.cluster == nil:
			groups = append(groups, []rapport.ID{m.ID})
		case !slices.Contains(seen, n.cluster):
			seen = append(seen, n.cluster)
			groups = append(groups, n.cluster.members)
		}
	}
	return groups
}

// follow checks that an event fits the log and works out what follows from it.
func (r *Registry) follow(e *MergeEvent) (does effect, err error) {
	if _, had := r.places[e.ID]; had {
		return does, &EventError{Event: e.ID, Other: e.ID, Reason: DuplicateEvent}
	}
	if len(r.log) > 0 && e.RecordedAt.Before(r.log[len(r.log)-1].RecordedAt) {
		return does, &EventError{Event: e.ID, Other: r.log[len(r.log)-1].ID, Reason: Backwards}
	}
	e.Survivor, e.Moves = "", nil
	switch e.Type {
	case Merged, AlwaysMerge:
		if err := r.followConstraints(e); err != nil {
			return does, err
		}
		does = r.effect(e)
		if !does.joining.apart && e.Type == Merged {
			return does, &RefusedError{Event: e.ID, Reason: AlreadyMerged, IDs: memberIDs(e.Members)}
		}
		e.Survivor, e.Moves = does.joining.survivor.ID, does.joining.moves
	case NeverMerge:
		return does, r.followNever(e)
	default:
		place, err := r.undoable(e.ID, e.Undoes, e.Type)
		if err != nil {
			return does, err
		}
		if e.At.Before(r.log[place].At) {
			return does, &EventError{Event: e.ID, Other: e.Undoes, Reason: Backwards}
		}
		does = r.effect(e)
		e.Survivor, e.Moves = does.parting.was, does.parting.moves
		return does, r.followAssigned(e, does.parting.before)
	}
	return does, nil
}

// followConstraints refuses what a never-merge keeps apart. An always-merge ends the one
// of its own pair.
func (r *Registry) followConstraints(e *MergeEvent) error {
	if len(r.nevers) == 0 {
		return nil
	}
	ended := -1
	if place, held := r.never(e.Members[0].ID, e.Members[1].ID); held && e.Type == AlwaysMerge {
		if e.At.Before(r.log[place].At) {
			return &EventError{Event: e.ID, Other: r.log[place].ID, Reason: Backwards}
		}
		ended = place
	}
	if a, b, place, found := r.clash(r.groups(e.Members), ended); found {
		return &RefusedError{Event: e.ID, Reason: Constrained, IDs: []rapport.ID{a, b}, Constraint: r.log[place].ID}
	}
	return nil
}

func (r *Registry) followNever(e *MergeEvent) error {
	a, b := e.Members[0].ID, e.Members[1].ID
	if place, held := r.never(a, b); held {
		return &RefusedError{Event: e.ID, Reason: Constrained, IDs: []rapport.ID{a, b}, Constraint: r.log[place].ID}
	}
	if r.Resolve(a) == r.Resolve(b) {
		return &RefusedError{Event: e.ID, Reason: AlreadyMerged, IDs: []rapport.ID{a, b}}
	}
	return nil
}

// followAssigned refuses assignments to or from ids that are not taken apart.
func (r *Registry) followAssigned(e *MergeEvent, members []rapport.ID) error {
	for _, a := range e.Assigned {
		for _, id := range []rapport.ID{a.From, a.To} {
			if !slices.Contains(members, id) {
				return &RefusedError{Event: e.ID, Reason: ForeignDependant, IDs: []rapport.ID{id}}
			}
		}
	}
	return nil
}

// undoable returns the place of an event that counts and that an event of type by can undo.
func (r *Registry) undoable(event, undoes rapport.ID, by EventType) (int, error) {
	place, known := r.places[undoes]
	if !known {
		return 0, &EventError{Event: event, Other: undoes, Reason: UnknownEvent}
	}
	switch had := r.log[place].Type; {
	case by == Unmerged && had != Merged:
		return 0, &EventError{Event: event, Other: undoes, Reason: NotAMerge}
	case by == Withdrawn && had != NeverMerge && had != AlwaysMerge:
		return 0, &EventError{Event: event, Other: undoes, Reason: NotAConstraint}
	case r.undone[place]:
		return 0, &EventError{Event: event, Other: undoes, Reason: AlreadyUndone}
	}
	return place, nil
}
