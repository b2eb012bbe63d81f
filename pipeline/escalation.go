package pipeline

import (
	"errors"
	"fmt"
	"time"
)

// Escalation says who hears of a record that lies about: levels by how long it has been in
// its stage, or by a limit that has run out. The clock stands still while the record is
// paused or on hold, and goes on when it resumes; a closed record does not escalate.
type Escalation struct {
	// Process counts from the opening of the record, not from the entry into its stage.
	Process bool              `json:"process,omitempty"`
	Levels  []EscalationLevel `json:"levels"` // level 1 first
}

// EscalationLevel is one step. It has a time or a limit.
type EscalationLevel struct {
	// After is how long the clock has run, from no time at all on.
	After Span `json:"after,omitzero"`
	// Limit is that of the stage or process at whose breach the level is due.
	Limit string `json:"limit,omitempty"`
	To    string `json:"to"` // the role or person who hears of it
	// Owned: it is due even if somebody owns the record. Without, only while nobody does.
	Owned bool `json:"owned,omitempty"`
}

// EscalationState is the level that is due.
type EscalationState struct {
	Level int    // 0: none
	To    string // empty for level 0
	// Next is when a higher level comes due if neither owner nor stage change and the
	// clock is not stopped, and NextLevel which; zero: never, or the clock stands still.
	Next      time.Time
	NextLevel int
}

// Check says what is wrong with the levels, an [*InputError].
func (e *Escalation) Check() error {
	if len(e.Levels) == 0 {
		return &InputError{Name: "levels", Value: "none", Want: "at least one"}
	}
	for i := range e.Levels {
		l := &e.Levels[i]
		wrong := func(what, value, want string) error {
			return &InputError{Name: fmt.Sprintf("level %d %s", i+1, what), Value: value, Want: want}
		}
		switch {
		case l.To == "":
			return wrong("to", "", "somebody")
		case checkText("to", l.To) != nil:
			return wrong("to", l.To, "text in UTF-8 without white space at its ends")
		case l.After.IsValid() == (l.Limit != ""):
			return wrong("after", l.After.String()+" "+l.Limit, "a time or a limit")
		case l.After.Sign() < 0:
			return wrong("after", l.After.String(), "a time from 0")
		case l.Limit != "" && !wellFormed(l.Limit):
			return wrong("limit", l.Limit, "the id of a limit")
		}
	}
	return nil
}

// Due returns the highest level that is due for a record at an instant, and the next one.
// The owner is who has taken it, empty for nobody; r may be nil if no limit is of a date.
// Levels of limits that do not run in the stage are not due.
//
// The errors are those of Check and of [Machine.Due]. Levels whose time cannot be told
// because the calendar ends are left out; a [*LimitError] for each is joined beside the result.
func (e *Escalation) Due(m *Machine, p Position, r Record, owner string, at time.Time) (EscalationState, error) {
	if err := e.Check(); err != nil {
		return EscalationState{}, err
	}
	stage, _, err := m.ready(&p, 0, at)
	if err != nil || m.stages[stage].Kind.Closed() {
		return EscalationState{}, err
	}
	var state EscalationState
	var failed []error
	due := make([]time.Time, len(e.Levels)) // zero: never, or for others
	for i := range e.Levels {
		l := &e.Levels[i]
		if owner != "" && !l.Owned {
			continue
		}
		if due[i], err = e.reached(m, l, &p, r, at); err != nil {
			failed = append(failed, err)
		}
		if !due[i].IsZero() && !due[i].After(at) {
			state.Level, state.To = i+1, l.To
		}
	}
	for i := state.Level; i < len(due); i++ {
		if !due[i].IsZero() && (state.Next.IsZero() || !due[i].After(state.Next)) {
			state.Next, state.NextLevel = due[i], i+1
		}
	}
	return state, errors.Join(failed...)
}

// reached returns when a level is due, zero if it will not be as things stand.
func (e *Escalation) reached(m *Machine, l *EscalationLevel, p *Position, r Record, at time.Time) (time.Time, error) {
	var due time.Time
	if l.Limit != "" {
		err := m.eachTerm(p, r, at, func(t term) {
			if t.limit.ID == l.Limit && !t.stands(t.breach) && (due.IsZero() || t.breach.Before(due)) {
				due = t.breach
			}
		})
		if failed, ok := errors.AsType[*LimitError](err); ok && failed.Limit == l.Limit {
			return due, failed
		}
		return due, nil
	}
	limit, clock := runningLimit{&Limit{Within: l.After}, p.Stage}, p.Entered
	if e.Process {
		limit.of, clock = "", p.Opened
	}
	t, _, err := m.term(&limit, p, clock, nil)
	if err != nil || t.stands(t.deadline) {
		return due, err
	}
	return t.deadline, nil
}
