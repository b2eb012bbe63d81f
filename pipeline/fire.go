package pipeline

import "time"

// Fire moves a position by a trigger and says what happened. It is a pure function: no
// clock, no lock, nothing kept. If it returns an error, nothing has happened, and the
// position that it returns is the one it was given. The same call tells beforehand what
// would happen.
//
// The errors, in the order in which they are found: [*StaleDefinitionError],
// [*UnknownStageError], [*ConflictError], [*TimeError], [*UnknownTriggerError],
// [*ClosedError] or [*NotPermittedError], [*UnknownFieldError] for what Input.Data cannot
// set, and [*RefusedError] with all that stands in the way.
func (m *Machine) Fire(p Position, trigger TriggerID, in Input, at time.Time) (Position, Move, error) {
	move, err := m.fire(&p, trigger, &in, at)
	return p, move, err
}

// fire changes a position if it can. Fire is small enough to be built into its caller,
// where p is copied once.
func (m *Machine) fire(p *Position, trigger TriggerID, in *Input, at time.Time) (Move, error) {
	from, now, err := m.ready(p, in.Version, at)
	if err != nil {
		return Move{}, err
	}
	t := m.triggerName.find(string(trigger))
	if t < 0 {
		return Move{}, &UnknownTriggerError{m.ref, trigger}
	}
	r, err := m.routeOf(p, from, t, in, at)
	if err != nil {
		return Move{}, err
	}
	m.carry(p, r, now)
	return Move{r}, nil
}

// routeOf finds the route of a trigger, or all that stands in its way.
func (m *Machine) routeOf(p *Position, from, t int, in *Input, at time.Time) (*route, error) {
	if r := m.plain[from*len(m.triggers)+t]; r != nil && in.Data == nil && in.Reason == "" {
		return r, nil
	}
	return m.pass(p, from, t, in, at)
}

// ready finds the stage of a position at which something may happen now.
func (m *Machine) ready(p *Position, version int64, at time.Time) (stage int, now Stamp, err error) {
	if p.Definition != m.ref {
		return 0, now, &StaleDefinitionError{p.Definition, m.ref}
	}
	stage = m.stageNames.find(string(p.Stage))
	if stage < 0 || m.stages[stage].nothing {
		return 0, now, &UnknownStageError{m.ref, p.Stage}
	}
	if version != 0 && version != p.Version {
		return 0, now, &ConflictError{p.Version, version}
	}
	if now = stampNow(at); now.n == 0 || now.n < p.ChangedAt.n {
		return 0, now, &TimeError{at, p.ChangedAt.Time()}
	}
	return stage, now, nil
}

// carry moves a position along a route.
func (m *Machine) carry(p *Position, r *route, now Stamp) {
	p.Version++
	p.ChangedAt = now
	if r.kind == Moved || r.kind == Reopened {
		m.enter(p, r, now)
	}
}

// enter puts a position into the stage of a route. While a record is on hold, and when it
// resumes, it keeps the clock of the stage that was left: a limit is not won anew by a wait.
func (m *Machine) enter(p *Position, r *route, now Stamp) {
	to := r.to
	if !p.PausedAt.IsZero() {
		m.run(p, now)
	}
	if to.Kind == OnHold {
		if p.Held == "" {
			p.Held = p.Stage
		}
	} else if p.Held != "" {
		p.Held = ""
	}
	p.Stage = to.ID
	if to.Kind != OnHold && !r.resumes {
		p.Entered = Clock{Since: now}
	}
	if r.kind == Reopened {
		p.Opened = Clock{Since: now}
		p.Cycle++
	}
	if to.pauses {
		p.PausedAt = now
	}
}

// run lets the clocks go on and adds the pause that ends.
func (m *Machine) run(p *Position, now Stamp) {
	wall, work := now.Sub(p.PausedAt), m.calendar.Between(p.PausedAt.Time(), now.Time())
	p.Entered.Paused, p.Entered.Worktime = together(p.Entered.Paused, wall), together(p.Entered.Worktime, work)
	p.Opened.Paused, p.Opened.Worktime = together(p.Opened.Paused, wall), together(p.Opened.Worktime, work)
	p.PausedAt = Stamp{}
}
