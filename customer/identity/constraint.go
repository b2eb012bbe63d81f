package identity

import (
	"cmp"

	"github.com/rapport-crm/rapport"
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
