package main

import (
	"context"
	"iter"
	"slices"

	"github.com/rapport-crm/rapport/pipeline"
	"github.com/rapport-crm/rapport/pipeline/process"
)

// The process changes: design and verification become one stage, and nobody bids without
// a list of the risks.
const (
	changeDay  = 42
	designing  = pipeline.StageID("design")
	verifying  = pipeline.StageID("justification")
	solving    = pipeline.StageID("solution")
	biddingIn  = pipeline.StageID("bidding")
	riskSheet  = "risk_register"
	newVersion = 2
)

func secondVersion() pipeline.Definition {
	d := process.ProjectSales()
	d.Version = newVersion
	d.Fields = append(d.Fields, pipeline.Field{ID: riskSheet, Label: "List of the risks", Kind: pipeline.TextField})
	d.Stages = slices.DeleteFunc(d.Stages, func(s pipeline.Stage) bool { return s.ID == verifying })
	for i := range d.Stages {
		s := &d.Stages[i]
		switch s.ID {
		case designing:
			s.ID, s.Label = solving, "Solution, designed and verified"
		case biddingIn:
			s.Enter.Fields = append(s.Enter.Fields, riskSheet)
		}
	}
	d.Transitions = slices.DeleteFunc(d.Transitions, func(t pipeline.Transition) bool { return t.To == verifying })
	for i := range d.Transitions {
		t := &d.Transitions[i]
		if t.To == designing {
			t.To = solving
		}
		t.From = slices.DeleteFunc(t.From, func(id pipeline.StageID) bool { return id == verifying })
		for j, id := range t.From {
			if id == designing {
				t.From[j] = solving
			}
		}
	}
	return d
}

// change is what the new version does to the process and to the deals in flight.
type change struct {
	Differences []pipeline.Difference
	Unmapped    *pipeline.MigrationPlan // with no word on where the deals go
	Plan        *pipeline.MigrationPlan
}

// migrate plans the change and carries it out.
func (t *tale) migrate() (*change, error) {
	newer, err := compile(secondVersion())
	if err != nil {
		return nil, err
	}
	c := &change{Differences: pipeline.Diff(t.machine.Definition(), newer.Definition())}
	bare, err := pipeline.NewMigration(t.machine, newer, nil)
	if err != nil {
		return nil, err
	}
	if c.Unmapped, err = bare.Plan(context.Background(), t.subjects(), date(changeDay)); err != nil {
		return nil, err
	}
	migration, err := pipeline.NewMigration(t.machine, newer, &pipeline.MigrationOptions{
		Stages: map[pipeline.StageID]pipeline.StageID{designing: solving, verifying: solving},
	})
	if err != nil {
		return nil, err
	}
	if c.Plan, err = migration.Plan(context.Background(), t.subjects(), date(changeDay)); err != nil {
		return nil, err
	}
	for _, id := range t.order {
		next, e, err := t.deals[id].Migrate(migration, t.input("ines"), date(changeDay))
		if err != nil {
			return nil, err
		}
		e.RecordedAt = date(changeDay)
		if err := t.histories[id].Append(e); err != nil {
			return nil, err
		}
		t.note(date(changeDay), id, "ines", "migrate", e, nil)
		*t.deals[id] = next
	}
	t.machine = newer
	return c, nil
}

func (t *tale) subjects() iter.Seq2[pipeline.Subject, error] {
	return func(yield func(pipeline.Subject, error) bool) {
		for _, id := range t.order {
			if !yield(t.deals[id].Subject(), nil) {
				return
			}
		}
	}
}
