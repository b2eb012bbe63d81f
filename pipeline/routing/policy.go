package routing

import (
	"fmt"
	"slices"
	"time"

	"github.com/rapport-crm/rapport"
)

// Preference is what makes one eligible agent better than another, before load counts.
type Preference string

// The preferences.
const (
	PreferOwner     Preference = "owner"      // the customer's account owner
	PreferLastAgent Preference = "last_agent" // who served the customer last
	PreferSkilled   Preference = "skilled"    // the most levels above those asked for
	PreferSpare     Preference = "spare"      // the fewest levels above: experts stay free
	PreferNear      Preference = "near"       // the smallest territory around the item
)

// Step is a way of asking for less.
type Step string

// The steps of a [Widening].
const (
	LowerLevel     Step = "lower_level"     // By levels less of Skill, or of all skills; never below 1
	DropSkill      Step = "drop_skill"      // Skill, or all skills, not needed any more
	DropLanguage   Step = "drop_language"   // any language will do
	DropTier       Step = "drop_tier"       // agents of all tiers will do
	WidenTerritory Step = "widen_territory" // agents anywhere By steps up the hierarchy will do
	DropPreference Step = "drop_preference" // Preference does not count any more, nor its hold
)

// Widening asks for less once an item has waited for a time. Widenings add up.
type Widening struct {
	After      time.Duration // of waiting, by the wall clock; not negative
	Step       Step
	Skill      string     // LowerLevel and DropSkill: which; empty: all
	By         int        // LowerLevel, WidenTerritory: how far, 1 to [MaxLevel]
	Preference Preference // DropPreference: which
}

// Hold keeps an item for one agent alone while it has waited less than For. It holds
// only for an agent on the desk who could take the item, as it asks before any
// widening, but for a full load.
type Hold struct {
	Preference Preference    // [PreferOwner] or [PreferLastAgent]
	For        time.Duration // above 0
}

// Policy is how a [Desk] chooses. The zero Policy is fair by load and knows no
// preference.
type Policy struct {
	Prefer []Preference // the first decides, then the second, …; each once
	Widen  []Widening   // in any order
	Hold   []Hold       // each preference once
	// Brief leaves the lists of candidates and refusals out of decisions, which is
	// faster for many items; the counts of reasons stay.
	Brief bool
}

// DefaultPolicy prefers the account owner, then the last agent.
func DefaultPolicy() Policy { return Policy{Prefer: []Preference{PreferOwner, PreferLastAgent}} }

func (p *Policy) clone() Policy {
	return Policy{Prefer: slices.Clone(p.Prefer), Widen: slices.Clone(p.Widen), Hold: slices.Clone(p.Hold), Brief: p.Brief}
}

func (p *Policy) check() error {
	wrong := func(field string, value any, reason string) error {
		return &InputError{What: "policy", Field: field, Value: fmt.Sprint(value), Reason: reason}
	}
	for i, preference := range p.Prefer {
		switch {
		case !slices.Contains(preferences(), preference):
			return wrong("preference", preference, "unknown")
		case slices.Contains(p.Prefer[:i], preference):
			return wrong("preference", preference, "want each once")
		}
	}
	for _, w := range p.Widen {
		if err := w.check(wrong); err != nil {
			return err
		}
	}
	for i, hold := range p.Hold {
		switch {
		case hold.Preference != PreferOwner && hold.Preference != PreferLastAgent:
			return wrong("hold", hold.Preference, "want owner or last_agent")
		case slices.ContainsFunc(p.Hold[:i], func(h Hold) bool { return h.Preference == hold.Preference }):
			return wrong("hold", hold.Preference, "want each once")
		case hold.For <= 0:
			return wrong("hold for", hold.For, "want a time above 0")
		}
	}
	return nil
}

func (w *Widening) check(wrong func(field string, value any, reason string) error) error {
	skill := w.Step == LowerLevel || w.Step == DropSkill
	far := w.Step == LowerLevel || w.Step == WidenTerritory
	switch {
	case !slices.Contains([]Step{LowerLevel, DropSkill, DropLanguage, DropTier, WidenTerritory, DropPreference}, w.Step):
		return wrong("widening", w.Step, "unknown step")
	case w.After < 0:
		return wrong("widening after", w.After, "want a time from 0")
	case far && (w.By < 1 || w.By > MaxLevel):
		return wrong("widening by", w.By, fmt.Sprintf("want 1 to %d for %s", MaxLevel, w.Step))
	case !far && w.By != 0:
		return wrong("widening by", w.By, "has no meaning for "+string(w.Step))
	case !skill && w.Skill != "":
		return wrong("widening skill", w.Skill, "has no meaning for "+string(w.Step))
	case w.Step == DropPreference && !slices.Contains(preferences(), w.Preference):
		return wrong("widening preference", w.Preference, "unknown")
	case w.Step != DropPreference && w.Preference != "":
		return wrong("widening preference", w.Preference, "has no meaning for "+string(w.Step))
	case w.Skill != "":
		return checkID("policy", "", "widening skill", rapport.ID(w.Skill))
	}
	return nil
}

func preferences() []Preference {
	return []Preference{PreferOwner, PreferLastAgent, PreferSkilled, PreferSpare, PreferNear}
}
