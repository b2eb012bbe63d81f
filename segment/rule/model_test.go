package rule_test

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/segment/rule"
)

// A plain reading of the rules, written without the code of the package: facts in
// maps, all events ever, every condition evaluated from scratch, time in steps.

// grid is the step of time: all that happens by the clock alone in the model happens
// on it, or at midnight, or where a least stay ends.
const grid = 6 * time.Hour

// judge is the plain meaning of a condition.
type judge func(p *person, now time.Time) rule.Truth

type person struct {
	id         rapport.ID
	attributes map[string]any // float64, string, bool, customer.Date, []string, int64 in minor units
	events     []rule.Event
	grants     map[string]grant // of consent, by purpose and channel
	since      map[string]time.Time
	pins       map[string]rule.Pin
	standing   map[string]rule.Truth
}

type grant struct {
	yes   bool
	until time.Time // zero: without end; then it is over
}

func (p *person) permission(purpose, channel string, now time.Time) rule.Permission {
	g, ok := p.grants[purpose+"/"+channel]
	switch {
	case !ok:
		return rule.Permission{Reason: "no-record"}
	case !g.until.IsZero() && !now.Before(g.until):
		return rule.Permission{Reason: "expired"}
	}
	return rule.Permission{Allowed: g.yes, Reason: "stated", Until: g.until}
}

func newPerson(id rapport.ID) *person {
	return &person{
		id: id, attributes: map[string]any{}, grants: map[string]grant{}, since: map[string]time.Time{},
		pins: map[string]rule.Pin{}, standing: map[string]rule.Truth{},
	}
}

func truth(yes bool) rule.Truth {
	if yes {
		return rule.True
	}
	return rule.False
}

// date returns the calendar day of an instant in its own zone, as a midnight in UTC.
// All times of the model are in the zone of the schema.
func date(at time.Time) time.Time {
	y, m, d := at.Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}

func daysBetween(a, b time.Time) int { return int(b.Sub(a) / (24 * time.Hour)) }

// span is a window as the model has it: one of the three, or none.
type span struct {
	length       time.Duration
	days, months int
}

func (s span) window() rule.Window {
	switch {
	case s.length > 0:
		return rule.For(s.length)
	case s.days > 0:
		return rule.Days(s.days)
	case s.months > 0:
		return rule.Months(s.months)
	}
	return rule.Ever()
}

// holds tells whether an event at an instant counts.
func (s span) holds(at, now time.Time) bool {
	switch {
	case at.After(now):
		return false
	case s.length > 0:
		return now.Sub(at) < s.length
	case s.days > 0:
		return daysBetween(date(at), date(now)) < s.days
	case s.months > 0:
		day := date(at)
		first := time.Date(day.Year(), day.Month()+time.Month(s.months), 1, 0, 0, 0, 0, time.UTC)
		length := first.AddDate(0, 1, -1).Day()
		end := first.AddDate(0, 0, min(day.Day(), length)-1)
		return date(now).Before(end)
	}
	return true
}

// chosen returns the events that count, by time and id.
func (p *person) chosen(kind string, channels []string, s span, now time.Time) []rule.Event {
	var list []rule.Event
	for _, e := range p.events {
		if e.Kind == kind && (channels == nil || slices.Contains(channels, e.Fields["channel"])) && s.holds(e.At, now) {
			list = append(list, e)
		}
	}
	slices.SortFunc(list, func(a, b rule.Event) int { return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.ID, b.ID)) })
	return list
}

// ages returns the full years that a date may be past, counted one birthday at a time.
func ages(d customer.Date, today time.Time) (fewest, most int) {
	first, last := d.Bounds()
	count := func(from time.Time) int {
		n := 0
		for !time.Date(from.Year()+n+1, from.Month(), from.Day(), 0, 0, 0, 0, time.UTC).After(today) {
			n++
		}
		return n
	}
	return count(last), count(first)
}

// toAnniversary looks at one day after the other.
func toAnniversary(day, today time.Time) int {
	for n := 0; ; n++ {
		then := today.AddDate(0, 0, n)
		for years := 1; day.Year()+years <= then.Year(); years++ {
			if time.Date(day.Year()+years, day.Month(), day.Day(), 0, 0, 0, 0, time.UTC).Equal(then) {
				return n
			}
		}
	}
}

// over is the truth of a test over all whole numbers of a range.
func over(low, high int, test func(v float64) bool) rule.Truth {
	yes, no := false, false
	for v := low; v <= high; v++ {
		if test(float64(v)) {
			yes = true
		} else {
			no = true
		}
	}
	if yes && no {
		return rule.Unknown
	}
	return truth(yes)
}

// world is the model of an engine.
type world struct {
	now    time.Time
	people map[rapport.ID]*person
	rules  rule.Rules
	judges []judge
}

// settle brings the memberships of a person in line with what holds now.
func (w *world) settle(p *person) []rule.Change {
	var changes []rule.Change
	for i, r := range w.rules {
		if pin, ok := p.pins[r.Name]; ok && !pin.Until.IsZero() && !w.now.Before(pin.Until) {
			delete(p.pins, r.Name)
		}
		t := w.judges[i](p, w.now)
		pin, pinned := p.pins[r.Name]
		since, was := p.since[r.Name]
		is := t == rule.True
		switch {
		case pinned:
			is = pin.In
		case was && w.now.Before(since.Add(r.Dwell)) && w.agreed(p, i):
			is = true
		}
		switch {
		case is && !was:
			p.since[r.Name] = w.now
			changes = append(changes, rule.Change{Customer: p.id, Segment: r.Name, Kind: rule.Entered, At: w.now})
		case !is && was:
			delete(p.since, r.Name)
			changes = append(changes, rule.Change{Customer: p.id, Segment: r.Name, Kind: rule.Left, At: w.now})
		}
		switch {
		case pinned:
			t = truth(pin.In)
		case is:
			t = rule.True
		}
		p.standing[r.Name] = t
	}
	return changes
}

// agreed tells whether a person gave all consents that a rule asks for, also by way of
// segments, as its text says.
func (w *world) agreed(p *person, i int) bool {
	text := w.rules[i].When.String()
	for _, over := range []string{"", "mail"} {
		asks := strings.Contains(text, `{"consent":"care","channel":"mail"}`)
		if over == "" {
			asks = strings.Contains(text, `{"consent":"care"}`) || strings.Contains(text, `"health"`) || strings.Contains(text, `"due"`)
		}
		if asks && !p.permission("care", over, w.now).Allowed {
			return false
		}
	}
	for j := range i {
		if strings.Contains(text, `{"segment":"`+w.rules[j].Name+`"}`) && !w.agreed(p, j) {
			return false
		}
	}
	return true
}

// advance looks at everybody at each point of the grid, at each midnight, where a least
// stay ends, and at the end.
func (w *world) advance(to time.Time) []rule.Change {
	var changes []rule.Change
	for w.now.Before(to) {
		next := w.now.Truncate(grid).Add(grid)
		y, m, d := w.now.Date()
		if midnight := time.Date(y, m, d+1, 0, 0, 0, 0, w.now.Location()); midnight.Before(next) {
			next = midnight
		}
		if next.After(to) {
			next = to
		}
		for _, p := range w.people { // least stays that began off the grid end off it
			for _, r := range w.rules {
				if end := p.since[r.Name].Add(r.Dwell); end.After(w.now) && end.Before(next) {
					next = end
				}
			}
		}
		w.now = next
		for _, id := range slices.Sorted(maps.Keys(w.people)) {
			changes = append(changes, w.settle(w.people[id])...)
		}
	}
	return changes
}

// plain sorts changes and leaves what the model knows of them.
func plain(changes []rule.Change) []rule.Change {
	list := []rule.Change{}
	for _, c := range changes {
		list = append(list, rule.Change{Customer: c.Customer, Segment: c.Segment, Kind: c.Kind, At: c.At.UTC()})
	}
	slices.SortFunc(list, func(a, b rule.Change) int {
		return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Customer, b.Customer), strings.Compare(a.Segment, b.Segment))
	})
	return list
}
