package identity

import (
	"slices"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/customer"
)

// holding is what the guards ask of the sources of ids, from above: sources that speak no
// more are counted too, and what several state is counted for each. So a merge of ids that
// hold little needs no look at the sources, and a customer of many ids grows at a low
// price.
type holding struct {
	kind    customer.Kind // of all sources; 0: they differ, or there are none
	entries []int         // of each list of a customer
	keys    []int         // identifiers that count for each limit
}

// holding returns that of an id, which is kept until a source is added.
func (r *Registry) holding(id rapport.ID) *holding {
	if kept := r.held[id]; kept != nil {
		return kept
	}
	t := r.noHolding()
	for i, s := range r.sources[id] {
		t.unite(s.Record.Kind(), i == 0)
		draft := s.Record.Draft()
		for place, p := range r.settled.plans {
			if p.many {
				t.entries[place] += p.filled(&draft)
			}
		}
		for place, limit := range r.options.Limits {
			for _, key := range draft.Identifiers {
				if limit.counts(key) {
					t.keys[place]++
				}
			}
		}
	}
	r.held[id] = t
	return t
}

func (r *Registry) noHolding() *holding {
	return &holding{entries: make([]int, len(r.settled.plans)), keys: make([]int, len(r.options.Limits))}
}

// holdings returns that of ids together.
func (r *Registry) holdings(ids []rapport.ID) *holding {
	all := r.noHolding()
	for i, id := range ids {
		t := r.holding(id)
		all.unite(t.kind, i == 0)
		for place, n := range t.entries {
			all.entries[place] += n
		}
		for place, n := range t.keys {
			all.keys[place] += n
		}
	}
	return all
}

func (h *holding) unite(kind customer.Kind, first bool) {
	if first {
		h.kind = kind
	} else if h.kind != kind {
		h.kind = 0
	}
}

// short reports whether no list can be too long, which is all that can be wrong with a
// golden record of sources of one kind: contradictions are reconciled.
func (h *holding) short() bool {
	return !slices.ContainsFunc(h.entries, func(n int) bool { return n > customer.MaxEntries })
}

func (h *holding) within(limits []IdentifierLimit) bool {
	for place, limit := range limits {
		if h.keys[place] > limit.Most {
			return false
		}
	}
	return true
}

// guard refuses a merge of ids that are not one customer for what is known of them. What
// their holdings rule out is not looked for.
func (r *Registry) guard(event rapport.ID, ids []rapport.ID, forced bool) error {
	all := r.holdings(ids)
	if all.kind != 0 && all.short() && (forced || len(ids) <= r.options.MaxMembers && all.within(r.options.Limits)) {
		return nil
	}
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
	if all.short() {
		return nil
	}
	if _, err := r.settled.golden(ids[0], sources); err != nil {
		return &RefusedError{Event: event, Reason: NotGolden, IDs: ids, Err: err}
	}
	return nil
}

func (l IdentifierLimit) counts(id customer.Identifier) bool {
	return id.Type == l.Type && (l.System == "" || id.System == l.System)
}

// count returns how many different identifiers of the type the sources state, and whose
// they are.
func (l IdentifierLimit) count(sources []Source) (holders []rapport.ID, have int) {
	values := make(map[customer.Identifier]bool)
	for i := range sources {
		held := false
		for _, id := range sources[i].Record.Identifiers() {
			if l.counts(id) {
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
