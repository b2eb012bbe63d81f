package customer

import (
	"cmp"
	"slices"
	"time"

	"github.com/rapport-crm/rapport"
)

// Graph is what relations say at one instant, as far as it was known at another. It is
// immutable and safe to share. Parties that no relation names are not in it: they have
// no children, no parents and no group.
type Graph struct {
	at, known time.Time
	net       *net
}

// NewGraph returns the graph of the relations that hold at the instant at, as recorded
// until known: of several versions of a relation the last one until then counts. A zero
// known means everything recorded so far. The error is a [*ValidationError] about one
// relation, a [*RelationError] about two versions with the same record time, a
// [*CycleError] or a [*ShareError].
//
// Building takes time in proportion to n log n; walks take it in proportion to what
// they visit, and their depth is limited by memory alone.
func NewGraph(relations []Relation, at, known time.Time) (*Graph, error) {
	current, err := latest(relations, known)
	if err != nil {
		return nil, err
	}
	current = slices.DeleteFunc(current, func(r Relation) bool { return !r.Valid.Contains(at) })
	g := &Graph{at: at.UTC(), known: known.UTC(), net: newNet(current)}
	for _, kind := range relationKinds() {
		if kind.IsHierarchy() {
			if err := g.net.circleAt(kind, at); err != nil {
				return nil, err
			}
		}
	}
	return g, g.checkShares()
}

// checkShares reports the first company, by id, of which too much is owned.
func (g *Graph) checkShares() error {
	owned := g.net.ways[RelationOwns]
	if owned == nil {
		return nil
	}
	for company, id := range g.net.ids {
		sum := 0.0
		for _, e := range owned.in.of(company) {
			sum += g.net.relations[e.relation].Share
		}
		if sum > 1+shareSlack {
			return &ShareError{Company: id, Sum: sum, At: g.at}
		}
	}
	return nil
}

// At returns the instant whose relations the graph holds.
func (g *Graph) At() time.Time { return g.at }

// Known returns until when relations were recorded; zero: all of them.
func (g *Graph) Known() time.Time { return g.known }

// Children returns the parties at the To side of relations from id, by id.
func (g *Graph) Children(kind RelationKind, id rapport.ID) []rapport.ID {
	return g.net.others(g.net.neighbours(kind, id, true))
}

// Parents returns the parties at the From side of relations to id, by id.
func (g *Graph) Parents(kind RelationKind, id rapport.ID) []rapport.ID {
	return g.net.others(g.net.neighbours(kind, id, false))
}

// others returns the parties at the far end of edges, which come in their order, each
// once.
func (n *net) others(edges []edge) []rapport.ID {
	var ids []rapport.ID
	for _, e := range edges {
		if id := n.ids[e.other]; len(ids) == 0 || ids[len(ids)-1] != id {
			ids = append(ids, id)
		}
	}
	return ids
}

// Roots returns the parties that have children and no parents in relations of the
// kind, by id.
func (g *Graph) Roots(kind RelationKind) []rapport.ID {
	w := g.net.ways[kind]
	if w == nil {
		return nil
	}
	var roots []rapport.ID
	for node, id := range g.net.ids {
		if len(w.in.of(node)) == 0 && len(w.out.of(node)) > 0 {
			roots = append(roots, id)
		}
	}
	return roots
}

// Reached is a party that a walk came to.
type Reached struct {
	ID    rapport.ID
	Depth int        // relations on a shortest way, at least 1
	By    rapport.ID // the party before it on that way, the one with the least id of several
}

// Below returns all parties below id, nearest first, then by id; id itself is not
// among them.
func (g *Graph) Below(kind RelationKind, id rapport.ID) []Reached { return g.walk(kind, id, true) }

// Above returns all parties above id, nearest first, then by id.
func (g *Graph) Above(kind RelationKind, id rapport.ID) []Reached { return g.walk(kind, id, false) }

func (g *Graph) walk(kind RelationKind, id rapport.ID, down bool) []Reached {
	var reached []Reached
	seen := map[rapport.ID]bool{id: true}
	level := []rapport.ID{id}
	for depth := 1; len(level) > 0; depth++ {
		var next []rapport.ID
		for _, by := range level { // in the order of ids
			for _, e := range g.net.neighbours(kind, by, down) {
				other := g.net.ids[e.other]
				if !seen[other] {
					seen[other] = true
					next = append(next, other)
					reached = append(reached, Reached{ID: other, Depth: depth, By: by})
				}
			}
		}
		slices.Sort(next)
		slices.SortFunc(reached[len(reached)-len(next):], func(a, b Reached) int { return cmp.Compare(a.ID, b.ID) })
		level = next
	}
	return reached
}

// Relations returns all relations of a party at either end, ordered by kind as the
// constants are, then by the other party, then by relation id.
func (g *Graph) Relations(id rapport.ID) []Relation {
	var list []Relation
	for _, kind := range relationKinds() {
		from := len(list)
		for _, down := range []bool{true, false} {
			for _, e := range g.net.neighbours(kind, id, down) {
				list = append(list, g.net.relations[e.relation])
			}
		}
		slices.SortFunc(list[from:], func(a, b Relation) int {
			return cmp.Or(cmp.Compare(a.other(id), b.other(id)), cmp.Compare(a.ID, b.ID))
		})
	}
	return list
}

// other returns the party of the relation that id is not.
func (r Relation) other(id rapport.ID) rapport.ID {
	if r.From == id {
		return r.To
	}
	return r.From
}

// DecisionMakers returns who has part in what a company buys, by role in the order of
// the constants, then by party.
func (g *Graph) DecisionMakers(company rapport.ID) []Relation {
	var makers []Relation
	for _, e := range g.net.neighbours(RelationDecisionMaker, company, false) {
		makers = append(makers, g.net.relations[e.relation])
	}
	slices.SortFunc(makers, func(a, b Relation) int {
		return cmp.Or(cmp.Compare(a.Role.rank(), b.Role.rank()), cmp.Compare(a.From, b.From), cmp.Compare(a.ID, b.ID))
	})
	return makers
}
