package routing

import (
	"cmp"
	"slices"
	"time"

	"github.com/rapport-crm/rapport"
)

// Desk is a list of agents under a policy, with their loads: an immutable value made by
// [NewDesk], safe to share between goroutines.
type Desk struct {
	policy Policy
	agents []Agent // ascending ids; what a desk shares with those made from it
	known  []knowledge
	rows   map[rapport.ID]int
	words  map[string]word
	seats  []seat // by row: what changes when work comes and goes
}

// seat is the changing part of an agent.
type seat struct {
	load int
	idle time.Time
}

// knowledge is what an agent can do, in numbers.
type knowledge struct {
	skills           []grade
	languages, tiers []word
}

// level returns the level of a skill, 0 if the agent does not have it.
func (k *knowledge) level(skill word) int32 {
	for i := range k.skills {
		if k.skills[i].skill == skill {
			return k.skills[i].level
		}
	}
	return 0
}

// NewDesk checks agents and policy, nil for [DefaultPolicy], and copies them. The order
// of the agents has no influence. The errors are [*InputError] and [*DuplicateError].
func NewDesk(agents []Agent, policy *Policy) (*Desk, error) {
	d := &Desk{policy: DefaultPolicy(), agents: slices.Clone(agents),
		rows: make(map[rapport.ID]int, len(agents)), words: make(map[string]word)}
	if policy != nil {
		d.policy = policy.clone()
	}
	if err := d.policy.check(); err != nil {
		return nil, err
	}
	slices.SortStableFunc(d.agents, func(a, b Agent) int { return cmp.Compare(a.ID, b.ID) })
	d.known, d.seats = make([]knowledge, len(agents)), make([]seat, len(agents))
	for row := range d.agents {
		agent := &d.agents[row]
		if err := agent.check(); err != nil {
			return nil, err
		}
		if _, twice := d.rows[agent.ID]; twice {
			return nil, &DuplicateError{What: "agent", ID: agent.ID}
		}
		d.rows[agent.ID] = row
		d.seats[row] = seat{load: agent.Load, idle: agent.IdleSince}
		d.known[row] = d.learn(agent)
		agent.Skills, agent.Languages, agent.Tiers = slices.Clone(agent.Skills), slices.Clone(agent.Languages), slices.Clone(agent.Tiers)
		agent.Territories = slices.Clone(agent.Territories)
	}
	return d, nil
}

// learn turns names into numbers, new ones where a name is new.
func (d *Desk) learn(agent *Agent) knowledge {
	// Skills, languages and tiers share one list of numbers, which does no harm.
	number := func(name string) word {
		w, ok := d.words[name]
		if !ok {
			w = word(len(d.words))
			d.words[name] = w
		}
		return w
	}
	var k knowledge
	for _, skill := range agent.Skills {
		k.skills = append(k.skills, grade{skill: number(skill.Name), level: int32(skill.Level)})
	}
	for _, language := range agent.Languages {
		k.languages = append(k.languages, number(language))
	}
	for _, tier := range agent.Tiers {
		k.tiers = append(k.tiers, number(tier))
	}
	return k
}

func (d *Desk) number(name string) word {
	if w, ok := d.words[name]; ok {
		return w
	}
	return noWord
}

func (d *Desk) row(agent rapport.ID) int {
	if row, ok := d.rows[agent]; ok {
		return row
	}
	return -1
}

// Agents returns the agents with their present loads and idle times, by ascending id.
func (d *Desk) Agents() []Agent {
	agents := slices.Clone(d.agents)
	for row := range agents {
		a := &agents[row]
		a.Load, a.IdleSince = d.seats[row].load, d.seats[row].idle
		a.Skills, a.Languages = slices.Clone(a.Skills), slices.Clone(a.Languages)
		a.Tiers, a.Territories = slices.Clone(a.Tiers), slices.Clone(a.Territories)
	}
	return agents
}

// WithLoad returns a desk on which an agent has that load since an instant, when work
// came or ended; d stays as it is. It is an [*UnknownError] for an agent who is not
// there and an [*InputError] for a load outside 0 to [MaxLoad].
func (d *Desk) WithLoad(agent rapport.ID, load int, since time.Time) (*Desk, error) {
	row := d.row(agent)
	if row < 0 {
		return nil, &UnknownError{What: "agent", ID: agent}
	}
	if err := checkRange("agent", agent, "load", load, 0, MaxLoad); err != nil {
		return nil, err
	}
	changed := d.copy()
	changed.seats[row] = seat{load: load, idle: since}
	return changed, nil
}

// copy returns a desk with seats of its own.
func (d *Desk) copy() *Desk {
	changed := *d
	changed.seats = slices.Clone(d.seats)
	return &changed
}
