package pipeline

import (
	"errors"
	"time"
)

// runningLimit is a limit that runs in a stage.
type runningLimit struct {
	*Limit
	of StageID // the stage that has it, empty for the process
}

// limit gives each stage the limits that run in it: its own, and those of the process
// unless the stage is closed.
func (m *Machine) limit() {
	for i := range m.stages {
		s := &m.stages[i]
		for j := range s.Limits {
			s.limits = append(s.limits, runningLimit{&s.Limits[j], s.ID})
		}
		for j := range m.definition.Limits {
			if !s.Kind.Closed() {
				s.limits = append(s.limits, runningLimit{&m.definition.Limits[j], ""})
			}
		}
	}
}

// term is a limit with its instants, those that the clock reaches if it does not stop.
type term struct {
	limit    *runningLimit
	clock    Clock
	start    time.Time
	warning  time.Time // zero for none
	deadline time.Time
	breach   time.Time // from when on it is breached
	pausedAt time.Time // zero if the limit's clock runs
}

// eachTerm does something with every limit that runs, unless its end cannot be told.
func (m *Machine) eachTerm(p *Position, r Record, at time.Time, do func(term)) error {
	stage, _, err := m.ready(p, 0, at)
	if err != nil {
		return err
	}
	var failed []error
	try := func(l *runningLimit, clock Clock) {
		t, runs, err := m.term(l, p, clock, r)
		switch {
		case err != nil:
			failed = append(failed, err)
		case runs:
			do(t)
		}
	}
	own := p.Entered
	if p.Held != "" {
		own = Clock{Since: p.since()}
	}
	for i := range m.stages[stage].limits {
		if l := &m.stages[stage].limits[i]; l.of == "" {
			try(l, p.Opened)
		} else {
			try(l, own)
		}
	}
	if held := m.standing(p.Held); held != nil {
		for i := range held.limits {
			if l := &held.limits[i]; l.of != "" {
				try(l, p.Entered)
			}
		}
	}
	return errors.Join(failed...)
}

// term works out the instants of a limit. It is false for a limit of a date that is not there.
func (m *Machine) term(l *runningLimit, p *Position, clock Clock, r Record) (term, bool, error) {
	t := term{limit: l, clock: clock}
	t.start = t.clock.Since.Time()
	from := t.start
	if l.Field != "" {
		if r == nil {
			return term{}, false, nil
		}
		date, ok := m.day(r.Value(l.Field))
		if !ok {
			return term{}, false, nil
		}
		from = date.UTC()
		if l.Within.Sign() > 0 {
			t.start = from
		}
	}
	err := t.reckon(m, from)
	if err == nil && l.Field == "" && !l.Total {
		t.pausedAt = p.PausedAt.Time()
		err = t.putOff(m)
	}
	if err != nil {
		return term{}, false, &LimitError{l.ID, l.of, err}
	}
	t.breach = later(t.deadline, t.clock.Since.Time().Add(1))
	return t, true, nil
}

// reckon finds the instants, without pauses.
func (t *term) reckon(m *Machine, from time.Time) (err error) {
	if t.deadline, err = t.limit.Within.From(from, m.calendar); err != nil {
		return err
	}
	if t.limit.Warn > 0 && t.start.Before(t.deadline) {
		way, percent := t.way(m, t.start, t.deadline), time.Duration(t.limit.Warn)
		t.warning, err = t.on(m, t.start, way/100*percent+way%100*percent/100)
	}
	return err
}

// putOff moves the instants on by the pauses that are over. What was reached before a
// pause is then reached before its end, so that nothing that was breached ever is not.
func (t *term) putOff(m *Machine) (err error) {
	if t.deadline, err = m.putOff(t.deadline, t.clock, t.limit.Within); err == nil && !t.warning.IsZero() {
		t.warning, err = m.putOff(t.warning, t.clock, t.limit.Within)
	}
	return err
}

// putOff moves an instant that a clock reaches after a span on by its pauses.
func (m *Machine) putOff(at time.Time, c Clock, span Span) (time.Time, error) {
	if span.working() {
		return m.calendar.Add(at, c.Worktime)
	}
	return at.Add(c.Paused), nil
}

// on returns the instant at which the clock of a limit has run for a while.
func (t *term) on(m *Machine, from time.Time, d time.Duration) (time.Time, error) {
	if t.limit.Within.working() {
		return m.calendar.Add(from, d)
	}
	return from.Add(d), nil
}

// way returns how long the clock of a limit runs from an instant to another.
func (t *term) way(m *Machine, from, to time.Time) time.Duration {
	if t.limit.Within.working() {
		return m.calendar.Between(from, to)
	}
	return to.Sub(from)
}

// stands reports whether the clock stands still before it reaches an instant.
func (t *term) stands(at time.Time) bool { return !t.pausedAt.IsZero() && at.After(t.pausedAt) }

// due says how the limit stands at an instant.
func (t *term) due(m *Machine, at time.Time) Due {
	now := at
	if t.stands(at) {
		now = t.pausedAt
	}
	d := Due{
		Limit: t.limit.ID, Stage: t.limit.of, Trigger: t.limit.Trigger, Start: t.start,
		Warning: t.warning, Deadline: t.deadline, Remaining: t.way(m, now, t.deadline),
	}
	switch {
	case !now.Before(t.breach):
		d.State = LimitBreached
	case !t.pausedAt.IsZero():
		d.State, d.Warning, d.Deadline = LimitPaused, time.Time{}, time.Time{}
	case !t.warning.IsZero() && !now.Before(t.warning):
		d.State = LimitWarned
	}
	return d
}

// working reports whether the span is counted on a calendar's open time or days.
func (s Span) working() bool {
	return s.unit >= spanWorkingSecond && s.unit <= spanWorkingHour || s.unit == spanWorkingDay
}
