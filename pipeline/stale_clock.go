package pipeline

import (
	"cmp"
	"errors"
	"slices"
	"time"
)

// StaleDeals returns what is stale about open deals at an instant, the longest overdue
// first, equals by the id of the deal and the clock. Closed deals are never stale, and
// while a deal is paused only ClosePassed is looked at. The errors are a
// [*StaleDefinitionError], an [*UnknownStageError], an [*InputError] for thresholds that
// are negative, and what [Span.From] returns.
func (m *Machine) StaleDeals(deals []Deal, rules StaleRules, at time.Time) ([]Stale, error) {
	if err := rules.check(m); err != nil {
		return nil, err
	}
	look := staleLook{m: m, rules: &rules, at: at}
	for i := range deals {
		in, err := m.stageOf(&deals[i].Position)
		if err != nil {
			return nil, err
		}
		if in.Kind.Closed() {
			continue
		}
		if err := look.clocks(&deals[i]); err != nil {
			return nil, err
		}
	}
	slices.SortFunc(look.found, func(a, b Stale) int {
		return cmp.Or(a.Due.Compare(b.Due), cmp.Compare(a.Deal, b.Deal), cmp.Compare(a.Clock, b.Clock))
	})
	return look.found, nil
}

// stageOf returns the stage in which a position of this machine stands.
func (m *Machine) stageOf(p *Position) (*stage, error) {
	if p.Definition != m.ref {
		return nil, &StaleDefinitionError{p.Definition, m.ref}
	}
	in := m.standing(p.Stage)
	if in == nil {
		return nil, &UnknownStageError{m.ref, p.Stage}
	}
	return in, nil
}

// staleLook is one look at the clocks of deals.
type staleLook struct {
	m     *Machine
	rules *StaleRules
	at    time.Time
	found []Stale
}

// clocks looks at the clocks of an open deal.
func (l *staleLook) clocks(d *Deal) error {
	if d.CloseDate.IsValid() {
		closes := l.m.calendar.begin(d.CloseDate.number() + 1)
		if err := l.clock(d, ClosePassed, stint{since: closes}, l.rules.ClosePassed); err != nil {
			return err
		}
	}
	if !d.Running() {
		return nil
	}
	age := d.Entered
	if l.rules.Age == AgeInCycle {
		age = d.Opened
	}
	if err := l.clock(d, StuckInStage, age.stint(), l.rules.inStage(d.Stage)); err != nil {
		return err
	}
	var step time.Time // the end of its day
	planned := d.NextStep.Due.IsValid()
	if planned {
		step = l.m.calendar.begin(d.NextStep.Due.number() + 1)
	}
	if l.rules.Touch != TouchByPlan || !planned || !step.After(l.at) {
		if err := l.clock(d, Idle, d.touched(l.rules.Touch), l.rules.Idle); err != nil {
			return err
		}
	}
	next := d.Entered.stint()
	if planned {
		next = stint{since: step}
	}
	return l.clock(d, NoNextStep, next, l.rules.NextStep)
}

// touched returns the clock that runs since the last touch.
func (d *Deal) touched(policy TouchPolicy) stint {
	last := d.TouchedAt
	if policy == TouchByChange {
		last = later(last, d.ChangedAt.Time())
	}
	entered := d.Entered.stint()
	if last.After(entered.since) {
		return stint{since: last}
	}
	return entered
}

// stint is a clock that runs, from any instant of a calendar.
type stint struct {
	since  time.Time
	pauses Clock // how long it stood still
}

func (c Clock) stint() stint { return stint{c.Since.Time(), c} }

// clock notes a clock that is over its threshold.
func (l *staleLook) clock(d *Deal, which StaleClock, clock stint, threshold Span) error {
	// What begins later is not looked at, so that a date at the end of all calendars
	// ("for ever") is no error.
	if !threshold.IsValid() || clock.since.After(l.at) {
		return nil
	}
	due, over, err := l.m.passed(clock, threshold, l.at)
	if err != nil || !over {
		return err
	}
	s := Stale{Deal: d.ID, Stage: d.Stage, Clock: which, Since: clock.since, Due: due}
	if l.rules.Propose.IsValid() {
		if _, s.Close, err = l.m.passed(stint{since: due}, l.rules.Propose, l.at); err != nil {
			return err
		}
	}
	l.found = append(l.found, s)
	return nil
}

// passed returns when a clock that runs shows a span that is not negative, its pauses left
// out, and whether it does at an instant.
func (m *Machine) passed(c stint, span Span, at time.Time) (due time.Time, over bool, err error) {
	if due, err = span.From(c.since, m.calendar); err == nil {
		due, err = m.putOff(due, c.pauses, span)
	}
	if _, ended := errors.AsType[*CalendarEndError](err); ended && m.calendar.Covers(at) {
		return time.Time{}, false, nil // it lies beyond the days that the calendar knows, at does not
	}
	return due, err == nil && !due.After(at), err
}
