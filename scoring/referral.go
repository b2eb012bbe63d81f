package scoring

import (
	"fmt"
	"slices"
	"strings"

	"github.com/rapport-crm/rapport"
)

// Referral says that a customer brought another.
type Referral struct {
	Referrer, Referred rapport.ID
}

// ReferralValue is what a customer is worth by whom it brought, beside its own
// value.
type ReferralValue struct {
	Customer rapport.ID
	Direct   rapport.Money // its share of the values of those that it brought
	Indirect rapport.Money // its share of what these are credited with in turn
	Referred int           // how many it brought itself
}

// CycleError reports customers that brought each other in a ring, or one that
// brought itself.
type CycleError struct {
	// Cycle begins and ends with the same customer, each brought the next; of the
	// ring the least id stands first.
	Cycle []rapport.ID
}

func (e *CycleError) Error() string {
	text := make([]string, len(e.Cycle))
	for i, id := range e.Cycle {
		text[i] = fmt.Sprintf("%q", id)
	}
	return "scoring: referrals go in a circle: " + strings.Join(text, " → ")
}

// ReferralValues credits referrers with the values of the customers that they
// brought, in the order of values. In a chain A → B → C, B's direct value is C's
// own value, A's direct value is B's own and A's indirect value is C's.
//
// A customer that several brought is shared between them equally, to the minor
// unit: what does not divide goes in single units to the referrers with the least
// ids. So the direct values together are exactly the values of all that were
// brought. Indirect value is passed up the same way and counts the value of a
// customer once in each generation above the first; it is not to be added up over
// customers. Values may be negative.
//
// The error is a [*CycleError], a [*RowError] of a value ([ErrTwice], an invalid
// id, an amount) or of a referral ([ErrUnknownCustomer] for a customer without a value,
// [ErrTwice] for the same referral again), or an [*OverflowError].
func ReferralValues(values []CustomerValue, referrals []Referral) ([]ReferralValue, error) {
	var p purse
	own, err := takeValues(&p, values)
	if err != nil {
		return nil, err
	}
	g := referralGraph{values: values, referrers: make([][]int, len(values)), brought: make([]int, len(values))}
	if err := g.draw(rosterOf(values), referrals); err != nil {
		return nil, err
	}
	order, err := g.youngestFirst()
	if err != nil {
		return nil, err
	}
	direct, indirect := make([]int64, len(values)), make([]int64, len(values))
	for _, child := range order {
		credit, ok := addChecked(direct[child], indirect[child])
		if ok {
			ok = pass(direct, g.referrers[child], own[child]) && pass(indirect, g.referrers[child], credit)
		}
		if !ok {
			return nil, &OverflowError{Customer: values[child].Customer, Sum: "referral value"}
		}
	}
	result := make([]ReferralValue, len(values))
	for i, v := range values {
		result[i] = ReferralValue{Customer: v.Customer, Direct: p.money(direct[i]), Indirect: p.money(indirect[i]), Referred: g.brought[i]}
	}
	return result, nil
}

// pass divides an amount equally between the referrers and adds the shares to
// what they have; false if a sum does not fit.
func pass(to []int64, referrers []int, amount int64) bool {
	n := int64(len(referrers))
	for i, referrer := range referrers {
		share := amount / n
		if rest := amount % n; int64(i) < rest {
			share++
		} else if int64(i) < -rest {
			share--
		}
		var ok bool
		if to[referrer], ok = addChecked(to[referrer], share); !ok {
			return false
		}
	}
	return true
}

// referralGraph holds who brought whom, customers by their row.
type referralGraph struct {
	values    []CustomerValue
	referrers [][]int // of each customer, by id
	brought   []int   // how many each customer brought
}

func (g *referralGraph) draw(rows roster, referrals []Referral) error {
	seen := make(map[[2]int]bool, len(referrals))
	for i, r := range referrals {
		var ends [2]int
		for j, id := range [2]rapport.ID{r.Referrer, r.Referred} {
			row, ok := rows[id]
			if !ok {
				return &RowError{Row: i + 1, Customer: id, Err: fmt.Errorf("%w in a referral", ErrUnknownCustomer)}
			}
			ends[j] = row
		}
		if seen[ends] {
			return &RowError{Row: i + 1, Customer: r.Referrer, Err: fmt.Errorf("referral of %q %w", r.Referred, ErrTwice)}
		}
		seen[ends] = true
		g.referrers[ends[1]] = append(g.referrers[ends[1]], ends[0])
		g.brought[ends[0]]++
	}
	for _, list := range g.referrers {
		slices.SortFunc(list, func(a, b int) int { return compareIDs(g.values[a].Customer, g.values[b].Customer) })
	}
	return nil
}

// youngestFirst returns the customers so that each comes after all that it
// brought, or a [*CycleError]. (A. B. Kahn, Communications of the ACM 5(11), 1962.)
func (g *referralGraph) youngestFirst() ([]int, error) {
	waiting := slices.Clone(g.brought)
	order := make([]int, 0, len(waiting))
	for i, n := range waiting {
		if n == 0 {
			order = append(order, i)
		}
	}
	for next := 0; next < len(order); next++ {
		for _, referrer := range g.referrers[order[next]] {
			if waiting[referrer]--; waiting[referrer] == 0 {
				order = append(order, referrer)
			}
		}
	}
	if len(order) < len(waiting) {
		return nil, g.cycle(waiting)
	}
	return order, nil
}

// cycle finds the ring that is met first from the least id among those that wait
// for each other. Each of them brought one that waits too, so going down never
// ends but in a ring.
func (g *referralGraph) cycle(waiting []int) *CycleError {
	below := make([]int, len(waiting)) // of those that wait: the least id brought that waits too
	start := -1
	less := func(a, b int) bool { return b < 0 || g.values[a].Customer < g.values[b].Customer }
	for i := range below {
		below[i] = -1
	}
	for child, n := range waiting {
		if n == 0 {
			continue
		}
		if less(child, start) {
			start = child
		}
		for _, referrer := range g.referrers[child] {
			if less(child, below[referrer]) {
				below[referrer] = child
			}
		}
	}
	at, visited := start, make([]bool, len(waiting))
	for !visited[at] {
		visited[at] = true
		at = below[at]
	}
	first := at // in the ring; turn it to its least id
	for i := below[at]; i != at; i = below[i] {
		if less(i, first) {
			first = i
		}
	}
	ring := []rapport.ID{g.values[first].Customer}
	for i := below[first]; i != first; i = below[i] {
		ring = append(ring, g.values[i].Customer)
	}
	return &CycleError{Cycle: append(ring, g.values[first].Customer)}
}
