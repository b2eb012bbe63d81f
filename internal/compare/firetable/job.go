package main

import (
	"fmt"
	"time"

	"github.com/rapport-crm/rapport/pipeline"
)

// job is a piece of work that every library does: between two states, a and b, there by
// the trigger "go" and back by "return".
type job struct {
	name string
	run  []entrant
}

// entrant does a job n times, n even, and then looks whether its record is where it must be.
type entrant struct {
	library string
	run     func(n int) error
}

const (
	ours      = "rapport"
	deal      = "rapport, a full deal"
	immediate = "stateless immediate"
	queued    = "stateless queued"
	looplab   = "looplab/fsm"
)

// jobs returns the work, in the order of the table. Each library has a machine, or a
// compiled definition and a position, before the clock starts.
func jobs() []job {
	names := []string{"plain", "guard", "guard and entry effect", "history", "guard, entry effect and history",
		"rejected: not for the state", "rejected: by the guard", "permitted triggers"}
	var list []job
	for i, f := range []features{{}, {guard: true}, {guard: true, effect: true}, {history: true},
		{guard: true, effect: true, history: true}} {
		j := job{names[i], []entrant{
			{ours, rapportFires(f)},
			{immediate, statelessFires(f, true)},
			{queued, statelessFires(f, false)},
			{looplab, looplabFires(f)},
		}}
		if f.history { // which a deal always has
			j.run = append(j.run, entrant{deal, dealFires(f)})
		}
		list = append(list, j)
	}
	return append(list,
		job{names[5], []entrant{{ours, rapportRejects(false)}, {immediate, statelessRejects(false)}, {looplab, looplabRejects(false)}}},
		job{names[6], []entrant{{ours, rapportRejects(true)}, {immediate, statelessRejects(true)}, {looplab, looplabRejects(true)}}},
		job{names[7], []entrant{{ours, rapportPermits()}, {immediate, statelessPermits()}, {looplab, looplabPermits()}}})
}

// features are what a transition has beside its target.
type features struct{ guard, effect, history bool }

// host is the program around a machine: what guards read and effects change.
type host struct {
	open    bool
	entered int
	history []pipeline.Entry
}

// at is the time of everything: the other libraries know none.
func at() time.Time { return time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC) }

// kept is the length at which a history begins anew, so that what is measured is to
// append and not to grow.
const kept = 256

func newHost() *host { return &host{open: true, history: make([]pipeline.Entry, 0, kept)} }

// record appends what happened to the history.
func (h *host) record(from, to, trigger string, at time.Time) {
	h.keep(pipeline.Entry{
		Seq: int64(len(h.history)) + 1, Kind: pipeline.Moved, At: at,
		From: pipeline.StageID(from), To: pipeline.StageID(to), Trigger: pipeline.TriggerID(trigger),
	})
}

func (h *host) keep(e pipeline.Entry) {
	if len(h.history) == kept {
		h.history = h.history[:0]
	}
	h.history = append(h.history, e)
}

// check compares what was done in a run with what was to be done, and counts anew.
func (h *host) check(f features, state string, n int) error {
	entered := h.entered
	h.entered = 0
	switch {
	case state != "a":
		return fmt.Errorf("the record is in %q, want a", state)
	case f.effect && entered != n:
		return fmt.Errorf("%d effects in %d transitions", entered, n)
	case f.history && (len(h.history) == 0 || h.history[len(h.history)-1].To != "a"):
		return fmt.Errorf("the history ends with %v", h.history)
	}
	return nil
}
