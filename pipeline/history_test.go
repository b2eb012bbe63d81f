package pipeline_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/pipeline"
)

func written(t require.TestingT, v any) string {
	text, err := json.Marshal(v)
	require.NoError(t, err)
	return string(text)
}

// The law of histories: replaying the entries gives the deal, after each change and at each
// instant; entries come back from JSON byte for byte; nothing is changed by an error.
func TestReplayIsState(t *testing.T) {
	m := sellingMachine(t)
	books := euroBooks(t)
	rapid.Check(t, func(t *rapid.T) {
		at := morning
		d, e, err := m.OpenDeal(pipeline.Deal{
			ID: "d1", Name: drawName.Draw(t, "name"), Products: rapid.SliceOfN(drawName, 0, 2).Draw(t, "products"), NextStep: pipeline.NextStep{Due: drawDate.Draw(t, "due")},
		}, pipeline.Input{Data: drawValues.Draw(t, "data")}, at)
		require.NoError(t, err)
		var h pipeline.History
		require.NoError(t, h.Append(e))
		states := []pipeline.Deal{d}
		for range rapid.IntRange(0, 30).Draw(t, "steps") {
			at = at.Add(time.Duration(rapid.IntRange(0, 2).Draw(t, "hours")) * time.Hour)
			before := written(t, d)
			next, e, err := step(t, m, books, &d, at)
			require.Equal(t, before, written(t, d))
			if err != nil {
				require.Equal(t, d, next)
				require.Zero(t, e)
				continue
			}
			e.RecordedAt = at.Add(time.Minute)
			text := written(t, e)
			var read pipeline.Entry
			require.NoError(t, json.Unmarshal([]byte(text), &read))
			require.Equal(t, text, written(t, read))
			require.NoError(t, h.Append(read))
			d = next
			states = append(states, d)
		}
		now, err := h.Deal()
		require.NoError(t, err)
		require.Equal(t, written(t, d), written(t, now))
		require.Equal(t, d.Position, now.Position)
		var read pipeline.Deal
		require.NoError(t, json.Unmarshal([]byte(written(t, d)), &read))
		require.Equal(t, written(t, d), written(t, read))
		require.Equal(t, now.Position, read.Position)
		for i, want := range states {
			if i+1 < len(states) && states[i+1].ChangedAt.Time().Equal(want.ChangedAt.Time()) {
				continue // the last change of an instant counts
			}
			then, err := h.AsOf(want.ChangedAt.Time())
			require.NoError(t, err)
			require.Equal(t, written(t, want), written(t, then))
			require.Equal(t, want.Position, h.Position(want.ChangedAt.Time()))
			if i > 0 {
				known, err := h.AsKnown(want.ChangedAt.Time().Add(time.Minute))
				require.NoError(t, err)
				require.Equal(t, written(t, want), written(t, known))
			}
		}
		checkSpells(t, &h, &d)
	})
}

// checkSpells checks that stays follow each other without gaps, and agree with the clocks.
func checkSpells(t require.TestingT, h *pipeline.History, d *pipeline.Deal) {
	spells := pipeline.Spells(h.Entries())
	for i := 1; i < len(spells); i++ {
		require.Equal(t, spells[i-1].To, spells[i].From)
		require.Equal(t, spells[i-1].Next, spells[i].Stage)
		require.GreaterOrEqual(t, spells[i-1].Lasted(), time.Duration(0))
	}
	last := spells[len(spells)-1]
	require.False(t, last.Ended())
	require.Equal(t, d.Stage, last.Stage)
	if !slices.ContainsFunc(h.Entries(), func(e pipeline.Entry) bool { return e.Held != "" }) {
		// Holds apart, which leave the clock of a stage for that of the next stay.
		require.Equal(t, d.Entered.Since.Time(), last.From)
		require.Equal(t, d.InStage(d.ChangedAt.Time()), d.ChangedAt.Sub(pipeline.MustStamp(last.From))-last.Paused)
	}
}

// An amount of nothing in a currency is not no amount.
func TestEntryKeepsNothingInACurrency(t *testing.T) {
	m := sellingMachine(t)
	_, e, err := m.OpenDeal(pipeline.Deal{ID: "d1", Amount: rapport.MustMoney("0.00 CNY")}, pipeline.Input{}, morning)
	require.NoError(t, err)
	var read pipeline.Entry
	require.NoError(t, json.Unmarshal([]byte(written(t, e)), &read))
	require.Equal(t, "0.00 CNY", read.Amount.String())
}

func TestHistoryRefuses(t *testing.T) {
	m := sellingMachine(t)
	_, entries := readyDeal(t, m)
	for name, c := range map[string]struct {
		spoil func(e *pipeline.Entry)
		want  any
	}{
		"another record": {func(e *pipeline.Entry) { e.Record = "d2" }, new(*pipeline.InputError)},
		"no record":      {func(e *pipeline.Entry) { e.Record = "" }, new(*pipeline.EntryError)},
		"a gap":          {func(e *pipeline.Entry) { e.Seq = 3 }, new(*pipeline.ConflictError)},
		"time":           {func(e *pipeline.Entry) { e.At = e.At.Add(-1) }, new(*pipeline.TimeError)},
		"recorded":       {func(e *pipeline.Entry) { e.RecordedAt = e.At.Add(-1) }, new(*pipeline.TimeError)},
		"zone":           {func(e *pipeline.Entry) { e.At = e.At.In(time.FixedZone("x", 3600)) }, new(*pipeline.EntryError)},
		"definition":     {func(e *pipeline.Entry) { e.Definition.Version = 2 }, new(*pipeline.StaleDefinitionError)},
		"stage":          {func(e *pipeline.Entry) { e.From = "design" }, new(*pipeline.InputError)},
		"kind":           {func(e *pipeline.Entry) { e.Kind = 77 }, new(*pipeline.EntryError)},
		"second opening": {func(e *pipeline.Entry) { e.Kind = pipeline.Began }, new(*pipeline.InputError)},
		"text":           {func(e *pipeline.Entry) { e.Note = "\xff" }, new(*pipeline.EntryError)},
	} {
		h, err := pipeline.NewHistory(entries[0])
		require.NoError(t, err)
		e := entries[1]
		c.spoil(&e)
		err = h.Append(e)
		require.ErrorAs(t, err, new(*pipeline.HistoryError), name)
		require.ErrorAs(t, err, c.want, name)
		require.Equal(t, 1, h.Len(), name)
	}
	_, err := pipeline.NewHistory(entries[1])
	require.ErrorAs(t, err, new(*pipeline.HistoryError))

	// A change that does not fit what was there.
	e := entries[1]
	e.Changes = append([]pipeline.Change{{Field: "owner", Before: pipeline.Text("nobody"), After: pipeline.Text("x")}}, e.Changes...)
	h, err := pipeline.NewHistory(entries[0], e)
	require.NoError(t, err)
	_, err = h.Deal()
	require.ErrorAs(t, err, new(*pipeline.ChangeError))
	for _, field := range []string{"/lines/9/product", "/nowhere", "/lines/01/product", "/lines/x", "/progress/done/0"} {
		e.Changes = []pipeline.Change{{Field: field, After: pipeline.Text("x")}}
		h, err = pipeline.NewHistory(entries[0], e)
		require.NoError(t, err)
		_, err = h.Deal()
		require.ErrorAs(t, err, new(*pipeline.UnknownFieldError), field)
	}
}

func TestRequestsComeTwice(t *testing.T) {
	m := sellingMachine(t)
	d, entries := readyDeal(t, m)
	h, err := pipeline.NewHistory(entries...)
	require.NoError(t, err)
	in := pipeline.Input{By: "li.wei", Request: "r1", Data: pipeline.Values{"visits": pipeline.Whole(2)}}
	at := morning.Add(time.Hour)
	designed, first, err := h.Fire(m, &d, "design", in, at, at.Add(time.Minute))
	require.NoError(t, err)
	require.Equal(t, at.Add(time.Minute), first.RecordedAt)
	back, _, err := h.Fire(m, &designed, "back", pipeline.Input{Reason: "price"}, at, time.Time{})
	require.ErrorAs(t, err, new(*pipeline.TimeError), "it was recorded before the entry before it")
	require.Equal(t, designed, back)
	_, _, err = h.Fire(m, &designed, "back", pipeline.Input{Reason: "price"}, at, at.Add(time.Hour))
	require.NoError(t, err)

	again, e, err := h.Fire(m, &back, "design", in, at.Add(5*time.Hour), time.Time{})
	require.NoError(t, err)
	require.Equal(t, first, e)
	require.Equal(t, written(t, designed), written(t, again))
	require.Equal(t, 4, h.Len())

	other := in
	other.Data = pipeline.Values{"visits": pipeline.Whole(3)}
	_, _, err = h.Fire(m, &back, "design", other, at, at)
	twice := new(*pipeline.DuplicateRequestError)
	require.ErrorAs(t, err, twice)
	require.EqualValues(t, 3, (*twice).Seq)
	other = in
	other.By = "chen.yu"
	_, _, err = h.Fire(m, &back, "design", other, at, at)
	require.ErrorAs(t, err, twice)
	_, _, err = h.Edit(m, &back, in, at, at)
	require.ErrorAs(t, err, twice)
	require.ErrorAs(t, h.Append(first), new(*pipeline.HistoryError))

	now, err := h.Deal()
	require.NoError(t, err)
	for range 2 {
		_, e, err = h.Edit(m, &now, pipeline.Input{Request: "r2"}, at.Add(2*time.Hour), at.Add(2*time.Hour), pipeline.Touch{}, pipeline.DoItem{Checklist: "design", Item: "site"})
		require.NoError(t, err)
		require.EqualValues(t, 5, e.Seq)
	}
	_, _, err = h.Edit(m, &now, pipeline.Input{Request: "r2"}, at, at, pipeline.Touch{}, pipeline.UndoItem{Checklist: "design", Item: "site"})
	require.ErrorAs(t, err, twice)

	var fresh pipeline.History
	for range 2 {
		_, e, err = fresh.Open(m, pipeline.Deal{ID: "d9"}, pipeline.Input{Request: "o"}, at, at)
		require.NoError(t, err)
		require.Equal(t, 1, fresh.Len())
	}
	_, _, err = fresh.Open(m, pipeline.Deal{ID: "d8"}, pipeline.Input{Request: "o"}, at, at)
	require.ErrorAs(t, err, twice)
}

// A migration is a change of its own, and no move: the stay goes on under the new name.
func TestMigrationIsNoMove(t *testing.T) {
	m := sellingMachine(t)
	renamed := selling()
	renamed.Version = 2
	renamed.Stages[0].ID, renamed.Initial = "lead", "lead"
	for i := range renamed.Transitions {
		tr := &renamed.Transitions[i]
		for j := range tr.From {
			if tr.From[j] == "contact" {
				tr.From[j] = "lead"
			}
		}
		if tr.To == "contact" {
			tr.To = "lead"
		}
	}
	second, err := pipeline.Compile(renamed, &pipeline.Options{Guards: map[string]pipeline.Guard{"solvent": func(pipeline.Check) error { return nil }}})
	require.NoError(t, err)
	g, err := pipeline.NewMigration(m, second, &pipeline.MigrationOptions{Stages: map[pipeline.StageID]pipeline.StageID{"contact": "lead"}})
	require.NoError(t, err)

	d, entries := readyDeal(t, m)
	day := 24 * time.Hour
	d, paused, err := d.Pause(m, pipeline.Input{}, morning.Add(day))
	require.NoError(t, err)
	_, _, err = d.Migrate(g, pipeline.Input{Data: pipeline.Values{"need": {}}}, morning.Add(2*day))
	require.ErrorAs(t, err, new(*pipeline.InputError))
	d, migrated, err := d.Migrate(g, pipeline.Input{By: "admin"}, morning.Add(2*day))
	require.NoError(t, err)
	d, resumed, err := d.Resume(second, pipeline.Input{}, morning.Add(4*day))
	require.NoError(t, err)
	d, designed, err := d.Fire(second, "design", pipeline.Input{}, morning.Add(5*day))
	require.NoError(t, err)
	h, err := pipeline.NewHistory(append(entries, paused, migrated, resumed, designed)...)
	require.NoError(t, err)
	now, err := h.Deal()
	require.NoError(t, err)
	require.Equal(t, written(t, d), written(t, now))

	spells := pipeline.Spells(h.Entries())
	require.Equal(t, []pipeline.Spell{{
		Stage: "lead", Cycle: 1, Definition: second.Ref(), From: morning, To: morning.Add(5 * day), Paused: 3 * day,
		Next: "design", Trigger: "design",
	}, {Stage: "design", Cycle: 1, Definition: second.Ref(), From: morning.Add(5 * day)}}, spells)
	require.Equal(t, 2*day, spells[0].Lasted())
}

type order pipeline.Values

func (o order) Value(field string) pipeline.Value { return o[field] }
func (o order) Work() *pipeline.Work              { return nil }

func TestEntriesOfOtherRecords(t *testing.T) {
	m := sellingMachine(t)
	in := pipeline.Input{By: "li.wei", Request: "r", Record: order{"need": pipeline.Text("a")}, Data: pipeline.Values{"need": pipeline.Text("b"), "visits": pipeline.Whole(1)}}
	p, move, err := m.Open(in, morning)
	require.NoError(t, err)
	e, err := pipeline.NewEntry("o1", p, move, in)
	require.NoError(t, err)
	require.Equal(t, p, e.Position())
	require.Equal(t, []pipeline.Change{
		{Field: "need", Before: pipeline.Text("a"), After: pipeline.Text("b")}, {Field: "visits", After: pipeline.Whole(1)},
	}, e.Changes)
	require.False(t, e.Content.IsZero())
	in = pipeline.Input{Data: pipeline.Values{"visits": pipeline.Whole(2)}}
	p, move, err = m.Edit(p, in, morning)
	require.NoError(t, err)
	edited, err := pipeline.NewEntry("o1", p, move, in)
	require.NoError(t, err)
	require.Equal(t, pipeline.Edited, edited.Kind)
	require.Equal(t, pipeline.TriggerID(""), edited.Trigger)
	_, _, err = m.Edit(p, pipeline.Input{Data: pipeline.Values{"colour": {}}}, morning)
	require.ErrorAs(t, err, new(*pipeline.UnknownFieldError))
	_, _, err = m.Edit(p, pipeline.Input{Version: 7}, morning)
	require.ErrorAs(t, err, new(*pipeline.ConflictError))
	p, move, err = m.Fire(p, "lose", pipeline.Input{Reason: "price"}, morning.Add(time.Hour))
	require.NoError(t, err)
	_, _, err = m.Edit(p, in, morning.Add(time.Hour))
	require.ErrorAs(t, err, new(*pipeline.ClosedError))
	lost, err := pipeline.NewEntry("o1", p, move, pipeline.Input{Reason: "price"})
	require.NoError(t, err)
	h, err := pipeline.NewHistory(e, edited, lost)
	require.NoError(t, err)
	require.Equal(t, p, h.Position(morning.Add(2*time.Hour)))
	require.Equal(t, pipeline.Position{}, h.Position(morning.Add(-1)))
	require.Equal(t, pipeline.Lost, pipeline.Spells(h.Entries())[0].Outcome)

	_, err = pipeline.NewEntry("", p, move, in)
	require.ErrorAs(t, err, new(*pipeline.InputError))
	_, err = pipeline.NewEntry("o1", p, pipeline.Move{}, in)
	require.ErrorAs(t, err, new(*pipeline.InputError))
}

func BenchmarkHistory(b *testing.B) {
	m := sellingMachine(b)
	d, entries := readyDeal(b, m)
	b.Run("append", func(b *testing.B) {
		b.ReportAllocs()
		h, err := pipeline.NewHistory(entries...)
		require.NoError(b, err)
		e := entries[1]
		for b.Loop() {
			e.Seq++ // entries[1] was 2
			if err := h.Append(e); err != nil {
				b.Fatal(err)
			}
			if h.Len() > 1000 { // as long as a long history
				h, _ = pipeline.NewHistory(entries...)
				e.Seq = 2
			}
		}
	})
	b.Run("edit", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, _, err := d.Edit(m, pipeline.Input{}, morning, pipeline.Touch{}); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("replay", func(b *testing.B) {
		b.ReportAllocs()
		h, err := pipeline.NewHistory(entries...)
		require.NoError(b, err)
		for b.Loop() {
			if _, err := h.Deal(); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// A request is one of a record, and pausing is another thing to ask for than resuming.
func TestRequestsAreOfOneRecordAndSort(t *testing.T) {
	m := sellingMachine(t)
	d, entries := readyDeal(t, m)
	h, err := pipeline.NewHistory(entries...)
	require.NoError(t, err)
	in := pipeline.Input{Request: "r1"}
	_, _, err = h.Edit(m, &d, in, morning, morning, pipeline.Touch{})
	require.NoError(t, err)
	other := d
	other.ID = "d2"
	same, _, err := h.Edit(m, &other, in, morning, morning, pipeline.Touch{})
	require.ErrorAs(t, err, new(*pipeline.HistoryError))
	require.Equal(t, other, same)

	seen := map[pipeline.Digest]bool{}
	note := func(p pipeline.Position, move pipeline.Move, err error) pipeline.Position {
		require.NoError(t, err)
		e, err := pipeline.NewEntry("r", p, move, in)
		require.NoError(t, err)
		seen[e.Content] = true
		return p
	}
	p := note(m.Open(in, morning))
	p = note(m.Pause(p, in, morning))
	p = note(m.Resume(p, in, morning))
	note(m.Edit(p, in, morning))
	require.Len(t, seen, 4)

	// Nor is an edit a trigger that is named like it.
	s := sales(1)
	s.Transitions = append(s.Transitions, pipeline.Transition{Trigger: "edited", From: []pipeline.StageID{"new"}, Internal: true})
	sold := compiled(t, s)
	d, e, err := sold.OpenDeal(pipeline.Deal{ID: "d1"}, pipeline.Input{}, morning)
	require.NoError(t, err)
	h, err = pipeline.NewHistory(e)
	require.NoError(t, err)
	d, _, err = h.Edit(sold, &d, in, morning, morning)
	require.NoError(t, err)
	_, _, err = h.Fire(sold, &d, "edited", in, morning, morning)
	require.ErrorAs(t, err, new(*pipeline.DuplicateRequestError))
}

func TestHistoryKeepsPausesAndMigrations(t *testing.T) {
	one, two := compiled(t, sales(1, pipeline.Stage{ID: "design"})), compiled(t, sales(2, pipeline.Stage{ID: "design"}))
	migration, err := pipeline.NewMigration(one, two, nil)
	require.NoError(t, err)
	var h pipeline.History
	deal, _, err := h.Open(one, pipeline.Deal{ID: "d-1"}, pipeline.Input{}, noon(1), noon(1))
	require.NoError(t, err)
	steps := []func(pipeline.Input) (pipeline.Deal, pipeline.Entry, error){
		func(in pipeline.Input) (pipeline.Deal, pipeline.Entry, error) {
			return h.Pause(one, &deal, in, noon(2), noon(2))
		},
		func(in pipeline.Input) (pipeline.Deal, pipeline.Entry, error) {
			return h.Resume(one, &deal, in, noon(3), noon(3))
		},
		func(in pipeline.Input) (pipeline.Deal, pipeline.Entry, error) {
			return h.Migrate(migration, &deal, in, noon(4), noon(4))
		},
	}
	for i, step := range steps {
		in := pipeline.Input{Request: fmt.Sprint("r", i)}
		next, entry, err := step(in)
		require.NoError(t, err)
		deal = next
		again, same, err := step(in)
		require.NoError(t, err)
		require.Equal(t, entry, same)
		require.Equal(t, next.Position, again.Position)
		require.Equal(t, i+2, h.Len())
		_, _, err = step(pipeline.Input{Request: in.Request, Note: "another"})
		_, twice := errors.AsType[*pipeline.DuplicateRequestError](err)
		require.True(t, twice, "%v", err)
	}
	require.Equal(t, two.Ref(), deal.Definition)
	require.Equal(t, 24*time.Hour, deal.Entered.Paused)
}

func TestNewEntryWantsThePositionOfTheMove(t *testing.T) {
	m := compiled(t, sales(1, pipeline.Stage{ID: "design"}))
	before, _, err := m.Open(pipeline.Input{}, noon(1))
	require.NoError(t, err)
	_, move, err := m.Fire(before, "to_design", pipeline.Input{}, noon(2))
	require.NoError(t, err)
	_, err = pipeline.NewEntry("r-1", before, move, pipeline.Input{})
	require.EqualError(t, err, `pipeline: position "new": want that of the move, in stage "design"`)
}
