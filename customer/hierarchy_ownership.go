package customer

import (
	"cmp"
	"math"
	"slices"

	"github.com/rapport-crm/rapport"
)

// OwnedShare is what one party owns of a company.
type OwnedShare struct {
	Owner     rapport.ID
	Company   rapport.ID
	Direct    float64 // 0 to 1: the sum of its own shares
	Effective float64 // 0 to 1: with what it owns through others
	Unknown   bool    // a share on some way is not known and counts as 0: it may be more
}

// Holdings returns what a party owns, itself and through companies that it owns shares
// of, from the largest effective share on, then by company. A way through companies
// counts with the product of its shares: who has 60 % of a company that has half of
// another effectively owns 30 % of that one. Ways end where they come back to the owner.
//
// Companies may own each other: the effective share is then the limit of the sum over
// all ways, to 1e-12. Where nearly everything goes round in a circle it is not reached,
// which is a [*CycleError].
func (g *Graph) Holdings(owner rapport.ID) ([]OwnedShare, error) {
	return g.holdings(owner, nil)
}

// Shareholders returns who owns a company, itself or through others, from the largest
// effective share on, then by owner; shares are found as in [Graph.Holdings]. The
// effective shares of all can sum to more than 1, as a parent's and its daughter's do.
func (g *Graph) Shareholders(company rapport.ID) ([]OwnedShare, error) {
	n := g.net
	w := n.ways[RelationOwns]
	to, known := n.node(company)
	if w == nil || !known {
		return nil, nil
	}
	up := n.spread(to, &w.in, &w.out, nil)
	circular := len(up.rounds) > 0 || slices.ContainsFunc(w.out.of(int(to)), func(e edge) bool {
		_, above := up.effective[e.other]
		return above
	})
	var list []OwnedShare
	if !circular {
		// Without a circle the products are the same from either end.
		for _, node := range up.order {
			share := up.share(n, node, w.out.of(int(node)))
			share.Owner, share.Company = n.ids[node], company
			list = append(list, share)
		}
	} else {
		within := map[int32]bool{to: true}
		for _, node := range up.order {
			within[node] = true
		}
		for _, node := range up.order {
			held, err := g.holdings(n.ids[node], within)
			if err != nil {
				return nil, err
			}
			at := slices.IndexFunc(held, func(h OwnedShare) bool { return h.Company == company })
			list = append(list, held[at])
		}
	}
	slices.SortFunc(list, func(a, b OwnedShare) int {
		return cmp.Or(cmp.Compare(b.Effective, a.Effective), cmp.Compare(a.Owner, b.Owner))
	})
	return list, nil
}

// holdings looks only at companies of within, at all if it is nil.
func (g *Graph) holdings(owner rapport.ID, within map[int32]bool) ([]OwnedShare, error) {
	n := g.net
	w := n.ways[RelationOwns]
	from, known := n.node(owner)
	if w == nil || !known {
		return nil, nil
	}
	down := n.spread(from, &w.out, &w.in, within)
	const still, most = 1e-15, 10_000
	for round := 0; len(down.rounds) > 0 && down.pass(n, &w.in, down.rounds) > still; round++ {
		if round == most {
			return nil, g.roundabout(w, down.rounds)
		}
	}
	list := make([]OwnedShare, 0, len(down.order))
	for _, node := range down.order {
		share := down.share(n, node, w.in.of(int(node)))
		share.Owner, share.Company = owner, n.ids[node]
		list = append(list, share)
	}
	slices.SortFunc(list, func(a, b OwnedShare) int {
		return cmp.Or(cmp.Compare(b.Effective, a.Effective), cmp.Compare(a.Company, b.Company))
	})
	return list, nil
}

// shares are what reaches parties along relations from one of them.
type shares struct {
	from      int32
	order     []int32 // each after all that lead to it, where that is possible
	rounds    []int32 // the end of the order, for which it is not: in a circle or behind one
	effective map[int32]float64
	unknown   map[int32]bool
}

// spread follows edges away from a party, within a set of parties if one is given, and
// goes over all it reaches once. What leads back to the party is left out.
func (n *net) spread(from int32, away, back *adjacency, within map[int32]bool) *shares {
	s := &shares{from: from, effective: map[int32]float64{from: 1}, unknown: make(map[int32]bool)}
	before := map[int32]int{from: 0} // edges from parties not yet in the order
	for found := []int32{from}; len(found) > 0; {
		node := found[len(found)-1]
		found = found[:len(found)-1]
		for _, e := range away.of(int(node)) {
			if e.other == from || within != nil && !within[e.other] {
				continue
			}
			if _, seen := before[e.other]; !seen {
				found = append(found, e.other)
			}
			before[e.other]++
		}
	}
	for free := []int32{from}; len(free) > 0; {
		node := free[len(free)-1]
		free = free[:len(free)-1]
		if node != from {
			s.order = append(s.order, node)
		}
		delete(before, node)
		for _, e := range away.of(int(node)) {
			if left, reached := before[e.other]; reached {
				if before[e.other]--; left == 1 {
					free = append(free, e.other)
				}
			}
		}
	}
	for node := range before {
		s.rounds = append(s.rounds, node)
	}
	slices.Sort(s.rounds)
	s.order = append(s.order, s.rounds...)
	for _, node := range s.order {
		s.effective[node] = 0 // reached, so that it counts for others
	}
	s.pass(n, back, s.order)
	return s
}

// pass adds up what reaches each of the nodes, and returns the largest change.
func (s *shares) pass(n *net, back *adjacency, nodes []int32) (change float64) {
	for _, node := range nodes {
		sum := 0.0
		for _, e := range back.of(int(node)) {
			if held, reached := s.effective[e.other]; reached {
				share := n.relations[e.relation].Share
				sum += held * share
				s.unknown[node] = s.unknown[node] || share == 0 || s.unknown[e.other]
			}
		}
		change = max(change, math.Abs(sum-s.effective[node]))
		s.effective[node] = sum
	}
	return change
}

// share returns what reaches a node, of it directly by its edges. Sums of shares can be
// above 1 by rounding.
func (s *shares) share(n *net, node int32, edges []edge) OwnedShare {
	share := OwnedShare{Effective: min(s.effective[node], 1), Unknown: s.unknown[node]}
	for _, e := range edges {
		if e.other == s.from {
			share.Direct += n.relations[e.relation].Share
		}
	}
	share.Direct = min(share.Direct, 1)
	return share
}

// roundabout returns the error for parties that own each other in a circle.
func (g *Graph) roundabout(w *ways, rounds []int32) error {
	left := make([]bool, len(g.net.ids))
	for _, node := range rounds {
		left[node] = true
	}
	err := g.net.circle(w, left, func(*Relation) bool { return true })
	err.Kind, err.At = RelationOwns, g.at
	return err
}
