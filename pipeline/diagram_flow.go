package pipeline

import (
	"iter"

	"github.com/rapport-crm/rapport"
)

// Step is a way that records took. From is empty where they began, To where something
// happened inside the stage From, which none of them left.
type Step struct {
	From, To StageID
	Trigger  TriggerID // empty where records began
}

// Flow counts how often each step was taken. [CountFlow] makes one; counts from
// elsewhere, such as a database, will do as well.
type Flow map[Step]int

// CountFlow counts the steps of a history, or of many one after the other in any order.
// Pauses, edited fields and migrations to another version of a definition are no steps.
func CountFlow(entries iter.Seq[Entry]) Flow {
	flow := Flow{}
	for e := range entries {
		switch e.Kind {
		case Began:
			flow[Step{To: e.To}]++
		case Moved, Reopened:
			flow[Step{e.From, e.To, e.Trigger}]++
		case Stayed:
			flow[Step{From: e.From, Trigger: e.Trigger}]++
		}
	}
	return flow
}

// Exits returns how often records left a stage, also to enter it again. The exits of ""
// are the records that began.
func (f Flow) Exits(stage StageID) int {
	exits := 0
	for step, n := range f {
		if step.From == stage && step.To != "" {
			exits += n
		}
	}
	return exits
}

// Rate returns which part of the exits of its stage a step was. It has no value if there
// were none, or if the step is none, because the record stayed.
func (f Flow) Rate(s Step) rapport.Ratio {
	if s.To == "" {
		return rapport.Ratio{}
	}
	return rate(f[s], f.Exits(s.From))
}

func rate(n, exits int) rapport.Ratio {
	return rapport.Ratio{Num: float64(n), Den: float64(exits), N: exits}
}
