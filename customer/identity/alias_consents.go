package identity

import (
	"cmp"
	"slices"
	"time"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/customer"
)

// ConsentMerges returns the merges of the customer of the id as a
// [customer.ConsentLedger] asks for them: which ids were one, since when and until when
// by record time, the earliest first. One that was undone stays on the
// list, for a refusal that came while it held counts for all of its members ever after.
// It is empty for an id that was always by itself.
func (r *Registry) ConsentMerges(id rapport.ID) []customer.ConsentMerge {
	places, members := r.everJoined(id)
	turns := make([]turn, 0, 2*len(places))
	for _, place := range places {
		turns = append(turns, turn{r.log[place].RecordedAt, place, true})
		if at, over := r.ended[place]; over {
			turns = append(turns, turn{at, place, false})
		}
	}
	// A merge that ends as it is recorded never held for a record.
	slices.SortStableFunc(turns, func(a, b turn) int { return a.at.Compare(b.at) })
	var merges []customer.ConsentMerge
	counting := make(map[int]bool)
	for _, t := range turns {
		counting[t.place] = t.begins
		now := r.together(members, places, counting)
		merges = endApart(merges, now, t.at)
		merges = leftTogether(merges, now, t.at)
		for _, group := range now {
			if !slices.ContainsFunc(merges, func(m customer.ConsentMerge) bool {
				return m.Undone.IsZero() && slices.Equal(m.Members, group)
			}) {
				merges = append(merges, customer.ConsentMerge{Members: group, At: t.at})
			}
		}
	}
	merges = slices.DeleteFunc(merges, func(m customer.ConsentMerge) bool { return m.Undone.Equal(m.At) })
	slices.SortStableFunc(merges, func(a, b customer.ConsentMerge) int { return a.At.Compare(b.At) })
	return merges
}

// turn is a joining event that begins or ceases to count.
type turn struct {
	at     time.Time
	place  int
	begins bool
}

// everJoined returns the places of all joining events, in order, over which an id ever was
// one with others, and all ids that they name.
func (r *Registry) everJoined(id rapport.ID) (places []int, members []rapport.ID) {
	members = []rapport.ID{id}
	seen := map[rapport.ID]bool{id: true}
	had := make(map[int]bool)
	for i := 0; i < len(members); i++ {
		n := r.nodes[members[i]]
		if n == nil {
			continue
		}
		for _, place := range slices.Concat(n.joins, n.parted) {
			if had[place] {
				continue
			}
			had[place] = true
			places = append(places, place)
			for _, m := range r.log[place].Members {
				if !seen[m.ID] {
					seen[m.ID] = true
					members = append(members, m.ID)
				}
			}
		}
	}
	slices.Sort(places)
	slices.Sort(members)
	return places, members
}

// together returns the groups of two ids or more that the counting events join, each in
// order, by their first ids.
func (r *Registry) together(members []rapport.ID, places []int, counting map[int]bool) [][]rapport.ID {
	group := make(map[rapport.ID]*[]rapport.ID, len(members))
	for _, id := range members {
		group[id] = &[]rapport.ID{id}
	}
	for _, place := range places {
		if !counting[place] {
			continue
		}
		named := r.log[place].Members
		for _, m := range named[1:] {
			into, from := group[named[0].ID], group[m.ID]
			if into == from {
				continue
			}
			*into = append(*into, *from...)
			for _, id := range *from {
				group[id] = into
			}
		}
	}
	var groups [][]rapport.ID
	for _, id := range members {
		if g := *group[id]; len(g) > 1 && slices.Min(g) == id {
			groups = append(groups, slices.Sorted(slices.Values(g)))
		}
	}
	return groups
}

// endApart ends the merges whose members are not all in one group any more.
func endApart(merges []customer.ConsentMerge, now [][]rapport.ID, at time.Time) []customer.ConsentMerge {
	for i := range merges {
		if merges[i].Undone.IsZero() && !slices.ContainsFunc(now, func(group []rapport.ID) bool { return holds(group, merges[i].Members) }) {
			merges[i].Undone = at
		}
	}
	return merges
}

// leftTogether adds what the merges that end now leave together: those ids were so since
// each of these merges began, which may be before others of their group joined them.
func leftTogether(merges []customer.ConsentMerge, now [][]rapport.ID, at time.Time) []customer.ConsentMerge {
	var over []customer.ConsentMerge
	for _, m := range merges {
		if m.Undone.Equal(at) && m.At.Before(at) {
			over = append(over, m)
		}
	}
	slices.SortStableFunc(over, func(a, b customer.ConsentMerge) int { return a.At.Compare(b.At) })
	for _, m := range over {
		for _, group := range now {
			left := slices.DeleteFunc(slices.Clone(m.Members), func(id rapport.ID) bool { return !holds(group, []rapport.ID{id}) })
			if len(left) > 1 && !slices.ContainsFunc(merges, func(o customer.ConsentMerge) bool {
				return o.Undone.IsZero() && !o.At.After(m.At) && holds(o.Members, left)
			}) {
				merges = append(merges, customer.ConsentMerge{Members: left, At: m.At})
			}
		}
	}
	return merges
}

// holds reports whether all ids of part are in the sorted ids of whole.
func holds(whole, part []rapport.ID) bool {
	return !slices.ContainsFunc(part, func(id rapport.ID) bool {
		_, in := slices.BinarySearchFunc(whole, id, cmp.Compare[rapport.ID])
		return !in
	})
}
