package routing

import (
	"cmp"
	"slices"
	"time"

	"github.com/rapport-crm/rapport"
)

// Score is what ranks an eligible agent.
type Score struct {
	Owner, LastAgent bool
	Skill            int       // levels above those asked for, summed over the skills asked for
	Near             int       // segments of the smallest own territory around the item; 0: everywhere, or none around it
	Load, Capacity   int       // before the item; their quotient is the relative load
	IdleSince        time.Time // the zero time: before everybody
}

// Candidate is an eligible agent.
type Candidate struct {
	Agent rapport.ID
	Score Score
}

// Criterion says what set the chosen agent apart from the second: a [Preference], or
// one of the constants below.
type Criterion string

// The criteria beside the preferences.
const (
	OnlyCandidate Criterion = "only" // there was no second
	LeastLoad     Criterion = "load" // the least relative load
	LongestIdle   Criterion = "idle" // the longest idle
	SmallestID    Criterion = "id"   // all else was equal
)

// scoreOf returns what ranks the agent of a row.
func (d *Desk) scoreOf(row int, n *need) Score {
	s := Score{Owner: n.owner == row, LastAgent: n.last == row,
		Load: d.seats[row].load, Capacity: d.agents[row].Capacity, IdleSince: d.seats[row].idle}
	for _, want := range n.skills {
		if want.level > 0 {
			s.Skill += int(d.known[row].level(want.skill) - want.level)
		}
	}
	s.Near, _ = n.within(d.agents[row].Territories)
	return s
}

// compare orders candidates, the better first, and says by what.
func compare(a, b *Candidate, prefer []Preference) (int, Criterion) {
	x, y := &a.Score, &b.Score
	for _, p := range prefer {
		if c := comparePreference(x, y, p); c != 0 {
			return c, Criterion(p)
		}
	}
	// Quotients compared without dividing; MaxLoad keeps the products in 64 bits.
	if c := cmp.Compare(int64(x.Load)*int64(y.Capacity), int64(y.Load)*int64(x.Capacity)); c != 0 {
		return c, LeastLoad
	}
	if c := x.IdleSince.Compare(y.IdleSince); c != 0 {
		return c, LongestIdle
	}
	return cmp.Compare(a.Agent, b.Agent), SmallestID
}

func comparePreference(x, y *Score, p Preference) int {
	first := func(a, b bool) int {
		switch {
		case a == b:
			return 0
		case a:
			return -1
		}
		return 1
	}
	switch p {
	case PreferOwner:
		return first(x.Owner, y.Owner)
	case PreferLastAgent:
		return first(x.LastAgent, y.LastAgent)
	case PreferSkilled:
		return cmp.Compare(y.Skill, x.Skill)
	case PreferSpare:
		return cmp.Compare(x.Skill, y.Skill)
	case PreferNear:
		return cmp.Compare(y.Near, x.Near)
	}
	return 0
}

// preferred returns the preferences of the policy that count for an item.
func (d *Desk) preferred(n *need) []Preference {
	if len(n.dropped) == 0 {
		return d.policy.Prefer
	}
	var left []Preference
	for _, p := range d.policy.Prefer {
		if !slices.Contains(n.dropped, p) {
			left = append(left, p)
		}
	}
	return left
}
