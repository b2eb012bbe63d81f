package routing

import (
	"cmp"
	"time"

	"github.com/rapport-crm/rapport"
)

// Item is a piece of work that wants an agent: a call, a lead, a case.
type Item struct {
	ID        rapport.ID
	Skills    []Skill      // all are needed, each at the level or above
	Language  string       // empty: any
	Territory Territory    // where it is; empty: nowhere in particular, any agent will do
	Tier      string       // of the customer; empty: none
	Priority  int          // the greater, the sooner in [Desk.AssignAll]
	Owner     rapport.ID   // the customer's account owner; need not be on the desk
	LastAgent rapport.ID   // who served the customer last; need not be on the desk
	Exclude   []rapport.ID // agents who must not have it; need not be on the desk
	// WaitingSince is when it came; the zero time, or one that is still to come:
	// just now.
	WaitingSince time.Time
}

func (i *Item) check() error {
	if err := checkID("item", "", "id", i.ID); err != nil {
		return err
	}
	if err := checkSkills("item", i.ID, i.Skills); err != nil {
		return err
	}
	for _, name := range [...]struct {
		field string
		id    rapport.ID
	}{{"language", rapport.ID(i.Language)}, {"tier", rapport.ID(i.Tier)}, {"owner", i.Owner}, {"last agent", i.LastAgent}} {
		if name.id == "" {
			continue
		}
		if err := checkID("item", i.ID, name.field, name.id); err != nil {
			return err
		}
	}
	for _, agent := range i.Exclude {
		if err := checkID("item", i.ID, "excluded agent", agent); err != nil {
			return err
		}
	}
	return checkTerritory("item", i.ID, i.Territory)
}

// waitingSince returns WaitingSince, or at if it is unset or later.
func (i *Item) waitingSince(at time.Time) time.Time {
	if i.WaitingSince.IsZero() || i.WaitingSince.After(at) {
		return at
	}
	return i.WaitingSince
}

// urgency orders items: the greater priority, the longer wait, the smaller id.
func urgency(a, b *Item, at time.Time) int {
	return cmp.Or(cmp.Compare(b.Priority, a.Priority),
		a.waitingSince(at).Compare(b.waitingSince(at)), cmp.Compare(a.ID, b.ID))
}
