package pipeline_test

import (
	"fmt"
	"time"

	"github.com/rapport-crm/rapport/pipeline"
)

// shortSale is a sale of two stages; from either it may be lost.
func shortSale() *pipeline.Machine {
	machine, err := pipeline.Compile(pipeline.Definition{
		ID: "sales", Version: 1, Initial: "design",
		Stages: []pipeline.Stage{
			{ID: "design", Limits: []pipeline.Limit{{ID: "design", Within: pipeline.MustSpan("10d")}}}, {ID: "bidding"},
			{ID: "won", Kind: pipeline.Won, Probability: 100}, {ID: "lost", Kind: pipeline.Lost},
		},
		Transitions: []pipeline.Transition{
			{Trigger: "bid", From: []pipeline.StageID{"design"}, To: "bidding"},
			{Trigger: "win", From: []pipeline.StageID{"bidding"}, To: "won"},
			{Trigger: "lose", To: "lost", Reasons: "loss"},
			{Trigger: "back", From: []pipeline.StageID{"bidding"}, To: "design", Back: true, Reasons: "loss"},
		},
		Reasons: []pipeline.ReasonList{{Name: "loss", Reasons: []pipeline.Reason{{ID: "no_decision"}}}},
	}, nil)
	if err != nil {
		panic(err)
	}
	return machine
}

func day(text string) time.Time {
	at, err := time.Parse(time.DateOnly, text)
	if err != nil {
		panic(err)
	}
	return at
}

// On 14 April one deal has no next step; another should have been closed in January, and it
// is proposed to do so now. The third is as it should be.
func ExampleMachine_StaleDeals() {
	machine := shortSale()
	visit := pipeline.NextStep{Text: "visit", Due: pipeline.MustDate("2026-04-20")}
	crane, _, _ := machine.OpenDeal(pipeline.Deal{ID: "crane", CloseDate: pipeline.MustDate("2026-07-31")}, pipeline.Input{}, day("2026-04-01"))
	mill, _, _ := machine.OpenDeal(pipeline.Deal{ID: "mill", CloseDate: pipeline.MustDate("2026-01-31"), NextStep: visit}, pipeline.Input{}, day("2026-01-05"))
	press, _, _ := machine.OpenDeal(pipeline.Deal{ID: "press", CloseDate: pipeline.MustDate("2026-06-30"), NextStep: visit}, pipeline.Input{}, day("2026-04-08"))
	deals := []pipeline.Deal{crane, mill, press}

	rules := pipeline.StaleRules{
		InAnyStage: pipeline.MustSpan("30d"), Idle: pipeline.MustSpan("14d"), NextStep: pipeline.MustSpan("7d"), ClosePassed: pipeline.MustSpan("0d"),
		Touch: pipeline.TouchByPlan, Propose: pipeline.MustSpan("60d"),
	}
	at := day("2026-04-14")
	stale, err := machine.StaleDeals(deals, rules, at)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, s := range stale {
		fmt.Println(s.Deal, s.Clock, "since", s.Since.Format(time.DateOnly), "due", s.Due.Format(time.DateOnly), "close:", s.Close)
	}
	proposals, err := machine.ProposeClosing(deals, stale, "lose", pipeline.Input{By: "li.wei", Reason: "no_decision"}, at)
	if err != nil {
		fmt.Println(err)
		return
	}
	accepted := proposals[0]
	mill, _, err = mill.Fire(machine, accepted.Trigger, accepted.Input, at)
	fmt.Println(accepted.Deal, accepted.Because, "→", mill.Stage, err)
	// Output:
	// mill close_passed since 2026-02-01 due 2026-02-01 close: true
	// mill stuck_in_stage since 2026-01-05 due 2026-02-04 close: true
	// crane no_next_step since 2026-04-01 due 2026-04-08 close: false
	// mill [close_passed stuck_in_stage] → lost <nil>
}

// 2,500 opportunities were entered after 1,515 in the year before.
func ExampleGrowth() {
	growth, err := pipeline.Growth(2500, 1515)
	value, _ := growth.Value()
	fmt.Printf("%+.1f %% %v\n", 100*value, err)
	// Output:
	// +65.0 % <nil>
}
