package routing_test

import (
	"context"
	"fmt"
	"time"

	"github.com/rapport-crm/rapport/pipeline/routing"
)

// A Cantonese-speaking customer reports damaged freight. The account owner is the first
// choice and speaks no Cantonese; of the two who do, the one with the lesser relative
// load has it: 2 of 4 is less than 2 of 3.
func Example() {
	agents := []routing.Agent{
		{ID: "chen", Skills: []routing.Skill{{"claims", 3}}, Languages: []string{"mandarin"}, Capacity: 3},
		{ID: "ho", Skills: []routing.Skill{{"claims", 2}}, Languages: []string{"cantonese"}, Capacity: 3, Load: 2},
		{ID: "lam", Skills: []routing.Skill{{"claims", 2}}, Languages: []string{"cantonese", "english"}, Capacity: 4, Load: 2},
		{ID: "zhao", Skills: []routing.Skill{{"claims", 1}}, Languages: []string{"cantonese"}, Capacity: 3, Load: 3},
	}
	desk, err := routing.NewDesk(agents, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	call := routing.Item{ID: "call-1", Skills: []routing.Skill{{"claims", 2}}, Language: "cantonese", Owner: "chen"}
	decision, err := desk.Assign(call, time.Date(2025, 3, 3, 9, 0, 0, 0, time.UTC))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%s has it, decided by %s\n", decision.Agent, decision.By)
	for _, candidate := range decision.Candidates {
		fmt.Printf("  %s: %d of %d\n", candidate.Agent, candidate.Score.Load, candidate.Score.Capacity)
	}
	for _, refusal := range decision.Refusals {
		for _, reason := range refusal.Reasons {
			fmt.Printf("  not %s: %s %s have %d want %d\n", refusal.Agent, reason.Code, reason.Name, reason.Have, reason.Want)
		}
	}
	// Output:
	// lam has it, decided by load
	//   lam: 2 of 4
	//   ho: 2 of 3
	//   not chen: language_missing cantonese have 0 want 0
	//   not zhao: at_capacity  have 3 want 3
	//   not zhao: skill_too_low claims have 1 want 2
}

// Nobody speaks enough Korean for the first half minute; then one level less will do.
// For the first ten seconds the account owner alone may have the call.
func ExampleWidening() {
	policy := routing.DefaultPolicy()
	policy.Widen = []routing.Widening{{After: 30 * time.Second, Step: routing.LowerLevel, Skill: "korean", By: 1}}
	policy.Hold = []routing.Hold{{Preference: routing.PreferOwner, For: 10 * time.Second}}
	desk, err := routing.NewDesk([]routing.Agent{
		{ID: "min", Skills: []routing.Skill{{"korean", 3}}, Capacity: 1, Load: 1},
		{ID: "sun", Skills: []routing.Skill{{"korean", 2}}, Capacity: 1},
	}, &policy)
	if err != nil {
		fmt.Println(err)
		return
	}
	came := time.Date(2025, 3, 3, 9, 0, 0, 0, time.UTC)
	call := routing.Item{ID: "call-2", Skills: []routing.Skill{{"korean", 3}}, Owner: "min", WaitingSince: came}
	for at := came; ; {
		decision, err := desk.Assign(call, at)
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Printf("after %v: %q %v\n", at.Sub(came), decision.Agent, decision.Counts)
		if at = decision.Next; at.IsZero() {
			return
		}
	}
	// Output:
	// after 0s: "" [{at_capacity 1} {skill_too_low 1} {held 1}]
	// after 10s: "" [{at_capacity 1} {skill_too_low 1}]
	// after 30s: "sun" [{at_capacity 1}]
}

// The most urgent call comes first, then who has waited longest; each takes its agent's
// time before the next is looked at, and for the last nobody is left.
func ExampleDesk_AssignAll() {
	at := time.Date(2025, 3, 3, 9, 0, 0, 0, time.UTC)
	desk, err := routing.NewDesk([]routing.Agent{{ID: "ines", Capacity: 2}, {ID: "jun", Capacity: 1}}, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	batch, err := desk.AssignAll(context.Background(), []routing.Item{
		{ID: "first", WaitingSince: at.Add(-3 * time.Minute)},
		{ID: "second", WaitingSince: at.Add(-2 * time.Minute)},
		{ID: "third", WaitingSince: at.Add(-time.Minute)},
		{ID: "breakdown", WaitingSince: at, Priority: 1},
	}, at)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, decision := range batch.Decisions {
		fmt.Printf("%s: %q by %q %v\n", decision.Item, decision.Agent, decision.By, decision.Counts)
	}
	// Output:
	// breakdown: "ines" by "id" []
	// first: "jun" by "load" []
	// second: "ines" by "only" [{at_capacity 1}]
	// third: "" by "" [{at_capacity 2}]
}
