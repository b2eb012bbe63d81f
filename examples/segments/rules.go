package main

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/segment"
	"github.com/rapport-crm/rapport/segment/rule"
)

type truth = rule.Truth

type segmentPart struct {
	Segment string       `json:"segment"`
	Rule    rawCondition `json:"rule"`
	Members int          `json:"members"`
	Unknown int          `json:"unknown"`
	Example *memberPart  `json:"example"` // the first member, and why
}

type rawCondition = json.RawMessage

type memberPart struct {
	ID      rapport.ID   `json:"id"`
	Reasons []reasonPart `json:"reasons"`
}

type reasonPart struct {
	Test  rawCondition `json:"test"`
	Truth string       `json:"truth"`
	Seen  string       `json:"seen"`
}

// ruleSet is the wholesaler's segments, as they would stand in a file.
func ruleSet() (*rule.Set, error) {
	schema, err := rule.NewSchema([]rule.Attribute{
		{Name: "tier", Type: rule.TextType},
		{Name: "complained", Type: rule.FlagType},
	}, []rule.EventKind{{Name: "order"}}, nil)
	if err != nil {
		return nil, err
	}
	last := rule.Events("order").Last()
	return rule.Compile(schema, rule.Rules{
		{Name: "regular", When: rule.Events("order").Within(rule.Months(6)).Count().AtLeast(4)},
		{Name: "dormant", When: last.LongerAgo(rule.Months(6))},
		{Name: "key", When: rule.Text("tier").In("VIP", "major")},
		{Name: "win-back", When: rule.And(rule.In("key"), last.LongerAgo(rule.Months(3)))},
		{Name: "careful", When: rule.And(rule.Flag("complained").Yes(), rule.Not(rule.In("dormant")))},
	})
}

// rules puts the customers into segments.
func rules(b *base, r *report, f *findings) error {
	set, err := ruleSet()
	if err != nil {
		return err
	}
	moment, err := set.At(b.asOf)
	if err != nil {
		return err
	}
	for _, rule := range set.Rules() {
		text, err := json.Marshal(rule.When)
		if err != nil {
			return err
		}
		r.Segments = append(r.Segments, segmentPart{Segment: rule.Name, Rule: text})
	}
	for i, c := range b.clients {
		facts, err := c.facts(set, f.tiers[i], b.known)
		if err != nil {
			return err
		}
		truths := map[string]truth{}
		for k := range r.Segments {
			part := &r.Segments[k]
			why, err := moment.Explain(facts, part.Segment)
			if err != nil {
				return err
			}
			truths[part.Segment] = why.Truth
			switch why.Truth {
			case rule.True:
				part.Members++
				if part.Example == nil {
					if part.Example, err = member(c.id, &why); err != nil {
						return err
					}
				}
			case rule.Unknown:
				part.Unknown++
			}
		}
		f.segments = append(f.segments, truths)
	}
	return nil
}

// facts are what the rules may know of a customer.
func (c *client) facts(set *rule.Set, tier string, known bool) (*rule.Facts, error) {
	facts, err := set.NewFacts(c.id)
	if err != nil {
		return nil, err
	}
	if err := facts.Set("tier", rule.TextOf(tier)); err != nil {
		return nil, err
	}
	if known {
		if err := facts.Set("complained", rule.FlagOf(c.complained)); err != nil {
			return nil, err
		}
	}
	for i, o := range c.orders {
		if err := facts.PutEvent(rule.Event{ID: rapport.ID(fmt.Sprint(i)), Kind: "order", At: o.at}); err != nil {
			return nil, err
		}
	}
	return facts, nil
}

func member(id rapport.ID, why *rule.Explanation) (*memberPart, error) {
	m := &memberPart{ID: id}
	for _, reason := range why.Reasons() {
		text, err := json.Marshal(reason.Condition)
		if err != nil {
			return nil, err
		}
		seen := reason.Seen.String()
		if !reason.SeenAt.IsZero() {
			seen = reason.SeenAt.Format(time.DateOnly)
		}
		m.Reasons = append(m.Reasons, reasonPart{text, reason.Truth.String(), seen})
	}
	return m, nil
}

type playbookPart struct {
	Rules   []playPart    `json:"rules"`
	Lint    []findingPart `json:"lint"`
	Example *examplePart  `json:"example"`
}

type playPart struct {
	Rule      string           `json:"rule"` // "" for nobody's
	When      []string         `json:"when"`
	Actions   []segment.Action `json:"actions"`
	Customers int              `json:"customers"`
}

type findingPart struct {
	Kind string   `json:"kind"`
	Rule string   `json:"rule"`
	Cell string   `json:"cell"`
	By   []string `json:"by"`
}

type examplePart struct {
	ID       rapport.ID    `json:"id"`
	Verdicts []verdictPart `json:"verdicts"`
}

type verdictPart struct {
	Rule  string   `json:"rule"`
	Fired bool     `json:"fired"`
	Holds string   `json:"holds"`
	Tests []string `json:"tests"` // condition, answer and what it was answered from
}

// playbook is what the wholesaler does for whom.
func playbook() (*segment.Playbook, error) {
	return segment.NewPlaybook([]segment.Play{
		{
			Name:    "calm",
			When:    []segment.Condition{{Segment: "careful"}},
			Actions: []segment.Action{{Do: "settle", Channel: "phone", Service: "VIP", Reason: "complaint"}},
		},
		{
			Name: "win back",
			When: []segment.Condition{{Segment: "win-back"}},
			Actions: []segment.Action{
				{Do: "call", Channel: "phone", Reason: "silent"},
				{Do: "invite", Channel: "mail", Offer: "spring-fair"},
			},
		},
		{
			Name:    "develop",
			When:    []segment.Condition{{Cell: []string{"low/high"}}, {Measure: "potential", Op: segment.AtLeast, Value: 10_000}},
			Actions: []segment.Action{{Do: "develop", Channel: "visit", Offer: "assortment-plan", Service: "major"}},
		},
		{
			Name:    "keep",
			When:    []segment.Condition{{Cell: []string{"high/high", "high/low"}}},
			Actions: []segment.Action{{Do: "keep", Channel: "visit"}},
		},
		{
			Name:    "remind",
			When:    []segment.Condition{{Measure: "overdue", Op: segment.AtLeast, Value: 1}, {Segment: "dormant", Not: true}},
			Actions: []segment.Action{{Do: "contact", Channel: "phone"}},
		},
	}, &segment.PlaybookOptions{
		Cells:     []string{"high/high", "high/low", "low/high", "low/low"},
		Otherwise: []segment.Action{{Do: "serve", Channel: "web"}},
	})
}

// play asks the playbook about every customer.
func play(b *base, r *report, f *findings) error {
	book, err := playbook()
	if err != nil {
		return err
	}
	part := &playbookPart{Lint: []findingPart{}}
	place := map[string]int{}
	for i, p := range book.Plays() {
		row := playPart{Rule: p.Name, Actions: p.Actions}
		for _, c := range p.When {
			row.When = append(row.When, c.String())
		}
		place[p.Name] = i
		part.Rules = append(part.Rules, row)
	}
	place[""] = len(part.Rules)
	part.Rules = append(part.Rules, playPart{When: []string{}, Actions: book.Options().Otherwise})
	for _, finding := range book.Lint() {
		part.Lint = append(part.Lint, findingPart{string(finding.Kind), finding.Rule, finding.Cell, finding.By})
	}
	for i, c := range b.clients {
		profile := b.profile(i, f)
		decision, err := book.Decide(profile)
		if err != nil {
			return err
		}
		part.Rules[place[decision.Rule]].Customers++
		if part.Example == nil && (decision.Rule == "develop" || !b.known && decision.Rule != "") {
			if part.Example, err = explain(book, c.id, profile); err != nil {
				return err
			}
		}
	}
	r.Playbook = part
	return nil
}

// profile is what the playbook may know of a customer.
func (b *base) profile(i int, f *findings) segment.Profile {
	c := b.clients[i]
	p := segment.Profile{Tier: f.tiers[i], Measures: map[string]float64{}}
	if f.cells != nil {
		p.Cell = f.cells[i]
		p.Measures["potential"] = c.potential
	}
	if due, ok := f.overdue[string(c.id)]; ok {
		p.Measures["overdue"] = float64(due.Overdue)
	}
	for _, name := range []string{"regular", "dormant", "key", "win-back", "careful"} {
		switch f.segments[i][name] {
		case rule.True:
			p.Segments = append(p.Segments, name)
		case rule.Unknown:
			p.Unsure = append(p.Unsure, name)
		}
	}
	return p
}

func explain(book *segment.Playbook, id rapport.ID, profile segment.Profile) (*examplePart, error) {
	verdicts, err := book.Explain(profile)
	if err != nil {
		return nil, err
	}
	example := &examplePart{ID: id}
	for _, v := range verdicts {
		row := verdictPart{Rule: v.Rule, Fired: v.Fired, Holds: string(v.Holds)}
		for _, t := range v.Tested {
			text := fmt.Sprintf("%s %s", t.Condition, t.Truth)
			if t.Found != "" {
				text += " by " + t.Found
			}
			row.Tests = append(row.Tests, text)
		}
		example.Verdicts = append(example.Verdicts, row)
	}
	return example, nil
}
