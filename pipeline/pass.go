package pipeline

import (
	"slices"
	"time"
)

// pass is routeOf where something has to be checked.
func (m *Machine) pass(p *Position, from, t int, in *Input, at time.Time) (*route, error) {
	arcs, trigger := m.arcsOf(from, t), m.triggers[t]
	if len(arcs) == 0 {
		if s := &m.stages[from]; s.Kind.Closed() {
			return nil, &ClosedError{s.ID, s.Kind, trigger}
		}
		return nil, &NotPermittedError{m.stages[from].ID, trigger, m.triggersOf(from)}
	}
	if err := m.checkData(p.Stage, in.Data); err != nil {
		return nil, err
	}
	var check Check // filled field by field: a literal would be copied once more
	check.Input = *in
	check.Trigger, check.Stage, check.Since, check.At = trigger, p.Stage, p.since().Time(), at
	if d, ok := in.Record.(*Deal); ok && m.stages[from].Kind.Closed() {
		check.Record = d.withoutClose()
	}
	a, reasons := choose(arcs, &check)
	if a == nil {
		return nil, &RefusedError{p.Stage, trigger, reasons}
	}
	if a.only != nil && in.Reason == "" {
		return a.only, nil
	}
	r, err := m.target(a, p.Held, &check)
	reasons = a.refusals(reasons, in)
	if err != nil {
		reasons = m.gateRefusals(append(reasons, err), &a.common, &check)
	} else if !r.gate.empty() {
		reasons = m.gateRefusals(reasons, &r.gate, &check)
	}
	if len(reasons) > 0 {
		return nil, &RefusedError{p.Stage, trigger, reasons}
	}
	return r, nil
}

// triggersOf returns the triggers that do something in a stage.
func (m *Machine) triggersOf(stage int) []TriggerID {
	numbers := m.stages[stage].triggers
	list := make([]TriggerID, len(numbers))
	for i, t := range numbers {
		list[i] = m.triggers[t]
	}
	return list
}

// choose returns the first arc whose selecting guards pass, or why each did not.
func choose(arcs []arc, check *Check) (*arc, []error) {
	var reasons []error
	for i := range arcs {
		a := &arcs[i]
		check.To = a.To
		err := firstRefusal(a.when, check)
		if err == nil {
			return a, nil
		}
		reasons = append(reasons, err)
	}
	return nil, reasons
}

func firstRefusal(guards []namedGuard, check *Check) error {
	for i := range guards {
		if err := guards[i].ask(check); err != nil {
			return err
		}
	}
	return nil
}

// ask calls a guard; what it panics with becomes its reason.
func (g *namedGuard) ask(check *Check) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = &GuardError{g.name, &PanicError{r}}
		}
	}()
	if err := g.guard(*check); err != nil {
		return &GuardError{g.name, err}
	}
	return nil
}

// target finds the route of an arc that has several.
func (m *Machine) target(a *arc, held StageID, check *Check) (*route, error) {
	if len(a.routes) == 1 && !a.Resume && len(a.Among) == 0 {
		check.To = a.routes[0].to.ID
		return &a.routes[0], nil
	}
	want := check.Input.To
	switch {
	case a.Resume:
		want = held
	case a.choice != nil:
		var err error
		if want, err = a.askChoice(*check); err != nil {
			return nil, err
		}
	}
	for i := range a.routes {
		if r := &a.routes[i]; r.named == want {
			check.To = r.to.ID
			return r, nil
		}
	}
	return nil, &TargetError{want, a.targets()}
}

func (a *arc) askChoice(check Check) (to StageID, err error) {
	defer func() {
		if r := recover(); r != nil {
			to, err = "", &GuardError{a.Choose, &PanicError{r}}
		}
	}()
	if to, err = a.choice(check); err != nil {
		return "", &GuardError{a.Choose, err}
	}
	return to, nil
}

func (a *arc) targets() []StageID {
	targets := make([]StageID, len(a.routes))
	for i, r := range a.routes {
		targets[i] = r.named
	}
	return targets
}

// refusals adds why the one who acts, or the reason, will not do.
func (a *arc) refusals(reasons []error, in *Input) []error {
	if len(a.Roles) > 0 && !shares(a.Roles, in.Roles) {
		reasons = append(reasons, &RoleError{in.By, in.Roles, slices.Clone(a.Roles)})
	}
	if a.reasons != nil {
		if err := a.reasons.check(in.Reason, in.Note); err != nil {
			reasons = append(reasons, err)
		}
	} else if in.Reason != "" {
		reasons = append(reasons, &ReasonError{Reason: in.Reason})
	}
	return reasons
}

func shares(a, b []string) bool {
	return slices.ContainsFunc(a, func(s string) bool { return slices.Contains(b, s) })
}

func (l *ReasonList) check(reason, note string) error {
	var can []string
	for _, r := range l.Reasons {
		if r.Archived {
			continue
		}
		if r.ID == reason {
			if r.NeedsNote && note == "" {
				return &ReasonError{Reason: reason, List: l.Name, NeedNote: true}
			}
			return nil
		}
		can = append(can, r.ID)
	}
	return &ReasonError{Reason: reason, List: l.Name, Want: can}
}
