package pipeline_test

import (
	"fmt"
	"slices"

	"github.com/rapport-crm/rapport/pipeline"
)

func offers() pipeline.Definition {
	return pipeline.Definition{
		ID: "offers", Version: 1, Initial: "contact",
		Stages: []pipeline.Stage{
			{ID: "contact", Label: "联系"},
			{ID: "offer", Label: "Offer made"},
			{ID: "won", Kind: pipeline.Won},
			{ID: "lost", Kind: pipeline.Lost},
		},
		Transitions: []pipeline.Transition{
			{Trigger: "offer", From: []pipeline.StageID{"contact"}, To: "offer"},
			{Trigger: "accept", From: []pipeline.StageID{"offer"}, To: "won"},
			{Trigger: "decline", To: "lost"},
		},
	}
}

// Counts and rates come from a history: three of four deals got an offer, and the only one
// that has left that stage was won.
func ExampleDefinition_Mermaid() {
	var history []pipeline.Entry
	move := func(from, to pipeline.StageID, trigger pipeline.TriggerID) {
		history = append(history, pipeline.Entry{Kind: pipeline.Moved, From: from, To: to, Trigger: trigger})
	}
	for range 4 {
		history = append(history, pipeline.Entry{Kind: pipeline.Began, To: "contact"})
	}
	for range 3 {
		move("contact", "offer", "offer")
	}
	move("contact", "lost", "decline")
	move("offer", "won", "accept")

	d := offers()
	fmt.Print(d.Mermaid(&pipeline.DiagramOptions{
		Flow:       pipeline.CountFlow(slices.Values(history)),
		Population: map[pipeline.StageID]int{"offer": 2, "won": 1, "lost": 1},
	}))
	// Output:
	// stateDiagram-v2
	//     direction LR
	//     state "any" as ANY
	//     state "联系<br/>0" as contact
	//     state "Offer made<br/>2" as offer
	//     state "won<br/>1" as won
	//     state "lost<br/>1" as lost
	//     [*] --> contact : 4 (100.0%)
	//     contact --> offer : offer<br/>3 (75.0%)
	//     offer --> won : accept<br/>1 (100.0%)
	//     ANY --> lost : decline<br/>1 (20.0%)
	//     won --> [*]
	//     lost --> [*]
	//     classDef won fill:#d5f5d5,stroke:#2e7d32,stroke-width:3px
	//     class won won
	//     classDef lost fill:#fbe0dd,stroke:#b71c1c,stroke-width:3px
	//     class lost lost
}

func ExampleDefinition_DOT() {
	d := offers()
	fmt.Print(d.DOT(nil))
	// Output:
	// digraph "offers 1" {
	// 	graph [rankdir=LR, compound=true, label="offers"]
	// 	node [shape=box, style=rounded]
	// 	"*start" [shape=circle, style=filled, fillcolor=black, width=0.15, label=""]
	// 	"*any" [shape=plaintext, style="", label="any"]
	// 	"contact" [label="联系"]
	// 	"offer" [label="Offer made"]
	// 	"won" [label="won", style="rounded,filled", fillcolor=palegreen, peripheries=2]
	// 	"lost" [label="lost", style="rounded,filled", fillcolor=mistyrose, peripheries=2]
	// 	"*start" -> "contact"
	// 	"contact" -> "offer" [label="offer"]
	// 	"offer" -> "won" [label="accept"]
	// 	"*any" -> "lost" [label="decline"]
	// }
}
