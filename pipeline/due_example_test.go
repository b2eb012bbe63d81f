package pipeline_test

import (
	"fmt"
	"time"

	"github.com/rapport-crm/rapport/pipeline"
)

// A case is to be answered within 4 hours, with a warning after three quarters of them.
// While it waits for the customer, from 11:00 to 15:00, the clock stands still.
func ExampleMachine_Breaches() {
	d := pipeline.Definition{
		ID: "cases", Version: 1, Initial: "received",
		Stages: []pipeline.Stage{
			{ID: "received", Limits: []pipeline.Limit{{ID: "answer_time", Within: pipeline.MustSpan("4h"), Warn: 75, Trigger: "escalate"}}},
			{ID: "escalated"},
			{ID: "answered", Kind: pipeline.Won, Probability: 100},
			{ID: "dropped", Kind: pipeline.Lost},
		},
		Transitions: []pipeline.Transition{
			{Trigger: "escalate", From: []pipeline.StageID{"received"}, To: "escalated"},
			{Trigger: "answer", To: "answered"},
			{Trigger: "drop", To: "dropped", Reasons: "drop"},
		},
		Reasons: []pipeline.ReasonList{{Name: "drop", Reasons: []pipeline.Reason{{ID: "spam"}}}},
	}
	m, err := pipeline.Compile(d, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	clock := func(hour int) time.Time { return time.Date(2026, 3, 2, hour, 0, 0, 0, time.UTC) }
	p, _, _ := m.Open(pipeline.Input{}, clock(9))
	p, _, _ = m.Pause(p, pipeline.Input{}, clock(11))
	p, _, _ = m.Resume(p, pipeline.Input{}, clock(15))

	next, _ := m.NextDue(p, nil, clock(15))
	fmt.Println("look again at", next.Format(time.TimeOnly))
	due, _ := m.Due(p, nil, clock(16))
	fmt.Println(due[0].Limit, due[0].State, due[0].Remaining)
	for _, hours := range [][2]int{{15, 18}, {18, 19}} {
		breaches, _ := m.Breaches(p, nil, clock(hours[0]), clock(hours[1]))
		for _, b := range breaches {
			fmt.Println("breach of", b.Limit, "at", b.At.Format(time.TimeOnly))
			p, _, err = m.Fire(p, b.Trigger, b.Input(), clock(hours[1]))
			fmt.Println(p.Stage, err)
		}
	}
	// Output:
	// look again at 16:00:00
	// answer_time warned 1h0m0s
	// breach of answer_time at 17:00:00
	// escalated <nil>
}
