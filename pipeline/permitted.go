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
	var options []Option
	for t, trigger := range m.triggers {
		cell := from*len(m.triggers) + t
		arcs := m.arcs[m.first[cell]:m.first[cell+1]]
		if len(arcs) == 0 {
			continue
		}
		o := Option{Trigger: trigger, Label: arcs[0].Label}
		var r *route
		if r, o.Err = m.pass(&p, from, trigger, arcs, &in, at); o.Err == nil {
			o.To = []StageID{r.to.ID}
		} else {
			for i := range arcs {
				o.To = append(o.To, arcs[i].targets()...)
			}
		}
		options = append(options, o)
	}
	return options, nil
}

// triggersOf returns the triggers that a stage has.
func (m *Machine) triggersOf(from int) []TriggerID {
	var list []TriggerID
	for t, trigger := range m.triggers {
		if cell := from*len(m.triggers) + t; m.first[cell] < m.first[cell+1] {
			list = append(list, trigger)
		}
	}
	return list
}
