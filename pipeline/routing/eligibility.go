package routing

import (
	"slices"
	"time"

	"github.com/rapport-crm/rapport"
)

// Code says why an agent may not have an item.
type Code string

// The codes.
const (
	NotWorking       Code = "not_working"       // outside the shift
	Paused           Code = "paused"            // at work, but taking nothing
	AtCapacity       Code = "at_capacity"       // Have items of Want
	SkillMissing     Code = "skill_missing"     // Name, wanted at level Want
	SkillTooLow      Code = "skill_too_low"     // Name, level Have of Want
	LanguageMissing  Code = "language_missing"  // Name
	OutsideTerritory Code = "outside_territory" // Name
	TierNotServed    Code = "tier_not_served"   // Name
	Excluded         Code = "excluded"          // the item excludes the agent
	Held             Code = "held"              // for another agent, Name
)

// codes returns all codes in the order in which reasons are listed.
func codes() []Code {
	return []Code{NotWorking, Paused, AtCapacity, SkillMissing, SkillTooLow, LanguageMissing, OutsideTerritory, TierNotServed, Excluded, Held}
}

// Passes reports whether the reason may go away by itself: a shift begins, a call
// ends, a hold runs out.
func (c Code) Passes() bool {
	return c == NotWorking || c == Paused || c == AtCapacity || c == Held
}

// Reason is one thing that keeps an agent from an item.
type Reason struct {
	Code       Code
	Name       string // of the skill, language, territory or tier asked for, or of the agent it is held for
	Have, Want int    // levels, or load and capacity
}

// Refusal lists all reasons against an agent.
type Refusal struct {
	Agent   rapport.ID
	Reasons []Reason
}

// Count says how many agents a reason keeps from an item; an agent may count under
// several.
type Count struct {
	Code   Code
	Agents int
}

// judge appends to reasons all that keeps the agent of a row from the item.
func (d *Desk) judge(reasons []Reason, row int, n *need, at time.Time) []Reason {
	agent := &d.agents[row]
	reasons = d.judgeTime(reasons, row, at)
	if load, capacity := d.seats[row].load, agent.Capacity; load >= capacity {
		reasons = append(reasons, Reason{Code: AtCapacity, Have: load, Want: capacity})
	}
	reasons = d.judgeFit(reasons, row, n)
	if slices.Contains(n.item.Exclude, agent.ID) {
		reasons = append(reasons, Reason{Code: Excluded})
	}
	if n.holder >= 0 && n.holder != row {
		reasons = append(reasons, Reason{Code: Held, Name: string(d.agents[n.holder].ID)})
	}
	return reasons
}

func (d *Desk) judgeTime(reasons []Reason, row int, at time.Time) []Reason {
	agent := &d.agents[row]
	if !agent.Working.Contains(at) {
		reasons = append(reasons, Reason{Code: NotWorking})
	}
	if agent.Paused {
		reasons = append(reasons, Reason{Code: Paused})
	}
	return reasons
}

// judgeFit appends what about the agent itself does not fit the item.
func (d *Desk) judgeFit(reasons []Reason, row int, n *need) []Reason {
	known := &d.known[row]
	for _, want := range n.skills {
		if want.level == 0 {
			continue
		}
		switch have := known.level(want.skill); {
		case have == 0:
			reasons = append(reasons, Reason{Code: SkillMissing, Name: want.name, Want: int(want.level)})
		case have < want.level:
			reasons = append(reasons, Reason{Code: SkillTooLow, Name: want.name, Have: int(have), Want: int(want.level)})
		}
	}
	if !n.anyLanguage && !slices.Contains(known.languages, n.language) {
		reasons = append(reasons, Reason{Code: LanguageMissing, Name: n.item.Language})
	}
	if _, ok := n.within(d.agents[row].Territories); !ok {
		reasons = append(reasons, Reason{Code: OutsideTerritory, Name: string(n.territory)})
	}
	if !n.anyTier && len(known.tiers) > 0 && !slices.Contains(known.tiers, n.tier) {
		reasons = append(reasons, Reason{Code: TierNotServed, Name: n.item.Tier})
	}
	return reasons
}

// couldTake reports whether the agent of a row could take the item but for a full load.
func (d *Desk) couldTake(row int, n *need, at time.Time) bool {
	return !slices.Contains(n.item.Exclude, d.agents[row].ID) &&
		len(d.judgeFit(d.judgeTime(nil, row, at), row, n)) == 0
}
