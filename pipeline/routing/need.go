package routing

import (
	"slices"
	"time"
)

// word is the number of a skill, language or tier that some agent of the desk has;
// noWord is one that none has.
type word int32

const noWord word = -1

// grade is a skill at a level.
type grade struct {
	skill word
	level int32
	name  string
}

// need is what an item asks for after it has waited for a time.
type need struct {
	item           *Item
	skills         []grade // level 0: not needed any more
	language, tier word
	anyLanguage    bool
	anyTier        bool
	territory      Territory
	reach          Territory // agents in here will do too; only if widened
	widened        bool
	owner, last    int // rows of the desk, -1: not there
	dropped        []Preference
	holder         int // row of the only agent who may have it, -1: no hold
}

// person returns the row of the agent whom a preference names, -1 if there is none.
func (n *need) person(p Preference) int {
	switch p {
	case PreferOwner:
		return n.owner
	case PreferLastAgent:
		return n.last
	}
	return -1
}

// needOf returns what the item asks for at an instant, which widenings have come to
// act, and when the next widening or hold changes something: the zero time if never.
func (d *Desk) needOf(item *Item, at time.Time) (n need, applied []Widening, next time.Time) {
	n = need{
		item: item, language: d.number(item.Language), anyLanguage: item.Language == "",
		tier: d.number(item.Tier), anyTier: item.Tier == "",
		territory: item.Territory, owner: d.row(item.Owner), last: d.row(item.LastAgent),
		holder: -1,
	}
	if len(item.Skills) > 0 {
		n.skills = make([]grade, len(item.Skills))
	}
	for i, skill := range item.Skills {
		n.skills[i] = grade{skill: d.number(skill.Name), level: int32(skill.Level), name: skill.Name}
	}
	since := item.waitingSince(at)
	waited := at.Sub(since)
	later := func(after time.Duration) {
		if change := since.Add(after); next.IsZero() || change.Before(next) {
			next = change
		}
	}
	holds := d.holdsOf(&n, waited, at) // before it asks for less, so that waiting never begins a hold
	up := 0
	for _, w := range d.policy.Widen {
		if waited < w.After {
			later(w.After)
			continue
		}
		applied = append(applied, w)
		if w.Step == WidenTerritory {
			up += w.By
		}
		n.widen(w)
	}
	if n.widened = up > 0; n.widened {
		n.reach = item.Territory.Up(up)
	}
	for _, hold := range holds {
		if slices.Contains(n.dropped, hold.Preference) {
			continue
		}
		later(hold.For)
		if n.holder < 0 {
			n.holder = n.person(hold.Preference)
		}
	}
	return n, applied, next
}

// holdsOf returns the holds that an item is under.
func (d *Desk) holdsOf(n *need, waited time.Duration, at time.Time) []Hold {
	var holds []Hold
	for _, hold := range d.policy.Hold {
		if row := n.person(hold.Preference); row >= 0 && waited < hold.For && d.couldTake(row, n, at) {
			holds = append(holds, hold)
		}
	}
	return holds
}

func (n *need) widen(w Widening) {
	switch w.Step {
	case LowerLevel, DropSkill:
		for i := range n.skills {
			skill := &n.skills[i]
			switch {
			case w.Skill != "" && w.Skill != skill.name || skill.level == 0:
			case w.Step == DropSkill:
				skill.level = 0
			default:
				skill.level = max(1, skill.level-int32(w.By))
			}
		}
	case DropLanguage:
		n.anyLanguage = true
	case DropTier:
		n.anyTier = true
	case DropPreference:
		n.dropped = append(n.dropped, w.Preference)
	}
}

// within reports whether an agent for these territories may have the item, and the
// depth of the smallest one around it.
func (n *need) within(territories []Territory) (depth int, ok bool) {
	if len(territories) == 0 || n.territory == "" {
		return 0, true
	}
	for _, t := range territories {
		if t.Contains(n.territory) {
			depth, ok = max(depth, t.Depth()), true
		} else if n.widened && (n.reach.Contains(t) || t.Contains(n.reach)) {
			ok = true
		}
	}
	return depth, ok
}
