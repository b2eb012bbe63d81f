package pipeline_test

import (
	"errors"
	"fmt"
	"time"

	"github.com/shopspring/decimal"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/pipeline"
)

// tendering is a short process with one gate.
func tendering() *pipeline.Machine {
	m, err := pipeline.Compile(pipeline.Definition{
		ID: "tenders", Version: 1, Initial: "design",
		Stages: []pipeline.Stage{
			{ID: "design", Probability: 25, Category: pipeline.CategoryPipeline},
			{ID: "bidding", Probability: 50, Category: pipeline.CategoryBestCase},
			{ID: "won", Kind: pipeline.Won, Probability: 100, Category: pipeline.CategoryClosed},
			{ID: "lost", Kind: pipeline.Lost},
		},
		Transitions: []pipeline.Transition{
			{Trigger: "submit_bid", From: []pipeline.StageID{"design"}, To: "bidding", Gate: pipeline.Gate{Fields: []string{pipeline.FieldAmount}}},
			{Trigger: "win", From: []pipeline.StageID{"bidding"}, To: "won"},
			{Trigger: "lose", To: "lost", Reasons: "loss"},
		},
		Reasons: []pipeline.ReasonList{{Name: "loss", Reasons: []pipeline.Reason{{ID: "price"}}}},
	}, nil)
	if err != nil {
		panic(err)
	}
	return m
}

// A deal is refused while its amount is missing, gets it from its lines, and is booked when
// it is won.
func ExampleDeal() {
	m := tendering()
	day := func(n int) time.Time { return time.Date(2026, 3, n, 9, 0, 0, 0, time.UTC) }
	seller := pipeline.Input{By: "li.wei"}
	deal, _, err := m.OpenDeal(pipeline.Deal{ID: "d-17", Name: "Roof of the new hall"}, seller, day(2))
	if err != nil {
		panic(err)
	}

	_, _, err = deal.Fire(m, "submit_bid", seller, day(3))
	if missing, ok := errors.AsType[*pipeline.MissingDataError](err); ok {
		fmt.Println("missing:", missing.Fields)
	}

	deal, entry, err := deal.Edit(m, seller, day(4), pipeline.ReplaceLines{Lines: []pipeline.Line{
		{Product: "membrane", Quantity: decimal.RequireFromString("1250.5"), Unit: pipeline.UnitSquareMetre, Price: rapport.MustMoney("38.20 EUR")},
		{Product: "skylight", Quantity: decimal.NewFromInt(12), Unit: pipeline.UnitPiece, Price: rapport.MustMoney("410.00 EUR")},
	}}, pipeline.SumLines{})
	if err != nil {
		panic(err)
	}
	fmt.Println(entry.Seq, entry.Kind, entry.Amount)

	deal, entry, err = deal.Fire(m, "submit_bid", seller, day(5))
	if err != nil {
		panic(err)
	}
	fmt.Println(entry.Seq, entry.Kind, entry.From, "to", entry.To, entry.Probability, entry.Category)

	rates, err := rapport.NewRates(rapport.Rate{
		From: rapport.MustCurrency("EUR"), To: rapport.MustCurrency("CNY"), Value: decimal.RequireFromString("7.8"), At: day(1),
	})
	if err != nil {
		panic(err)
	}
	seller.Books = &pipeline.Books{Currency: rapport.MustCurrency("CNY"), Rates: rates}
	deal, entry, err = deal.Fire(m, "win", seller, day(20))
	if err != nil {
		panic(err)
	}
	fmt.Println(entry.Outcome, deal.CloseDate, deal.Booked.Amount, "at", entry.Rate)
	for _, c := range entry.Changes {
		fmt.Printf("%s: %q to %q\n", c.Field, c.Before, c.After)
	}
	// Output:
	// missing: [amount]
	// 2 edited 52689.10 EUR
	// 3 moved design to bidding 50 best_case
	// won 2026-03-20 410974.98 CNY at 7.8
	// close_date: "" to "2026-03-20"
	// /booked/rate: "" to "7.8"
	// /booked/amount: "" to "410974.98 CNY"
	// /booked/on: "" to "2026-03-20"
}

// A history gives the deal as it was, and answers a request that comes twice with what the
// first has done.
func ExampleHistory() {
	m := tendering()
	day := func(n int) time.Time { return time.Date(2026, 3, n, 9, 0, 0, 0, time.UTC) }
	var h pipeline.History
	deal, _, err := h.Open(m, pipeline.Deal{ID: "d-17", Amount: rapport.MustMoney("50000 EUR")}, pipeline.Input{}, day(2), day(2))
	if err != nil {
		panic(err)
	}
	// The bid went out on the 5th and was written down on the 9th; the form was sent twice.
	for range 2 {
		next, entry, err := h.Fire(m, &deal, "submit_bid", pipeline.Input{By: "li.wei", Request: "form-1"}, day(5), day(9))
		if err != nil {
			panic(err)
		}
		deal = next
		fmt.Println("entry", entry.Seq, "of", h.Len())
	}
	then, err := h.AsOf(day(7))
	if err != nil {
		panic(err)
	}
	known, err := h.AsKnown(day(7))
	if err != nil {
		panic(err)
	}
	fmt.Println("on the 7th it was in", then.Stage, "and the books said", known.Stage)
	for _, s := range pipeline.Spells(h.Entries()) {
		fmt.Println(s.Stage, s.Ended(), s.Lasted())
	}
	// Output:
	// entry 2 of 2
	// entry 2 of 2
	// on the 7th it was in bidding and the books said design
	// design true 72h0m0s
	// bidding false 0s
}

// A chain shows which entry was changed, and holds when a person is forgotten.
func ExampleVerify() {
	m := tendering()
	at := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	deal, opened, err := m.OpenDeal(pipeline.Deal{ID: "d-17", Amount: rapport.MustMoney("50000 EUR")}, pipeline.Input{By: "li.wei"}, at)
	if err != nil {
		panic(err)
	}
	_, bid, err := deal.Fire(m, "submit_bid", pipeline.Input{By: "li.wei", Note: "spoke to Ms Qian"}, at)
	if err != nil {
		panic(err)
	}
	var chain []pipeline.Entry
	for i, e := range []pipeline.Entry{opened, bid} {
		secret := pipeline.Digest{byte(i + 1)} // a host takes 32 bytes of crypto/rand
		linked, err := e.Linked(pipeline.Head(chain), secret)
		if err != nil {
			panic(err)
		}
		chain = append(chain, linked)
	}
	head := pipeline.Head(chain)
	fmt.Println("whole:", pipeline.Verify(chain, head))

	h, err := pipeline.NewHistory(chain...)
	if err != nil {
		panic(err)
	}
	forgotten := h.Erased(pipeline.Erasure{Notes: true}).Entries()
	fmt.Printf("erased: %q, %v\n", forgotten[1].Note, pipeline.Verify(forgotten, head))

	chain[0].Amount = rapport.MustMoney("5 EUR")
	fmt.Println(pipeline.Verify(chain, head))
	fmt.Println(pipeline.Verify(forgotten[:1], head))
	// Output:
	// whole: <nil>
	// erased: "", <nil>
	// pipeline: the chain is broken at entry 0 (seq 1): content
	// pipeline: the chain is broken at entry 1 (seq 2): head
}
