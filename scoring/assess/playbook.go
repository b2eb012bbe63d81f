package assess

import (
	"context"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/segment"
)

// The measures of [Profile] that a rule of a [segment.Playbook] can ask for. Amounts
// are in major units of their currency.
const (
	MeasureHistoric     = "historic"
	MeasureCurrent      = "current"
	MeasurePotential    = "potential"
	MeasureTotal        = "total" // of the three; known if all are
	MeasureAlive        = "alive"
	MeasureSatisfaction = "satisfaction"
	MeasureAvailable    = "credit_available"
)

const (
	// NoRule is the rule and the condition of actions that are taken because no rule holds.
	NoRule = "no_rule"
	// Always is the condition of a rule that has none.
	Always = "always"
)

// FromPlaybook recommends what a playbook decides on [Profile]; each action says the
// rule that fired and the conditions that held, with what they were answered from.
// source names the playbook with its version.
//
// For a customer whose segments are not known, those that the rules ask for are
// neither held nor not held.
func FromPlaybook(p *segment.Playbook, source string) Playbook {
	if p == nil {
		return PlaybookFunc(func(context.Context, Report) (Finding[[]Action], error) {
			return Finding[[]Action]{}, missing("playbook")
		})
	}
	var asked []string
	for _, play := range p.Plays() {
		for _, c := range play.When {
			if c.Segment != "" {
				asked = append(asked, c.Segment)
			}
		}
	}
	return PlaybookFunc(func(_ context.Context, r Report) (Finding[[]Action], error) {
		profile, err := Profile(r)
		if err != nil {
			return Finding[[]Action]{}, err
		}
		if r.Segments.Data == nil {
			profile.Unsure = asked
		}
		d, err := p.Decide(profile)
		if err != nil {
			return Finding[[]Action]{}, err
		}
		rule, because := d.Rule, make([]Reason, 0, len(d.Because))
		for _, held := range d.Because {
			because = append(because, Reason{held.Condition.String(), held.Found})
		}
		switch {
		case rule == "":
			rule, because = NoRule, []Reason{{Condition: NoRule}}
		case len(because) == 0:
			because = []Reason{{Condition: Always}}
		}
		actions := make([]Action, len(d.Actions))
		for i, a := range d.Actions {
			actions[i] = Action{Code: a.Do, Channel: a.Channel, Offer: a.Offer, Service: a.Service, Why: a.Reason, Rule: rule, Reasons: because}
		}
		return Found(actions, Origin{source, "first_rule", r.AsOf, Stated}), nil
	})
}

// Profile is what a playbook can know of a customer by a report: cell, tier, segments
// and the measures for which there are data.
func Profile(r Report) (segment.Profile, error) {
	p := segment.Profile{Measures: make(map[string]float64)}
	p.Cell, _ = r.Cell.Get()
	p.Tier, _ = r.Tier.Get()
	p.Segments, _ = r.Segments.Get()
	if v, ok := r.Value.Get(); ok {
		total, _, err := v.Total()
		if err != nil {
			return segment.Profile{}, err
		}
		for name, m := range map[string]rapport.Money{MeasureHistoric: v.Historic.Money, MeasureCurrent: v.Current.Money, MeasurePotential: v.Potential.Money, MeasureTotal: total} {
			if m.Currency() != 0 {
				p.Measures[name] = m.Amount().InexactFloat64()
			}
		}
	}
	if e, ok := r.Alive.Get(); ok {
		p.Measures[MeasureAlive] = e.Value
	}
	if e, ok := r.Satisfaction.Get(); ok {
		p.Measures[MeasureSatisfaction] = e.Value
	}
	if c, ok := r.Credit.Get(); ok && c.Available.Currency() != 0 {
		p.Measures[MeasureAvailable] = c.Available.Amount().InexactFloat64()
	}
	return p, nil
}
