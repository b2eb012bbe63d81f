package identity

import (
	"cmp"
	"fmt"
	"slices"
)

// ClusterOptions say how pairs become clusters; nil and the zero value stand for the
// defaults of each field.
//
// Records are numbered as nodes: within one table by their places; where two tables
// are linked, a record of the right one is Left + its place.
type ClusterOptions struct {
	Left int // records of the left table, where two are linked; 0: one table
	// MaxSize is the most records of a cluster; 0: [DefaultMaxSize]. It guards against
	// super-clusters, which one value shared by many records (a switchboard's number)
	// makes: the weakest pairs give way, and are reported.
	MaxSize int
	// Density is the share of all pairs between two clusters, up to 1, that must be
	// among the given pairs before the two are united. 0: [DefaultDensity]; 1: complete
	// linkage, where each record pairs with each; negative: one pair is enough, so
	// clusters are whatever a chain of pairs connects.
	Density float64
	Always  [][2]int // nodes that belong together whatever the pairs say
	Never   [][2]int // nodes that do not, and so keep what holds them apart
}

// DefaultMaxSize is the most records of a cluster where nothing else is said.
const DefaultMaxSize = 1000

// DefaultDensity is the share of pairs between two clusters where nothing else is
// said. A quarter lets any single pair unite two or three records, and two pairs of
// them; a lone false pair between two larger clusters no longer does. A true pair
// that was missed costs nothing as long as three others of four were found.
const DefaultDensity = 0.25

// PairError reports a pair or constraint whose records cannot be a pair, such as a
// place that the table does not have.
type PairError struct {
	Index       int // in its list, from 0
	Left, Right int // as given
	Reason      string
}

func (e *PairError) Error() string {
	return fmt.Sprintf("identity: pair %d of records %d and %d %s", e.Index, e.Left, e.Right, e.Reason)
}

// ConstraintError reports nodes that must always and must never be of one cluster.
type ConstraintError struct {
	Left, Right int
}

func (e *ConstraintError) Error() string {
	return fmt.Sprintf("identity: records %d and %d are said to be always and never one", e.Left, e.Right)
}

// OptionError reports an option outside of its range.
type OptionError struct {
	Name  string
	Value float64
	Range string
}

func (e *OptionError) Error() string {
	return fmt.Sprintf("identity: %s is %v, want %s", e.Name, e.Value, e.Range)
}

// GuardReason says why a pair did not unite two clusters.
type GuardReason string

// The reasons.
const (
	GuardSize    GuardReason = "too-large" // more than MaxSize records
	GuardDensity GuardReason = "sparse"    // fewer pairs than Density asks for
	GuardNever   GuardReason = "never"     // a constraint holds them apart
)

// Refusal is a pair whose records ended up in two clusters.
type Refusal struct {
	Pair   int // in the list that was given
	Reason GuardReason
}

// Clustering says which records are of one entity.
type Clustering struct {
	Of      []int     // cluster of each node, numbered from 0 by the lowest node
	Count   int       // of clusters, those of a single record included
	Refused []Refusal // what the guards held apart, strongest pair first
}

// Members returns the nodes of each cluster, both in ascending order.
func (c Clustering) Members() [][]int {
	members := make([][]int, c.Count)
	for node, cluster := range c.Of {
		members[cluster] = append(members[cluster], node)
	}
	return members
}

// Clusters unites the nodes that pairs connect, from the strongest pair to the
// weakest (equal ones by place), as far as the guards allow. The pairs are those to
// be taken for true: leave out what is below the threshold. The order in which they
// are given does not matter. The errors are a [*PairError], a [*ConstraintError] or
// an [*OptionError].
func Clusters(nodes int, pairs []Pair, o *ClusterOptions) (Clustering, error) {
	if o == nil {
		o = &ClusterOptions{}
	}
	switch {
	case nodes < 0:
		return Clustering{}, &OptionError{Name: "nodes", Value: float64(nodes), Range: "at least 0"}
	case o.Left < 0 || o.Left > nodes:
		return Clustering{}, &OptionError{Name: "Left", Value: float64(o.Left), Range: "0 to the number of nodes"}
	case o.MaxSize < 0:
		return Clustering{}, &OptionError{Name: "MaxSize", Value: float64(o.MaxSize), Range: "at least 0"}
	case !(o.Density <= 1):
		return Clustering{}, &OptionError{Name: "Density", Value: o.Density, Range: "at most 1"}
	}
	g := newGrouping(nodes, o)
	for i, p := range pairs {
		if p.Weight != p.Weight {
			return Clustering{}, &PairError{Index: i, Left: p.Left, Right: p.Right, Reason: "has no number as its weight"}
		}
		if reason := g.wrong(p.Left, p.Right+o.Left); reason != "" {
			return Clustering{}, &PairError{Index: i, Left: p.Left, Right: p.Right, Reason: reason}
		}
	}
	if err := g.constrain(o.Always, o.Never); err != nil {
		return Clustering{}, err
	}
	if g.density > 0 {
		g.connect(pairs)
	}
	order := make([]int, len(pairs))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(i, j int) int { return stronger(pairs[i], pairs[j]) })
	var late []Refusal
	for _, i := range order {
		if reason := g.unite(pairs[i].Left, pairs[i].Right+o.Left); reason != "" {
			late = append(late, Refusal{Pair: i, Reason: reason})
		}
	}
	c := g.clustering()
	for _, r := range late { // unless a weaker pair united them in the end
		if p := pairs[r.Pair]; c.Of[p.Left] != c.Of[p.Right+o.Left] {
			c.Refused = append(c.Refused, r)
		}
	}
	return c, nil
}

// grouping is clusters on the way: each node knows a node towards the head of its
// cluster and the next member of a ring.
type grouping struct {
	left    int
	maxSize int
	density float64
	up      []int32
	next    []int32
	size    []int32 // of a head
	never   map[int32][]int32
	links   [][]int32 // nodes that each node has a pair with, where density counts
}

func newGrouping(nodes int, o *ClusterOptions) *grouping {
	g := &grouping{
		left: o.Left, maxSize: cmp.Or(o.MaxSize, DefaultMaxSize), density: cmp.Or(o.Density, DefaultDensity),
		up: make([]int32, nodes), next: make([]int32, nodes), size: make([]int32, nodes),
	}
	for i := range nodes {
		g.up[i], g.next[i], g.size[i] = int32(i), int32(i), 1
	}
	return g
}

// wrong says what is wrong with two nodes, "" if nothing.
func (g *grouping) wrong(a, b int) string {
	switch {
	case a < 0 || b < 0 || a >= len(g.up) || b >= len(g.up) || g.left > 0 && (a >= g.left || b < g.left):
		return "names a place that the table does not have"
	case a == b:
		return "is one record with itself"
	}
	return ""
}

// constrain unites what always belongs together, and notes what never does.
func (g *grouping) constrain(always, never [][2]int) error {
	for i, pair := range slices.Concat(always, never) {
		a, b := pair[0], pair[1]
		if a < 0 || b < 0 || a >= len(g.up) || b >= len(g.up) {
			return &PairError{Index: i, Left: a, Right: b, Reason: "is a constraint on a node that does not exist"}
		}
		if i < len(always) {
			g.join(g.head(int32(a)), g.head(int32(b)))
		}
	}
	if len(never) > 0 {
		g.never = make(map[int32][]int32, 2*len(never))
	}
	for _, pair := range never {
		a, b := int32(pair[0]), int32(pair[1])
		if g.head(a) == g.head(b) {
			return &ConstraintError{Left: pair[0], Right: pair[1]}
		}
		g.never[a] = append(g.never[a], b)
		g.never[b] = append(g.never[b], a)
	}
	return nil
}

func (g *grouping) connect(pairs []Pair) {
	g.links = make([][]int32, len(g.up))
	for _, p := range pairs {
		a, b := int32(p.Left), int32(p.Right+g.left)
		g.links[a] = append(g.links[a], b)
		g.links[b] = append(g.links[b], a)
	}
	for i, links := range g.links { // a pair given twice counts once
		slices.Sort(links)
		g.links[i] = slices.Compact(links)
	}
}

// head returns the node that stands for a cluster, and shortens the way to it.
func (g *grouping) head(node int32) int32 {
	for g.up[node] != node {
		g.up[node] = g.up[g.up[node]]
		node = g.up[node]
	}
	return node
}

// unite makes one cluster of those of two nodes, or says why not.
func (g *grouping) unite(a, b int) GuardReason {
	small, large := g.head(int32(a)), g.head(int32(b))
	if small == large {
		return ""
	}
	if g.size[small] > g.size[large] {
		small, large = large, small
	}
	if int(g.size[small])+int(g.size[large]) > g.maxSize {
		return GuardSize
	}
	if g.never != nil && g.any(small, func(node int32) bool {
		return slices.ContainsFunc(g.never[node], func(other int32) bool { return g.head(other) == large })
	}) {
		return GuardNever
	}
	if g.density > 0 {
		between := 0
		g.any(small, func(node int32) bool {
			for _, other := range g.links[node] {
				if g.head(other) == large {
					between++
				}
			}
			return false
		})
		if float64(between) < g.density*float64(g.size[small])*float64(g.size[large]) {
			return GuardDensity
		}
	}
	g.join(small, large)
	return ""
}

// any walks the members of a cluster until one is found.
func (g *grouping) any(head int32, found func(int32) bool) bool {
	for node := head; ; {
		if found(node) {
			return true
		}
		if node = g.next[node]; node == head {
			return false
		}
	}
}

func (g *grouping) join(a, b int32) {
	if a == b {
		return
	}
	if g.size[a] > g.size[b] {
		a, b = b, a
	}
	g.up[a] = b
	g.size[b] += g.size[a]
	g.next[a], g.next[b] = g.next[b], g.next[a]
}

func (g *grouping) clustering() Clustering {
	c := Clustering{Of: make([]int, len(g.up))}
	number := make([]int, len(g.up)) // 1 + the cluster of a head, 0: not met
	for node := range g.up {
		head := g.head(int32(node))
		if number[head] == 0 {
			c.Count++
			number[head] = c.Count
		}
		c.Of[node] = number[head] - 1
	}
	return c
}
