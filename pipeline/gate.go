package pipeline

import (
	"slices"
	"time"
)

// gate is all that must hold on a route, the gates of its transition and of the stages
// that are left and entered together.
type gate struct {
	fields     []string
	checklists []*Checklist
	parts      []string
	approvals  []Approval
	deadlines  []Deadline
	blocking   Severity
	guards     []namedGuard
}

// empty reports whether everything passes.
func (g *gate) empty() bool {
	return len(g.fields) == 0 && len(g.checklists) == 0 && len(g.parts) == 0 && len(g.approvals) == 0 &&
		len(g.deadlines) == 0 && g.blocking == SeverityNone && len(g.guards) == 0
}

// gateRefusals adds everything that keeps a gate shut.
func (m *Machine) gateRefusals(reasons []error, g *gate, check *Check) []error {
	var missing []string
	for _, f := range g.fields {
		if !check.holds(f) {
			missing = append(missing, f)
		}
	}
	if missing != nil {
		reasons = append(reasons, &MissingDataError{missing})
	}
	if len(g.checklists)+len(g.parts)+len(g.approvals) > 0 || g.blocking != SeverityNone {
		reasons = g.workRefusals(reasons, check)
	}
	for _, d := range g.deadlines {
		if err := m.late(d, check); err != nil {
			reasons = append(reasons, err)
		}
	}
	for i := range g.guards {
		if err := g.guards[i].ask(check); err != nil {
			reasons = append(reasons, err)
		}
	}
	return reasons
}

func (g *gate) workRefusals(reasons []error, check *Check) []error {
	work := check.work()
	if work == nil {
		work = &Work{}
	}
	for _, list := range g.checklists {
		if open := list.open(work.Done); open != nil {
			reasons = append(reasons, &ChecklistError{list.ID, open})
		}
	}
	for _, name := range g.parts {
		if err := work.partRefusal(name); err != nil {
			reasons = append(reasons, err)
		}
	}
	for i := range g.approvals {
		a := &g.approvals[i]
		if have := work.votes(a, check.Since, check.By); have < a.Quorum {
			reasons = append(reasons, &ApprovalError{a.Name, have, a.Quorum, slices.Clone(a.Roles)})
		}
	}
	if blocking := work.blocking(g.blocking); blocking != nil {
		reasons = append(reasons, &ProblemError{g.blocking, blocking})
	}
	return reasons
}

// open returns the items that are needed and not done.
func (c *Checklist) open(done []Done) []string {
	var open []string
	for i := range c.Items {
		if item := &c.Items[i]; !item.Optional && !c.has(done, item.ID) {
			open = append(open, item.ID)
		}
	}
	return open
}

func (c *Checklist) has(done []Done, item string) bool {
	for i := range done {
		if done[i].Item == item && done[i].Checklist == c.ID {
			return true
		}
	}
	return false
}

// partRefusal says why the parts of a name do not pass: none is there, or one is not won.
func (w *Work) partRefusal(name string) error {
	found := false
	for _, part := range w.Parts {
		if part.Name != name {
			continue
		}
		if part.Outcome != Won {
			return &PartError{name, part.Position.Stage, part.Outcome}
		}
		found = true
	}
	if !found {
		return &PartError{Part: name}
	}
	return nil
}

// votes counts the people whose last vote since an instant approves.
func (w *Work) votes(a *Approval, since time.Time, firing string) int {
	count := 0
	for i := range w.Approvals {
		v := &w.Approvals[i]
		if v.Name == a.Name && !v.No && !v.At.Before(since) &&
			(len(a.Roles) == 0 || slices.Contains(a.Roles, v.Role)) && !(a.FourEyes && v.By == firing) && !v.again(w.Approvals[i+1:]) {
			count++
		}
	}
	return count
}

// again reports whether the same person votes on the same later.
func (v *Vote) again(later []Vote) bool {
	for i := range later {
		if later[i].By == v.By && later[i].Name == v.Name {
			return true
		}
	}
	return false
}

// blocking returns the open problems of a severity or above.
func (w *Work) blocking(from Severity) []Problem {
	if from == SeverityNone {
		return nil
	}
	var blocking []Problem
	for i := range w.Problems {
		if p := &w.Problems[i]; p.Severity >= from && p.Open() {
			blocking = append(blocking, *p)
		}
	}
	return blocking
}

// late says that a deadline is missing or has passed.
func (m *Machine) late(d Deadline, check *Check) error {
	date, ok := m.day(check.value(d.Field))
	if !ok {
		return &MissingDataError{[]string{d.Field}}
	}
	if d.Offset.IsValid() {
		var err error
		if date, err = d.Offset.From(date, m.calendar); err != nil {
			return err
		}
	}
	if !check.At.Before(date) {
		return &DeadlineError{d.Field, date, check.At}
	}
	return nil
}

// day returns the instant of a value, if it has one. A calendar day is over at its end, so
// a deadline "on the 31st" holds until midnight.
func (m *Machine) day(v Value) (time.Time, bool) {
	at, ok := v.Time(nil)
	if ok && v.kind == DateField {
		at = m.calendar.begin(dateOf(at).number() + 1)
	}
	return at, ok
}
