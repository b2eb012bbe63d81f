package customer

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/rapport-crm/rapport"
)

// CycleError reports relations of a hierarchy that lead back to where they began.
type CycleError struct {
	Kind RelationKind
	Way  []rapport.ID // from the least id on, which is also the last: a, c, b, a
	At   time.Time    // an instant at which they all hold; zero: since ever
}

// Error lists the way, its middle cut out if it is long.
func (e *CycleError) Error() string {
	const shown = 8
	var way strings.Builder
	for i, id := range e.Way {
		if len(e.Way) > shown && i >= shown/2 && i < len(e.Way)-shown/2 {
			if i == shown/2 {
				fmt.Fprintf(&way, " → (%d more)", len(e.Way)-shown)
			}
			continue
		}
		if i > 0 {
			way.WriteString(" → ")
		}
		fmt.Fprintf(&way, "%q", id)
	}
	return fmt.Sprintf("customer: %s relations in a circle at %s: %s", e.Kind, instantText(e.At), way.String())
}

// ShareError reports shares of one company that sum to more than 1 at an instant.
type ShareError struct {
	Company rapport.ID
	Sum     float64
	At      time.Time // the first instant of the highest sum; zero: since ever
}

// Error names the company, the sum and the instant.
func (e *ShareError) Error() string {
	return fmt.Sprintf("customer: shares of %q sum to %.6g at %s, more than 1", e.Company, e.Sum, instantText(e.At))
}

func instantText(at time.Time) string {
	if at.IsZero() {
		return "all times"
	}
	return at.UTC().Format(time.RFC3339)
}

// CheckRelations returns nil if the relations go together at every instant: each is
// valid, no two are versions of one relation with the same record time, hierarchies
// have no circle and the shares of a company sum to at most 1. The error is a
// [*ValidationError], a [*RelationError], a [*CycleError] or a [*ShareError].
//
// Of several versions of a relation the one recorded last counts. Where relations of
// different times would form circles, the time is halved again and again, as far as
// relations of one half would still form one.
func CheckRelations(relations []Relation) error {
	current, err := latest(relations, time.Time{})
	if err != nil {
		return err
	}
	net := newNet(current)
	for _, kind := range relationKinds() {
		if kind.IsHierarchy() {
			if err := net.circleEver(kind); err != nil {
				return err
			}
		}
	}
	return net.sharesEver()
}

// latest returns the last version of each relation that was recorded by known, checked,
// in the order in which the relations first come; a zero known means all versions.
func latest(relations []Relation, known time.Time) ([]Relation, error) {
	place := make(map[rapport.ID]int, len(relations))
	current := make([]Relation, 0, len(relations))
	for _, r := range relations {
		r, err := r.checked()
		if err != nil {
			return nil, err
		}
		if !known.IsZero() && r.RecordedAt.After(known) {
			continue
		}
		at, again := place[r.ID]
		switch {
		case !again:
			place[r.ID] = len(current)
			current = append(current, r)
		case current[at].RecordedAt.Equal(r.RecordedAt):
			return nil, &RelationError{ID: r.ID, At: r.At, RecordedAt: r.RecordedAt, Reason: Duplicate}
		case current[at].RecordedAt.Before(r.RecordedAt):
			current[at] = r
		}
	}
	return current, nil
}

// sharesEver reports the first company, by id, of which too much is owned at some instant.
func (n *net) sharesEver() error {
	owned := n.ways[RelationOwns]
	if owned == nil {
		return nil
	}
	var stakes []stake
	for company := range n.ids {
		stakes = stakes[:0]
		for _, e := range owned.in.of(company) {
			r := &n.relations[e.relation]
			stakes = append(stakes, stake{r.Share, r.Valid})
		}
		if len(stakes) < 2 {
			continue
		}
		if at, sum := peak(stakes); sum > 1+shareSlack {
			return &ShareError{Company: n.ids[company], Sum: sum, At: at}
		}
	}
	return nil
}

// circleEver looks for a circle of relations that hold at one instant.
func (n *net) circleEver(kind RelationKind) error {
	knot := n.knot(kind)
	starts := make([]time.Time, len(knot))
	for i := range knot {
		starts[i] = knot[i].Valid.Start()
	}
	slices.SortFunc(starts, time.Time.Compare)
	// All relations of a circle hold at the latest of their starts, if ever.
	return circleWithin(kind, knot, slices.CompactFunc(starts, time.Time.Equal))
}

// circleWithin looks for a circle of relations that hold at one of the instants, which are
// sorted. Relations that make no circle over a whole stretch of time make none at any
// instant of it, so a stretch is halved only while one is left.
func circleWithin(kind RelationKind, relations []Relation, instants []time.Time) error {
	if len(relations) == 0 || len(instants) == 0 {
		return nil
	}
	if len(instants) == 1 {
		return newNet(relations).circleAt(kind, instants[0])
	}
	half := len(instants) / 2
	for _, part := range [][]time.Time{instants[:half], instants[half:]} {
		first, last := part[0], part[len(part)-1]
		var some []Relation
		for _, r := range relations {
			if end := r.Valid.End(); !r.Valid.Start().After(last) && (end.IsZero() || end.After(first)) {
				some = append(some, r)
			}
		}
		if err := circleWithin(kind, newNet(some).knot(kind), part); err != nil {
			return err
		}
	}
	return nil
}

// knot returns the relations of a kind between parties of circles and of ways between
// circles, whenever they hold, in the order of their parties.
func (n *net) knot(kind RelationKind) []Relation {
	ways := n.ways[kind]
	if ways == nil {
		return nil
	}
	left := n.trim(ways, func(*Relation) bool { return true })
	if left == nil {
		return nil
	}
	var knot []Relation
	for node := range n.ids {
		for _, e := range ways.out.of(node) {
			if left[node] && left[e.other] {
				knot = append(knot, n.relations[e.relation])
			}
		}
	}
	return knot
}

// circleAt looks for a circle of relations that hold at the instant.
func (n *net) circleAt(kind RelationKind, at time.Time) error {
	ways := n.ways[kind]
	if ways == nil {
		return nil
	}
	holds := func(r *Relation) bool { return r.Valid.Contains(at) }
	left := n.trim(ways, holds)
	if left == nil {
		return nil
	}
	err := n.circle(ways, left, holds)
	err.Kind, err.At = kind, at
	return err
}

// circle returns a circle among the parties left, of which each has one before it that
// is left: going back never ends and comes round.
func (n *net) circle(ways *ways, left []bool, holds func(*Relation) bool) *CycleError {
	node := slices.Index(left, true)
	var back []int
	place := make(map[int]int)
	for {
		first, seen := place[node]
		if seen {
			back = back[first:]
			break
		}
		place[node] = len(back)
		back = append(back, node)
		for _, e := range ways.in.of(node) {
			if left[e.other] && holds(&n.relations[e.relation]) {
				node = int(e.other)
				break
			}
		}
	}
	slices.Reverse(back)
	least := slices.Index(back, slices.Min(back))
	err := new(CycleError)
	for i := range len(back) + 1 {
		err.Way = append(err.Way, n.ids[back[(least+i)%len(back)]])
	}
	return err
}

// trim takes away parties that nothing leads to, again and again, then those that lead
// nowhere, and says which are left: those of circles and on ways between them; nil if
// none is.
func (n *net) trim(ways *ways, holds func(*Relation) bool) []bool {
	left := make([]bool, len(n.ids))
	for node := range left {
		left[node] = true
	}
	if n.strip(left, &ways.in, &ways.out, holds) == 0 || n.strip(left, &ways.out, &ways.in, holds) == 0 {
		return nil
	}
	return left
}

// strip takes away parties without an edge to another that is left, again and again,
// and returns how many are left; back has the same edges from their other ends.
func (n *net) strip(left []bool, edges, back *adjacency, holds func(*Relation) bool) (remaining int) {
	count := make([]int32, len(left))
	var free []int
	for node := range left {
		if !left[node] {
			continue
		}
		remaining++
		for _, e := range edges.of(node) {
			if left[e.other] && holds(&n.relations[e.relation]) {
				count[node]++
			}
		}
		if count[node] == 0 {
			free = append(free, node)
		}
	}
	for len(free) > 0 {
		node := free[len(free)-1]
		free = free[:len(free)-1]
		left[node] = false
		remaining--
		for _, e := range back.of(node) {
			if left[e.other] && holds(&n.relations[e.relation]) {
				if count[e.other]--; count[e.other] == 0 {
					free = append(free, int(e.other))
				}
			}
		}
	}
	return remaining
}
