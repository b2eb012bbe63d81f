package pipeline_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/pipeline"
)

func bidding() pipeline.Definition {
	return pipeline.Definition{
		ID: "bids", Version: 1, Initial: "contact",
		Stages: []pipeline.Stage{
			{ID: "contact"},
			{ID: "design", OnEnter: []string{"plan_design"}},
			{ID: "bidding", Enter: pipeline.Gate{Fields: []string{"verified"}}},
			{ID: "won", Kind: pipeline.Won, Probability: 100},
			{ID: "lost", Kind: pipeline.Lost},
		},
		Transitions: []pipeline.Transition{
			{Trigger: "design", From: []pipeline.StageID{"contact"}, To: "design"},
			{Trigger: "again", From: []pipeline.StageID{"design"}, To: "contact"},
			{Trigger: "bid", From: []pipeline.StageID{"design"}, To: "bidding"},
			{Trigger: "win", From: []pipeline.StageID{"bidding"}, To: "won"},
			{Trigger: "lose", To: "lost", Reasons: "loss"},
			{Trigger: "check", From: []pipeline.StageID{"contact"}, To: "design", When: []string{"yes"}},
		},
		Fields:  []pipeline.Field{{ID: "verified", Kind: pipeline.FlagField}},
		Reasons: []pipeline.ReasonList{{Name: "loss", Reasons: []pipeline.Reason{{ID: "price"}}}},
	}
}

func TestFire(t *testing.T) {
	m, err := pipeline.Compile(bidding(), &pipeline.Options{Guards: map[string]pipeline.Guard{"yes": func(pipeline.Check) error { return nil }}})
	require.NoError(t, err)
	at := time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
	p, _, err := m.Open(pipeline.Input{}, at)
	require.NoError(t, err)
	p, move, err := m.Fire(p, "design", pipeline.Input{}, at.Add(time.Hour))
	require.NoError(t, err)
	require.Equal(t, pipeline.StageID("design"), p.Stage)
	require.Equal(t, pipeline.StageID("contact"), move.From())
	_, _, err = m.Fire(p, "bid", pipeline.Input{}, at.Add(time.Hour))
	missing, ok := errors.AsType[*pipeline.MissingDataError](err)
	require.True(t, ok)
	require.Equal(t, []string{"verified"}, missing.Fields)
}

func BenchmarkFire(b *testing.B) {
	m, err := pipeline.Compile(bidding(), &pipeline.Options{Guards: map[string]pipeline.Guard{"yes": func(pipeline.Check) error { return nil }}})
	require.NoError(b, err)
	at := time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
	start, _, err := m.Open(pipeline.Input{}, at)
	require.NoError(b, err)
	for _, trigger := range []pipeline.TriggerID{"design", "check"} {
		b.Run(string(trigger), func(b *testing.B) {
			b.ReportAllocs()
			p := start
			for b.Loop() {
				p, _, err = m.Fire(p, trigger, pipeline.Input{}, at)
				p, _, err = m.Fire(p, "again", pipeline.Input{}, at)
			}
		})
	}
}

func TestEachEffect(t *testing.T) {
	d := bidding()
	d.Transitions[0].Effects = []string{"tell"}
	m, err := pipeline.Compile(d, &pipeline.Options{Guards: map[string]pipeline.Guard{"yes": func(pipeline.Check) error { return nil }}})
	require.NoError(t, err)
	at := time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
	p, _, err := m.Open(pipeline.Input{}, at)
	require.NoError(t, err)
	_, move, err := m.Fire(p, "design", pipeline.Input{}, at)
	require.NoError(t, err)
	require.Len(t, move.Effects(), 2)
	require.Equal(t, move.Effects(), slices.Collect(move.EachEffect()))
	for e := range move.EachEffect() {
		require.Equal(t, "tell", e.Name)
		break
	}
	require.Empty(t, slices.Collect(pipeline.Move{}.EachEffect()))
	require.Zero(t, testing.AllocsPerRun(10, func() {
		for range move.EachEffect() {
			at = at.Add(1)
		}
	}))
}
