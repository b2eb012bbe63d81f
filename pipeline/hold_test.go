package pipeline_test

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/pipeline"
)

// repairs waits for customers and for parts, and may start again.
func repairs(t *testing.T) *pipeline.Machine {
	t.Helper()
	m, err := pipeline.Compile(pipeline.Definition{
		ID: "repairs", Version: 1, Initial: "repair",
		Stages: []pipeline.Stage{
			{ID: "repair"},
			{ID: "waiting_customer", Kind: pipeline.OnHold},
			{ID: "waiting_part", Kind: pipeline.OnHold},
			{ID: "done", Kind: pipeline.Won, Probability: 100},
			{ID: "given_up", Kind: pipeline.Lost},
		},
		Transitions: []pipeline.Transition{
			{Trigger: "wait", From: []pipeline.StageID{"repair"}, To: "waiting_customer"},
			{Trigger: "order", From: []pipeline.StageID{"waiting_customer"}, To: "waiting_part"},
			{Trigger: "resume", From: []pipeline.StageID{"waiting_customer", "waiting_part"}, Resume: true},
			{Trigger: "restart", From: []pipeline.StageID{"waiting_part"}, To: "repair"},
			{Trigger: "finish", From: []pipeline.StageID{"repair"}, To: "done", Gate: pipeline.Gate{
				Approvals: []pipeline.Approval{{Name: "price", Quorum: 1}},
			}},
			{Trigger: "give_up", To: "given_up", Reasons: "why", Gate: pipeline.Gate{
				Approvals: []pipeline.Approval{{Name: "end", Quorum: 1}},
			}},
		},
		Reasons: []pipeline.ReasonList{{Name: "why", Reasons: []pipeline.Reason{{ID: "cost"}}}},
	}, nil)
	require.NoError(t, err)
	return m
}

// A wait stops the clock of the stage and does not set it back: who puts a case on hold and
// takes it up again has no more time than before.
func TestResumeKeepsTheClock(t *testing.T) {
	m := repairs(t)
	at := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	fire := func(p pipeline.Position, trigger pipeline.TriggerID, hours int) pipeline.Position {
		t.Helper()
		p, _, err := m.Fire(p, trigger, pipeline.Input{}, at.Add(time.Duration(hours)*time.Hour))
		require.NoError(t, err)
		return p
	}
	opened, _, err := m.Open(pipeline.Input{}, at)
	require.NoError(t, err)

	held := fire(opened, "wait", 3)
	require.Equal(t, at, held.Entered.Since.Time(), "the clock of the repair stands still")
	require.Equal(t, 3*time.Hour, held.InStage(at.Add(8*time.Hour)))
	require.Equal(t, at.Add(3*time.Hour), held.PausedAt.Time(), "since then it is on hold")

	resumed := fire(held, "resume", 10)
	require.Equal(t, pipeline.Clock{Since: pipeline.MustStamp(at), Paused: 7 * time.Hour, Worktime: 7 * time.Hour}, resumed.Entered)
	require.Equal(t, resumed.Entered, resumed.Opened)
	require.Equal(t, 4*time.Hour, resumed.InStage(at.Add(11*time.Hour)))

	longer := fire(fire(held, "order", 5), "resume", 10)
	require.Equal(t, resumed.Entered, longer.Entered, "two holds in a row are one wait")

	anew := fire(fire(held, "order", 5), "restart", 10)
	require.Equal(t, pipeline.Clock{Since: pipeline.MustStamp(at.Add(10 * time.Hour))}, anew.Entered, "another way enters the stage anew")
	require.Equal(t, 7*time.Hour, anew.Opened.Paused)
}

// Approvals count since the stage was entered: those of the repair outlive the wait, those
// from before the hold are none of the hold.
func TestApprovalsAndHolds(t *testing.T) {
	m := repairs(t)
	at := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	deal := &pipeline.Deal{Progress: pipeline.Work{Approvals: []pipeline.Vote{
		{Name: "price", By: "kim", At: at.Add(time.Hour)}, {Name: "end", By: "kim", At: at.Add(time.Hour)},
	}}}
	p, _, err := m.Open(pipeline.Input{}, at)
	require.NoError(t, err)
	p, _, err = m.Fire(p, "wait", pipeline.Input{}, at.Add(2*time.Hour))
	require.NoError(t, err)

	_, _, err = m.Fire(p, "give_up", pipeline.Input{Reason: "cost", Record: deal}, at.Add(3*time.Hour))
	approval, ok := errors.AsType[*pipeline.ApprovalError](err)
	require.True(t, ok)
	require.Equal(t, "end", approval.Approval)

	p, _, err = m.Fire(p, "resume", pipeline.Input{}, at.Add(4*time.Hour))
	require.NoError(t, err)
	_, _, err = m.Fire(p, "finish", pipeline.Input{Record: deal}, at.Add(5*time.Hour))
	require.NoError(t, err)
}

// A migration does not begin a hold anew: neither its limits nor the votes that count.
func TestMigrationLeavesTheHoldItsBeginning(t *testing.T) {
	hold := pipeline.Stage{ID: "waiting", Kind: pipeline.OnHold, Limits: []pipeline.Limit{{ID: "ask", Within: pipeline.MustSpan("3d"), Total: true}}}
	one := compiled(t, sales(1, pipeline.Stage{ID: "design"}, hold))
	two := compiled(t, sales(2, pipeline.Stage{ID: "design"}, hold))
	g, err := pipeline.NewMigration(one, two, nil)
	require.NoError(t, err)
	p, _, err := one.Fire(in(one, "design"), "to_waiting", pipeline.Input{}, noon(3))
	require.NoError(t, err)
	before, err := one.Due(p, nil, noon(5))
	require.NoError(t, err)
	p, _, err = g.Apply(pipeline.Subject{Position: p}, pipeline.Input{}, noon(5))
	require.NoError(t, err)
	after, err := two.Due(p, nil, noon(5))
	require.NoError(t, err)
	require.Equal(t, before, after)
	require.Equal(t, noon(6), after[0].Deadline)
	p, _, err = two.Fire(p, "resume", pipeline.Input{}, noon(10))
	require.NoError(t, err)
	require.Equal(t, pipeline.Clock{Since: pipeline.MustStamp(noon(1)), Paused: 7 * 24 * time.Hour, Worktime: 7 * 24 * time.Hour}, p.Entered)
}
