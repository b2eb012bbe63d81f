package pipeline_test

import (
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/pipeline"
)

// plainRecord is a host's own record.
type plainRecord struct {
	values pipeline.Values
	work   pipeline.Work
}

func (o *plainRecord) Value(field string) pipeline.Value { return o.values[field] }
func (o *plainRecord) Work() *pipeline.Work              { return &o.work }

func (o *plainRecord) clone() *plainRecord {
	return &plainRecord{maps.Clone(o.values), pipeline.Work{
		Done: slices.Clone(o.work.Done), Problems: slices.Clone(o.work.Problems),
		Approvals: slices.Clone(o.work.Approvals), Parts: slices.Clone(o.work.Parts),
	}}
}

func drawFields(t *rapid.T, label string, wrong bool) pipeline.Values {
	values := pipeline.Values{}
	set := func(field string, choices ...pipeline.Value) {
		if rapid.Bool().Draw(t, label+" "+field) {
			values[field] = rapid.SampledFrom(choices).Draw(t, label+" "+field)
		}
	}
	day := func(text string) pipeline.Value {
		v, err := pipeline.ParseValue(pipeline.DateField, text)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	set("due", day("2026-03-03"), day("2026-03-10"), pipeline.Value{})
	set("size", pipeline.Whole(3), pipeline.Value{})
	set("colour", pipeline.Text("red"), pipeline.Text("blue"))
	if wrong && rapid.IntRange(0, 9).Draw(t, label+" wrong") == 0 {
		set("size", pipeline.Text("three"))
		set("colour", pipeline.Text("green"))
		set("none", pipeline.Text("x"))
	}
	return values
}

func drawRecord(t *rapid.T, start time.Time) *plainRecord {
	o := &plainRecord{values: drawFields(t, "record", false)}
	when := rapid.Map(rapid.IntRange(0, 400), func(h int) time.Time { return start.Add(time.Duration(h) * time.Hour) })
	people := rapid.SampledFrom([]string{"ann", "bob", "cid"})
	for _, item := range drawSome(t, "done", "form", "photo", "stamp") {
		o.work.Done = append(o.work.Done, pipeline.Done{Checklist: "papers", Item: item})
	}
	for range rapid.IntRange(0, 4).Draw(t, "votes") {
		o.work.Approvals = append(o.work.Approvals, pipeline.Vote{
			Name: rapid.SampledFrom([]string{"price", "else"}).Draw(t, "vote"), By: people.Draw(t, "by"),
			Role: rapid.SampledFrom([]string{"boss", ""}).Draw(t, "role"), At: when.Draw(t, "at"), No: rapid.IntRange(0, 3).Draw(t, "no") == 0,
		})
	}
	for range rapid.IntRange(0, 2).Draw(t, "problems") {
		p := pipeline.Problem{ID: rapport.ID("p"), Severity: pipeline.Severity(rapid.IntRange(1, 3).Draw(t, "severity"))}
		if rapid.Bool().Draw(t, "solved") {
			p.SolvedAt = when.Draw(t, "solved at")
		}
		o.work.Problems = append(o.work.Problems, p)
	}
	for range rapid.IntRange(0, 2).Draw(t, "parts") {
		o.work.Parts = append(o.work.Parts, pipeline.PartState{Name: "survey", Outcome: pipeline.Kind(rapid.SampledFrom([]int{0, 2}).Draw(t, "outcome"))})
	}
	return o
}

func drawInput(t *rapid.T, d pipeline.Definition, p pipeline.Position, record *plainRecord) pipeline.Input {
	in := pipeline.Input{
		By: rapid.SampledFrom([]string{"ann", "bob"}).Draw(t, "by"), Roles: drawSome(t, "of", "seller", "boss"),
		Reason: rapid.SampledFrom([]string{"", "", "price", "other", "gone", "bad"}).Draw(t, "reason"),
		Note:   rapid.SampledFrom([]string{"", "note"}).Draw(t, "note"),
		To:     rapid.SampledFrom(d.Stages).Draw(t, "to").ID,
		Record: record,
	}
	if rapid.Bool().Draw(t, "data") {
		in.Data = drawFields(t, "data", true)
	}
	in.Version = rapid.SampledFrom([]int64{0, 0, 0, p.Version, p.Version, p.Version + 1}).Draw(t, "version")
	return in
}

// A machine does what the documentation says, for any definition and any triggers.
func TestMachineAgainstModel(t *testing.T) {
	start := time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
	rapid.Check(t, func(t *rapid.T) {
		d, model := drawDefinition(t)
		m, err := pipeline.Compile(d, model.options())
		require.NoError(t, err)
		require.Empty(t, cmp.Diff(d, m.Definition(), cmp.Comparer(func(a, b pipeline.Span) bool { return a == b })))
		record := drawRecord(t, start)
		stage := model.settle(d.Initial)
		p := pipeline.Position{
			Definition: d.Ref(), Stage: stage, Version: 1, Cycle: 1, ChangedAt: pipeline.MustStamp(start),
			Entered: pipeline.Clock{Since: pipeline.MustStamp(start)}, Opened: pipeline.Clock{Since: pipeline.MustStamp(start)},
		}
		if model.pauses(stage) {
			p.PausedAt = pipeline.MustStamp(start)
		}
		checkOpen(t, m, model, p, record)
		at := start
		for range rapid.IntRange(1, 25).Draw(t, "steps") {
			at = at.Add(time.Duration(rapid.IntRange(-1, 30).Draw(t, "hours")) * time.Hour)
			in := drawInput(t, d, p, record)
			switch rapid.IntRange(0, 9).Draw(t, "step") {
			case 0:
				p = checkPause(t, m, model, p, in, at)
			case 1:
				record = drawRecord(t, start)
			default:
				p = checkFire(t, m, model, p, in, at)
			}
			at = p.ChangedAt.Time()
		}
	})
}

// checkOpen compares opening with what the gates of the initial stage say.
func checkOpen(t *rapid.T, m *pipeline.Machine, model *naive, want pipeline.Position, record *plainRecord) {
	var gates []pipeline.Gate
	entered := model.chain(want.Stage)
	slices.Reverse(entered)
	for _, id := range entered {
		gates = append(gates, model.stage(id).Enter)
	}
	in := pipeline.Input{Record: record}
	why := model.gate(gates, want.ChangedAt.Time(), in, want.ChangedAt.Time())
	got, move, err := m.Open(in, want.ChangedAt.Time())
	require.Equal(t, why, refusal(err))
	if why == nil {
		require.Equal(t, want, got)
		require.Equal(t, pipeline.Began, move.Kind())
	}
}

func checkFire(t *rapid.T, m *pipeline.Machine, model *naive, p pipeline.Position, in pipeline.Input, at time.Time) pipeline.Position {
	trigger := rapid.SampledFrom([]pipeline.TriggerID{"go", "go", "win", "lose", "reopen", "t1", "t2", "t3", "none"}).Draw(t, "trigger")
	want := model.fire(p, trigger, in, at)
	before, record := in, in.Record.(*plainRecord).clone()
	before.Data, before.Roles = maps.Clone(in.Data), slices.Clone(in.Roles)

	got, move, err := m.Fire(p, trigger, in, at)
	require.Equal(t, want.refusal, refusal(err), "%s: %v", trigger, err)
	require.Equal(t, want.position, got)
	require.Equal(t, want.kind, move.Kind())
	require.Equal(t, want.from, move.From())
	require.Equal(t, want.to, move.To())
	require.Equal(t, want.effects, move.Effects())
	if err == nil {
		require.Equal(t, trigger, move.Trigger())
		require.Equal(t, model.stage(got.Stage).Kind, move.Outcome())
	}

	// Neither the input nor the record was changed, and the same call gives the same.
	require.Equal(t, before.Data, in.Data)
	require.Equal(t, before.Roles, in.Roles)
	require.Equal(t, record, in.Record)
	again, _, _ := m.Fire(p, trigger, in, at)
	require.Equal(t, got, again)
	checkPermitted(t, m, model, p, in, at)
	return got
}

// checkPermitted compares Permitted with trying each trigger.
func checkPermitted(t *rapid.T, m *pipeline.Machine, model *naive, p pipeline.Position, in pipeline.Input, at time.Time) {
	options, err := m.Permitted(p, in, at)
	if why := model.ready(p, in, at); why != "" {
		require.Equal(t, []string{why}, refusal(err))
		require.Empty(t, options)
		return
	}
	require.NoError(t, err)
	var triggers []pipeline.TriggerID
	for _, o := range options {
		triggers = append(triggers, o.Trigger)
		after, _, err := m.Fire(p, o.Trigger, in, at)
		require.Equal(t, err, o.Err)
		if err == nil {
			require.Equal(t, []pipeline.StageID{after.Stage}, o.To)
		}
	}
	require.Equal(t, model.permitted(p.Stage), triggers)
}

// checkPause stops the clocks if they run, or lets them run again.
func checkPause(t *rapid.T, m *pipeline.Machine, model *naive, p pipeline.Position, in pipeline.Input, at time.Time) pipeline.Position {
	want, why := p, model.ready(p, in, at)
	pause := rapid.Bool().Draw(t, "pause")
	switch {
	case why != "":
	case pause && !p.PausedAt.IsZero() || !pause && (p.PausedAt.IsZero() || model.pauses(p.Stage)):
		why = "paused"
	case pause && model.stage(p.Stage).Kind.Closed():
		why = "closed"
	case pause:
		want.PausedAt = pipeline.MustStamp(at)
	default:
		stood := at.Sub(p.PausedAt.Time())
		want.PausedAt = pipeline.Stamp{}
		for _, clock := range []*pipeline.Clock{&want.Entered, &want.Opened} {
			clock.Paused, clock.Worktime = clock.Paused+stood, clock.Worktime+stood
		}
	}
	call := m.Resume
	if pause {
		call = m.Pause
	}
	got, _, err := call(p, in, at)
	if why != "" {
		require.Equal(t, []string{why}, refusal(err))
	} else {
		require.NoError(t, err)
		want.Version, want.ChangedAt = p.Version+1, pipeline.MustStamp(at)
	}
	require.Equal(t, want, got)
	return got
}
