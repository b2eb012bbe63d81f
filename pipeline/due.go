package pipeline

import (
	"fmt"
	"slices"
	"time"
)

// Due is how a [Limit] stands that runs for a record.
type Due struct {
	Limit string  // its ID
	Stage StageID // in which it is; empty for a limit of the whole process
	// Start is where the clock was started: at the entry, or at the date in the field of a
	// limit that runs from there.
	Start time.Time
	// Warning is when a warning is due, zero for none.
	Warning time.Time
	// Deadline is when the time is up. Both are zero while the clock stands still: they
	// move on with every moment.
	Deadline time.Time
	State    LimitState
	// Remaining is how long the limit's clock has to run, in working time if the limit is
	// counted so, and negative for what it has run too long.
	Remaining time.Duration
	// Trigger is what the host fires once the limit is breached, empty for none.
	Trigger TriggerID
}

// LimitState says how a limit stands. The zero LimitState is running.
type LimitState uint8

const (
	// LimitRunning: there is time.
	LimitRunning LimitState = iota
	// LimitWarned: a warning is due, the deadline is ahead.
	LimitWarned
	// LimitBreached: the deadline has come. It stays so.
	LimitBreached
	// LimitPaused: the clock stands still, and had not run out.
	LimitPaused
)

func limitWords() []string { return []string{"running", "warned", "breached", "paused"} }

// String returns "running", "warned", "breached" or "paused".
func (s LimitState) String() string { return word(limitWords(), int(s), "LimitState") }

// MarshalText writes the word of String; the error is an [*InputError].
func (s LimitState) MarshalText() ([]byte, error) {
	return marshalWord(limitWords(), int(s), "state of a limit")
}

// UnmarshalText reads what MarshalText writes; the error is an [*InputError].
func (s *LimitState) UnmarshalText(text []byte) error {
	i, err := unmarshalWord(limitWords(), string(text), "state of a limit")
	if err == nil {
		*s = LimitState(i)
	}
	return err
}

// LimitError says that the end of a limit cannot be told: its calendar ends before.
type LimitError struct {
	Limit string
	Stage StageID // empty for a limit of the whole process
	Err   error   // a [*CalendarEndError]
}

func (e *LimitError) Error() string {
	if e.Stage == "" {
		return fmt.Sprintf("pipeline: limit %q of the process: %s", e.Limit, bare(e.Err))
	}
	return fmt.Sprintf("pipeline: limit %q of stage %q: %s", e.Limit, e.Stage, bare(e.Err))
}

// Unwrap returns what the calendar said.
func (e *LimitError) Unwrap() error { return e.Err }

// Due returns how the limits stand that run for a record: those of its stage, and those of
// the process as long as the record is not closed. On hold, those of the stage to which it
// will come back are there too: they stand still, but for Total ones; those of the hold
// itself are counted from its beginning. Limits of a date that the record does not have do
// not run; r may be nil if no limit has one.
//
// The errors are those of [Machine.Fire] up to a [*TimeError]. Limits whose end cannot be
// told are left out, and the error, beside the others, joins a [*LimitError] for each.
func (m *Machine) Due(p Position, r Record, at time.Time) ([]Due, error) {
	var list []Due
	err := m.eachTerm(&p, r, at, func(t term) { list = append(list, t.due(m, at)) })
	return list, err
}

// NextDue returns the next instant after another at which a limit warns or is breached if
// nothing else happens, zero if there is none: a host keeps it beside the record, to ask
// for those that are due. The errors are those of [Machine.Due].
func (m *Machine) NextDue(p Position, r Record, after time.Time) (time.Time, error) {
	var next time.Time
	err := m.eachTerm(&p, r, after, func(t term) {
		for _, change := range [...]time.Time{t.warning, t.breach} {
			if change.After(after) && !t.stands(change) && (next.IsZero() || change.Before(next)) {
				next = change
			}
		}
	})
	return next, err
}

// Breach says that a limit has run out. Limit and Since together name it among all breaches
// of a record.
type Breach struct {
	Limit    string
	Stage    StageID   // empty for a limit of the whole process
	Since    time.Time // when the record came into the stage, or was opened
	Deadline time.Time
	// At is when it was breached: at the deadline, or a nanosecond after Since if the
	// deadline was over when the record came.
	At      time.Time
	Trigger TriggerID // for the host to fire, empty for none
}

// Input returns the input with which the host fires the trigger of a breach: By is the name
// of the limit. The host adds a record of its own, and a reason where one is needed.
func (b Breach) Input() Input { return Input{By: b.Limit} }

// Breaches returns the limits that were breached after an instant and no later than
// another, the first one first. A host that polls gives as after the until of its last
// call, and so gets each breach once.
//
// It looks at the position as it is now: limits of stages that were left are over, and a
// pause moves the deadlines. A host that is to miss nothing asks once more with the old
// position when it stores a new one. Where the date of a limit is changed to one long past,
// the breach lies before after and is not told; the State of [Machine.Due] has it. The
// errors are those of Due.
func (m *Machine) Breaches(p Position, r Record, after, until time.Time) ([]Breach, error) {
	var list []Breach
	err := m.eachTerm(&p, r, until, func(t term) {
		if t.breach.After(after) && !t.breach.After(until) && !t.stands(t.breach) {
			list = append(list, Breach{t.limit.ID, t.limit.of, t.clock.Since.Time(), t.deadline, t.breach, t.limit.Trigger})
		}
	})
	slices.SortStableFunc(list, func(a, b Breach) int { return a.At.Compare(b.At) })
	return list, err
}
