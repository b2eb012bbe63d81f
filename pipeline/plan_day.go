package pipeline

import (
	"cmp"
	"maps"
	"slices"
	"strconv"

	"github.com/rapport-crm/rapport"
)

// DaySheet is what one person was to do on a day, and what was done of it by the day's end.
type DaySheet struct {
	Owner string
	Day   Date
	// Due is what was to be done, the longest overdue first, equals by id.
	Due         []Activity
	CarriedIn   int // of Due, from days before
	Done        int // of Due, on the day or before it
	CarriedOver int // of Due, not done by the end of the day: they come to the next one
	Ahead       int // done on the day, but due later
}

// DaySheets returns the sheets of a day, one for each owner who was to do something or did,
// by owner. They are the same before and after [SettleDay], of this day and others. The
// errors are those of SettleDay.
func DaySheets(activities []Activity, day Date, c *Calendar) ([]DaySheet, error) {
	if err := checkDay("day", day); err != nil {
		return nil, err
	}
	byOwner := map[string]*DaySheet{}
	for i := range activities {
		a := &activities[i]
		on := *a // as it was in the morning
		if err := on.carry(day.number()-1, c); err != nil {
			return nil, &ActivityError{a.ID, err}
		}
		due := on.wasDue(day, c)
		doneToday := a.Done() && a.doneOn(c) == day
		if !due && !doneToday {
			continue
		}
		sheet := byOwner[a.Owner]
		if sheet == nil {
			sheet = &DaySheet{Owner: a.Owner, Day: day}
			byOwner[a.Owner] = sheet
		}
		sheet.add(a, due, a.Done() && a.doneOn(c).number() <= day.number())
	}
	list := make([]DaySheet, 0, len(byOwner))
	for _, owner := range slices.Sorted(maps.Keys(byOwner)) {
		sheet := byOwner[owner]
		slices.SortStableFunc(sheet.Due, func(a, b Activity) int {
			return cmp.Or(compareDates(a.Planned(), b.Planned()), cmp.Compare(a.ID, b.ID))
		})
		list = append(list, *sheet)
	}
	return list, nil
}

func (s *DaySheet) add(a *Activity, due, done bool) {
	if !due {
		s.Ahead++
		return
	}
	s.Due = append(s.Due, *a)
	if a.Planned().number() < s.Day.number() {
		s.CarriedIn++
	}
	if done {
		s.Done++
	} else {
		s.CarriedOver++
	}
}

// wasDue reports whether an activity was to be done on a day, which is its own or one of
// those from which it was carried over.
func (a *Activity) wasDue(day Date, c *Calendar) bool {
	if a.Due == day {
		return true
	}
	n := day.number()
	working := c.workingDaysAfter(n-1, n) == 1
	return slices.ContainsFunc(a.Carries, func(carry Carry) bool {
		return carry.From == day || working && carry.From.number() < n && n < carry.To.number()
	})
}

// Target is how many activities somebody is to do in some days.
type Target struct {
	Owner       string
	Kind        string // of the activities; empty for any
	First, Last Date   // both included; the same for a single day
	Count       int    // from 0
}

// TargetResult is a target and what was done.
type TargetResult struct {
	Target
	Done int
	// Reached is Done over Count, with Done as its N: no value for a target of 0.
	Reached rapport.Ratio
}

// CompareTargets counts what was done against targets, in the order of the targets. What
// counts is the day on which an activity was done, due or not. The errors are an
// [*ActivityError] and an [*InputError].
func CompareTargets(activities []Activity, targets []Target, c *Calendar) ([]TargetResult, error) {
	for i := range activities {
		if err := activities[i].check(); err != nil {
			return nil, &ActivityError{activities[i].ID, err}
		}
	}
	list := make([]TargetResult, 0, len(targets))
	for _, t := range targets {
		if err := t.check(); err != nil {
			return nil, err
		}
		r := TargetResult{Target: t}
		for i := range activities {
			a := &activities[i]
			if !a.Done() || a.Owner != t.Owner || t.Kind != "" && t.Kind != a.Kind {
				continue
			}
			if on := a.doneOn(c).number(); t.First.number() <= on && on <= t.Last.number() {
				r.Done++
			}
		}
		r.Reached = rapport.Ratio{Num: float64(r.Done), Den: float64(t.Count), N: r.Done}
		list = append(list, r)
	}
	return list, nil
}

func (t *Target) check() error {
	if err := checkDay("first day of a target", t.First); err != nil {
		return err
	}
	if err := checkDay("last day of a target", t.Last); err != nil {
		return err
	}
	switch {
	case t.Last.number() < t.First.number():
		return &InputError{Name: "last day of a target", Value: t.Last.String(), Want: "not before " + t.First.String()}
	case t.Count < 0:
		return &InputError{Name: "count of a target", Value: strconv.Itoa(t.Count), Want: "0 or more"}
	}
	return nil
}
