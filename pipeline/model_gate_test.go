package pipeline_test

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/rapport-crm/rapport/pipeline"
)

// gate says everything that keeps gates shut, each demand once.
func (m *naive) gate(gates []pipeline.Gate, since time.Time, in pipeline.Input, at time.Time) (reasons []string) {
	once := func(pick func(pipeline.Gate) []string) (names []string) {
		for _, g := range gates {
			for _, name := range pick(g) {
				if !slices.Contains(names, name) {
					names = append(names, name)
				}
			}
		}
		return names
	}
	work := *in.Record.Work()
	value := func(field string) pipeline.Value {
		if v, set := in.Data[field]; set {
			return v
		}
		return in.Record.Value(field)
	}
	var missing []string
	for _, f := range once(func(g pipeline.Gate) []string { return g.Fields }) {
		if value(f).Empty() {
			missing = append(missing, f)
		}
	}
	if len(missing) > 0 {
		reasons = append(reasons, "missing "+joined(missing))
	}
	for _, id := range once(func(g pipeline.Gate) []string { return g.Checklists }) {
		if open := m.open(id, work.Done); len(open) > 0 {
			reasons = append(reasons, "checklist "+id+" "+joined(open))
		}
	}
	for _, name := range once(func(g pipeline.Gate) []string { return g.Parts }) {
		there, good := false, true
		for _, part := range work.Parts {
			if part.Name == name {
				there, good = true, good && part.Outcome == pipeline.Won
			}
		}
		if !there || !good {
			reasons = append(reasons, "part "+name)
		}
	}
	for _, g := range gates {
		for _, a := range g.Approvals {
			if have := votes(a, work.Approvals, since, in.By); have < a.Quorum {
				reasons = append(reasons, fmt.Sprintf("approval %s %d of %d", a.Name, have, a.Quorum))
			}
		}
	}
	if blocked := problems(gates, work.Problems); blocked > 0 {
		reasons = append(reasons, fmt.Sprintf("%d problems", blocked))
	}
	var deadlines []pipeline.Deadline
	for _, g := range gates {
		for _, d := range g.Deadlines {
			if slices.Contains(deadlines, d) {
				continue
			}
			deadlines = append(deadlines, d)
			day, ok := value(d.Field).Time(time.UTC)
			switch end := day.AddDate(0, 0, 1+days(d.Offset)); { // a day is over at its end
			case !ok:
				reasons = append(reasons, "missing "+d.Field)
			case !at.Before(end):
				reasons = append(reasons, "deadline "+d.Field)
			}
		}
	}
	for _, name := range once(func(g pipeline.Gate) []string { return g.Guards }) {
		if why := m.guard(name); why != "" {
			reasons = append(reasons, why)
		}
	}
	return reasons
}

func (m *naive) open(list string, done []pipeline.Done) (open []string) {
	for _, l := range m.d.Checklists {
		for _, item := range l.Items {
			ticked := slices.ContainsFunc(done, func(d pipeline.Done) bool { return d.Checklist == list && d.Item == item.ID })
			if l.ID == list && !item.Optional && !ticked {
				open = append(open, item.ID)
			}
		}
	}
	return open
}

// votes counts the people whose last vote approves, with a role that may, since the stage
// was entered.
func votes(a pipeline.Approval, all []pipeline.Vote, since time.Time, firing string) int {
	last := map[string]pipeline.Vote{}
	for _, v := range all {
		if v.Name == a.Name {
			last[v.By] = v
		}
	}
	n := 0
	for by, v := range last {
		if !v.No && !v.At.Before(since) && (len(a.Roles) == 0 || slices.Contains(a.Roles, v.Role)) && !(a.FourEyes && by == firing) {
			n++
		}
	}
	return n
}

// problems counts those that are open and as severe as any of the gates minds.
func problems(gates []pipeline.Gate, all []pipeline.Problem) int {
	n := 0
	for _, p := range all {
		if p.SolvedAt.IsZero() && slices.ContainsFunc(gates, func(g pipeline.Gate) bool { return g.Blocking != 0 && p.Severity >= g.Blocking }) {
			n++
		}
	}
	return n
}

// days is the offset of a deadline in the definitions that are drawn: days or none.
func days(offset pipeline.Span) int {
	n := 0
	_, _ = fmt.Sscanf(offset.String(), "%dd", &n)
	return n
}

// refusal writes an error as the model does.
func refusal(err error) []string {
	if err == nil {
		return nil
	}
	if refused, ok := errors.AsType[*pipeline.RefusedError](err); ok {
		var list []string
		for _, reason := range refused.Reasons {
			list = append(list, reasonWord(reason))
		}
		return list
	}
	switch e := err.(type) {
	case *pipeline.StaleDefinitionError:
		return []string{"stale"}
	case *pipeline.UnknownStageError:
		return []string{"unknown stage"}
	case *pipeline.UnknownTriggerError:
		return []string{"unknown trigger"}
	case *pipeline.ConflictError:
		return []string{"conflict"}
	case *pipeline.TimeError:
		return []string{"time"}
	case *pipeline.ClosedError:
		return []string{"closed"}
	case *pipeline.NotPermittedError:
		return []string{"not permitted"}
	case *pipeline.PausedError:
		return []string{"paused"}
	case *pipeline.UnknownFieldError:
		return []string{"field " + e.Field}
	}
	return []string{fmt.Sprintf("%T", err)}
}

func reasonWord(err error) string {
	switch e := err.(type) {
	case *pipeline.RoleError:
		return "role"
	case *pipeline.ReasonError:
		return "reason"
	case *pipeline.TargetError:
		return "target"
	case *pipeline.MissingDataError:
		return "missing " + joined(e.Fields)
	case *pipeline.ChecklistError:
		return "checklist " + e.Checklist + " " + joined(e.Items)
	case *pipeline.PartError:
		return "part " + e.Part
	case *pipeline.ApprovalError:
		return fmt.Sprintf("approval %s %d of %d", e.Approval, e.Have, e.Want)
	case *pipeline.ProblemError:
		return fmt.Sprintf("%d problems", len(e.Problems))
	case *pipeline.DeadlineError:
		return "deadline " + e.Field
	case *pipeline.GuardError:
		if _, panicked := errors.AsType[*pipeline.PanicError](e); panicked {
			return fmt.Sprintf("guard %s: panic", e.Guard)
		}
		return fmt.Sprintf("guard %s: %v", e.Guard, e.Err)
	}
	return fmt.Sprintf("%T", err)
}
