package pipeline

import "time"

// Option is a trigger as it stands for a record now.
type Option struct {
	Trigger TriggerID
	Label   string
	To      []StageID // where it may lead; the stage itself if it stays
	// Err is nil if Fire would do it now, else what it would return.
	Err error
}

// Permitted returns every trigger that the stage of a position has, in the order of the
// definition, each with its answer: a form for a user is drawn from it. Triggers that
// only other stages have are left out. An error that no trigger could pass (a
// [*StaleDefinitionError], [*UnknownStageError], [*ConflictError], [*TimeError]) is
// returned alone.
func (m *Machine) Permitted(p Position, in Input, at time.Time) ([]Option, error) {
	from, _, err := m.ready(&p, in.Version, at)
	if err != nil {
		return nil, err
	}
	triggers := m.stages[from].triggers
	options, to := make([]Option, len(triggers)), make([]StageID, len(triggers))
	for i, t := range triggers {
		arcs := m.arcsOf(from, t)
		o := &options[i]
		o.Trigger, o.Label = m.triggers[t], arcs[0].Label
		r, err := m.routeOf(&p, from, t, &in, at)
		if err == nil {
			to[i] = r.to.ID
			o.To = to[i : i+1 : i+1]
			continue
		}
		o.Err = err
		for j := range arcs {
			o.To = append(o.To, arcs[j].targets()...)
		}
	}
	return options, nil
}
