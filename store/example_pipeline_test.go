package store_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"time"

	"github.com/rapport-crm/rapport/pipeline"
	"github.com/rapport-crm/rapport/store"
	"github.com/rapport-crm/rapport/store/memory"
)

// A deal moves by one call, which stores the deal, the entry of its history, the timer of
// its deadline and the event for the effects of the move, or nothing. The same request
// sent again is not carried out again; who is too late for a move is told why.
func ExampleFire() {
	ctx := context.Background()
	acme := memory.New(nil).Tenant("acme")
	machine, err := pipeline.Compile(pipeline.Definition{
		ID: "selling", Version: 1, Initial: "offer",
		Stages: []pipeline.Stage{
			{ID: "offer", Probability: 30}, {ID: "won", Kind: pipeline.Won, Probability: 100, OnEnter: []string{"send_contract"}}, {ID: "lost", Kind: pipeline.Lost},
		},
		Transitions: []pipeline.Transition{
			{Trigger: "win", From: []pipeline.StageID{"offer"}, To: "won"}, {Trigger: "lose", To: "lost", Reasons: "why"},
		},
		Reasons: []pipeline.ReasonList{{Name: "why", Reasons: []pipeline.Reason{{ID: "price"}}}},
	}, nil)
	if err != nil {
		log.Fatal(err)
	}
	monday := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	err = acme.Update(ctx, func(tx store.Tx) error {
		p, err := store.Pipelines(tx)
		if err != nil {
			return err
		}
		deal, entry, err := machine.OpenDeal(pipeline.Deal{ID: "D1", Partner: "P7"}, pipeline.Input{By: "li.wei"}, monday)
		if err != nil {
			return err
		}
		_, err = p.Deals().Commit(ctx, deal, monday.AddDate(0, 0, 14), entry)
		return err
	})
	if err != nil {
		log.Fatal(err)
	}
	for _, input := range []pipeline.Input{{By: "li.wei", Request: "r1"}, {By: "li.wei", Request: "r1"}, {By: "chen.yu", Request: "r2"}} {
		fired, err := store.Fire(ctx, acme, machine, "D1", "win", input, monday.AddDate(0, 0, 3), nil)
		if closed, ok := errors.AsType[*pipeline.ClosedError](err); ok {
			fmt.Println(closed)
			continue
		}
		fmt.Println(fired.Outcome, fired.Record.Stage, fired.Record.Version, err)
	}
	err = acme.View(ctx, func(tx store.Tx) error {
		p, err := store.Pipelines(tx)
		if err != nil {
			return err
		}
		for event, err := range p.Outbox().Pending(ctx, "contracts") {
			if err != nil {
				return err
			}
			fmt.Println(event.Entry.Seq, event.Entry.Kind, event.Entry.To, event.Entry.Effects)
		}
		_, err = p.Deals().Partner("P8").Get(ctx, "D1")
		fmt.Println(err)
		return nil
	})
	if err != nil {
		log.Fatal(err)
	}
	// Output:
	// inserted won 2 <nil>
	// same won 2 <nil>
	// pipeline: trigger "win": the record is closed in stage "won" (won)
	// 1 began offer []
	// 2 moved won [{send_contract enter won}]
	// store: deal "D1" of tenant "acme" not found
}
