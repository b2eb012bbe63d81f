package pipeline

import "time"

// Open returns the position of a new record, in the initial stage or in the entrance
// that Input.To names. What must hold to enter the stage must hold. The errors are a
// [*TimeError], a [*RefusedError] and an [*UnknownFieldError]; the zero Machine, which has no
// stages, gives an [*UnknownStageError].
func (m *Machine) Open(in Input, at time.Time) (Position, Move, error) {
	now := stampNow(at)
	if now.IsZero() {
		return Position{}, Move{}, &TimeError{At: at}
	}
	if len(m.entrances) == 0 {
		return Position{}, Move{}, &UnknownStageError{Definition: m.ref}
	}
	r := &m.entrances[0]
	if in.To != "" {
		if r = m.entrance(in.To); r == nil {
			want := make([]StageID, len(m.entrances))
			for i := range m.entrances {
				want[i] = m.entrances[i].named
			}
			return Position{}, Move{}, &RefusedError{Reasons: []error{&TargetError{in.To, want}}}
		}
	}
	to := r.to
	if err := m.checkData(to.ID, in.Data); err != nil {
		return Position{}, Move{}, err
	}
	p := Position{
		Definition: m.ref, Stage: to.ID, Version: 1, Cycle: 1,
		Entered: Clock{Since: now}, Opened: Clock{Since: now}, ChangedAt: now,
	}
	if to.pauses {
		p.PausedAt = now
	}
	check := Check{To: to.ID, Since: now.Time(), At: now.Time(), Input: in}
	if reasons := m.gateRefusals(nil, &r.gate, &check); len(reasons) > 0 {
		return Position{}, Move{}, &RefusedError{Stage: to.ID, Reasons: reasons}
	}
	return p, Move{r}, nil
}

func (m *Machine) entrance(id StageID) *route {
	for i := range m.entrances {
		if m.entrances[i].named == id {
			return &m.entrances[i]
		}
	}
	return nil
}

// Pause stops the clocks of a record where it stands. The errors are those of
// [Machine.Fire] up to a [*TimeError], and a [*PausedError] if they stand still.
func (m *Machine) Pause(p Position, in Input, at time.Time) (Position, Move, error) {
	stage, now, err := m.ready(&p, in.Version, at)
	if err == nil && !p.Running() {
		err = &PausedError{p.Stage, p.PausedAt.Time()}
	}
	if err == nil && m.stages[stage].Kind.Closed() {
		err = &ClosedError{Stage: p.Stage, Outcome: m.stages[stage].Kind}
	}
	if err != nil {
		return p, Move{}, err
	}
	p.PausedAt = now
	m.carry(&p, &m.stages[stage].paused, now)
	return p, Move{&m.stages[stage].paused}, nil
}

// Resume lets the clocks run again that [Machine.Pause] has stopped. The errors are those
// of Pause; in a stage that pauses, which is left to go on, a PausedError too.
func (m *Machine) Resume(p Position, in Input, at time.Time) (Position, Move, error) {
	stage, now, err := m.ready(&p, in.Version, at)
	if err == nil && (p.Running() || m.stages[stage].pauses) {
		err = &PausedError{p.Stage, p.PausedAt.Time()}
	}
	if err != nil {
		return p, Move{}, err
	}
	m.run(&p, now)
	m.carry(&p, &m.stages[stage].resumed, now)
	return p, Move{&m.stages[stage].resumed}, nil
}
