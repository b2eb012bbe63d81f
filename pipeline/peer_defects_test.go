package pipeline_test

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/pipeline"
)

// Each test here shows the opposite of a defect that was reproduced in another state
// machine library: qmuntal/stateless v1.7.2 or looplab/fsm v1.0.3.

func peerStart() time.Time { return time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC) }

// peerDefinition goes a -> b -> c, and from everywhere out, with guards by name.
func peerDefinition(change func(d *pipeline.Definition)) pipeline.Definition {
	type from = []pipeline.StageID
	d := pipeline.Definition{
		ID: "peer", Version: 1, Initial: "a",
		Stages: []pipeline.Stage{
			{ID: "a"},
			{ID: "b", OnEnter: []string{"greet"}},
			{ID: "c"},
			{ID: "won", Kind: pipeline.Won, Probability: 100},
			{ID: "lost", Kind: pipeline.Lost},
		},
		Transitions: []pipeline.Transition{
			{Trigger: "next", From: from{"a"}, To: "b"},
			{Trigger: "next", From: from{"b"}, To: "c"},
			{Trigger: "back", From: from{"b", "c"}, To: "a"},
			{Trigger: "win", To: "won"},
			{Trigger: "lose", To: "lost", Reasons: "why"},
		},
		Reasons: []pipeline.ReasonList{{Name: "why", Reasons: []pipeline.Reason{{ID: "price"}}}},
	}
	if change != nil {
		change(&d)
	}
	return d
}

func peerMachine(t *testing.T, change func(d *pipeline.Definition), guards map[string]pipeline.Guard) (*pipeline.Machine, pipeline.Position) {
	t.Helper()
	m, err := pipeline.Compile(peerDefinition(change), &pipeline.Options{Guards: guards})
	require.NoError(t, err)
	p, _, err := m.Open(pipeline.Input{}, peerStart())
	require.NoError(t, err)
	return m, p
}

// In stateless, queued mode, a second goroutine's Fire returns nil before its trigger has
// run, and the error of that trigger goes to the first caller. Here each caller has the
// answer to its own trigger when its call returns.
func TestPeerDefect1AnswerBelongsToCaller(t *testing.T) {
	inside, release := make(chan bool), make(chan bool)
	wait := func(pipeline.Check) error {
		inside <- true
		<-release
		return nil
	}
	m, p := peerMachine(t, func(d *pipeline.Definition) { d.Transitions[0].When = []string{"wait"} }, map[string]pipeline.Guard{"wait": wait})
	first := make(chan error)
	go func() {
		_, _, err := m.Fire(p, "next", pipeline.Input{}, peerStart())
		first <- err
	}()
	<-inside // the first trigger is under way
	after, _, err := m.Fire(p, "lose", pipeline.Input{}, peerStart())
	reason, ok := errors.AsType[*pipeline.ReasonError](err)
	require.True(t, ok)
	require.Equal(t, "why", reason.List)
	require.Equal(t, p, after)
	release <- true
	require.NoError(t, <-first)
}

// In stateless, after an action fails, the triggers that wait in its queue stay there and
// run first on the next, unrelated Fire. Here nothing is kept between calls.
func TestPeerDefect2NothingIsLeftOver(t *testing.T) {
	m, p := peerMachine(t, nil, nil)
	for _, trigger := range []pipeline.TriggerID{"lose", "back", "none"} { // all refused
		_, _, err := m.Fire(p, trigger, pipeline.Input{}, peerStart())
		require.Error(t, err)
	}
	after, move, err := m.Fire(p, "next", pipeline.Input{}, peerStart())
	require.NoError(t, err)
	require.Equal(t, pipeline.StageID("b"), after.Stage)
	require.Equal(t, p.Version+1, after.Version)
	require.Equal(t, []pipeline.Effect{{Name: "greet", When: pipeline.OnEnter, Stage: "b"}}, move.Effects())
}

// In stateless an entry action that fails leaves the machine in the new state; in looplab
// a Cancel in enter_ returns the error and has moved. Here what must hold to enter is
// asked before, and what follows is a list of effects, so an error has moved nothing.
func TestPeerDefect3ErrorMovesNothing(t *testing.T) {
	refuse := map[string]pipeline.Guard{"refuse": func(pipeline.Check) error { return errors.New("not now") }}
	m, p := peerMachine(t, func(d *pipeline.Definition) { d.Stages[1].Enter.Guards = []string{"refuse"} }, refuse)
	after, move, err := m.Fire(p, "next", pipeline.Input{}, peerStart())
	guard, ok := errors.AsType[*pipeline.GuardError](err)
	require.True(t, ok)
	require.Equal(t, "refuse", guard.Guard)
	require.Equal(t, p, after)
	require.Zero(t, move)
	require.Empty(t, move.Effects())
}

// In stateless two guards that both pass panic at run time, and a destination that was
// never declared is accepted and becomes a dead end. Here the first transition whose
// guards pass is taken, and an unknown target is found before anything runs.
func TestPeerDefect4TwoGuardsAndUnknownTarget(t *testing.T) {
	yes := func(pipeline.Check) error { return nil }
	m, p := peerMachine(t, func(d *pipeline.Definition) {
		d.Transitions = append(d.Transitions,
			pipeline.Transition{Trigger: "choose", From: []pipeline.StageID{"a"}, To: "c", When: []string{"one"}},
			pipeline.Transition{Trigger: "choose", From: []pipeline.StageID{"a"}, To: "b", When: []string{"two"}})
	}, map[string]pipeline.Guard{"one": yes, "two": yes})
	after, _, err := m.Fire(p, "choose", pipeline.Input{}, peerStart())
	require.NoError(t, err)
	require.Equal(t, pipeline.StageID("c"), after.Stage)

	_, err = pipeline.Compile(peerDefinition(func(d *pipeline.Definition) { d.Transitions[1].To = "sea" }), nil)
	failed, ok := errors.AsType[*pipeline.DefinitionError](err)
	require.True(t, ok)
	require.Equal(t, pipeline.CodeUnknownStage, failed.Findings[0].Code)
	require.Equal(t, "transitions[1].to", failed.Findings[0].Path)
}

// In stateless the guard of an internal transition runs twice for one Fire. Here each
// guard is asked once, in every form of transition.
func TestPeerDefect5GuardRunsOnce(t *testing.T) {
	for form, transition := range map[string]pipeline.Transition{
		"internal": {Internal: true},
		"to":       {To: "b"},
		"among":    {Among: []pipeline.StageID{"b", "c"}},
		"itself":   {To: "a"},
	} {
		calls := map[string]int{}
		count := func(name string) pipeline.Guard {
			return func(pipeline.Check) error { calls[name]++; return nil }
		}
		transition.Trigger, transition.From = "do", []pipeline.StageID{"a"}
		transition.When, transition.Gate.Guards = []string{"when"}, []string{"gate"}
		m, p := peerMachine(t, func(d *pipeline.Definition) { d.Transitions = append(d.Transitions, transition) },
			map[string]pipeline.Guard{"when": count("when"), "gate": count("gate")})
		_, _, err := m.Fire(p, "do", pipeline.Input{To: "b"}, peerStart())
		require.NoError(t, err, form)
		require.Equal(t, map[string]int{"when": 1, "gate": 1}, calls, form)
	}
}

// In looplab concurrent events race on the state, and callbacks run for a state other than
// the event's destination. Here 64 goroutines share one machine, each with its own
// record, and every move says what its own record did. Run with -race.
func TestPeerDefect6GoroutinesShareMachine(t *testing.T) {
	guards := map[string]pipeline.Guard{"fits": func(c pipeline.Check) error {
		if c.By != c.Value("owner").String() {
			return fmt.Errorf("%q was given the record of %q", c.By, c.Value("owner"))
		}
		return nil
	}}
	m, start := peerMachine(t, func(d *pipeline.Definition) { d.Transitions[0].Gate.Guards = []string{"fits"} }, guards)
	wrong := make(chan error, 64)
	var all sync.WaitGroup
	for i := range 64 {
		all.Go(func() {
			owner := fmt.Sprint("owner", i)
			in := pipeline.Input{By: owner, Record: &plainRecord{values: pipeline.Values{"owner": pipeline.Text(owner)}}}
			p, at := start, peerStart()
			for round := range 300 {
				for _, step := range []struct {
					trigger pipeline.TriggerID
					to      pipeline.StageID
				}{{"next", "b"}, {"next", "c"}, {"back", "a"}} {
					options, err := m.Permitted(p, in, at)
					var move pipeline.Move
					if err == nil {
						p, move, err = m.Fire(p, step.trigger, in, at)
					}
					if err != nil || move.To() != step.to || p.Stage != step.to || len(options) == 0 {
						wrong <- fmt.Errorf("round %d: %v, stage %q, want %q", round, err, p.Stage, step.to)
						return
					}
				}
			}
			if p.Version != 1+3*300 {
				wrong <- fmt.Errorf("version %d", p.Version)
			}
		})
	}
	all.Wait()
	close(wrong)
	for err := range wrong {
		t.Error(err)
	}
}

// In looplab an Event inside a before_ callback deadlocks for ever, and a panic in leave_
// leaves the machine stuck. Here a guard may fire on the same machine, and what it panics
// with is an error with its name; the next Fire is as good as ever.
func TestPeerDefect7FireInsideGuardAndPanic(t *testing.T) {
	var m *pipeline.Machine
	var p pipeline.Position
	angry := true
	m, p = peerMachine(t, func(d *pipeline.Definition) {
		d.Transitions[0].Gate.Guards = []string{"ahead", "angry"}
	}, map[string]pipeline.Guard{
		"ahead": func(c pipeline.Check) error {
			_, _, err := m.Fire(p, "win", pipeline.Input{}, c.At)
			return err
		},
		"angry": func(pipeline.Check) error {
			if angry {
				panic("no price")
			}
			return nil
		},
	})
	after, _, err := m.Fire(p, "next", pipeline.Input{}, peerStart())
	guard, ok := errors.AsType[*pipeline.GuardError](err)
	require.True(t, ok)
	require.Equal(t, "angry", guard.Guard)
	panicked, ok := errors.AsType[*pipeline.PanicError](err)
	require.True(t, ok)
	require.Equal(t, "no price", panicked.Value)
	require.Equal(t, p, after)

	angry = false
	after, _, err = m.Fire(after, "next", pipeline.Input{}, peerStart())
	require.NoError(t, err)
	require.Equal(t, pipeline.StageID("b"), after.Stage)
}

// In looplab the second of two transitions with the same event and source silently
// replaces the first, SetState accepts a state that was never declared, and a transition
// to the same state returns an error value. Here the first is a finding, the second an
// error, and the third enters the stage again.
func TestPeerDefect8DuplicateUndeclaredAndSelf(t *testing.T) {
	twice := pipeline.Transition{Trigger: "next", From: []pipeline.StageID{"a"}, To: "c"}
	_, err := pipeline.Compile(peerDefinition(func(d *pipeline.Definition) { d.Transitions = append(d.Transitions, twice) }), nil)
	failed, ok := errors.AsType[*pipeline.DefinitionError](err)
	require.True(t, ok)
	require.Equal(t, pipeline.CodeAmbiguous, failed.Findings[0].Code)

	m, p := peerMachine(t, func(d *pipeline.Definition) {
		d.Transitions = append(d.Transitions, pipeline.Transition{Trigger: "again", From: []pipeline.StageID{"a"}, To: "a"})
	}, nil)
	lost := p
	lost.Stage = "sea"
	_, _, err = m.Fire(lost, "next", pipeline.Input{}, peerStart())
	unknown, ok := errors.AsType[*pipeline.UnknownStageError](err)
	require.True(t, ok)
	require.Equal(t, pipeline.StageID("sea"), unknown.Stage)

	later := peerStart().Add(time.Hour)
	after, move, err := m.Fire(p, "again", pipeline.Input{}, later)
	require.NoError(t, err)
	require.Equal(t, pipeline.Moved, move.Kind())
	require.Equal(t, pipeline.StageID("a"), after.Stage)
	require.Equal(t, later, after.Entered.Since.Time())
	require.Equal(t, p.Opened, after.Opened)
}
