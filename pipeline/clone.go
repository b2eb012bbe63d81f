package pipeline

import "slices"

// clone returns a copy that shares nothing that can be written to.
func (d *Definition) clone() Definition {
	c := *d
	c.Entrances = slices.Clone(d.Entrances)
	c.Roles = slices.Clone(d.Roles)
	c.Parts = slices.Clone(d.Parts)
	c.Limits = slices.Clone(d.Limits)
	c.Stages = each(d.Stages, func(s Stage) Stage {
		s.Enter, s.Leave = s.Enter.clone(), s.Leave.clone()
		s.OnEnter, s.OnExit, s.Limits = slices.Clone(s.OnEnter), slices.Clone(s.OnExit), slices.Clone(s.Limits)
		return s
	})
	c.Transitions = each(d.Transitions, func(t Transition) Transition {
		t.From, t.Among, t.When = slices.Clone(t.From), slices.Clone(t.Among), slices.Clone(t.When)
		t.Roles, t.Effects, t.Gate = slices.Clone(t.Roles), slices.Clone(t.Effects), t.Gate.clone()
		return t
	})
	c.Fields = each(d.Fields, func(f Field) Field {
		f.OneOf, f.SetIn = slices.Clone(f.OneOf), slices.Clone(f.SetIn)
		return f
	})
	c.Reasons = each(d.Reasons, func(l ReasonList) ReasonList {
		l.Reasons = slices.Clone(l.Reasons)
		return l
	})
	c.Checklists = each(d.Checklists, func(l Checklist) Checklist {
		l.Items = slices.Clone(l.Items)
		return l
	})
	return c
}

func (g Gate) clone() Gate {
	g.Fields, g.Checklists, g.Parts = slices.Clone(g.Fields), slices.Clone(g.Checklists), slices.Clone(g.Parts)
	g.Deadlines, g.Guards = slices.Clone(g.Deadlines), slices.Clone(g.Guards)
	g.Approvals = each(g.Approvals, func(a Approval) Approval {
		a.Roles = slices.Clone(a.Roles)
		return a
	})
	return g
}

func each[T, U any](list []T, f func(T) U) []U {
	if list == nil {
		return nil
	}
	out := make([]U, len(list))
	for i, v := range list {
		out[i] = f(v)
	}
	return out
}
