package pipeline

import (
	"fmt"
	"time"
)

// ModeRule says where a process is long.
type ModeRule struct {
	// LongCycle is the median time from opening to winning from which on a process is long.
	LongCycle time.Duration
	// ManyStages is the number of open stages from which on a process is taken to be long
	// while too few deals have been won.
	ManyStages int
	// AtLeast is how many deals must have been won for their median to count.
	AtLeast int
}

// ModeSuggestion is by what the people of a process should be measured, and why.
type ModeSuggestion struct {
	Mode   EvaluationMode
	Cycle  Durations // of the deals won, pauses left out
	Stages int       // open ones that are not archived
	// ByStages says that the number of stages decided, for too few deals were won.
	ByStages bool
}

// SuggestMode suggests by what the people of a process should be measured: a long one by
// the process, since its results come too late to act on, a short one by the outcome. What
// decides is how long deals take that are won; if too few were, the number of stages. The
// entries are those of histories, one slice a deal. The error is an [*InputError] for
// thresholds that are not above 0.
func (m *Machine) SuggestMode(histories [][]Entry, rule ModeRule) (ModeSuggestion, error) {
	if rule.LongCycle <= 0 || rule.ManyStages < 1 || rule.AtLeast < 1 {
		return ModeSuggestion{}, &InputError{
			Name: "mode rule", Want: "thresholds above 0",
			Value: fmt.Sprintf("cycle %v, %d stages, %d deals", rule.LongCycle, rule.ManyStages, rule.AtLeast),
		}
	}
	var cycle durations
	for _, entries := range histories {
		for i := range entries {
			if e := &entries[i]; e.Outcome == Won && e.Kind == Moved {
				cycle.add(e.Position().InCycle(e.At))
			}
		}
	}
	s := ModeSuggestion{Mode: ByOutcome, Cycle: cycle.sum()}
	for i := range m.stages {
		if in := &m.stages[i]; in.Kind == Open && !in.nothing && !in.Archived {
			s.Stages++
		}
	}
	s.ByStages = s.Cycle.N < rule.AtLeast
	if s.ByStages && s.Stages >= rule.ManyStages || !s.ByStages && s.Cycle.Median >= rule.LongCycle {
		s.Mode = ByProcess
	}
	return s, nil
}
