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
	from, err := m.ready(&p, in.Version, at)
	if err != nil {
		return nil, err
	}
	triggers := m.stages[from].triggers
	options, to := make([]Option, 0, len(triggers)), make([]StageID, 0, len(triggers))
	for _, t := range triggers {
		arcs := m.arcsOf(from, t)
		o := Option{Trigger: m.triggers[t], Label: arcs[0].Label}
		var r *route
		if r, o.Err = m.routeOf(&p, from, t, &in, at); o.Err == nil {
			to = append(to, r.to.ID)
			o.To = to[len(to)-1 : len(to) : len(to)]
		} else {
			for i := range arcs {
				o.To = append(o.To, arcs[i].targets()...)
			}
		}
		options = append(options, o)
	}
	return options, nil
}
