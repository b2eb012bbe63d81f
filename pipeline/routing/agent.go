package routing

import (
	"time"

	"github.com/rapport-crm/rapport"
)

// Bounds of what a [Desk] takes.
const (
	MaxLevel = 1000          // of a skill
	MaxLoad  = 1_000_000_000 // items, and capacity in items
)

// Skill is a skill at a level: what an agent has, or the least that an item asks for.
type Skill struct {
	Name  string // 1 to 128 bytes of UTF-8 without control characters
	Level int    // 1 to [MaxLevel], the higher the better
}

// Agent is one who takes work: a person, a team or a dealer.
type Agent struct {
	ID          rapport.ID
	Skills      []Skill          // each name once
	Languages   []string         // none: only items that ask for no language
	Territories []Territory      // none: everywhere
	Tiers       []string         // customer tiers served; none: all
	Capacity    int              // items at one time, 0 to [MaxLoad]; 0 takes none
	Load        int              // items at present, 0 to [MaxLoad]; may be above Capacity
	Working     rapport.Interval // the shift; the zero Interval is always
	Paused      bool             // at work, but takes nothing now
	IdleSince   time.Time        // last time work came or ended; the zero time: before everybody
}

// check returns the error of the first thing wrong with the agent.
func (a *Agent) check() error {
	if err := checkID("agent", "", "id", a.ID); err != nil {
		return err
	}
	if err := checkSkills("agent", a.ID, a.Skills); err != nil {
		return err
	}
	for _, language := range a.Languages {
		if err := checkID("agent", a.ID, "language", rapport.ID(language)); err != nil {
			return err
		}
	}
	for _, territory := range a.Territories {
		if err := checkTerritory("agent", a.ID, territory); err != nil {
			return err
		}
	}
	for _, tier := range a.Tiers {
		if err := checkID("agent", a.ID, "tier", rapport.ID(tier)); err != nil {
			return err
		}
	}
	if err := checkRange("agent", a.ID, "capacity", a.Capacity, 0, MaxLoad); err != nil {
		return err
	}
	return checkRange("agent", a.ID, "load", a.Load, 0, MaxLoad)
}

func checkSkills(what string, of rapport.ID, skills []Skill) error {
	for i, skill := range skills {
		if err := checkID(what, of, "skill", rapport.ID(skill.Name)); err != nil {
			return err
		}
		if skill.Level < 1 || skill.Level > MaxLevel {
			return checkRange(what, of, "level of skill "+skill.Name, skill.Level, 1, MaxLevel)
		}
		for _, earlier := range skills[:i] {
			if earlier.Name == skill.Name {
				return &InputError{What: what, ID: of, Field: "skill", Value: skill.Name, Reason: "want each skill once"}
			}
		}
	}
	return nil
}
