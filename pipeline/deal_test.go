package pipeline_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/pipeline"
)

// selling is a process that uses all that a deal has.
func selling() pipeline.Definition {
	review := pipeline.Gate{
		Fields:     []string{pipeline.FieldAmount, pipeline.FieldCloseDate, pipeline.FieldProducts, "need"},
		Checklists: []string{"design"},
		Approvals:  []pipeline.Approval{{Name: "price", Roles: []string{"head"}, Quorum: 1, FourEyes: true}},
		Blocking:   pipeline.SeverityHigh,
		Guards:     []string{"solvent"},
	}
	return pipeline.Definition{
		ID: "selling", Version: 1, Initial: "contact",
		Stages: []pipeline.Stage{
			{ID: "contact", Probability: 10, Category: pipeline.CategoryPipeline},
			{ID: "design", Probability: 40, Category: pipeline.CategoryBestCase},
			{ID: "waiting", Kind: pipeline.OnHold},
			{ID: "won", Kind: pipeline.Won, Probability: 100},
			{ID: "lost", Kind: pipeline.Lost},
		},
		Transitions: []pipeline.Transition{
			{Trigger: "design", From: []pipeline.StageID{"contact"}, To: "design", Gate: review, Effects: []string{"tell"}},
			{Trigger: "back", From: []pipeline.StageID{"design"}, To: "contact", Back: true, Reasons: "why"},
			{Trigger: "qualify", From: []pipeline.StageID{"contact"}, To: "design", Gate: pipeline.Gate{
				Fields: []string{pipeline.FieldAmount, pipeline.FieldCloseDate}, Guards: []string{"solvent"},
			}},
			{Trigger: "plain", From: []pipeline.StageID{"contact", "design"}, To: "contact"},
			{Trigger: "wait", From: []pipeline.StageID{"contact", "design"}, To: "waiting"},
			{Trigger: "go_on", From: []pipeline.StageID{"waiting"}, Resume: true},
			{Trigger: "win", From: []pipeline.StageID{"design", "contact"}, To: "won"},
			{Trigger: "lose", To: "lost", Reasons: "why"},
			{Trigger: "reopen", From: []pipeline.StageID{"won", "lost"}, To: "design"},
			{Trigger: "deliver", From: []pipeline.StageID{"won"}, Internal: true},
			{Trigger: "revive", From: []pipeline.StageID{"won"}, To: "contact", Gate: pipeline.Gate{Fields: []string{pipeline.FieldCloseDate}}},
		},
		Fields: []pipeline.Field{
			{ID: "need"}, {ID: "contact_person", Personal: true}, {ID: "visits", Kind: pipeline.NumberField},
		},
		Reasons:    []pipeline.ReasonList{{Name: "why", Reasons: []pipeline.Reason{{ID: "price"}, {ID: "specification"}}}},
		Roles:      []string{"head"},
		Checklists: []pipeline.Checklist{{ID: "design", Items: []pipeline.Item{{ID: "site"}, {ID: "load"}}}},
		Parts:      []pipeline.Part{{Name: "survey", Process: "surveys"}},
	}
}

func sellingMachine(tb testing.TB) *pipeline.Machine {
	m, err := pipeline.Compile(selling(), &pipeline.Options{Guards: map[string]pipeline.Guard{
		"solvent": func(pipeline.Check) error { return nil },
	}})
	require.NoError(tb, err)
	return m
}

var morning = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

func pump(quantity string) pipeline.Line {
	return pipeline.Line{Product: "pump", Quantity: decimal.RequireFromString(quantity), Unit: pipeline.UnitPiece, Price: rapport.MustMoney("1200.00 CNY")}
}

// ready is a deal that may be designed.
func readyDeal(tb testing.TB, m *pipeline.Machine) (pipeline.Deal, []pipeline.Entry) {
	d, first, err := m.OpenDeal(pipeline.Deal{
		ID: "d1", Name: "Pumps for the new hall", Customer: "c7", Owner: "li.wei",
		Amount: rapport.MustMoney("12000.00 CNY"), CloseDate: pipeline.MustDate("2026-06-30"),
		Lines: []pipeline.Line{pump("10")}, Competitors: []string{"north", "south"},
		Fields: pipeline.Values{"need": pipeline.Text("quiet pumps"), "contact_person": pipeline.Text("Ms Qian")},
	}, pipeline.Input{By: "li.wei"}, morning)
	require.NoError(tb, err)
	d, second, err := d.Edit(m, pipeline.Input{By: "chen.yu", Roles: []string{"head"}}, morning,
		pipeline.DoItem{Checklist: "design", Item: "site"}, pipeline.DoItem{Checklist: "design", Item: "load"},
		pipeline.CastVote{Name: "price"}, pipeline.OpenProblem{ID: "p1", Severity: pipeline.SeverityLow, Text: "late drawings"})
	require.NoError(tb, err)
	return d, []pipeline.Entry{first, second}
}

func BenchmarkDealFire(b *testing.B) {
	m := sellingMachine(b)
	start, _ := readyDeal(b, m)
	in := pipeline.Input{By: "li.wei"}
	for _, c := range []struct{ name, trigger string }{{"plain", "plain"}, {"fields_and_guard", "qualify"}, {"all_gates", "design"}} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, _, err := start.Fire(m, pipeline.TriggerID(c.trigger), in, morning); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	b.Run("position", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, _, err := m.Fire(start.Position, "plain", in, morning); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func TestOpenDeal(t *testing.T) {
	m := sellingMachine(t)
	d, entries := readyDeal(t, m)
	require.Equal(t, pipeline.StageID("contact"), d.Stage)
	first := entries[0]
	require.Equal(t, pipeline.Began, first.Kind)
	require.EqualValues(t, 1, first.Seq)
	require.Equal(t, 10, first.Probability)
	require.Equal(t, "12000.00 CNY", first.Amount.String())
	require.Contains(t, first.Changes, pipeline.Change{Field: "/lines/0/quantity", After: pipeline.Whole(10)})
	require.Contains(t, first.Changes, pipeline.Change{Field: "need", After: pipeline.Text("quiet pumps")})

	for name, wrong := range map[string]pipeline.Deal{
		"no id":             {},
		"position":          {ID: "d", Position: d.Position},
		"progress":          {ID: "d", Progress: d.Progress},
		"white space":       {ID: "d", Name: " x"},
		"customer":          {ID: "d", Customer: "a\x00"},
		"no date":           {ID: "d", CloseDate: pipeline.Date{Year: 2026, Month: 2, Day: 30}},
		"field":             {ID: "d", Fields: pipeline.Values{"colour": pipeline.Text("red")}},
		"kind of field":     {ID: "d", Fields: pipeline.Values{"visits": pipeline.Text("red")}},
		"half a pump":       {ID: "d", Lines: []pipeline.Line{pump("0.5")}},
		"endless quantity":  {ID: "d", Lines: []pipeline.Line{{Product: "ore", Unit: "t", Quantity: decimal.New(1, 1<<30), Price: rapport.MustMoney("1 CNY")}}},
		"two currencies":    {ID: "d", Amount: rapport.MustMoney("1 EUR"), Lines: []pipeline.Line{pump("1")}},
		"name of two lines": {ID: "d", Products: []string{"a\nb"}},
	} {
		got, e, err := m.OpenDeal(wrong, pipeline.Input{}, morning)
		require.Error(t, err, name)
		require.Equal(t, wrong, got, name)
		require.Zero(t, e, name)
	}
}

func TestDealFireSetsData(t *testing.T) {
	m := sellingMachine(t)
	d, _ := readyDeal(t, m)
	before := d
	next, e, err := d.Fire(m, "design", pipeline.Input{By: "li.wei", Data: pipeline.Values{
		pipeline.FieldAmount:   pipeline.Amount(rapport.MustMoney("13000 CNY")),
		pipeline.FieldProducts: pipeline.List("pump", "valve"),
		"visits":               pipeline.Whole(3),
		"contact_person":       {},
	}}, morning.Add(time.Hour))
	require.NoError(t, err)
	require.Equal(t, before, d)
	require.Equal(t, []pipeline.Change{
		{Field: "amount", Before: pipeline.Amount(rapport.MustMoney("12000 CNY")), After: pipeline.Amount(rapport.MustMoney("13000 CNY"))},
		{Field: "products", After: pipeline.List("pump", "valve")},
		{Field: "contact_person", Before: pipeline.Text("Ms Qian")},
		{Field: "visits", After: pipeline.Whole(3)},
	}, e.Changes)
	require.Equal(t, []pipeline.Effect{{Name: "tell", When: pipeline.OnTransition}}, e.Effects)
	require.Equal(t, next.Position, e.Position())
	require.Equal(t, 40, e.Probability)
	require.Equal(t, pipeline.CategoryBestCase, e.Category)

	for name, c := range map[string]struct {
		data pipeline.Values
		want any
	}{
		"unknown":  {pipeline.Values{"colour": pipeline.Text("red")}, new(*pipeline.UnknownFieldError)},
		"kind":     {pipeline.Values{pipeline.FieldAmount: pipeline.Text("13000")}, new(*pipeline.UnknownFieldError)},
		"customer": {pipeline.Values{pipeline.FieldCustomer: pipeline.Text("a\x00b")}, new(*pipeline.UnknownFieldError)},
		"text":     {pipeline.Values{"need": pipeline.Text("\xff")}, new(*pipeline.UnknownFieldError)},
		"currency": {pipeline.Values{pipeline.FieldAmount: pipeline.Amount(rapport.MustMoney("1 EUR"))}, new(*pipeline.CurrencyError)},
		"missing":  {pipeline.Values{"need": {}}, new(*pipeline.MissingDataError)},
	} {
		got, e, err := d.Fire(m, "design", pipeline.Input{Data: c.data}, morning)
		require.ErrorAs(t, err, c.want, name)
		require.Equal(t, d, got, name)
		require.Zero(t, e, name)
	}
	_, _, err = d.Fire(m, "design", pipeline.Input{By: "\xff"}, morning)
	require.ErrorAs(t, err, new(*pipeline.InputError))
	_, _, err = d.Fire(m, "design", pipeline.Input{}, time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC))
	require.ErrorAs(t, err, new(*pipeline.TimeError))
}

func euroBooks(t testing.TB) *pipeline.Books {
	rates, err := rapport.NewRates(
		rapport.Rate{From: rapport.MustCurrency("EUR"), To: rapport.MustCurrency("CNY"), Value: decimal.RequireFromString("8"), At: morning.Add(-time.Hour)},
		rapport.Rate{From: rapport.MustCurrency("EUR"), To: rapport.MustCurrency("CNY"), Value: decimal.RequireFromString("7.5"), At: morning.AddDate(0, 0, 7)},
	)
	require.NoError(t, err)
	return &pipeline.Books{Currency: rapport.MustCurrency("EUR"), Rates: rates}
}

func TestDealClosesAndReopens(t *testing.T) {
	m := sellingMachine(t)
	d, _ := readyDeal(t, m)
	closing := morning.AddDate(0, 0, 10)
	won, e, err := d.Fire(m, "win", pipeline.Input{Books: euroBooks(t)}, closing)
	require.NoError(t, err)
	require.Equal(t, "1600.00 EUR", won.Booked.Amount.String()) // 12,000 / 7.5
	require.Equal(t, pipeline.MustDate("2026-03-12"), won.CloseDate)
	require.Equal(t, won.CloseDate, won.Booked.On)
	require.Equal(t, 100, e.Probability)
	require.Equal(t, pipeline.CategoryClosed, e.Category)
	require.True(t, e.Rate.Equal(won.Booked.Rate))

	// Dated back into the week of the other rate.
	back, _, err := d.Fire(m, "win", pipeline.Input{Books: euroBooks(t), Data: pipeline.Values{
		pipeline.FieldCloseDate: pipeline.Day(pipeline.MustDate("2026-03-08")),
	}}, closing)
	require.NoError(t, err)
	require.Equal(t, "1500.00 EUR", back.Booked.Amount.String()) // 12,000 / 8
	require.Equal(t, pipeline.MustDate("2026-03-08"), back.Booked.On)

	_, _, err = won.Fire(m, "deliver", pipeline.Input{Data: pipeline.Values{pipeline.FieldAmount: pipeline.Amount(rapport.MustMoney("1 CNY"))}}, closing)
	require.ErrorAs(t, err, new(*pipeline.ClosedError))
	_, _, err = won.Fire(m, "deliver", pipeline.Input{Data: pipeline.Values{pipeline.FieldCloseDate: {}}}, closing)
	require.ErrorAs(t, err, new(*pipeline.ClosedError))
	_, _, err = won.Set(m, pipeline.Values{"need": pipeline.Text("more")}, pipeline.Input{}, closing)
	require.ErrorAs(t, err, new(*pipeline.ClosedError))
	noted, e, err := won.Edit(m, pipeline.Input{Note: "sent flowers"}, closing, pipeline.Touch{})
	require.NoError(t, err)
	require.Equal(t, closing, noted.TouchedAt)
	require.Equal(t, pipeline.Edited, e.Kind)

	lost, e, err := d.Fire(m, "lose", pipeline.Input{Reason: "price", Books: euroBooks(t)}, closing)
	require.NoError(t, err)
	require.Equal(t, pipeline.MustDate("2026-03-12"), lost.CloseDate)
	require.False(t, lost.Booked.IsZero())
	require.Zero(t, e.Probability)
	require.Equal(t, pipeline.CategoryOmitted, e.Category)

	open, e, err := won.Fire(m, "reopen", pipeline.Input{}, closing.AddDate(0, 0, 1))
	require.NoError(t, err)
	require.Equal(t, pipeline.Reopened, e.Kind)
	require.Zero(t, open.Booked)
	require.Zero(t, open.CloseDate)
	require.Equal(t, 2, open.Cycle)

	// Gates see no close date of a deal that was closed, and Permitted agrees with Fire.
	_, _, err = won.Fire(m, "revive", pipeline.Input{}, closing)
	require.ErrorAs(t, err, new(*pipeline.MissingDataError))
	options, err := won.Permitted(m, pipeline.Input{}, closing)
	require.NoError(t, err)
	require.Equal(t, pipeline.TriggerID("revive"), options[len(options)-1].Trigger)
	require.ErrorAs(t, options[len(options)-1].Err, new(*pipeline.MissingDataError))
	revived, _, err := won.Fire(m, "revive", pipeline.Input{Data: pipeline.Values{pipeline.FieldCloseDate: pipeline.Day(pipeline.MustDate("2026-09-30"))}}, closing)
	require.NoError(t, err)
	require.Equal(t, pipeline.MustDate("2026-09-30"), revived.CloseDate)

	// Without a rate it stays open.
	same, _, err := d.Fire(m, "win", pipeline.Input{Books: &pipeline.Books{Currency: rapport.MustCurrency("USD")}}, closing)
	require.ErrorAs(t, err, new(*pipeline.BookingError))
	require.ErrorAs(t, err, new(*rapport.MissingRateError))
	require.Equal(t, d, same)
	_, _, err = d.Fire(m, "win", pipeline.Input{Books: &pipeline.Books{}}, closing)
	require.ErrorAs(t, err, new(*rapport.CurrencyError))
}

func TestDealEdits(t *testing.T) {
	m := sellingMachine(t)
	d, _ := readyDeal(t, m)
	at := morning.Add(time.Hour)
	sum, e, err := d.Edit(m, pipeline.Input{}, at,
		pipeline.ReplaceLines{Lines: []pipeline.Line{pump("3"), {Product: "foil", Quantity: decimal.RequireFromString("2.5"), Unit: pipeline.UnitSquareMetre, Price: rapport.MustMoney("0.333 CNY")}}},
		pipeline.SumLines{Rounding: rapport.RoundHalfUp})
	require.NoError(t, err)
	require.Equal(t, "3600.83 CNY", sum.Amount.String()) // 3,600 + 0.8325
	require.Equal(t, int64(3), e.Seq)
	require.Equal(t, "pump\nfoil", sum.Value(pipeline.FieldProducts).String())

	chance := 75
	judged, e, err := d.Edit(m, pipeline.Input{By: "li.wei"}, at, pipeline.Judge{Probability: &chance, Reason: "met the owner"})
	require.NoError(t, err)
	require.Equal(t, 75, e.Probability)
	require.True(t, e.Judged)
	require.Equal(t, "li.wei", judged.Override.By)
	took, e, err := judged.Edit(m, pipeline.Input{}, at, pipeline.Judge{})
	require.NoError(t, err)
	require.False(t, e.Judged)
	require.Zero(t, took.Override)

	solved, _, err := d.Edit(m, pipeline.Input{By: "chen.yu"}, at, pipeline.SolveProblem{ID: "p1", Resolution: "drawn anew"})
	require.NoError(t, err)
	require.False(t, solved.Progress.Problems[0].Open())
	require.True(t, d.Progress.Problems[0].Open())

	high := 101
	for name, c := range map[string]struct {
		edit pipeline.Edit
		want any
	}{
		"percent":       {pipeline.Judge{Probability: &high, Reason: "x"}, new(*pipeline.InputError)},
		"no reason":     {pipeline.Judge{Probability: &chance}, new(*pipeline.ReasonError)},
		"category":      {pipeline.Judge{Category: 99, Reason: "x"}, new(*pipeline.InputError)},
		"item":          {pipeline.DoItem{Checklist: "design", Item: "tea"}, new(*pipeline.UnknownNameError)},
		"approval":      {pipeline.CastVote{Name: "tea"}, new(*pipeline.UnknownNameError)},
		"voter":         {pipeline.CastVote{Name: "price"}, new(*pipeline.InputError)},
		"same problem":  {pipeline.OpenProblem{ID: "p1", Severity: pipeline.SeverityLow}, new(*pipeline.InputError)},
		"no problem":    {pipeline.OpenProblem{ID: "p2"}, new(*pipeline.InputError)},
		"solved":        {pipeline.SolveProblem{ID: "p9"}, new(*pipeline.UnknownNameError)},
		"part":          {pipeline.ReportPart{PartState: pipeline.PartState{Name: "tea"}}, new(*pipeline.UnknownNameError)},
		"partner":       {pipeline.NamePartner{Partner: "\x00"}, new(*pipeline.InputError)},
		"next step":     {pipeline.PlanStep{NextStep: pipeline.NextStep{Text: " "}}, new(*pipeline.InputError)},
		"mixed lines":   {pipeline.ReplaceLines{Lines: []pipeline.Line{pump("1"), {Product: "x", Unit: "t", Price: rapport.MustMoney("1 EUR")}}}, new(*rapport.CurrencyMismatchError)},
		"other lines":   {pipeline.ReplaceLines{Lines: []pipeline.Line{{Product: "x", Unit: "t", Price: rapport.MustMoney("1 EUR")}}}, new(*pipeline.CurrencyError)},
		"negative":      {pipeline.ReplaceLines{Lines: []pipeline.Line{pump("-1")}}, new(*pipeline.LineError)},
		"no edit":       {nil, new(*pipeline.InputError)},
		"unknown field": {pipeline.Values{"colour": pipeline.Text("red")}, new(*pipeline.UnknownFieldError)},
	} {
		got, e, err := d.Edit(m, pipeline.Input{}, at, pipeline.Touch{}, c.edit)
		require.ErrorAs(t, err, c.want, name)
		require.Equal(t, d, got, name)
		require.Zero(t, e, name)
	}
	_, _, err = d.Set(m, nil, pipeline.Input{Version: 9}, at)
	require.ErrorAs(t, err, new(*pipeline.ConflictError))
	_, _, err = d.Set(m, nil, pipeline.Input{}, morning.Add(-time.Hour))
	require.ErrorAs(t, err, new(*pipeline.TimeError))
}

func TestFireAll(t *testing.T) {
	m := sellingMachine(t)
	d, _ := readyDeal(t, m)
	bare, _, err := m.OpenDeal(pipeline.Deal{ID: "d2"}, pipeline.Input{}, morning)
	require.NoError(t, err)
	results := pipeline.FireAll(t.Context(), m, []pipeline.Deal{bare, d}, "design", nil, morning)
	require.ErrorAs(t, results[0].Err, new(*pipeline.MissingDataError))
	require.Equal(t, bare, results[0].Deal)
	require.NoError(t, results[1].Err)
	require.Equal(t, pipeline.StageID("design"), results[1].Deal.Stage)
}

func TestDealForm(t *testing.T) {
	d, _ := readyDeal(t, sellingMachine(t))
	text := written(t, d)
	for name, wrong := range map[string]string{
		"another format": strings.Replace(text, `"format":1`, `"format":2`, 1),
		"unknown field":  strings.Replace(text, `"format":1`, `"format":1,"colour":1`, 1),
		"field twice":    strings.Replace(text, `"format":1`, `"format":1,"format":1`, 1),
		"endless number": strings.Replace(text, `"quantity":"10"`, `"quantity":"1e999999999"`, 1),
		"empty value":    strings.Replace(text, `"quiet pumps"`, `""`, 1),
		"no kind":        strings.Replace(text, `"quiet pumps"`, `{}`, 1),
		"two kinds":      strings.Replace(text, `"quiet pumps"`, `{"number":"1","flag":"true"}`, 1),
		"no number":      strings.Replace(text, `"quiet pumps"`, `{"number":"1e3"}`, 1),
		"no value":       strings.Replace(text, `"quiet pumps"`, `7`, 1),
	} {
		require.NotEqual(t, text, wrong, name)
		read := pipeline.Deal{ID: "kept"}
		require.ErrorAs(t, json.Unmarshal([]byte(wrong), &read), new(*pipeline.DealError), name)
		require.Equal(t, pipeline.Deal{ID: "kept"}, read, name)
	}
	zoned := strings.Replace(text, `"changed_at":"2026-03-02T09:00:00Z"`, `"changed_at":"2026-03-02T17:00:00+08:00"`, 1)
	require.NotEqual(t, text, zoned)
	var read pipeline.Deal
	require.NoError(t, json.Unmarshal([]byte(zoned), &read))
	require.Equal(t, text, written(t, read))
}

func TestDealFireDoesNotAllocate(t *testing.T) {
	m := sellingMachine(t)
	d, _ := readyDeal(t, m)
	in := pipeline.Input{By: "li.wei"}
	for _, trigger := range []pipeline.TriggerID{"plain", "qualify", "design"} {
		require.Zero(t, testing.AllocsPerRun(100, func() { _, _, _ = d.Fire(m, trigger, in, morning) }), trigger)
	}
}
