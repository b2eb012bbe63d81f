package process_test

import (
	"slices"
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
				n = 3000 // few members climb to the highest tier and lose it
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

// A process that nobody can get through is found.
func TestSimulateFindsDeadEnds(t *testing.T) {
	d := process.WorkOrder()
	i := slices.IndexFunc(d.Transitions, func(t pipeline.Transition) bool { return t.Trigger == "finish" })
	d.Transitions[i].Gate.Deadlines = []pipeline.Deadline{{Field: "planned_date", Offset: pipeline.MustSpan("-10000d")}}
	d.Transitions = slices.DeleteFunc(d.Transitions, func(t pipeline.Transition) bool {
		return t.Trigger == "fail" || t.Trigger == "cancel" || t.Trigger == "hold"
	})
	d.Transitions[0].Trigger = "take"
	m, err := pipeline.Compile(d, nil)
	if err != nil {
		t.Skip("the definition is refused before: ", err)
	}
	_, err = process.Simulate(m, 1, 3)
	var stuck *process.StuckError
	require.ErrorAs(t, err, &stuck)
	require.Equal(t, pipeline.StageID("in_work"), stuck.Stage)
	require.Equal(t, m.Ref(), stuck.Definition)
	var late *pipeline.DeadlineError
	require.ErrorAs(t, err, &late)
}
