package identity

import (
	"cmp"
	"slices"

	"github.com/rapport-crm/rapport"
)

// joining is what comes of one more joining event.
type joining struct {
	clusters []*cluster // that become one
	size     int        // of it
	survivor Member
	moves    []Move
	apart    bool // the members are not one customer yet
}

// join works out what a joining event would do.
func (r *Registry) join(members []Member) joining {
	var j joining
	for _, m := range members {
		n := r.nodes[m.ID]
		if n == nil || n.cluster == nil {
			j.size++
			j.consider(m)
			continue
		}
		if m.Since.Before(n.since) {
			j.consider(m)
		}
		j.consider(n.cluster.survivor)
		if !slices.Contains(j.clusters, n.cluster) {
			j.clusters = append(j.clusters, n.cluster)
			j.size += len(n.cluster.members)
		}
	}
	j.apart = len(j.clusters) != 1 || j.size != len(j.clusters[0].members)
	for _, m := range members {
		if n := r.nodes[m.ID]; (n == nil || n.cluster == nil) && m.ID != j.survivor.ID {
			j.moves = append(j.moves, Move{m.ID, m.ID, j.survivor.ID})
		}
	}
	for _, c := range j.clusters {
		if c.survivor.ID == j.survivor.ID {
			continue
		}
		for _, id := range c.members {
			j.moves = append(j.moves, Move{id, c.survivor.ID, j.survivor.ID})
		}
	}
	sortMoves(j.moves)
	return j
}

func (j *joining) consider(m Member) {
	if j.survivor.ID == "" || older(m, j.survivor) {
		j.survivor = m
	}
}

func sortMoves(moves []Move) {
	slices.SortFunc(moves, func(a, b Move) int { return cmp.Compare(a.ID, b.ID) })
}

// commitJoin does what join worked out, for the event at a place of the log.
func (r *Registry) commitJoin(members []Member, j joining, place int) {
	var into *cluster
	for _, c := range j.clusters { // the smaller ones move
		if into == nil || len(c.members) > len(into.members) {
			into = c
		}
	}
	if into == nil {
		into = &cluster{members: make([]rapport.ID, 0, len(members))}
	}
	for _, c := range j.clusters {
		if c == into {
			continue
		}
		for _, id := range c.members {
			r.nodes[id].cluster = into
		}
		into.members = append(into.members, c.members...)
	}
	for _, m := range members {
		n := r.node(m.ID)
		if len(n.joins) == 0 || m.Since.Before(n.since) {
			n.since = m.Since
		}
		n.joins = append(n.joins, place)
		if n.cluster == nil {
			n.cluster = into
			into.members = append(into.members, m.ID)
		}
	}
	into.survivor = j.survivor
}

func (r *Registry) node(id rapport.ID) *node {
	n := r.nodes[id]
	if n == nil {
		n = &node{}
		r.nodes[id] = n
	}
	return n
}

// parting is what comes of a joining event that counts no longer.
type parting struct {
	before []rapport.ID // the members until then
	was    rapport.ID   // their current id
	parts  []*cluster   // what they fall into; one of a single member is an id by itself
	since  map[rapport.ID]Member
	moves  []Move
}

// part works out what the cluster of an event is without the event: it is rebuilt from
// its other events.
func (r *Registry) part(place int) parting {
	c := r.nodes[r.log[place].Members[0].ID].cluster
	p := parting{before: c.members, was: c.survivor.ID, since: make(map[rapport.ID]Member, len(c.members))}
	of := make(map[rapport.ID]*cluster, len(c.members))
	walked := make(map[int]bool) // events, by place
	for _, first := range slices.Sorted(slices.Values(c.members)) {
		if of[first] != nil {
			continue
		}
		part := &cluster{members: []rapport.ID{first}}
		of[first] = part
		for next := 0; next < len(part.members); next++ { // grows as it goes
			id := part.members[next]
			me := Member{ID: id}
			for _, join := range r.nodes[id].joins {
				if join == place {
					continue
				}
				members := r.log[join].Members
				if m := members[findMember(members, id)]; me.Since.IsZero() || m.Since.Before(me.Since) {
					me.Since = m.Since
				}
				if walked[join] {
					continue
				}
				walked[join] = true
				for _, m := range members {
					if of[m.ID] == nil {
						of[m.ID] = part
						part.members = append(part.members, m.ID)
					}
				}
			}
			p.since[id] = me
			if next == 0 || older(me, part.survivor) {
				part.survivor = me
			}
		}
		p.parts = append(p.parts, part)
		for _, id := range part.members {
			if part.survivor.ID != p.was {
				p.moves = append(p.moves, Move{id, p.was, part.survivor.ID})
			}
		}
	}
	sortMoves(p.moves)
	return p
}

// findMember returns the place of an id that is among the members of an event.
func findMember(members []Member, id rapport.ID) int {
	i, _ := slices.BinarySearchFunc(members, id, func(m Member, id rapport.ID) int { return compareIDs(m.ID, id) })
	return i
}

// commitPart does what part worked out.
func (r *Registry) commitPart(p parting, place int) {
	for _, m := range r.log[place].Members {
		n := r.nodes[m.ID]
		n.joins = slices.DeleteFunc(n.joins, func(join int) bool { return join == place })
		n.parted = append(n.parted, place)
	}
	for _, part := range p.parts {
		for _, id := range part.members {
			n := r.nodes[id]
			n.since, n.cluster = p.since[id].Since, part
			if len(part.members) == 1 {
				n.cluster = nil
			}
		}
	}
}

// effect is what an event changes: a joining, a parting or neither.
type effect struct {
	joining joining
	parting parting
}

// effect works out what an event does that is well formed and names what the log has.
func (r *Registry) effect(e *MergeEvent) (does effect) {
	switch e.Type {
	case Merged, AlwaysMerge:
		does.joining = r.join(e.Members)
	case Unmerged, Withdrawn:
		if place := r.places[e.Undoes]; r.log[place].Type != NeverMerge {
			does.parting = r.part(place)
		}
	}
	return does
}

// take adds an event to the log with what it does.
func (r *Registry) take(e MergeEvent, does effect) {
	place := len(r.log)
	r.log = append(r.log, e)
	r.places[e.ID] = place
	switch e.Type {
	case Merged:
		r.commitJoin(e.Members, does.joining, place)
	case AlwaysMerge:
		r.commitJoin(e.Members, does.joining, place)
		if never, held := r.never(e.Members[0].ID, e.Members[1].ID); held {
			r.lift(never)
		}
	case NeverMerge:
		r.forbid(e.Members[0].ID, e.Members[1].ID, place)
	case Unmerged, Withdrawn:
		if undoes := r.places[e.Undoes]; r.log[undoes].Type == NeverMerge {
			r.lift(undoes)
		} else {
			r.undone[undoes] = true
			r.ended[undoes] = e.RecordedAt
			r.commitPart(does.parting, undoes)
		}
		r.assign(e.Assigned)
	}
}
