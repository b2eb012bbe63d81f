package pipeline

import (
	"fmt"
	"time"

	"github.com/rapport-crm/rapport"
)

// ProcessCard says how somebody worked in a period. Ratios of nothing have no value.
type ProcessCard struct {
	Owner  string
	Period rapport.Interval
	// OnTime are the activities done by the day for which they were planned first, over all
	// that were planned for days that begin in the period.
	OnTime rapport.Ratio
	// Stages are the stays that ended in the period or went on at its end.
	Stages []StageFigure
	// WithinLimit are the stays that ended in the period within all limits of their stage,
	// over those that ended in stages with limits from the entry: before the deadline that
	// [Machine.Due] has told.
	WithinLimit rapport.Ratio
	// Checklists are the items done, over the items on the lists of the gates that were
	// passed when stays ended by going on; optional items count.
	Checklists rapport.Ratio
	// Solved are the problems solved in the period, over those that were open at any time
	// in it. ToSolve is how long they took.
	Solved  rapport.Ratio
	ToSolve Durations
	// Refused are the triggers that were refused, over those that were fired.
	Refused rapport.Ratio
}

// ProcessCard returns the process card of a performance, with the stages, limits, gates and
// calendar of the machine. The errors are an [*InputError] for counts that contradict each
// other, an [*ActivityError], a [*HistoryError], and what [Span.From] returns.
func (m *Machine) ProcessCard(p *Performance) (ProcessCard, error) {
	if p.Attempts < 0 || p.Refused < 0 || p.Refused > p.Attempts {
		return ProcessCard{}, &InputError{Name: "refused", Value: fmt.Sprintf("%d of %d attempts", p.Refused, p.Attempts), Want: "counts from 0, not more than the attempts"}
	}
	onTime, err := m.onTime(p)
	if err != nil {
		return ProcessCard{}, err
	}
	w := workCount{m: m, p: p, stages: m.newStageCount()}
	for _, all := range p.Histories {
		if err := w.history(p.until(all)); err != nil {
			return ProcessCard{}, err
		}
	}
	return ProcessCard{
		Owner: p.Owner, Period: p.Period, OnTime: onTime.ratio(), Stages: w.stages.figures(),
		WithinLimit: w.within.ratio(), Checklists: w.items.ratio(), Solved: w.solved.ratio(), ToSolve: w.toSolve.sum(),
		Refused: share{p.Refused, p.Attempts}.ratio(),
	}, nil
}

func (m *Machine) onTime(p *Performance) (share, error) {
	var s share
	for i := range p.Activities {
		a := &p.Activities[i]
		if err := a.check(); err != nil {
			return s, &ActivityError{a.ID, err}
		}
		planned := a.Planned()
		if a.Owner == p.Owner && p.Period.Contains(m.calendar.begin(planned.number())) {
			s.count(a.Done() && compareDates(a.doneOn(m.calendar), planned) <= 0)
		}
	}
	return s, nil
}

// workCount collects what histories say about the work of a person.
type workCount struct {
	m                     *Machine
	p                     *Performance
	stages                stageCount
	within, items, solved share
	toSolve               durations
}

func (w *workCount) history(entries []Entry) error {
	for _, s := range w.m.stays(entries) {
		if !w.counts(entries, &s) {
			continue
		}
		w.stages.add(&s)
		if err := w.limits(entries, &s); err != nil {
			return err
		}
		if err := w.gate(entries, &s); err != nil {
			return err
		}
	}
	return w.problems(entries)
}

// counts reports whether a stay is one of the person and of the period.
func (w *workCount) counts(entries []Entry, s *stay) bool {
	if !s.Ended() {
		return entries[len(entries)-1].Owner == w.p.Owner
	}
	return w.p.Period.Contains(s.To) && w.p.owned(entries, s.To)
}

// limits compares a stay that has ended with the limits of its stage.
func (w *workCount) limits(entries []Entry, s *stay) error {
	in := w.m.standing(s.Stage)
	if in == nil || !s.Ended() {
		return nil
	}
	any, within := false, true
	for _, limit := range in.Limits {
		if limit.Field != "" {
			continue
		}
		clock := stint{since: s.From}
		if !limit.Total {
			clock.pauses = Clock{Paused: s.Paused, Worktime: w.m.pausedWorktime(entries, s.From, s.To)}
		}
		_, over, err := w.m.passed(clock, limit.Within, s.To)
		if err != nil {
			return err
		}
		any, within = true, within && !over
	}
	if any {
		w.within.count(within)
	}
	return nil
}

// pausedWorktime returns how much working time the clocks stood still between two instants.
func (m *Machine) pausedWorktime(entries []Entry, from, to time.Time) time.Duration {
	var sum time.Duration
	for i := range entries[1:] {
		start, end := entries[i].At, entries[i+1].At
		if !entries[i].PausedAt.IsZero() && !start.Before(from) && !end.After(to) {
			sum += m.calendar.Between(start, end)
		}
	}
	return sum
}

// gate counts the items of the lists that were asked for where a stay went on.
func (w *workCount) gate(entries []Entry, s *stay) error {
	lists := w.m.gateLists(s)
	if s.end != wentOn || len(lists) == 0 || entries[s.left].From != s.Stage { // from there, not from a hold
		return nil
	}
	then, err := replay(entries[:s.left+1])
	if err != nil {
		return err
	}
	for _, list := range lists {
		for _, item := range list.Items {
			w.items.count(list.has(then.Progress.Done, item.ID))
		}
	}
	return nil
}

// gateLists returns the checklists of the gate through which a stay ended.
func (m *Machine) gateLists(s *stay) []*Checklist {
	from, trigger := m.stage(s.Stage), m.triggerName.find(string(s.Trigger))
	if from < 0 || trigger < 0 {
		return nil
	}
	cell := from*len(m.triggers) + trigger
	for _, a := range m.arcs[m.first[cell]:m.first[cell+1]] {
		for i := range a.routes {
			if a.routes[i].to.ID == s.Next {
				return a.routes[i].gate.checklists
			}
		}
	}
	return nil
}

// problems counts the problems of a deal that the person has at the end of the period.
func (w *workCount) problems(entries []Entry) error {
	if len(entries) == 0 || entries[len(entries)-1].Owner != w.p.Owner {
		return nil
	}
	deal, err := replay(entries)
	if err != nil {
		return err
	}
	for _, p := range deal.Progress.Problems {
		if !p.Open() && p.SolvedAt.Before(w.p.Period.Start()) {
			continue
		}
		w.solved.count(!p.Open())
		if !p.Open() {
			w.toSolve.add(p.SolvedAt.Sub(p.OpenedAt))
		}
	}
	return nil
}
