package pipeline_test

import (
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/pipeline"
)

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
				Position: pipeline.Position{Definition: pipeline.Ref{ID: "surveys", Version: percent}, Stage: "s", Version: int64(percent), Entered: pipeline.Clock{Since: pipeline.MustStamp(morning), Paused: time.Duration(percent)}},
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
		trigger := rapid.SampledFrom([]pipeline.TriggerID{"design", "back", "plain", "wait", "go_on", "win", "lose", "reopen", "deliver", "revive"}).Draw(t, "trigger")
		return d.Fire(m, trigger, in, at)
	}
	return d.Edit(m, in, at, rapid.SliceOfN(drawEdit, 0, 4).Draw(t, "edits")...)
}
