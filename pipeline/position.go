package pipeline

import (
	"math"
	"time"
)

// Position is where a record stands: the small value that a [Machine] moves. A host
// keeps it with its own record, whatever that is; a [Deal] embeds one. Positions compare
// with ==. The zero Position stands nowhere: [Machine.Open] makes the first.
type Position struct {
	Definition Ref     `json:"definition"`
	Stage      StageID `json:"stage"`
	// Version counts the changes of the record, from 1.
	Version int64 `json:"version"`
	// Cycle counts how often the record was opened, from 1: one more with each way
	// back from a closed stage.
	Cycle int `json:"cycle"`
	// Entered is the clock of the stage, Opened that of the cycle. On hold, Entered is that
	// of the stage in Held, which goes on when the record resumes; the hold began at PausedAt.
	Entered Clock `json:"entered"`
	Opened  Clock `json:"opened"`
	// PausedAt is when the clocks were stopped; zero if they run.
	PausedAt Stamp `json:"paused_at,omitzero"`
	// ChangedAt is when the record was last changed: nothing may happen before.
	ChangedAt Stamp `json:"changed_at"`
	// Held is the stage from which the record was put on hold, and empty otherwise.
	Held StageID `json:"held,omitempty"`
}

// Clock is a start and how long the clock has stood still since.
type Clock struct {
	Since Stamp `json:"since"`
	// Paused is how long it stood still, Worktime how much of that was working time of
	// the machine's calendar; in JSON both are nanoseconds.
	Paused   time.Duration `json:"paused,omitempty"`
	Worktime time.Duration `json:"worktime,omitempty"`
}

// Running reports whether the clocks run.
func (p Position) Running() bool { return p.PausedAt.IsZero() }

// InStage returns how long the record has been in its stage at an instant, pauses left
// out; 0 before it came. On hold it is how long it was in the stage in Held.
func (p Position) InStage(at time.Time) time.Duration { return p.on(p.Entered, at) }

// InCycle returns how long ago the record was opened at an instant, pauses left out; 0
// before that. It goes on after the record is closed: how long a closed one was open is
// what it returns for the instant of the closing, in [Entry].At.
func (p Position) InCycle(at time.Time) time.Duration { return p.on(p.Opened, at) }

// since returns when the record came into its stage, the hold if it is on hold.
func (p *Position) since() Stamp {
	if p.Held != "" {
		return p.PausedAt
	}
	return p.Entered.Since
}

func (p Position) on(c Clock, at time.Time) time.Duration {
	if at.Before(c.Since.Time()) {
		return 0 // the difference may be the least there is, from which nothing can be taken
	}
	elapsed := at.Sub(c.Since.Time()) - c.Paused
	if !p.Running() {
		elapsed -= max(at.Sub(later(p.PausedAt.Time(), c.Since.Time())), 0)
	}
	return max(elapsed, 0)
}

// together adds up pauses; what is more than a Duration holds, about 292 years, becomes the
// longest one.
func together(a, b time.Duration) time.Duration {
	if b > math.MaxInt64-a {
		return math.MaxInt64
	}
	return a + b
}

func later(a, b time.Time) time.Time {
	if a.Before(b) {
		return b
	}
	return a
}
