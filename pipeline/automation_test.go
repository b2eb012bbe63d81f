package pipeline_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/pipeline"
)

// A lead whose score crosses 70 brings one task, however often it wavers around 70, and
// a second one only after it has been below 50.
func ExampleAutomation_OnEntry() {
	rules, err := pipeline.NewAutomation(pipeline.Rules{{
		ID:      "hot_lead",
		On:      pipeline.Occasion{Kind: pipeline.EventRise, Field: "score", Level: pipeline.Whole(70), Rearm: pipeline.Whole(50)},
		Actions: []pipeline.Action{{Do: pipeline.ActionTask, Text: "call the lead", To: "sales", Within: pipeline.MustSpan("1wd")}},
	}}, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	var fired pipeline.Fired
	var before pipeline.Value
	for i, score := range []int64{40, 72, 72, 65, 80, 45, 71} {
		entry := pipeline.Entry{Seq: int64(i) + 1, Record: "lead-1", Kind: pipeline.Edited}
		if after := pipeline.Whole(score); after != before {
			entry.Changes = []pipeline.Change{{Field: "score", Before: before, After: after}}
			before = after
		}
		for range 2 { // everything is delivered twice
			var due []pipeline.Firing
			fired, due, err = rules.OnEntry(fired, &entry, nil)
			for _, f := range due {
				fmt.Println("score", score, "→", f.Action.Do, f.Action.Text, f.Key())
			}
		}
	}
	fmt.Println(fired.Times("hot_lead"), err)
	// Output:
	// score 72 → create_task call the lead rule:1:hot_lead:0:2:lead-1
	// score 71 → create_task call the lead rule:1:hot_lead:0:7:lead-1
	// 2 <nil>
}

func scored(seq int64, before, after pipeline.Value) *pipeline.Entry {
	return &pipeline.Entry{
		Seq: seq, Record: "r", Kind: pipeline.Edited, Cycle: 1, To: "contact",
		Changes: []pipeline.Change{{Field: "score", Before: before, After: after}},
	}
}

func notify() []pipeline.Action { return []pipeline.Action{{Do: pipeline.ActionNotify, To: "head"}} }

// Against a walk through the whole series with a flag, which is what the rule means.
func TestLevelsAreCrossedOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		level := rapid.Int64Range(-3, 3).Draw(t, "level")
		scores := rapid.SliceOfN(rapid.Int64Range(-5, 5), 1, 40).Draw(t, "scores")
		rises := rapid.Bool().Draw(t, "rises")
		on := pipeline.Occasion{Kind: pipeline.EventFall, Field: "score", Level: pipeline.Whole(level)}
		side := int64(-1)
		if rises {
			on.Kind, side = pipeline.EventRise, 1
		}
		rearms := rapid.Bool().Draw(t, "rearms")
		rearm := level - side*rapid.Int64Range(0, 3).Draw(t, "gap")
		if rearms {
			on.Rearm = pipeline.Whole(rearm)
		}
		rules, err := pipeline.NewAutomation(pipeline.Rules{{ID: "r", On: on, Actions: notify()}}, nil)
		require.NoError(t, err)

		var fired pipeline.Fired
		var keys, want []string
		armed, before := true, pipeline.Value{}
		entries := make([]*pipeline.Entry, len(scores))
		for i, score := range scores {
			e := scored(int64(i)+1, before, pipeline.Whole(score))
			entries[i] = e
			if rearms && side*score < side*rearm {
				armed = true
			}
			above := side*score >= side*level
			was := i == 0 && !rises || i > 0 && side*scores[i-1] >= side*level
			if above && !was && armed {
				want, armed = append(want, fmt.Sprintf("rule:1:r:0:%d:r", e.Seq)), false
			}
			before = pipeline.Whole(score)
			for _, again := range append([]*pipeline.Entry{e, e}, entries[:rapid.IntRange(0, i+1).Draw(t, "again")]...) {
				var due []pipeline.Firing
				fired, due, err = rules.OnEntry(fired, again, nil)
				require.NoError(t, err)
				for j := range due {
					keys = append(keys, due[j].Key())
				}
			}
			text, err := json.Marshal(fired) // as if the program began again
			require.NoError(t, err)
			fired = pipeline.Fired{}
			require.NoError(t, json.Unmarshal(text, &fired))
			same, err := json.Marshal(fired)
			require.NoError(t, err)
			require.Equal(t, string(text), string(same))
		}
		require.Empty(t, cmp.Diff(want, keys))
		var fresh pipeline.Fired
		for i, e := range entries { // the same history gives the same keys
			var due []pipeline.Firing
			fresh, due, err = rules.OnEntry(fresh, e, nil)
			require.NoError(t, err)
			for j := range due {
				require.Equal(t, keys[0], due[j].Key(), i)
				keys = keys[1:]
			}
		}
		require.Empty(t, keys)
		require.Equal(t, len(want), fired.Times("r"))
	})
}

func TestEventsAndRepeats(t *testing.T) {
	on := func(kind pipeline.EventKind, repeat pipeline.Repeat) pipeline.Rule {
		return pipeline.Rule{ID: kind.String() + "." + repeat.String(), On: pipeline.Occasion{Kind: kind}, Repeat: repeat, Actions: notify()}
	}
	var rules pipeline.Rules
	for repeat := range pipeline.RepeatAlways + 1 {
		move, trigger, entered := on(pipeline.EventMove, repeat), on(pipeline.EventTrigger, repeat), on(pipeline.EventEntered, repeat)
		move.On.Move, trigger.On.Trigger, entered.On.Stage = pipeline.Moved, "go", "b"
		rules = append(rules, move, trigger, entered)
	}
	a, err := pipeline.NewAutomation(rules, nil)
	require.NoError(t, err)
	var fired pipeline.Fired
	step := func(e pipeline.Entry) (ids []string) {
		e.Record = "x"
		next, due, err := a.OnEntry(fired, &e, nil)
		require.NoError(t, err)
		for _, f := range due {
			ids = append(ids, f.Rule)
		}
		fired = next
		return ids
	}
	require.Equal(t, []string{"entered.never", "entered.cycle", "entered.always"}, step(pipeline.Entry{Seq: 1, Kind: pipeline.Began, To: "b", Cycle: 1}))
	require.Equal(t, []string{"move.never", "trigger.never", "move.cycle", "trigger.cycle", "move.always", "trigger.always", "entered.always"},
		step(pipeline.Entry{Seq: 2, Kind: pipeline.Moved, Trigger: "go", To: "b", Cycle: 1}))
	require.Equal(t, []string{"trigger.always"}, step(pipeline.Entry{Seq: 3, Kind: pipeline.Stayed, Trigger: "go", To: "b", Cycle: 1}))
	require.Empty(t, step(pipeline.Entry{Seq: 4, Kind: pipeline.Edited, To: "b", Cycle: 1}))
	require.Equal(t, []string{"trigger.cycle", "entered.cycle", "trigger.always", "entered.always"},
		step(pipeline.Entry{Seq: 5, Kind: pipeline.Reopened, Trigger: "go", To: "b", Cycle: 2}))
	require.Empty(t, step(pipeline.Entry{Seq: 3, Kind: pipeline.Moved, Trigger: "go", To: "b", Cycle: 1}))

	_, _, err = a.OnEntry(fired, &pipeline.Entry{Record: "x", Seq: 7}, nil)
	gap := new(*pipeline.GapError)
	require.ErrorAs(t, err, gap)
	require.EqualValues(t, 6, (*gap).Want)
	_, _, err = a.OnEntry(fired, &pipeline.Entry{Record: "y", Seq: 6}, nil)
	require.ErrorAs(t, err, new(*pipeline.InputError))
	_, _, err = a.OnEntry(fired, &pipeline.Entry{Record: "x"}, nil)
	require.ErrorAs(t, err, new(*pipeline.InputError))
}

func TestRulesOnBreaches(t *testing.T) {
	for repeat, want := range map[pipeline.Repeat]int{pipeline.RepeatNever: 1, pipeline.RepeatAlways: 2, pipeline.RepeatCycle: 1} {
		a, err := pipeline.NewAutomation(pipeline.Rules{{
			ID: "late", On: pipeline.Occasion{Kind: pipeline.EventBreach, Stage: "design", Limit: "answer"}, Repeat: repeat, Actions: notify(),
		}}, nil)
		require.NoError(t, err)
		var fired pipeline.Fired
		count := 0
		for _, since := range []time.Duration{1, 1, 5, 1, 5} {
			b := pipeline.Breach{Limit: "answer", Stage: "design", Since: morning.Add(since), At: morning.Add(time.Hour)}
			next, due, err := a.OnBreach(fired, "x", b, nil)
			require.NoError(t, err)
			count += len(due)
			b.Stage = "contact"
			_, due, err = a.OnBreach(next, "x", b, nil)
			require.NoError(t, err)
			require.Empty(t, due)
			fired = next
		}
		require.Equal(t, want, count, repeat)
	}
}

func TestGuardsOfRules(t *testing.T) {
	refuse := errors.New("not yet")
	a, err := pipeline.NewAutomation(pipeline.Rules{
		{ID: "plain", On: pipeline.Occasion{Kind: pipeline.EventRise, Field: "score", Level: pipeline.Whole(1)}, Guard: "owned", Actions: notify()},
		{ID: "panics", On: pipeline.Occasion{Kind: pipeline.EventMove, Move: pipeline.Edited}, Guard: "panics", Actions: notify()},
	}, &pipeline.AutomationOptions{Guards: map[string]pipeline.Guard{
		"owned": func(c pipeline.Check) error {
			if c.Value("owner").Empty() {
				return refuse
			}
			return nil
		},
		"panics": func(pipeline.Check) error { panic("no") },
	}})
	require.NoError(t, err)
	fired, due, err := a.OnEntry(pipeline.Fired{}, scored(1, pipeline.Value{}, pipeline.Whole(2)), order{})
	require.ErrorAs(t, err, new(*pipeline.PanicError))
	require.Empty(t, due)
	require.Zero(t, fired.Times("plain"))
	fired, _, _ = a.OnEntry(fired, scored(2, pipeline.Whole(2), pipeline.Whole(0)), order{})
	fired, due, _ = a.OnEntry(fired, scored(3, pipeline.Whole(0), pipeline.Whole(1)), order{"owner": pipeline.Text("li.wei")})
	require.Len(t, due, 1)
	require.Equal(t, 1, fired.Times("plain"))

	_, _, err = a.OnEntry(fired, scored(4, pipeline.Whole(0), pipeline.Text("many")), order{})
	require.ErrorAs(t, err, new(*pipeline.RuleError))
}

func TestLevelsOfMoney(t *testing.T) {
	money := func(text string) pipeline.Value { return pipeline.Amount(rapport.MustMoney(text)) }
	a, err := pipeline.NewAutomation(pipeline.Rules{{
		ID: "big", On: pipeline.Occasion{Kind: pipeline.EventRise, Field: pipeline.FieldAmount, Level: money("1000.00 CNY")}, Actions: notify(),
	}}, nil)
	require.NoError(t, err)
	amount := func(before, after pipeline.Value) *pipeline.Entry {
		return &pipeline.Entry{Seq: 1, Record: "r", Changes: []pipeline.Change{{Field: pipeline.FieldAmount, Before: before, After: after}}}
	}
	_, due, err := a.OnEntry(pipeline.Fired{}, amount(money("999.99 CNY"), money("1000.00 CNY")), nil)
	require.NoError(t, err)
	require.Len(t, due, 1)
	for _, e := range []*pipeline.Entry{amount(money("1.00 CNY"), money("2000.00 USD")), amount(money("1.00 USD"), money("2000.00 CNY"))} {
		fired, due, err := a.OnEntry(pipeline.Fired{}, e, nil)
		require.ErrorAs(t, err, new(*pipeline.RuleError))
		require.Empty(t, due)
		require.EqualValues(t, 1, fired.Seq(), "the next entry can come")
	}
	_, due, err = a.OnEntry(pipeline.Fired{}, amount(money("1.00 CNY"), pipeline.Value{}), nil)
	require.NoError(t, err)
	require.Empty(t, due)
}

// Two rules whose triggers set each other off end with an error, not in a circle.
func TestRulesThatActUponEachOther(t *testing.T) {
	m := sellingMachineOpen(t)
	ping := func(id string, on, fire pipeline.TriggerID) pipeline.Rule {
		return pipeline.Rule{
			ID: id, On: pipeline.Occasion{Kind: pipeline.EventTrigger, Trigger: on}, Repeat: pipeline.RepeatAlways,
			Actions: []pipeline.Action{{Do: pipeline.ActionFire, Trigger: fire}},
		}
	}
	a, err := pipeline.NewAutomation(pipeline.Rules{ping("a", "there", "back"), ping("b", "back", "there")}, &pipeline.AutomationOptions{Depth: 5, Machine: m})
	require.NoError(t, err)
	d, e, err := m.OpenDeal(pipeline.Deal{ID: "d"}, pipeline.Input{}, morning)
	require.NoError(t, err)
	fired, due, err := a.OnEntry(pipeline.Fired{}, &e, &d)
	require.NoError(t, err)
	require.Empty(t, due)
	queue := []pipeline.Input{{}}
	trigger := pipeline.TriggerID("there")
	fires := 0
	for len(queue) > 0 {
		require.Less(t, fires, 20)
		d, e, err = d.Fire(m, trigger, queue[0], morning)
		require.NoError(t, err)
		fires, queue = fires+1, queue[1:]
		fired, due, err = a.OnEntry(fired, &e, &d)
		for i := range due {
			trigger, queue = due[i].Action.Trigger, append(queue, due[i].Input())
		}
	}
	loop := new(*pipeline.LoopError)
	require.ErrorAs(t, err, loop)
	require.Equal(t, pipeline.LoopError{Rule: "b", Record: "d", Trigger: "there", Depth: 6, Limit: 5}, **loop)
	require.Equal(t, 6, fires)
	require.EqualValues(t, d.Version, fired.Seq())
}

// The trigger of a rule that is delivered twice is carried out once.
func TestTriggersOfRulesAreRequests(t *testing.T) {
	m := sellingMachineOpen(t)
	a, err := pipeline.NewAutomation(pipeline.Rules{{
		ID: "hot", On: pipeline.Occasion{Kind: pipeline.EventRise, Field: "score", Level: pipeline.Whole(70)},
		Actions: []pipeline.Action{{Do: pipeline.ActionFire, Trigger: "there"}},
	}}, &pipeline.AutomationOptions{Machine: m})
	require.NoError(t, err)
	var h pipeline.History
	d, _, err := h.Open(m, pipeline.Deal{ID: "d"}, pipeline.Input{}, morning, morning)
	require.NoError(t, err)
	d, e, err := h.Edit(m, &d, pipeline.Input{Data: pipeline.Values{"score": pipeline.Whole(75)}}, morning, morning)
	require.NoError(t, err)
	for range 2 { // the program ended before it could keep what the rules had done
		_, due, err := a.OnEntry(pipeline.Fired{}, &e, &d)
		require.NoError(t, err)
		require.Len(t, due, 1)
		_, moved, err := h.Fire(m, &d, due[0].Action.Trigger, due[0].Input(), morning, morning)
		require.NoError(t, err)
		require.Equal(t, "hot", moved.By)
		require.EqualValues(t, 3, moved.Seq)
	}
	require.Equal(t, 3, h.Len())
}

// sellingMachineOpen is a process of two stages between which one can go for ever.
func sellingMachineOpen(t require.TestingT) *pipeline.Machine {
	m, err := pipeline.Compile(pipeline.Definition{
		ID: "swing", Version: 1, Initial: "a",
		Stages: []pipeline.Stage{
			{ID: "a", Limits: []pipeline.Limit{{ID: "answer", Within: pipeline.MustSpan("4h")}}}, {ID: "b"}, {ID: "won", Kind: pipeline.Won, Probability: 100}, {ID: "lost", Kind: pipeline.Lost},
		},
		Transitions: []pipeline.Transition{
			{Trigger: "there", From: []pipeline.StageID{"a"}, To: "b"}, {Trigger: "back", From: []pipeline.StageID{"b"}, To: "a"},
			{Trigger: "win", To: "won"}, {Trigger: "lose", To: "lost", Reasons: "why"},
		},
		Fields:  []pipeline.Field{{ID: "score", Kind: pipeline.NumberField}},
		Reasons: []pipeline.ReasonList{{Name: "why", Reasons: []pipeline.Reason{{ID: "price"}}}},
	}, nil)
	require.NoError(t, err)
	return m
}

func TestRulesThatAreWrong(t *testing.T) {
	m := sellingMachineOpen(t)
	good := func() pipeline.Rule {
		return pipeline.Rule{ID: "r", On: pipeline.Occasion{Kind: pipeline.EventRise, Field: "score", Level: pipeline.Whole(70)}, Actions: notify()}
	}
	for name, spoil := range map[string]func(*pipeline.Rule){
		"id":              func(r *pipeline.Rule) { r.ID = "Hot" },
		"no event":        func(r *pipeline.Rule) { r.On = pipeline.Occasion{} },
		"event":           func(r *pipeline.Rule) { r.On.Kind = 99 },
		"repeat":          func(r *pipeline.Rule) { r.Repeat = 9 },
		"repeated level":  func(r *pipeline.Rule) { r.Repeat = pipeline.RepeatAlways },
		"no actions":      func(r *pipeline.Rule) { r.Actions = nil },
		"no action":       func(r *pipeline.Rule) { r.Actions[0].Do = 0 },
		"nobody":          func(r *pipeline.Rule) { r.Actions[0].To = "" },
		"no text":         func(r *pipeline.Rule) { r.Actions[0] = pipeline.Action{Do: pipeline.ActionTask} },
		"no trigger":      func(r *pipeline.Rule) { r.Actions[0] = pipeline.Action{Do: pipeline.ActionFire} },
		"trigger":         func(r *pipeline.Rule) { r.Actions[0].Trigger = "win" },
		"time":            func(r *pipeline.Rule) { r.Actions[0].Within = pipeline.MustSpan("1h") },
		"bytes":           func(r *pipeline.Rule) { r.Actions[0].Parameters = map[string]string{"a": "\xff"} },
		"text level":      func(r *pipeline.Rule) { r.On.Level = pipeline.Text("70") },
		"no level":        func(r *pipeline.Rule) { r.On.Level = pipeline.Value{} },
		"re-arm above":    func(r *pipeline.Rule) { r.On.Rearm = pipeline.Whole(71) },
		"re-arm kind":     func(r *pipeline.Rule) { r.On.Rearm = pipeline.Flag(true) },
		"a stage besides": func(r *pipeline.Rule) { r.On.Stage = "a" },
		"re-arm of a move": func(r *pipeline.Rule) {
			r.On = pipeline.Occasion{Kind: pipeline.EventMove, Move: pipeline.Moved, Rearm: pipeline.Whole(1)}
		},
		"unknown field":   func(r *pipeline.Rule) { r.On.Field = "temperature" },
		"kind of field":   func(r *pipeline.Rule) { r.On.Field = pipeline.FieldAmount },
		"unknown guard":   func(r *pipeline.Rule) { r.Guard = "nobody" },
		"unknown stage":   func(r *pipeline.Rule) { r.On = pipeline.Occasion{Kind: pipeline.EventEntered, Stage: "z"} },
		"unknown trigger": func(r *pipeline.Rule) { r.On = pipeline.Occasion{Kind: pipeline.EventTrigger, Trigger: "z"} },
		"unknown limit": func(r *pipeline.Rule) {
			r.On = pipeline.Occasion{Kind: pipeline.EventBreach, Stage: "b", Limit: "answer"}
		},
	} {
		r := good()
		spoil(&r)
		_, err := pipeline.NewAutomation(pipeline.Rules{r}, &pipeline.AutomationOptions{Machine: m})
		require.ErrorAs(t, err, new(*pipeline.RuleError), name)
	}
	_, err := pipeline.NewAutomation(pipeline.Rules{good(), good()}, nil)
	require.ErrorContains(t, err, "another rule")
	_, err = pipeline.NewAutomation(nil, &pipeline.AutomationOptions{Depth: -1})
	require.ErrorAs(t, err, new(*pipeline.InputError))
	_, err = pipeline.NewAutomation(pipeline.Rules{good()}, &pipeline.AutomationOptions{Machine: m})
	require.NoError(t, err)
}

func FuzzRules(f *testing.F) {
	for _, text := range []string{
		`{"version":1,"rules":[]}`,
		`{"version":1,"rules":[{"id":"hot","on":{"kind":"rise","field":"score","level":{"number":"70"},"rearm":{"number":"50"}},"repeat":"never","actions":[{"do":"create_task","text":"call","within":"1wd","parameters":{"Queue":"a"}}]}]}`,
		`{"version":1,"rules":[{"id":"late","on":{"kind":"breach","stage":"a","limit":"answer"},"repeat":"always","actions":[{"do":"fire","trigger":"escalate"},{"do":"assign","to":"head"}]}]}`,
		`{"version":1,"rules":[{"id":"late","ID":"x"}]}`, `{"version":2,"rules":[]}`, `[]`, `null`,
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		var rules pipeline.Rules
		if err := json.Unmarshal(text, &rules); err != nil {
			require.Nil(t, rules)
			return
		}
		if rules == nil {
			return // null
		}
		written, err := json.Marshal(rules)
		require.NoError(t, err)
		var again pipeline.Rules
		require.NoError(t, json.Unmarshal(written, &again))
		twice, err := json.Marshal(again)
		require.NoError(t, err)
		require.Equal(t, string(written), string(twice))
	})
}

func TestFiredFileIsStrict(t *testing.T) {
	for _, text := range []string{
		`{"version":2,"record":"x","seq":1,"cycle":1}`, `{"version":1,"record":"","seq":1,"cycle":1}`, `{"version":1,"record":"x","seq":-1,"cycle":1}`,
		`{"version":1,"record":"x","seq":1,"cycle":1,"rules":[{"rule":"b","times":1},{"rule":"a","times":1}]}`, `{"version":1,"record":"x","seq":1,"cycle":1,"Seq":2}`,
	} {
		var f pipeline.Fired
		require.ErrorAs(t, json.Unmarshal([]byte(text), &f), new(*pipeline.FileError), text)
	}
	var zero pipeline.Fired
	text, err := json.Marshal(zero)
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(text, &zero))
	require.Empty(t, zero.Record())
}

func BenchmarkAutomation(b *testing.B) {
	b.ReportAllocs()
	var rules pipeline.Rules
	for i := range 20 {
		rules = append(rules, pipeline.Rule{
			ID: fmt.Sprintf("r%d", i), On: pipeline.Occasion{Kind: pipeline.EventRise, Field: "score", Level: pipeline.Whole(int64(i))}, Actions: notify(),
		})
	}
	a, err := pipeline.NewAutomation(rules, nil)
	require.NoError(b, err)
	e := scored(1, pipeline.Whole(0), pipeline.Whole(1))
	for b.Loop() {
		if _, due, err := a.OnEntry(pipeline.Fired{}, e, nil); err != nil || len(due) != 1 {
			b.Fatal(err)
		}
	}
}

// What a program has kept of rules, or of partners, comes back byte for byte, or is refused.
func FuzzKeptValues(f *testing.F) {
	for _, text := range []string{
		`{"version":1,"record":"","seq":0,"cycle":0}`, `null`, `{}`,
		`{"version":1,"record":"r","seq":4,"cycle":1,"rules":[{"rule":"a","times":2,"disarmed":true,"cycle":1},{"rule":"b","times":1,"seen":"2026-03-02T09:00:00.5Z"}]}`,
		`{"version":1,"registrations":[{"id":"1","partner":"a","customer":"c","scope":["x","y"],"at":"2026-03-02T09:00:00Z","until":"2026-06-02T09:00:00Z","status":"approved","decided_by":"us","decided_at":"2026-03-03T09:00:00Z"}]}`,
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		for _, kept := range [][2]any{{new(pipeline.Fired), new(pipeline.Fired)}, {new(pipeline.Registry), new(pipeline.Registry)}} {
			if json.Unmarshal(text, kept[0]) != nil {
				continue
			}
			written, err := json.Marshal(kept[0])
			require.NoError(t, err)
			require.NoError(t, json.Unmarshal(written, kept[1]))
			again, err := json.Marshal(kept[1])
			require.NoError(t, err)
			require.Equal(t, string(written), string(again))
		}
	})
}
