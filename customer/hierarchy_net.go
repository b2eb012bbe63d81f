package customer

import (
	"cmp"
	"slices"

	"github.com/rapport-crm/rapport"
)

// net is a set of relations with the parties numbered in the order of their ids.
type net struct {
	ids       []rapport.ID
	sight     map[rapport.ID]int32 // in which order the parties came
	number    []int32              // of the party that came so
	relations []Relation
	ways      map[RelationKind]*ways // of the kinds that occur
}

// ways are the relations of one kind, by either end.
type ways struct {
	out, in adjacency
}

// adjacency lists for each party the relations at one of their ends, by the number of
// the party at the other, then in the order of the relations.
type adjacency struct {
	start []int32 // of each party's edges, and the end of the last
	edges []edge
}

type edge struct {
	other    int32 // party
	relation int32 // place
}

func (a *adjacency) of(node int) []edge { return a.edges[a.start[node]:a.start[node+1]] }

// newNet numbers the parties; relations are valid and are not copied.
func newNet(relations []Relation) *net {
	n := &net{relations: relations, sight: make(map[rapport.ID]int32, len(relations)), ways: make(map[RelationKind]*ways)}
	come := make([]rapport.ID, 0, len(relations))
	see := func(id rapport.ID) int32 {
		at, seen := n.sight[id]
		if !seen {
			at = int32(len(come))
			n.sight[id], come = at, append(come, id)
		}
		return at
	}
	type tie struct{ from, to, relation int32 }
	ties := make(map[RelationKind][]tie)
	for i := range relations {
		r := &relations[i]
		ties[r.Kind] = append(ties[r.Kind], tie{see(r.From), see(r.To), int32(i)})
	}
	order := make([]int32, len(come))
	for i := range order {
		order[i] = int32(i)
	}
	slices.SortFunc(order, func(a, b int32) int { return cmp.Compare(come[a], come[b]) })
	n.ids, n.number = make([]rapport.ID, len(come)), make([]int32, len(come))
	for i, at := range order {
		n.ids[i], n.number[at] = come[at], int32(i)
	}
	for kind, list := range ties {
		w := new(ways)
		for i, t := range list {
			list[i].from, list[i].to = n.number[t.from], n.number[t.to]
		}
		// The in-lists of an order by from are in the order of from, and the other way round.
		slices.SortFunc(list, func(a, b tie) int {
			if a.from != b.from {
				return int(a.from - b.from)
			}
			return int(a.relation - b.relation)
		})
		w.in = newAdjacency(len(n.ids), len(list), func(i int) (node, other, relation int32) {
			return list[i].to, list[i].from, list[i].relation
		})
		slices.SortFunc(list, func(a, b tie) int {
			if a.to != b.to {
				return int(a.to - b.to)
			}
			return int(a.relation - b.relation)
		})
		w.out = newAdjacency(len(n.ids), len(list), func(i int) (node, other, relation int32) {
			return list[i].from, list[i].to, list[i].relation
		})
		n.ways[kind] = w
	}
	return n
}

// newAdjacency sorts the edges by node by counting, which keeps their order otherwise.
func newAdjacency(nodes, edges int, at func(i int) (node, other, relation int32)) adjacency {
	a := adjacency{start: make([]int32, nodes+1), edges: make([]edge, edges)}
	for i := range edges {
		node, _, _ := at(i)
		a.start[node+1]++
	}
	for i := range nodes {
		a.start[i+1] += a.start[i]
	}
	next := slices.Clone(a.start)
	for i := range edges {
		node, other, relation := at(i)
		a.edges[next[node]] = edge{other, relation}
		next[node]++
	}
	return a
}

// node returns the number of a party, false for one that no relation names.
func (n *net) node(id rapport.ID) (int32, bool) {
	at, seen := n.sight[id]
	if !seen {
		return 0, false
	}
	return n.number[at], true
}

// neighbours returns the relations of a kind at one end of a party, none for a party or
// a kind that does not occur.
func (n *net) neighbours(kind RelationKind, id rapport.ID, down bool) []edge {
	w := n.ways[kind]
	node, known := n.node(id)
	if w == nil || !known {
		return nil
	}
	if down {
		return w.out.of(int(node))
	}
	return w.in.of(int(node))
}
