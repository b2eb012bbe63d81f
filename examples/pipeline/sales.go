package main

import (
	"github.com/shopspring/decimal"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/pipeline"
)

// The deals of the story.
const (
	cannery  rapport.ID = "D-101" // won, after a few refusals
	brewery  rapport.ID = "D-102" // lost
	harbour  rapport.ID = "D-103" // on hold, and in flight when the process changes
	sawmill  rapport.ID = "D-104" // in design when the process changes
	hospital rapport.ID = "D-105" // in verification when the process changes
)

func number(s string) pipeline.Value     { return pipeline.Number(decimalOf(s)) }
func money(text string) pipeline.Value   { return pipeline.Amount(rapport.MustMoney(text)) }
func on(day string) pipeline.Value       { return pipeline.Day(pipeline.MustDate(day)) }
func decimalOf(s string) decimal.Decimal { return decimal.RequireFromString(s) }

func qualification(budget, deadline string) pipeline.Values {
	return pipeline.Values{
		"need": pipeline.Text("controls for a new line"), "budget": money(budget),
		"decision_chain": pipeline.Text("plant manager, then the board"), "tender_deadline": on(deadline),
	}
}

// tell lets the story happen up to the change of the process.
func tell(m *pipeline.Machine) *tale {
	t := &tale{machine: m, deals: map[rapport.ID]*pipeline.Deal{}, histories: map[rapport.ID]*pipeline.History{}}
	t.won()
	t.lost()
	t.inFlight()
	return t
}

// won is a deal that nobody can take further than its work allows.
func (t *tale) won() {
	t.open(0, "li.wei", pipeline.Deal{ID: cannery, Name: "Cannery, line 4", Customer: "C-7", Amount: rapport.MustMoney("480000.00 CHF"), CloseDate: pipeline.MustDate("2026-05-29")})
	t.fire(1, "li.wei", cannery, "qualify")
	t.fire(2, "li.wei", cannery, "qualify", set(qualification("500000.00 CHF", "2026-04-20")))
	t.fire(3, "li.wei", cannery, "design")
	t.edit(4, "amara", cannery, "vote bid_decision", pipeline.CastVote{Name: "bid_decision"})
	t.edit(4, "ines", cannery, "vote bid_decision", pipeline.CastVote{Name: "bid_decision"})
	t.fire(4, "jonas", cannery, "design")
	t.fire(11, "li.wei", cannery, "bid", set(pipeline.Values{"solution_document": pipeline.Text("S-31"), "solution_cost": number("390000")}))
	t.fire(11, "li.wei", cannery, "justify", set(pipeline.Values{"solution_document": pipeline.Text("S-31"), "solution_cost": money("390000.00 CHF")}))
	t.edit(14, "amara", cannery, "vote solution_verified", pipeline.CastVote{Name: "solution_verified"})
	t.edit(14, "amara", cannery, "open problem P-1", pipeline.OpenProblem{ID: "P-1", Severity: pipeline.SeverityHigh, Text: "the old drives have no interface"})
	t.fire(15, "li.wei", cannery, "bid", set(pipeline.Values{"verified_on": on("2026-03-16")}))
	t.edit(17, "amara", cannery, "solve problem P-1", pipeline.SolveProblem{ID: "P-1", Resolution: "converters, in the price"})
	t.fire(18, "li.wei", cannery, "bid", set(pipeline.Values{"verified_on": on("2026-03-16")}))
	t.fire(21, "jonas", cannery, "submit_bid", set(pipeline.Values{"bid_price": money("480000.00 CHF")}))
	for _, item := range []string{"mandatory", "technical", "commercial", "legal"} {
		t.edit(23, "jonas", cannery, "do "+item, pipeline.DoItem{Checklist: "compliance_matrix", Item: item})
	}
	for _, item := range []string{"design_review", "final_review", "price_review"} {
		t.edit(24, "jonas", cannery, "do "+item, pipeline.DoItem{Checklist: "reviews", Item: item})
	}
	t.edit(25, "petra", cannery, "vote price", pipeline.CastVote{Name: "price"})
	t.fire(28, "jonas", cannery, "submit_bid", set(pipeline.Values{"bid_price": money("480000.00 CHF"), "bid_bond": pipeline.Text("B-9")}))
}

// lost is a deal whose loss needs a reason, and a competitor.
func (t *tale) lost() {
	t.open(2, "li.wei", pipeline.Deal{ID: brewery, Name: "Brewery, filling hall", Customer: "C-8", Amount: rapport.MustMoney("150000.00 EUR"), CloseDate: pipeline.MustDate("2026-06-30")})
	t.fire(3, "li.wei", brewery, "qualify", set(qualification("140000.00 EUR", "2026-04-10")))
	t.fire(4, "li.wei", brewery, "submit_bid")
	t.fire(7, "li.wei", brewery, "no_bid", because("no_margin"))
	t.fire(7, "jonas", brewery, "no_bid")
	t.fire(7, "jonas", brewery, "no_bid", because("other"))
	t.fire(7, "jonas", brewery, "no_bid", because("no_margin"))
}

// inFlight are deals that the change of the process meets on their way.
func (t *tale) inFlight() {
	for i, d := range []pipeline.Deal{
		{ID: harbour, Name: "Harbour, cranes", Customer: "C-9", Amount: rapport.MustMoney("900000.00 EUR"), CloseDate: pipeline.MustDate("2026-09-30")},
		{ID: sawmill, Name: "Sawmill, drying", Customer: "C-10", Amount: rapport.MustMoney("220000.00 EUR"), CloseDate: pipeline.MustDate("2026-08-31")},
		{ID: hospital, Name: "Hospital, air", Customer: "C-11", Amount: rapport.MustMoney("310000.00 EUR"), CloseDate: pipeline.MustDate("2026-07-31")},
	} {
		day := 7 + i%2
		t.open(day, "li.wei", d)
		t.fire(day+1, "li.wei", d.ID, "qualify", set(qualification("1000000.00 EUR", "2026-06-15")))
		t.edit(day+2, "amara", d.ID, "vote bid_decision", pipeline.CastVote{Name: "bid_decision"})
		t.edit(day+2, "ines", d.ID, "vote bid_decision", pipeline.CastVote{Name: "bid_decision"})
		t.fire(day+3, "jonas", d.ID, "design")
	}
	t.fire(21, "li.wei", harbour, "hold", because("buyer_postponed"))
	t.fire(29, "li.wei", hospital, "justify", set(pipeline.Values{"solution_document": pipeline.Text("S-40"), "solution_cost": money("250000.00 EUR")}))
	t.fire(29, "li.wei", sawmill, "justify", set(pipeline.Values{"solution_document": pipeline.Text("S-38"), "solution_cost": money("180000.00 EUR")}))
	t.edit(32, "amara", sawmill, "vote solution_verified", pipeline.CastVote{Name: "solution_verified"})
	t.fire(36, "li.wei", sawmill, "bid", set(pipeline.Values{"verified_on": on("2026-04-03")}))
}

// lastDay is the day on which the story ends.
const lastDay = 64

// goOn is what happens under the new version.
func (t *tale) goOn() {
	t.edit(45, "amara", hospital, "vote solution_verified", pipeline.CastVote{Name: "solution_verified"})
	t.fire(46, "li.wei", hospital, "bid", set(pipeline.Values{"verified_on": on("2026-04-16")}))
	t.fire(46, "li.wei", hospital, "bid", set(pipeline.Values{"verified_on": on("2026-04-16"), riskSheet: pipeline.Text("R-40")}))
	t.fire(50, "li.wei", harbour, "resume")
	t.fire(59, "li.wei", cannery, "award", set(pipeline.Values{"contract_number": pipeline.Text("K-2026-14")}))
	t.fire(63, "li.wei", cannery, "cancel", because("no_budget"))
}
