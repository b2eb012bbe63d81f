package routing

import (
	"cmp"
	"slices"

	"github.com/rapport-crm/rapport"
)

// HandoverRule says who gets what of a book; made by [ToSuccessor], [ByTerritory] or
// [Balanced]. The zero HandoverRule names nobody.
type HandoverRule struct {
	successors []rapport.ID // each once, but for mistakes of the caller
	places     []Succession // by territory, else nil
	measure    Measure      // balanced, else empty
}

// Succession gives a territory to a successor.
type Succession struct {
	Territory Territory
	To        rapport.ID
}

// Measure is what [Balanced] makes as equal as it can.
type Measure string

// The measures.
const (
	BalanceItems Measure = "items"
	BalanceLoad  Measure = "load"
	BalanceValue Measure = "value" // no holding of the leaving owner may be worth less than 0
)

// ToSuccessor gives everything to one.
func ToSuccessor(successor rapport.ID) HandoverRule {
	return HandoverRule{successors: []rapport.ID{successor}}
}

// ByTerritory gives each holding to the successor of the smallest territory around it.
// The empty territory, if it is named, takes what no other does. One successor may have
// several territories.
func ByTerritory(places ...Succession) HandoverRule {
	rule := HandoverRule{places: append([]Succession{}, places...)}
	for _, place := range places {
		if !slices.Contains(rule.successors, place.To) {
			rule.successors = append(rule.successors, place.To)
		}
	}
	return rule
}

// Balanced gives the holdings one by one, the greatest by the measure first, to the
// successor whose whole book is the least at that moment by the measure, then by items,
// then by id. (R. L. Graham, Bounds on Multiprocessing Timing Anomalies, SIAM Journal on
// Applied Mathematics 17(2), 1969: among successors who start with nothing the greatest
// book is at most 4/3 of the least possible.)
func Balanced(measure Measure, successors ...rapport.ID) HandoverRule {
	return HandoverRule{measure: measure, successors: slices.Clone(successors)}
}

func (r *HandoverRule) check(from rapport.ID) error {
	wrong := func(field, value, reason string) error {
		return &InputError{What: "handover rule", Field: field, Value: value, Reason: reason}
	}
	if len(r.successors) == 0 {
		return wrong("successors", "none", "want at least one")
	}
	dealt := r.measure != "" || r.places == nil && len(r.successors) > 1
	if dealt && !slices.Contains([]Measure{BalanceItems, BalanceLoad, BalanceValue}, r.measure) {
		return wrong("measure", string(r.measure), "want items, load or value")
	}
	for i, successor := range r.successors {
		if err := checkID("handover rule", "", "successor", successor); err != nil {
			return err
		}
		switch {
		case successor == from:
			return wrong("successor", string(successor), "is the owner who leaves")
		case slices.Contains(r.successors[:i], successor):
			return &DuplicateError{What: "successor", ID: successor}
		}
	}
	for i, place := range r.places {
		if err := checkTerritory("handover rule", "", place.Territory); err != nil {
			return err
		}
		if slices.ContainsFunc(r.places[:i], func(p Succession) bool { return p.Territory == place.Territory }) {
			return wrong("territory", string(place.Territory), "want each territory once")
		}
	}
	return nil
}

// distribute returns the successor of each holding and moves it in the books.
func (r *HandoverRule) distribute(own []Holding, books books) ([]rapport.ID, error) {
	to := make([]rapport.ID, len(own))
	order := make([]int, len(own))
	for i := range order {
		order[i] = i
	}
	if r.measure != "" {
		for _, holding := range own {
			if r.measure == BalanceValue && holding.Value.Sign() < 0 {
				return nil, &InputError{What: "holding", ID: holding.ID, Field: "value", Value: holding.Value.String(), Reason: "want 0 or more to balance by value"}
			}
		}
		slices.SortStableFunc(order, func(i, j int) int { return r.compareBooks(own[j].alone(), own[i].alone()) })
	}
	var left []rapport.ID
	for _, i := range order {
		if to[i] = r.choose(&own[i], books); to[i] == "" {
			left = append(left, own[i].ID)
			continue
		}
		if err := books.move(&own[i], to[i]); err != nil {
			return nil, err
		}
	}
	if len(left) > 0 {
		return nil, &OwnerlessError{Items: left}
	}
	return to, nil
}

// choose returns the successor of one holding, empty for nobody.
func (r *HandoverRule) choose(h *Holding, books books) rapport.ID {
	if r.places != nil {
		var best Succession
		for _, place := range r.places {
			if place.Territory.Contains(h.Territory) && (best.To == "" || place.Territory.Depth() > best.Territory.Depth()) {
				best = place
			}
		}
		return best.To
	}
	return slices.MinFunc(r.successors, func(a, b rapport.ID) int {
		return cmp.Or(r.compareBooks(books[a], books[b]), cmp.Compare(books[a].Items, books[b].Items), cmp.Compare(a, b))
	})
}

// compareBooks compares by the measure.
func (r *HandoverRule) compareBooks(a, b *Book) int {
	switch r.measure {
	case BalanceLoad:
		return cmp.Compare(a.Load, b.Load)
	case BalanceValue:
		c, _ := a.Value.Cmp(b.Value) // openBooks has made sure of one currency
		return c
	}
	return cmp.Compare(a.Items, b.Items)
}
