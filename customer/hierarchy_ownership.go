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
	above := g.Above(RelationOwns, company)
	within := map[rapport.ID]bool{company: true}
	for _, r := range above {
		within[r.ID] = true
	}
	var list []OwnedShare
	for _, r := range above {
		held, err := g.holdings(r.ID, within)
		if err != nil {
			return nil, err
		}
		at := slices.IndexFunc(held, func(h OwnedShare) bool { return h.Company == company })
		list = append(list, held[at])
	}
	slices.SortFunc(list, func(a, b OwnedShare) int {
		return cmp.Or(cmp.Compare(b.Effective, a.Effective), cmp.Compare(a.Owner, b.Owner))
	})
	return list, nil
}

// holdings looks only at companies of within, at all if it is nil.
func (g *Graph) holdings(owner rapport.ID, within map[rapport.ID]bool) ([]OwnedShare, error) {
	n := g.net
	w := n.ways[RelationOwns]
	from, known := n.number[owner]
	if w == nil || !known {
		return nil, nil
	}
	order, rounds := n.downwards(w, from, within)
	effective := map[int32]float64{from: 1}
	unknown := make(map[int32]bool)
	for _, node := range order {
		effective[node] = 0 // reached, so that it counts for others
	}
	pass := func(nodes []int32) (change float64) {
		for _, node := range nodes {
			sum := 0.0
			for _, e := range w.in.of(int(node)) {
				if held, reached := effective[e.other]; reached {
					share := n.relations[e.relation].Share
					sum += held * share
					unknown[node] = unknown[node] || share == 0 || unknown[e.other]
				}
			}
			change = max(change, math.Abs(sum-effective[node]))
			effective[node] = sum
		}
		return change
	}
	pass(order)
	const still, most = 1e-15, 10_000
	for round := 0; len(rounds) > 0 && pass(rounds) > still; round++ {
		if round == most {
			return nil, g.roundabout(w, rounds)
		}
	}
	list := make([]OwnedShare, 0, len(order))
	for _, node := range order {
		h := OwnedShare{Owner: owner, Company: n.ids[node], Effective: min(effective[node], 1), Unknown: unknown[node]}
		for _, e := range w.in.of(int(node)) {
			if e.other == from {
				h.Direct += n.relations[e.relation].Share
			}
		}
		h.Direct = min(h.Direct, 1)
		list = append(list, h)
	}
	slices.SortFunc(list, func(a, b OwnedShare) int {
		return cmp.Or(cmp.Compare(b.Effective, a.Effective), cmp.Compare(a.Company, b.Company))
	})
	return list, nil
}

// downwards returns the parties below from, each after all above it where that is
// possible; rounds are those at the end of the order for which it is not, because they
// are in a circle or below one. What leads back to from is left out.
func (n *net) downwards(w *ways, from int32, within map[rapport.ID]bool) (order, rounds []int32) {
	before := map[int32]int{from: 0}
	for found := []int32{from}; len(found) > 0; {
		node := found[len(found)-1]
		found = found[:len(found)-1]
		for _, e := range w.out.of(int(node)) {
			if e.other == from || within != nil && !within[n.ids[e.other]] {
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
			order = append(order, node)
		}
		delete(before, node)
		for _, e := range w.out.of(int(node)) {
			if left, reached := before[e.other]; reached {
				if before[e.other]--; left == 1 {
					free = append(free, e.other)
				}
			}
		}
	}
	for node := range before {
		rounds = append(rounds, node)
	}
	slices.Sort(rounds)
	return append(order, rounds...), rounds
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
