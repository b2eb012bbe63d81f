package pipeline_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/pipeline"
)

type stageMap = map[pipeline.StageID]pipeline.StageID

// sales is a small process whose stages in between are given: "draft", "-waiting" (on
// hold), and fields that a stage needs after a colon, as in "offer:budget".
func sales(version int, between ...pipeline.Stage) pipeline.Definition {
	d := pipeline.Definition{
		ID: "sales", Version: version, Initial: "new",
		Stages:  []pipeline.Stage{{ID: "new", Probability: 10, Category: pipeline.CategoryPipeline}},
		Fields:  []pipeline.Field{{ID: "budget", Kind: pipeline.MoneyField}},
		Reasons: []pipeline.ReasonList{{Name: "loss", Reasons: []pipeline.Reason{{ID: "price"}}}},
	}
	d.Stages = append(d.Stages, between...)
	d.Stages = append(d.Stages,
		pipeline.Stage{ID: "won", Kind: pipeline.Won, Probability: 100, Category: pipeline.CategoryClosed},
		pipeline.Stage{ID: "lost", Kind: pipeline.Lost, Category: pipeline.CategoryOmitted})
	from := pipeline.StageID("new")
	for _, s := range between {
		d.Transitions = append(d.Transitions, pipeline.Transition{Trigger: "to_" + pipeline.TriggerID(s.ID), From: []pipeline.StageID{from}, To: s.ID})
		if s.Kind == pipeline.OnHold {
			d.Transitions = append(d.Transitions, pipeline.Transition{Trigger: "resume", From: []pipeline.StageID{s.ID}, Resume: true})
		} else {
			from = s.ID
		}
	}
	d.Transitions = append(d.Transitions,
		pipeline.Transition{Trigger: "win", From: []pipeline.StageID{from}, To: "won"},
		pipeline.Transition{Trigger: "lose", To: "lost", Reasons: "loss"})
	return d
}

func compiled(t require.TestingT, d pipeline.Definition) *pipeline.Machine {
	m, err := pipeline.Compile(d, nil)
	require.NoError(t, err)
	return m
}

func noon(day int) time.Time { return time.Date(2026, 3, day, 12, 0, 0, 0, time.UTC) }

// fields is a record with nothing but fields.
type fields pipeline.Values

func (f fields) Value(field string) pipeline.Value { return f[field] }
func (f fields) Work() *pipeline.Work              { return nil }

// in stands a record in a stage since the first of the month.
func in(m *pipeline.Machine, stage pipeline.StageID) pipeline.Position {
	clock := pipeline.Clock{Since: pipeline.MustStamp(noon(1))}
	return pipeline.Position{Definition: m.Ref(), Stage: stage, Version: 3, Cycle: 1, Entered: clock, Opened: clock, ChangedAt: pipeline.MustStamp(noon(1))}
}

func each(subjects ...pipeline.Subject) iter.Seq2[pipeline.Subject, error] {
	return func(yield func(pipeline.Subject, error) bool) {
		for _, s := range subjects {
			if !yield(s, nil) {
				return
			}
		}
	}
}

// Version 2 of a process merges two stages and asks for a budget: the plan says who
// goes where, who could not have come in, and what the forecast makes of it.
func ExampleMigration_Plan() {
	older, _ := pipeline.Compile(sales(1, pipeline.Stage{ID: "design", Probability: 30}, pipeline.Stage{ID: "draft", Probability: 50}), nil)
	newer, _ := pipeline.Compile(sales(2, pipeline.Stage{ID: "offer", Probability: 40, Enter: pipeline.Gate{Fields: []string{"budget"}}}), nil)
	for _, d := range pipeline.Diff(older.Definition(), newer.Definition()) {
		if d.Impact == pipeline.Breaking {
			fmt.Println(d)
		}
	}
	migration, err := pipeline.NewMigration(older, newer, &pipeline.MigrationOptions{
		Stages: map[pipeline.StageID]pipeline.StageID{"design": "offer", "draft": "offer"},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	deal := func(id rapport.ID, stage pipeline.StageID, amount string) pipeline.Subject {
		return pipeline.Subject{ID: id, Position: in(older, stage), Amount: rapport.MustMoney(amount)}
	}
	plan, err := migration.Plan(context.Background(), each(
		deal("D-1", "new", "1000.00 EUR"), deal("D-2", "design", "2000.00 EUR"), deal("D-3", "draft", "4000.00 EUR"), deal("D-4", "won", "500.00 EUR"),
	), noon(2))
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, flow := range plan.Flows {
		fmt.Println(flow.From, "→", flow.To, flow.Records)
	}
	for _, violation := range plan.Violations {
		fmt.Println(violation.ID, violation.Err)
	}
	fmt.Println(plan.Forecast[0].WeightedBefore, "→", plan.Forecast[0].WeightedAfter)
	// Output:
	// stage "design" removed (breaking)
	// stage "draft" removed (breaking)
	// new → new 1
	// design → offer 1
	// draft → offer 1
	// won → won 1
	// D-2 pipeline: in stage "offer": these fields are not filled in: budget
	// D-3 pipeline: in stage "offer": these fields are not filled in: budget
	// 2700.00 EUR → 2500.00 EUR
}

func TestMigrationThatCannotBe(t *testing.T) {
	one := compiled(t, sales(1, pipeline.Stage{ID: "design"}))
	two := compiled(t, sales(2, pipeline.Stage{ID: "offer"}))
	for want, c := range map[string]struct {
		from, to *pipeline.Machine
		options  pipeline.MigrationOptions
	}{
		`pipeline: migration from "sales" version 2 to "sales" version 1: want an older and a newer version of one process`:                           {from: two, to: one},
		`pipeline: migration from "sales" version 1 to "sales" version 2, stage "sketch": the old version has no such stage`:                          {one, two, pipeline.MigrationOptions{Stages: stageMap{"sketch": "offer"}}},
		`pipeline: migration from "sales" version 1 to "sales" version 2, stage "design": the new version has no stage "bid" for records to stand in`: {one, two, pipeline.MigrationOptions{Stages: stageMap{"design": "bid"}}},
		`pipeline: migration from "sales" version 1 to "sales" version 2, stage "design": it is open, stage "won" of the new version is won`:          {one, two, pipeline.MigrationOptions{Stages: stageMap{"design": "won"}}},
		`pipeline: migration from "sales" version 1 to "sales" version 2, stage "lost": it is lost, stage "won" of the new version is won`:            {one, two, pipeline.MigrationOptions{Stages: stageMap{"lost": "won"}}},
		`pipeline: migration from "sales" version 1 to "sales" version 2, stage "design": its destination is nil`:                                     {one, two, pipeline.MigrationOptions{Choose: map[pipeline.StageID]pipeline.Destination{"design": nil}}},
	} {
		_, err := pipeline.NewMigration(c.from, c.to, &c.options)
		wrong, ok := errors.AsType[*pipeline.MigrationError](err)
		require.True(t, ok, err)
		require.Equal(t, want, wrong.Error())
	}
}

// A stage that is gone holds the migration up as long as records sit in it, by name.
func TestMigrationNamesWhoHasNoPlace(t *testing.T) {
	one := compiled(t, sales(1, pipeline.Stage{ID: "design"}))
	two := compiled(t, sales(2, pipeline.Stage{ID: "offer"}))
	migration, err := pipeline.NewMigration(one, two, nil)
	require.NoError(t, err)
	stale := pipeline.Subject{ID: "D-3", Position: in(two, "offer")}
	plan, err := migration.Plan(t.Context(), each(
		pipeline.Subject{ID: "D-1", Position: in(one, "design")}, pipeline.Subject{ID: "D-2", Position: in(one, "new")}, stale), noon(2))
	require.NoError(t, err)
	require.Len(t, plan.Refused, 2)
	unmapped, ok := errors.AsType[*pipeline.UnmappedError](plan.Refused[0].Err)
	require.True(t, ok)
	require.Equal(t, rapport.ID("D-1"), unmapped.ID)
	require.Equal(t, pipeline.StageID("design"), unmapped.Stage)
	_, ok = errors.AsType[*pipeline.StaleDefinitionError](plan.Refused[1].Err)
	require.True(t, ok)
	require.Equal(t, []pipeline.MigrationFlow{{From: "new", To: "new", Records: 1}}, plan.Flows)

	before := in(one, "design")
	after, move, err := migration.Apply(pipeline.Subject{ID: "D-1", Position: before}, pipeline.Input{}, noon(2))
	require.ErrorAs(t, err, &unmapped)
	require.Equal(t, before, after)
	require.Equal(t, pipeline.Move{}, move)
}

// A split stage: each record says where it goes; a destination that panics or errs is an error.
func TestMigrationOfASplitStage(t *testing.T) {
	one := compiled(t, sales(1, pipeline.Stage{ID: "design"}))
	two := compiled(t, sales(2, pipeline.Stage{ID: "sketch"}, pipeline.Stage{ID: "offer"}))
	odd := errors.New("odd")
	migration, err := pipeline.NewMigration(one, two, &pipeline.MigrationOptions{Choose: map[pipeline.StageID]pipeline.Destination{
		"design": func(s pipeline.Subject) (pipeline.StageID, error) {
			switch s.ID {
			case "odd":
				return "", odd
			case "panic":
				panic("dizzy")
			case "nowhere":
				return "nowhere", nil
			}
			if s.Record.Value("budget").Empty() {
				return "sketch", nil
			}
			return "offer", nil
		},
	}})
	require.NoError(t, err)
	apply := func(id rapport.ID, record pipeline.Record) (pipeline.Position, error) {
		p, _, err := migration.Apply(pipeline.Subject{ID: id, Position: in(one, "design"), Record: record}, pipeline.Input{}, noon(9))
		return p, err
	}
	p, err := apply("a", fields{})
	require.NoError(t, err)
	require.Equal(t, pipeline.StageID("sketch"), p.Stage)
	require.Equal(t, noon(1), p.Entered.Since.Time(), "the time in the stage goes on")
	require.Equal(t, noon(9), p.ChangedAt.Time())
	require.Equal(t, int64(4), p.Version)
	p, err = apply("b", fields{"budget": pipeline.Amount(rapport.MustMoney("1.00 EUR"))})
	require.NoError(t, err)
	require.Equal(t, pipeline.StageID("offer"), p.Stage)
	_, err = apply("odd", nil)
	require.ErrorIs(t, err, odd)
	_, err = apply("panic", nil)
	panicked, ok := errors.AsType[*pipeline.PanicError](err)
	require.True(t, ok)
	require.Equal(t, "dizzy", panicked.Value)
	_, err = apply("nowhere", nil)
	_, ok = errors.AsType[*pipeline.UnmappedError](err)
	require.True(t, ok)
}

// What is on hold stays on hold, and comes back to where its stage went.
func TestMigrationOnHold(t *testing.T) {
	hold := pipeline.Stage{ID: "waiting", Kind: pipeline.OnHold}
	one := compiled(t, sales(1, pipeline.Stage{ID: "design"}, hold))
	two := compiled(t, sales(2, pipeline.Stage{ID: "offer"}, hold))
	p, _, err := one.Fire(in(one, "design"), "to_waiting", pipeline.Input{}, noon(3))
	require.NoError(t, err)
	migration, err := pipeline.NewMigration(one, two, &pipeline.MigrationOptions{Stages: stageMap{"design": "offer"}})
	require.NoError(t, err)
	p, move, err := migration.Apply(pipeline.Subject{Position: p}, pipeline.Input{}, noon(5))
	require.NoError(t, err)
	require.Equal(t, pipeline.Migrated, move.Kind())
	require.Equal(t, pipeline.StageID("offer"), p.Held)
	require.Equal(t, 2*24*time.Hour, p.InCycle(noon(20)))
	p, _, err = two.Fire(p, "resume", pipeline.Input{}, noon(10))
	require.NoError(t, err)
	require.Equal(t, pipeline.StageID("offer"), p.Stage)
	require.Equal(t, 3*24*time.Hour, p.InCycle(noon(11)))
}

// The law: by one migration and then another, in two changes, is by both in one.
func TestMigrationsCompose(t *testing.T) {
	names := []pipeline.StageID{"a", "b", "c", "d", "e"}
	rapid.Check(t, func(t *rapid.T) {
		var machines []*pipeline.Machine
		for version := range 4 {
			var between []pipeline.Stage
			for _, id := range names {
				if rapid.Bool().Draw(t, "has") {
					between = append(between, pipeline.Stage{ID: id, Pauses: rapid.Bool().Draw(t, "pauses")})
				}
			}
			between = append(between, pipeline.Stage{ID: "waiting", Kind: pipeline.OnHold})
			machines = append(machines, compiled(t, sales(version+1, between...)))
		}
		var steps []*pipeline.Migration
		for i := range 3 {
			to := []pipeline.StageID{"new"}
			for _, s := range machines[i+1].Definition().Stages {
				if s.Kind == pipeline.Open {
					to = append(to, s.ID)
				}
			}
			mapped := stageMap{}
			for _, s := range machines[i].Definition().Stages {
				if s.Kind == pipeline.Open && s.ID != "new" {
					mapped[s.ID] = rapid.SampledFrom(to).Draw(t, "to")
				}
			}
			step, err := pipeline.NewMigration(machines[i], machines[i+1], &pipeline.MigrationOptions{Stages: mapped})
			require.NoError(t, err)
			steps = append(steps, step)
		}
		s := pipeline.Subject{Position: in(machines[0], rapid.SampledFrom(machines[0].Definition().Stages).Draw(t, "stage").ID)}
		if rapid.Bool().Draw(t, "paused") {
			s.Position.PausedAt = pipeline.MustStamp(noon(2))
		}
		if s.Position.Stage == "waiting" {
			s.Position.Held, s.Position.PausedAt = "new", pipeline.MustStamp(noon(2))
		}
		at := noon(4)
		one := s
		for i, step := range steps {
			var err error
			one.Position, _, err = step.Apply(one, pipeline.Input{}, at)
			require.NoError(t, err)
			require.Equal(t, int64(4+i), one.Position.Version)
		}
		left, err := steps[0].Then(steps[1])
		require.NoError(t, err)
		left, err = left.Then(steps[2])
		require.NoError(t, err)
		right, err := steps[1].Then(steps[2])
		require.NoError(t, err)
		right, err = steps[0].Then(right)
		require.NoError(t, err)
		for _, whole := range []*pipeline.Migration{left, right} {
			p, move, err := whole.Apply(s, pipeline.Input{}, at)
			require.NoError(t, err)
			require.Equal(t, s.Position.Stage, move.From())
			require.Equal(t, int64(4), p.Version)
			p.Version = one.Position.Version
			require.Equal(t, one.Position, p)
		}
		_, err = steps[1].Then(steps[0])
		_, ok := errors.AsType[*pipeline.MigrationError](err)
		require.True(t, ok)
	})
}

// A judgement that no deal can hold is refused by the plan, and by the deal.
func TestJudgementsOutOfBounds(t *testing.T) {
	one, two := compiled(t, sales(1)), compiled(t, sales(2))
	g, err := pipeline.NewMigration(one, two, nil)
	require.NoError(t, err)
	d, _, err := one.OpenDeal(pipeline.Deal{ID: "d1", Amount: rapport.MustMoney("1.00 EUR")}, pipeline.Input{}, noon(1))
	require.NoError(t, err)
	much := 101
	for _, o := range []pipeline.Override{{Category: 99}, {Category: pipeline.CategoryClosed}, {Probability: &much}} {
		s := d.Subject()
		s.Override = o
		_, err = g.Plan(t.Context(), func(yield func(pipeline.Subject, error) bool) { yield(s, nil) }, noon(2))
		require.ErrorAs(t, err, new(*pipeline.InputError))
		_, _, err = d.Edit(one, pipeline.Input{}, noon(2), pipeline.Judge{Probability: o.Probability, Category: o.Category, Reason: "r"})
		require.ErrorAs(t, err, new(*pipeline.InputError))
	}
}
