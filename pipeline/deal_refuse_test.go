package pipeline_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/pipeline"
)

// What a deal could not be written with is refused when it is given, not found when the
// deal has moved and is to be stored.
func TestDealsTakeNothingThatCannotBeWritten(t *testing.T) {
	definition := selling()
	definition.Fields = append(definition.Fields, pipeline.Field{ID: "visit_at", Kind: pipeline.TimeField})
	m, err := pipeline.Compile(definition, &pipeline.Options{Guards: map[string]pipeline.Guard{"solvent": func(pipeline.Check) error { return nil }}})
	require.NoError(t, err)
	late := pipeline.Instant(time.Date(12000, 1, 1, 0, 0, 0, 0, time.UTC))
	for field, v := range map[string]pipeline.Value{
		"need": pipeline.Text("\xff"), "visit_at": late, "visits": {}, "name": pipeline.Text("another"),
	} {
		_, _, err = m.OpenDeal(pipeline.Deal{ID: "d1", Fields: pipeline.Values{field: v}}, pipeline.Input{}, morning)
		unknown := new(*pipeline.UnknownFieldError)
		require.ErrorAs(t, err, unknown, field)
		require.Equal(t, field, (*unknown).Field)
	}

	d, _, err := m.OpenDeal(pipeline.Deal{ID: "d1", CloseDate: pipeline.MustDate("2026-06-30")}, pipeline.Input{}, morning)
	require.NoError(t, err)
	for field, v := range map[string]pipeline.Value{
		"need": pipeline.Text("\xff"), "visit_at": late, "close_date": pipeline.Day(pipeline.Date{Year: 2026, Month: 13, Day: 1}),
	} {
		data := pipeline.Values{field: v}
		same, _, err := d.Set(m, data, pipeline.Input{}, morning)
		require.ErrorAs(t, err, new(*pipeline.UnknownFieldError), field)
		require.Equal(t, d, same)
		_, _, err = m.Fire(d.Position, "plain", pipeline.Input{Data: data}, morning)
		require.ErrorAs(t, err, new(*pipeline.UnknownFieldError), field)
	}

	for _, at := range []time.Time{time.Date(0, 12, 31, 23, 59, 59, 0, time.UTC), time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC)} {
		_, _, err = m.OpenDeal(pipeline.Deal{ID: "d1"}, pipeline.Input{}, at)
		require.ErrorAs(t, err, new(*pipeline.TimeError))
	}

	// A host's own record may say what it likes: its entry is refused before it is kept.
	p, move, err := m.Open(pipeline.Input{}, morning)
	require.NoError(t, err)
	was := fields{"need": pipeline.Text("\xff")}
	e, err := pipeline.NewEntry("r1", p, move, pipeline.Input{Record: was, Data: pipeline.Values{"need": pipeline.Text("rest")}})
	require.NoError(t, err)
	require.ErrorAs(t, new(pipeline.History).Append(e), new(*pipeline.EntryError))
}

// JSON would replace bytes that are no UTF-8, and another deal would be read.
func TestDealsAreWrittenExactlyOrNot(t *testing.T) {
	for name, d := range map[string]pipeline.Deal{
		"name":        {Name: "\xff"},
		"competitors": {Competitors: []string{"a", "\xff"}},
		"field":       {Fields: pipeline.Values{"\xff": pipeline.Text("x")}},
		"problem":     {Progress: pipeline.Work{Problems: []pipeline.Problem{{ID: "p", Text: "\xff"}}}},
		"stage":       {Position: pipeline.Position{Stage: "\xff"}},
	} {
		d.ID = "d1"
		_, err := d.MarshalJSON()
		require.ErrorAs(t, err, new(*pipeline.DealError), name)
	}
}

func TestAllProductsAreNamedOnce(t *testing.T) {
	d := pipeline.Deal{Products: []string{"valve", "pump", "valve"}, Lines: []pipeline.Line{pump("1"), pump("2")}}
	require.Equal(t, []string{"valve", "pump"}, d.AllProducts())
	require.Equal(t, pipeline.List("valve", "pump"), d.Value(pipeline.FieldProducts))
	require.Empty(t, new(pipeline.Deal).AllProducts())
}

// Permitted says of each trigger what Fire says, also where only the deal is in the way.
func TestDealPermittedIsFire(t *testing.T) {
	m := sellingMachine(t)
	d, _ := readyDeal(t, m)
	for name, c := range map[string]struct {
		in    pipeline.Input
		wrong []pipeline.TriggerID
	}{
		"nothing":          {pipeline.Input{}, []pipeline.TriggerID{"lose"}},
		"no rate":          {pipeline.Input{Books: &pipeline.Books{Currency: rapport.USD}, Reason: "price"}, []pipeline.TriggerID{"design", "qualify", "plain", "wait", "win", "lose"}},
		"another currency": {pipeline.Input{Data: pipeline.Values{"amount": pipeline.Amount(rapport.MustMoney("1.00 USD"))}}, []pipeline.TriggerID{"design", "qualify", "plain", "wait", "win", "lose"}},
		"no id":            {pipeline.Input{Data: pipeline.Values{"customer": pipeline.Text("a\x00b")}}, []pipeline.TriggerID{"design", "qualify", "plain", "wait", "win", "lose"}},
	} {
		options, err := d.Permitted(m, c.in, morning)
		require.NoError(t, err, name)
		var wrong []pipeline.TriggerID
		for _, o := range options {
			_, _, err := d.Fire(m, o.Trigger, c.in, morning)
			require.Equal(t, err, o.Err, name)
			if err != nil {
				wrong = append(wrong, o.Trigger)
			}
		}
		require.Equal(t, c.wrong, wrong, name)
	}
	_, err := d.Permitted(m, pipeline.Input{By: "\xff"}, morning)
	require.ErrorAs(t, err, new(*pipeline.InputError))
}

// Edits may be given by pointer: the request is the same.
func TestEditsByPointer(t *testing.T) {
	m := sellingMachine(t)
	d, entries := readyDeal(t, m)
	h, err := pipeline.NewHistory(entries...)
	require.NoError(t, err)
	in := pipeline.Input{Request: "r1"}
	_, first, err := h.Edit(m, &d, in, morning, morning, pipeline.Touch{})
	require.NoError(t, err)
	_, again, err := h.Edit(m, &d, in, morning, morning, &pipeline.Touch{})
	require.NoError(t, err)
	require.Equal(t, first, again)
}
