package pipeline_test

import (
	"errors"
	"fmt"
	"time"

	"github.com/rapport-crm/rapport/pipeline"
)

// A sale in which nobody bids before the design is verified.
func Example() {
	machine, err := pipeline.Compile(pipeline.Definition{
		ID: "bids", Version: 1, Initial: "contact",
		Stages: []pipeline.Stage{
			{ID: "contact"},
			{ID: "design"},
			{ID: "bidding", Enter: pipeline.Gate{Fields: []string{"verified_on"}}},
			{ID: "won", Kind: pipeline.Won, Probability: 100},
			{ID: "lost", Kind: pipeline.Lost},
		},
		Transitions: []pipeline.Transition{
			{Trigger: "design", From: []pipeline.StageID{"contact"}, To: "design"},
			{Trigger: "submit_bid", From: []pipeline.StageID{"design"}, To: "bidding", Effects: []string{"tell_legal"}},
			{Trigger: "win", From: []pipeline.StageID{"bidding"}, To: "won"},
			{Trigger: "lose", To: "lost", Reasons: "loss"},
		},
		Fields:  []pipeline.Field{{ID: "verified_on", Kind: pipeline.DateField}},
		Reasons: []pipeline.ReasonList{{Name: "loss", Reasons: []pipeline.Reason{{ID: "price"}, {ID: "no_budget"}}}},
	}, nil)
	if err != nil {
		fmt.Println(err)
		return
	}

	at := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	position, _, _ := machine.Open(pipeline.Input{By: "li.wei"}, at)
	position, _, _ = machine.Fire(position, "design", pipeline.Input{By: "li.wei"}, at.AddDate(0, 0, 1))

	_, _, err = machine.Fire(position, "submit_bid", pipeline.Input{By: "li.wei"}, at.AddDate(0, 0, 2))
	if missing, ok := errors.AsType[*pipeline.MissingDataError](err); ok {
		fmt.Println("missing:", missing.Fields)
	}

	verified := pipeline.Values{"verified_on": pipeline.Day(pipeline.MustDate("2026-03-04"))}
	position, move, err := machine.Fire(position, "submit_bid", pipeline.Input{By: "li.wei", Data: verified}, at.AddDate(0, 0, 2))
	fmt.Println(move.From(), "→", position.Stage, err)
	fmt.Println("to do:", move.Effects()[0].Name)
	// Output:
	// missing: [verified_on]
	// design → bidding <nil>
	// to do: tell_legal
}
