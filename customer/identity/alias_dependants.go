package identity

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/customer"
)

// Child names a record that belongs to a customer: a transaction or an interaction by its
// external key, another record by its kind and id.
type Child struct {
	Kind   customer.FileKind `json:"kind"`            // or a word of the host's, such as "transaction"
	System string            `json:"system,omitzero"` // of an external key
	ID     rapport.ID        `json:"id"`
}

func (c Child) compare(other Child) int {
	return cmp.Or(strings.Compare(string(c.Kind), string(other.Kind)), strings.Compare(c.System, other.System), cmp.Compare(c.ID, other.ID))
}

// Assignment gives a child to another id than the one that it is kept under.
type Assignment struct {
	Child
	From rapport.ID `json:"from"` // the id that it is kept under
	To   rapport.ID `json:"to"`   // the id that it belongs to
}

// Dependants says how to read what belongs to a customer. A merge rewrites none of it:
// every child stays under the id it came with and is read through the aliases, so that an
// unmerge brings each back to its own record without touching it.
//
// A child that came to the merged customer after the merge carries an id as well, mostly
// the current one. At an unmerge it goes where that id goes, unless the host assigns it
// to another of the ids (see [Registry.Undecided] and [Registry.Unmerge]); the assignment
// is part of the event and the child stays untouched.
type Dependants struct {
	Customer rapport.ID   // the current id
	Under    []rapport.ID // read what is kept under these
	With     []Assignment // and these, which are kept under other ids
	Without  []Assignment // but not these, which belong to others
}

// Dependants returns how to read what belongs to the customer of the id.
func (r *Registry) Dependants(id rapport.ID) Dependants {
	d := Dependants{Customer: r.Resolve(id), Under: r.Members(id)}
	seen := make(map[Child]bool)
	for _, member := range d.Under {
		for _, child := range r.handed[member] {
			if seen[child] {
				continue
			}
			seen[child] = true
			a := r.assigned[child]
			switch from, to := r.Resolve(a.From) == d.Customer, r.Resolve(a.To) == d.Customer; {
			case to && !from:
				d.With = append(d.With, a)
			case from && !to:
				d.Without = append(d.Without, a)
			}
		}
	}
	for _, list := range [][]Assignment{d.With, d.Without} {
		slices.SortFunc(list, func(a, b Assignment) int { return a.Child.compare(b.Child) })
	}
	return d
}

// Owner returns the current id of the customer that a child belongs to: the one that it
// was assigned to, else the one that it is kept under.
func (r *Registry) Owner(child Child, under rapport.ID) rapport.ID {
	if a, assigned := r.assigned[child]; assigned && a.From == under {
		return r.Resolve(a.To)
	}
	return r.Resolve(under)
}

// Dependant is a child as a store keeps it.
type Dependant struct {
	Child
	Customer   rapport.ID // the id that it is kept under
	RecordedAt time.Time
}

// Undecided picks the children whose owner a merge made unclear: those recorded since the
// merge under an id that was the current one of all. Each is returned as an assignment to
// the id it is kept under, which is where it goes by itself; change To and hand it to
// [Registry.Unmerge] where that is wrong. The error is an [*EventError] as in Unmerge.
func (r *Registry) Undecided(merge rapport.ID, children []Dependant) ([]Assignment, error) {
	place, err := r.undoable("", merge, Unmerged)
	if err != nil {
		return nil, err
	}
	cluster := r.Resolve(r.log[place].Members[0].ID)
	current := map[rapport.ID]bool{cluster: true}
	for _, e := range r.log[place:] {
		if (e.Type == Merged || e.Type == AlwaysMerge) && r.Resolve(e.Survivor) == cluster {
			current[e.Survivor] = true
		}
	}
	var undecided []Assignment
	for _, c := range children {
		if _, decided := r.assigned[c.Child]; !decided && current[c.Customer] && !c.RecordedAt.Before(r.log[place].RecordedAt) {
			undecided = append(undecided, Assignment{Child: c.Child, From: c.Customer, To: c.Customer})
		}
	}
	slices.SortFunc(undecided, func(a, b Assignment) int { return a.Child.compare(b.Child) })
	return undecided, nil
}

// assign takes over the assignments of an event; of two of a child the later one holds.
func (r *Registry) assign(assigned []Assignment) {
	for _, a := range assigned {
		r.assigned[a.Child] = a
		for _, id := range []rapport.ID{a.From, a.To} {
			if !slices.Contains(r.handed[id], a.Child) {
				r.handed[id] = append(r.handed[id], a.Child)
			}
		}
	}
}

// DependantRule names how children of a kind are read together when their customers are
// one: consents by [MostRestrictive] (see [Registry.ConsentMerges]), so that a merge never
// widens what was allowed; everything else by [Union]. Nothing is summed: points and
// balances are entries, and a balance follows from all of them.
func DependantRule(kind customer.FileKind) SurvivorRule {
	if kind == customer.FileConsent {
		return MostRestrictive
	}
	return Union
}
