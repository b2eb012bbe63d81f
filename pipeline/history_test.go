package pipeline_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/shopspring/decimal"
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

var (
	drawText     = rapid.SampledFrom([]string{"", "a", "客户", "two\nlines", "<&>", "\x00", "li.wei", "chen.yu"})
	drawName     = rapid.SampledFrom([]string{"pump", "泵", "a/b", "~0", "x,y"})
	drawPerson   = rapid.SampledFrom([]string{"", "li.wei", "chen.yu", "王芳"})
	drawCurrency = rapid.SampledFrom([]rapport.Currency{rapport.MustCurrency("CNY"), rapport.MustCurrency("JPY")})
	drawNumber   = rapid.Custom(func(t *rapid.T) decimal.Decimal {
		return decimal.New(rapid.Int64().Draw(t, "coefficient"), rapid.Int32Range(-30, 12).Draw(t, "exponent"))
	})
	drawDate = rapid.Custom(func(t *rapid.T) pipeline.Date {
		return rapid.SampledFrom([]pipeline.Date{{}, pipeline.MustDate("0001-01-01"), pipeline.MustDate("2026-02-28"), pipeline.MustDate("9999-12-31")}).Draw(t, "date")
	})
	drawMoney = rapid.Custom(func(t *rapid.T) rapport.Money {
		m, err := rapport.NewMoney(drawNumber.Draw(t, "amount"), drawCurrency.Draw(t, "currency"))
		require.NoError(t, err)
		return m
	})
	drawLine = rapid.Custom(func(t *rapid.T) pipeline.Line {
		return pipeline.Line{
			Product: drawName.Draw(t, "product"), Quantity: drawNumber.Draw(t, "quantity").Abs(),
			Unit: rapid.SampledFrom([]string{"t", "m2", "piece", "set"}).Draw(t, "unit"), Price: drawMoney.Draw(t, "price"),
		}
	})
	drawValues = rapid.Custom(func(t *rapid.T) pipeline.Values {
		all := pipeline.Values{
			"name": pipeline.Text(drawText.Draw(t, "name")), "owner": pipeline.Text(drawPerson.Draw(t, "owner")),
			"amount": pipeline.Amount(drawMoney.Draw(t, "amount")), "close_date": pipeline.Day(drawDate.Draw(t, "close date")),
			"customer": pipeline.Text(drawName.Draw(t, "customer")), "products": pipeline.List(rapid.SliceOf(drawName).Draw(t, "products")...),
			"competitors": pipeline.Text(drawText.Draw(t, "competitors")), "need": pipeline.Text(drawText.Draw(t, "need")),
			"contact_person": {}, "visits": pipeline.Number(drawNumber.Draw(t, "visits")),
		}
		some := pipeline.Values{}
		for _, field := range rapid.SliceOf(rapid.SampledFrom([]string{"name", "owner", "amount", "close_date", "customer", "products", "competitors", "need", "contact_person", "visits"})).Draw(t, "fields") {
			some[field] = all[field]
		}
		return some
	})
	drawEdit = rapid.Custom(func(t *rapid.T) pipeline.Edit {
		item := rapid.SampledFrom([]string{"site", "load"}).Draw(t, "item")
		problem := rapport.ID(rapid.SampledFrom([]string{"p1", "p2", "p3"}).Draw(t, "problem"))
		percent := rapid.IntRange(0, 100).Draw(t, "percent")
		return rapid.SampledFrom([]pipeline.Edit{
			pipeline.ReplaceLines{Lines: rapid.SliceOfN(drawLine, 0, 4).Draw(t, "lines")}, pipeline.SumLines{},
			pipeline.Judge{Probability: &percent, Category: pipeline.CategoryCommit, Reason: "r"}, pipeline.Judge{}, pipeline.Judge{Category: pipeline.CategoryOmitted, Reason: "q"},
			pipeline.PlanStep{NextStep: pipeline.NextStep{Text: drawName.Draw(t, "step"), Due: drawDate.Draw(t, "due")}}, pipeline.PlanStep{},
			pipeline.Touch{}, pipeline.DoItem{Checklist: "design", Item: item}, pipeline.UndoItem{Checklist: "design", Item: item},
			pipeline.OpenProblem{ID: problem, Severity: pipeline.SeverityHigh, Text: "t"}, pipeline.SolveProblem{ID: problem, Resolution: "done"},
			pipeline.CastVote{Name: "price", No: percent > 50}, pipeline.NamePartner{Partner: rapport.ID(drawName.Draw(t, "partner"))}, pipeline.NamePartner{},
			pipeline.ReportPart{PartState: pipeline.PartState{
				Name: "survey", ID: problem, Outcome: pipeline.Kind(percent % 4),
				Position: pipeline.Position{Definition: pipeline.Ref{ID: "surveys", Version: percent}, Stage: "s", Version: int64(percent), Entered: pipeline.Clock{Since: morning, Paused: time.Duration(percent)}},
			}},
			drawValues.Draw(t, "values"),
		}).Draw(t, "edit")
	})
)

// step does something to a deal, perhaps in vain.
func step(t *rapid.T, m *pipeline.Machine, books *pipeline.Books, d *pipeline.Deal, at time.Time) (pipeline.Deal, pipeline.Entry, error) {
	in := pipeline.Input{
		By: drawPerson.Draw(t, "by"), Note: drawText.Draw(t, "note"), Roles: []string{"head"}, Books: books,
		Reason: rapid.SampledFrom([]string{"", "", "price"}).Draw(t, "reason"),
	}
	switch rapid.IntRange(0, 9).Draw(t, "kind") {
	case 0:
		return d.Pause(m, in, at)
	case 1:
		return d.Resume(m, in, at)
	case 2, 3, 4, 5:
		if rapid.Bool().Draw(t, "with data") {
			in.Data = drawValues.Draw(t, "data")
		}
		trigger := rapid.SampledFrom([]pipeline.TriggerID{"design", "back", "plain", "wait", "go_on", "win", "lose", "reopen", "deliver", "cancel"}).Draw(t, "trigger")
		return d.Fire(m, trigger, in, at)
	}
	return d.Edit(m, in, at, rapid.SliceOfN(drawEdit, 0, 4).Draw(t, "edits")...)
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
		for i, want := range states {
			if i+1 < len(states) && states[i+1].ChangedAt.Equal(want.ChangedAt) {
				continue // the last change of an instant counts
			}
			then, err := h.AsOf(want.ChangedAt)
			require.NoError(t, err)
			require.Equal(t, written(t, want), written(t, then))
			require.Equal(t, want.Position, h.Position(want.ChangedAt))
			if i > 0 {
				known, err := h.AsKnown(want.ChangedAt.Add(time.Minute))
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
	require.Equal(t, d.Entered.Since, last.From)
	require.Equal(t, d.InStage(d.ChangedAt), d.ChangedAt.Sub(last.From)-last.Paused)
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
	p, move, err = m.Fire(p, "lose", pipeline.Input{Reason: "price"}, morning.Add(time.Hour))
	require.NoError(t, err)
	lost, err := pipeline.NewEntry("o1", p, move, pipeline.Input{Reason: "price"})
	require.NoError(t, err)
	h, err := pipeline.NewHistory(e, lost)
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
