package process_test

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/pipeline"
	"github.com/rapport-crm/rapport/pipeline/process"
)

// Random legal paths come to every stage, by every trigger, and each ends closed.
func TestSimulateReachesEverything(t *testing.T) {
	for _, template := range process.All() {
		d := template.Definition
		t.Run(d.ID, func(t *testing.T) {
			n := 600
			if d.ID == "membership" {
				n = 6000 // few members climb to the highest tier and lose it
			}
			histories, err := process.Simulate(compiled(t, d), 1, n)
			require.NoError(t, err)
			require.Len(t, histories, n)
			stages, triggers := make(map[pipeline.StageID]int), make(map[pipeline.TriggerID]int)
			ended := 0
			for _, history := range histories {
				for _, e := range history {
					stages[e.To]++
					triggers[e.Trigger]++
				}
				kept, err := pipeline.NewHistory(history...)
				require.NoError(t, err)
				state, err := kept.Deal()
				require.NoError(t, err)
				require.Equal(t, history[len(history)-1].To, state.Stage)
				if history[len(history)-1].Outcome.Closed() {
					ended++
				}
			}
			require.Equal(t, len(histories), ended, "all end closed")
			for _, s := range d.Stages {
				if s.Initial == "" {
					require.Positive(t, stages[s.ID], "stage %s", s.ID)
				}
			}
			for _, transition := range d.Transitions {
				require.Positive(t, triggers[transition.Trigger], "trigger %s", transition.Trigger)
			}
		})
	}
}

func TestSimulateIsDeterministic(t *testing.T) {
	template, _ := process.Lookup("real_estate_sale")
	m := compiled(t, template.Definition)
	few, err := process.Simulate(m, 7, 5)
	require.NoError(t, err)
	many, err := process.Simulate(m, 7, 20)
	require.NoError(t, err)
	require.Equal(t, few, many[:5])
	other, err := process.Simulate(m, 8, 5)
	require.NoError(t, err)
	require.NotEqual(t, few, other)
	none, err := process.Simulate(m, 7, -1)
	require.NoError(t, err)
	require.Empty(t, none)
}

// A process that nobody can get through is found, which no look at its stages could do.
func TestSimulateFindsDeadEnds(t *testing.T) {
	never := pipeline.Gate{Guards: []string{"never"}}
	d := pipeline.Definition{
		ID: "dead_end", Version: 1, Initial: "begin",
		Stages: []pipeline.Stage{
			{ID: "begin"}, {ID: "shut"},
			{ID: "won", Kind: pipeline.Won, Probability: 100},
			{ID: "lost", Kind: pipeline.Lost},
		},
		Transitions: []pipeline.Transition{
			{Trigger: "go", From: []pipeline.StageID{"begin"}, To: "shut"},
			{Trigger: "win", From: []pipeline.StageID{"shut"}, To: "won", Gate: never},
			{Trigger: "lose", From: []pipeline.StageID{"shut"}, To: "lost", Gate: never, Reasons: "loss"},
		},
		Reasons: []pipeline.ReasonList{{Name: "loss", Reasons: []pipeline.Reason{{ID: "price"}}}},
	}
	no := errors.New("no")
	m, err := pipeline.Compile(d, &pipeline.Options{Guards: map[string]pipeline.Guard{"never": func(pipeline.Check) error { return no }}})
	require.NoError(t, err)
	_, err = process.Simulate(m, 1, 3)
	stuck, ok := errors.AsType[*process.StuckError](err)
	require.True(t, ok)
	require.Equal(t, pipeline.StageID("shut"), stuck.Stage)
	require.Equal(t, m.Ref(), stuck.Definition)
	require.ErrorIs(t, err, no)
	require.ErrorContains(t, err, `process: "dead_end" version 1: a simulated record is stuck in stage "shut"`)
}
