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
	from, err := m.ready(p, in.Version, at)
	if err != nil {
		return Move{}, err
	}
	t := m.triggerName.find(string(trigger))
	if t < 0 {
		return Move{}, &UnknownTriggerError{m.ref, trigger}
	}
	cell := from*len(m.triggers) + t
	arcs := m.arcs[m.first[cell]:m.first[cell+1]]
	var r *route
	if len(arcs) == 1 && arcs[0].plain != nil && in.Data == nil && in.Reason == "" {
		r = arcs[0].plain
	} else if r, err = m.pass(p, from, trigger, arcs, in, at); err != nil {
		return Move{}, err
	}
	m.carry(p, r, at)
	return Move{r}, nil
}

// ready finds the stage of a position at which something may happen now.
func (m *Machine) ready(p *Position, version int64, at time.Time) (stage int, err error) {
	if p.Definition != m.ref {
		return 0, &StaleDefinitionError{p.Definition, m.ref}
	}
	stage = m.stageNames.find(string(p.Stage))
	if stage < 0 || m.stages[stage].nothing {
		return 0, &UnknownStageError{m.ref, p.Stage}
	}
	if version != 0 && version != p.Version {
		return 0, &ConflictError{p.Version, version}
	}
	if at.IsZero() || at.Before(p.ChangedAt) {
		return 0, &TimeError{at, p.ChangedAt}
	}
	return stage, nil
}

// carry moves a position along a route.
func (m *Machine) carry(p *Position, r *route, at time.Time) {
	at = at.Round(0).UTC()
	p.Version++
	p.ChangedAt = at
	if r.kind == Moved || r.kind == Reopened {
		m.enter(p, r.to, r.kind, at)
	}
}

// enter puts a position into a stage.
func (m *Machine) enter(p *Position, to *stage, kind MoveKind, at time.Time) {
	if !p.PausedAt.IsZero() {
		m.run(p, at)
	}
	if to.Kind == OnHold {
		if p.Held == "" {
			p.Held = p.Stage
		}
	} else if p.Held != "" {
		p.Held = ""
	}
	p.Stage = to.ID
	p.Entered = Clock{Since: at}
	if kind == Reopened {
		p.Opened = Clock{Since: at}
		p.Cycle++
	}
	if to.pauses {
		p.PausedAt = at
	}
}

// run lets the clocks go on and adds the pause that ends.
func (m *Machine) run(p *Position, at time.Time) {
	wall, work := at.Sub(p.PausedAt), m.calendar.Between(p.PausedAt, at)
	p.Entered.Paused, p.Entered.Worktime = p.Entered.Paused+wall, p.Entered.Worktime+work
	p.Opened.Paused, p.Opened.Worktime = p.Opened.Paused+wall, p.Opened.Worktime+work
	p.PausedAt = time.Time{}
}
