package identity

import (
	"cmp"
	"slices"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/customer"
)

// Never records that two ids must not become one customer, directly or over others. It is
// refused while they are one: unmerge first. The error is a [*RefusedError], an
// [*EventError] or a [*customer.ValidationError]; after one nothing has changed.
func (r *Registry) Never(act Act, a, b rapport.ID) (MergeEvent, error) {
	return r.decide(MergeEvent{Act: act, Type: NeverMerge}, a, b)
}

// Always records that two ids are one customer and joins them, whatever the size of the
// cluster and its identifiers; it ends a never-merge of these two. It is refused as
// [Registry.Merge] is for other never-merges and for different kinds of customer. It is
// taken back with [Registry.Withdraw], not with an unmerge.
func (r *Registry) Always(act Act, a, b rapport.ID) (MergeEvent, error) {
	return r.decide(MergeEvent{Act: act, Type: AlwaysMerge}, a, b)
}

// Withdraw takes a never-merge or an always-merge back. Ids that an always-merge held
// together fall apart as in [Registry.Unmerge]; a never-merge that it had ended does not
// come back. The error is an [*EventError] or a [*customer.ValidationError].
func (r *Registry) Withdraw(act Act, constraint rapport.ID) (MergeEvent, error) {
	return r.decide(MergeEvent{Act: act, Type: Withdrawn, Undoes: constraint})
}

// Forbidden returns the never-merge in force between two ids, or between any two that are
// one customer with them.
func (r *Registry) Forbidden(a, b rapport.ID) (constraint rapport.ID, held bool) {
	if _, _, place, found := r.clash([][]rapport.ID{r.Members(a), r.Members(b)}, -1); found {
		return r.log[place].ID, true
	}
	return "", false
}

// Constraints returns what the registry says of records to be clustered, as
// [ClusterOptions] asks for it: pairs of places in ids that are one customer already, and
// pairs that a never-merge keeps apart.
func (r *Registry) Constraints(ids []rapport.ID) (always, never [][2]int) {
	first := make(map[rapport.ID]int, len(ids)) // of the customer, by its current id
	for i, id := range ids {
		current := r.Resolve(id)
		if j, had := first[current]; had {
			always = append(always, [2]int{j, i})
		} else {
			first[current] = i
		}
	}
	if len(r.nevers) == 0 {
		return always, nil
	}
	for place, e := range r.log {
		if e.Type != NeverMerge || r.undone[place] {
			continue
		}
		i, one := first[r.Resolve(e.Members[0].ID)]
		j, other := first[r.Resolve(e.Members[1].ID)]
		if one && other {
			never = append(never, [2]int{min(i, j), max(i, j)})
		}
	}
	return always, never
}

// never returns the place of the never-merge in force between exactly these two.
func (r *Registry) never(a, b rapport.ID) (place int, held bool) {
	place, held = r.nevers[a][b]
	return place, held
}

func (r *Registry) forbid(a, b rapport.ID, place int) {
	for _, pair := range [][2]rapport.ID{{a, b}, {b, a}} {
		if r.nevers[pair[0]] == nil {
			r.nevers[pair[0]] = make(map[rapport.ID]int)
		}
		r.nevers[pair[0]][pair[1]] = place
	}
}

// lift ends a never-merge.
func (r *Registry) lift(place int) {
	r.undone[place] = true
	a, b := r.log[place].Members[0].ID, r.log[place].Members[1].ID
	if now, held := r.never(a, b); held && now == place {
		delete(r.nevers[a], b)
		delete(r.nevers[b], a)
	}
}

// clash finds the first pair of ids, in byte order, of two different groups that a
// never-merge keeps apart, but for the one at the place except.
func (r *Registry) clash(groups [][]rapport.ID, except int) (a, b rapport.ID, place int, found bool) {
	of := make(map[rapport.ID]int)
	for g, ids := range groups {
		for _, id := range ids {
			of[id] = g + 1
		}
	}
	for id, g := range of {
		for other, at := range r.nevers[id] {
			if h := of[other]; h != 0 && h != g && id < other && at != except {
				if !found || cmp.Or(compareIDs(id, a), compareIDs(other, b)) < 0 {
					a, b, place, found = id, other, at, true
				}
			}
		}
	}
	return a, b, place, found
}

// guard refuses a merge of ids that are not one customer for what is known of them.
func (r *Registry) guard(event rapport.ID, ids []rapport.ID, forced bool) error {
	slices.Sort(ids)
	kinds := make(map[customer.Kind]rapport.ID) // the first id of the kind
	var sources []Source
	for _, id := range ids {
		own := r.sources[id]
		if len(own) == 0 {
			return &RefusedError{Event: event, Reason: UnknownMember, IDs: []rapport.ID{id}}
		}
		speak, _, err := speaking(own)
		if err != nil {
			return &RefusedError{Event: event, Reason: NotGolden, IDs: []rapport.ID{id}, Err: err}
		}
		for _, s := range speak {
			if _, had := kinds[s.Record.Kind()]; !had {
				kinds[s.Record.Kind()] = id
			}
			sources = append(sources, *s)
		}
	}
	if len(kinds) > 1 {
		var clash []rapport.ID
		for _, id := range kinds {
			clash = append(clash, id)
		}
		slices.Sort(clash)
		return &RefusedError{Event: event, Reason: DifferentKinds, IDs: slices.Compact(clash)}
	}
	if !forced {
		if most := r.options.MaxMembers; len(ids) > most {
			return &RefusedError{Event: event, Reason: ClusterTooLarge, IDs: ids, Have: len(ids), Most: most}
		}
		for _, limit := range r.options.Limits {
			if holders, have := limit.count(sources); have > limit.Most {
				return &RefusedError{Event: event, Reason: TooManyKeys, IDs: holders, Have: have, Most: limit.Most}
			}
		}
	}
	if _, err := r.settled.golden(ids[0], sources); err != nil {
		return &RefusedError{Event: event, Reason: NotGolden, IDs: ids, Err: err}
	}
	return nil
}

// count returns how many different identifiers of the type the sources state, and whose
// they are.
func (l IdentifierLimit) count(sources []Source) (holders []rapport.ID, have int) {
	values := make(map[customer.Identifier]bool)
	for i := range sources {
		held := false
		for _, id := range sources[i].Record.Identifiers() {
			if id.Type == l.Type && (l.System == "" || id.System == l.System) {
				id.System = l.System // of any system: the value alone counts
				values[id.Key()] = true
				held = true
			}
		}
		if held {
			holders = append(holders, sources[i].Record.ID())
		}
	}
	slices.Sort(holders)
	return slices.Compact(holders), len(values)
}
