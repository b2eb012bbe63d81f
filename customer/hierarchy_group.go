package customer

import (
	"fmt"
	"slices"

	"github.com/rapport-crm/rapport"
)

// GroupOptions say what makes parties one group.
type GroupOptions struct {
	// Control is the share above which owners control a company, at least 0.5 and below
	// 1; 0 means 0.5.
	Control float64
}

// ControlError reports a share of control that is not in [0.5, 1).
type ControlError struct {
	Control float64
}

// Error names the share.
func (e *ControlError) Error() string {
	return fmt.Sprintf("customer: control at a share above %g, want one from 0.5 to below 1", e.Control)
}

// Group is a set of parties under common control: what a group's credit limit or
// turnover is consolidated over.
type Group struct {
	Roots   []rapport.ID // members that no other member is a parent or an owner in control of, by id; in a circle the least id
	Members []rapport.ID // by id, roots included
}

// Groups returns the groups of two or more parties, by their first root. A party is in
// the group of its parent, and of the owners who together hold more than the share of
// control, where they are in one group themselves: two daughters with 30 % each control
// a company between them. Holdings without a share count as 0. The error is a
// [*ControlError].
func (g *Graph) Groups(o *GroupOptions) ([]Group, error) {
	control := 0.5
	if o != nil && o.Control != 0 {
		control = o.Control
	}
	if !(control >= 0.5 && control < 1) {
		return nil, &ControlError{Control: control}
	}
	n := g.net
	u := newUnion(len(n.ids))
	under := make([]bool, len(n.ids)) // has a parent, or owners in control
	if w := n.ways[RelationParent]; w != nil {
		for node := range n.ids {
			for _, e := range w.in.of(node) {
				u.join(node, int(e.other))
				under[node] = true
			}
		}
	}
	if w := n.ways[RelationOwns]; w != nil {
		g.joinControlled(w, control, u, under)
	}
	return n.groups(u, under), nil
}

// joinControlled joins companies with the groups in control of them. Where a group grew,
// the companies that its new members own are looked at again.
func (g *Graph) joinControlled(w *ways, control float64, u *union, under []bool) {
	members := u.sets()
	open := make([]int, len(g.net.ids)) // nodes to look at
	waits := make([]bool, len(open))
	for node := range open {
		open[node], waits[node] = node, true
	}
	shares := make(map[int]float64)
	for len(open) > 0 {
		node := open[0]
		open, waits[node] = open[1:], false
		clear(shares)
		for _, e := range w.in.of(node) {
			group := u.find(int(e.other))
			shares[group] += g.net.relations[e.relation].Share
			if shares[group] <= control+shareSlack {
				continue
			}
			under[node] = true
			own := u.find(node)
			if !u.join(own, group) {
				break
			}
			into, from := u.find(node), own
			if into == own {
				from = group
			}
			for _, joined := range members[from] {
				for _, owned := range w.out.of(int(joined)) {
					if !waits[owned.other] {
						open, waits[owned.other] = append(open, int(owned.other)), true
					}
				}
			}
			members[into] = append(members[into], members[from]...)
			members[from] = nil
			break
		}
	}
}

func (n *net) groups(u *union, under []bool) []Group {
	place := make(map[int]int)
	var groups []Group
	for node, id := range n.ids {
		root := u.find(node)
		at, seen := place[root]
		if !seen {
			at = len(groups)
			place[root] = at
			groups = append(groups, Group{})
		}
		groups[at].Members = append(groups[at].Members, id)
		if !under[node] {
			groups[at].Roots = append(groups[at].Roots, id)
		}
	}
	groups = slices.DeleteFunc(groups, func(group Group) bool { return len(group.Members) < 2 })
	for i := range groups {
		if len(groups[i].Roots) == 0 {
			groups[i].Roots = groups[i].Members[:1:1]
		}
	}
	slices.SortFunc(groups, func(a, b Group) int { return slices.Compare(a.Roots, b.Roots) })
	return groups
}

// union is a forest of disjoint sets.
type union struct {
	parent []int32
	size   []int32
}

func newUnion(n int) *union {
	u := &union{parent: make([]int32, n), size: make([]int32, n)}
	for i := range n {
		u.parent[i], u.size[i] = int32(i), 1
	}
	return u
}

func (u *union) find(i int) int {
	for int(u.parent[i]) != i {
		u.parent[i] = u.parent[u.parent[i]]
		i = int(u.parent[i])
	}
	return i
}

// sets returns the members of each set at the place of the one that stands for it.
func (u *union) sets() [][]int32 {
	sets := make([][]int32, len(u.parent))
	for i := range u.parent {
		root := u.find(i)
		sets[root] = append(sets[root], int32(i))
	}
	return sets
}

// join reports whether the two were in different sets; the larger one's name stays.
func (u *union) join(a, b int) bool {
	a, b = u.find(a), u.find(b)
	if a == b {
		return false
	}
	if u.size[a] < u.size[b] {
		a, b = b, a
	}
	u.parent[b] = int32(a)
	u.size[a] += u.size[b]
	return true
}
