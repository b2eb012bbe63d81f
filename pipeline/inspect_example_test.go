package pipeline_test

import (
	"fmt"

	"github.com/rapport-crm/rapport/pipeline"
)

// Four mistakes and an oddity are found at once, each with its place and code.
func ExampleInspect() {
	d := pipeline.Definition{
		ID: "tender", Version: 1, Initial: "contact",
		Stages: []pipeline.Stage{
			{ID: "contact", Probability: 20},
			{ID: "bidding", Probability: 10, Enter: pipeline.Gate{Fields: []string{"cost"}}},
			{ID: "pool"},
			{ID: "won", Kind: pipeline.Won, Probability: 90},
			{ID: "lost", Kind: pipeline.Lost},
		},
		Transitions: []pipeline.Transition{
			{Trigger: "bid", From: []pipeline.StageID{"contact"}, To: "bidding"},
			{Trigger: "win", From: []pipeline.StageID{"bidding"}, To: "won"},
			{Trigger: "lose", From: []pipeline.StageID{"contact", "bidding"}, To: "lost"},
			{Trigger: "park", From: []pipeline.StageID{"contact"}, To: "pool"},
		},
	}
	for _, f := range pipeline.Inspect(d, nil) {
		fmt.Println(f)
	}
	// Output:
	// stages[1].enter.fields[0]: field "cost" is not declared (unknown_field)
	// stages[1].probability: the probability falls from 20 to 10 along the way to winning (probability_falls)
	// stages[2]: no way leads on from stage "pool" (dead_end)
	// stages[3].probability: won stage "won" has probability 90, want 100 (probability_outcome)
	// transitions[2].reasons: "lose" leads to a lost stage and has no list of reasons (lost_without_reason)
}
