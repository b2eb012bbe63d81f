package pipeline_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/pipeline"
)

// sellingVersions are three versions of selling: design becomes plan, and then stands still
// for the clocks; waiting becomes parked.
func sellingVersions(t *rapid.T) (machines []*pipeline.Machine, steps []*pipeline.Migration) {
	options := &pipeline.Options{Guards: map[string]pipeline.Guard{"solvent": func(pipeline.Check) error { return nil }}}
	names := []map[pipeline.StageID]pipeline.StageID{{}, {"design": "plan"}, {"design": "plan", "waiting": "parked"}}
	rename := func(d *pipeline.Definition, to map[pipeline.StageID]pipeline.StageID) {
		name := func(id *pipeline.StageID) {
			if fresh, ok := to[*id]; ok {
				*id = fresh
			}
		}
		for i := range d.Stages {
			name(&d.Stages[i].ID)
		}
		for i := range d.Transitions {
			name(&d.Transitions[i].To)
			for j := range d.Transitions[i].From {
				name(&d.Transitions[i].From[j])
			}
		}
	}
	for version := range 3 {
		d := selling()
		d.Version = version + 1
		d.Limits = []pipeline.Limit{{ID: "whole", Within: pipeline.MustSpan("20h")}}
		d.Stages[1].Pauses = version == 2
		for i := range d.Stages[:3] {
			d.Stages[i].Limits = []pipeline.Limit{{ID: "some", Within: pipeline.MustSpan("3h"), Warn: 50}, {ID: "total", Within: pipeline.MustSpan("3h"), Total: true}}
		}
		rename(&d, names[version])
		m, err := pipeline.Compile(d, options)
		require.NoError(t, err)
		machines = append(machines, m)
	}
	for i, stages := range []map[pipeline.StageID]pipeline.StageID{{"design": "plan"}, {"waiting": "parked"}} {
		step, err := pipeline.NewMigration(machines[i], machines[i+1], &pipeline.MigrationOptions{Stages: stages})
		require.NoError(t, err)
		steps = append(steps, step)
	}
	return machines, steps
}

// Whatever happens to a deal, migrations, pauses, holds and reopenings among it: its history
// replays to it at each instant, its clocks never go backwards nor jump, and after an
// erasure the chain holds and nothing of the person is left.
func TestReplayThroughMigrations(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		machines, steps := sellingVersions(t)
		at, m := morning, 0
		d, e, err := machines[0].OpenDeal(pipeline.Deal{ID: "d1"}, pipeline.Input{Data: drawValues.Draw(t, "data")}, at)
		require.NoError(t, err)
		var h pipeline.History
		require.NoError(t, h.Append(linked(t, &h, e)))
		states := []pipeline.Deal{d}
		for range rapid.IntRange(0, 40).Draw(t, "steps") {
			at = at.Add(time.Duration(rapid.IntRange(0, 120).Draw(t, "minutes")) * time.Minute)
			var next pipeline.Deal
			if m < 2 && rapid.IntRange(0, 7).Draw(t, "migrate") == 0 {
				if next, e, err = d.Migrate(steps[m], pipeline.Input{By: drawPerson.Draw(t, "by"), Note: drawText.Draw(t, "note")}, at); err == nil {
					m++
				}
			} else {
				next, e, err = step(t, machines[m], nil, &d, at)
			}
			if err != nil {
				require.Equal(t, d, next)
				continue
			}
			checkClocks(t, machines, &d, &next, &e)
			require.NoError(t, h.Append(linked(t, &h, e)))
			d = next
			states = append(states, d)
		}
		require.NoError(t, pipeline.Verify(h.Entries(), pipeline.Head(h.Entries())))
		for i, want := range states {
			if i+1 < len(states) && states[i+1].ChangedAt == want.ChangedAt {
				continue
			}
			then, err := h.AsOf(want.ChangedAt.Time())
			require.NoError(t, err)
			require.Equal(t, written(t, want), written(t, then))
		}
		for _, s := range pipeline.Spells(h.Entries()) {
			require.GreaterOrEqual(t, s.Lasted(), time.Duration(0))
		}
		checkErased(t, &h)
	})
}

// linked returns the entry with its link to the end of a history.
func linked(t *rapid.T, h *pipeline.History, e pipeline.Entry) pipeline.Entry {
	e.RecordedAt = e.At
	var salt pipeline.Digest
	salt[0], salt[1] = byte(h.Len()), 1
	e, err := e.Linked(pipeline.Head(h.Entries()), salt)
	require.NoError(t, err)
	return e
}

// checkClocks checks that a change takes no time, and that limits can be told before and after.
func checkClocks(t *rapid.T, machines []*pipeline.Machine, before, after *pipeline.Deal, e *pipeline.Entry) {
	at := after.ChangedAt.Time()
	for _, d := range []*pipeline.Deal{before, after} {
		_, err := machines[d.Definition.Version-1].Due(d.Position, d, at)
		require.NoError(t, err)
		require.GreaterOrEqual(t, d.InStage(at), time.Duration(0))
		require.LessOrEqual(t, d.InStage(at), d.InStage(at.Add(time.Hour)))
		require.LessOrEqual(t, d.InStage(at), d.InCycle(at))
		require.False(t, d.Entered.Paused < 0 || d.Entered.Worktime < 0 || d.Opened.Paused < 0 || d.Opened.Worktime < 0)
	}
	if e.Kind != pipeline.Reopened {
		require.Equal(t, before.InCycle(at), after.InCycle(at), "%v", e.Kind)
	}
	if e.Kind != pipeline.Reopened && e.Kind != pipeline.Moved {
		require.Equal(t, before.InStage(at), after.InStage(at), "%v", e.Kind)
		require.Equal(t, before.Entered.Since, after.Entered.Since)
	}
}

// checkErased forgets a person and all free texts.
func checkErased(t *rapid.T, h *pipeline.History) {
	erased := h.Erased(pipeline.Erasure{Fields: []string{"name", "need", "contact_person", "customer", "competitors"}, People: []string{"li.wei"}, Notes: true})
	require.NoError(t, pipeline.Verify(erased.Entries(), pipeline.Head(h.Entries())))
	text, err := json.Marshal(erased.Entries())
	require.NoError(t, err)
	require.NotContains(t, string(text), "li.wei")
	d, err := erased.Deal()
	require.NoError(t, err)
	require.Empty(t, d.Name)
	require.NotContains(t, written(t, d), "li.wei")
	var read []pipeline.Entry
	require.NoError(t, json.Unmarshal(text, &read))
	require.NoError(t, pipeline.Verify(read, pipeline.Head(h.Entries())))
}
