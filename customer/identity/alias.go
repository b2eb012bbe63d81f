package identity

import (
	"cmp"
	"slices"

	"github.com/rapport-crm/rapport"
)

func compareIDs(a, b rapport.ID) int { return cmp.Compare(a, b) }

// Resolve returns the current id of the customer that the id belongs to. An id that no
// event joins to another is its own, so every id resolves, at once and never in a circle.
func (r *Registry) Resolve(id rapport.ID) rapport.ID {
	if n := r.nodes[id]; n != nil && n.cluster != nil {
		return n.cluster.survivor.ID
	}
	return id
}

// Members returns all ids of the customer that the id belongs to, itself included, in
// byte order: what belongs to the customer is kept under these.
func (r *Registry) Members(id rapport.ID) []rapport.ID {
	n := r.nodes[id]
	if n == nil || n.cluster == nil {
		return []rapport.ID{id}
	}
	return slices.Sorted(slices.Values(n.cluster.members))
}

// LinkType says how an id stands to another, as the links of patients do in FHIR.
type LinkType string

// The types of link.
const (
	Replaces   LinkType = "replaces"    // the id is the current one of both
	ReplacedBy LinkType = "replaced-by" // the other one is the current one of both
	SeeAlso    LinkType = "see-also"    // they are two customers now, but a merge of both was undone or is forbidden
)

// Link is how an id stands to another.
type Link struct {
	Type  LinkType
	Other rapport.ID
}

// Links returns how the id stands to others: sorted by type, then by id.
func (r *Registry) Links(id rapport.ID) []Link {
	n := r.nodes[id]
	var links []Link
	switch current := r.Resolve(id); {
	case current != id:
		links = append(links, Link{ReplacedBy, current})
	case n != nil && n.cluster != nil:
		for _, member := range n.cluster.members {
			if member != id {
				links = append(links, Link{Replaces, member})
			}
		}
	}
	also := func(other rapport.ID) {
		if r.Resolve(other) != r.Resolve(id) {
			links = append(links, Link{SeeAlso, other})
		}
	}
	if n != nil {
		for _, place := range n.parted {
			for _, m := range r.log[place].Members {
				also(m.ID)
			}
		}
	}
	for other := range r.nevers[id] {
		also(other)
	}
	slices.SortFunc(links, func(a, b Link) int { return cmp.Or(cmp.Compare(a.Type, b.Type), compareIDs(a.Other, b.Other)) })
	return slices.Compact(links)
}
