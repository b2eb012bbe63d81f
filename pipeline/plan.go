package pipeline

import (
	"fmt"
	"slices"
	"time"

	"github.com/rapport-crm/rapport"
)

// Activity is something to be done on a day: a call, a visit, an order to be shipped.
type Activity struct {
	ID       rapport.ID `json:"id"`
	Kind     string     `json:"kind"`               // "call", "visit", "order"
	Record   rapport.ID `json:"record,omitempty"`   // the deal, case or order that it is for
	Customer rapport.ID `json:"customer,omitempty"` // with whom
	Owner    string     `json:"owner"`              // who is to do it
	Due      Date       `json:"due"`
	DoneAt   time.Time  `json:"done_at,omitzero"` // zero while it is open
	Rule     string     `json:"rule,omitempty"`   // that created it, empty for a person
	// Carries say how it came to its day. They are never written to.
	Carries []Carry `json:"carries,omitempty"`
}

// Carry is how an activity that was not done on its day came to a later one: from one
// working day to the next, Days times in a row.
type Carry struct {
	From Date `json:"from"` // the day on which it was not done first
	To   Date `json:"to"`   // the day to which it came
	Days int  `json:"days"` // how often it was carried over, from 1
}

// Done reports whether it is done.
func (a *Activity) Done() bool { return !a.DoneAt.IsZero() }

// Planned returns the day for which it was planned first.
func (a *Activity) Planned() Date {
	if len(a.Carries) == 0 {
		return a.Due
	}
	return a.Carries[0].From
}

// CarriedOver returns how often it was carried over to the next working day.
func (a *Activity) CarriedOver() int {
	days := 0
	for _, c := range a.Carries {
		days += c.Days
	}
	return days
}

// SettleDay closes a day: the activities that were due and not done by its end are carried
// over to the next working day of the calendar, those of days before included. It returns
// all activities in their order and changes none that it was given. A day that is settled
// twice is settled once, and to settle a day without those before it is to settle them all.
// The errors are an [*ActivityError] around an [*InputError] or a [*CalendarEndError].
func SettleDay(activities []Activity, day Date, c *Calendar) ([]Activity, error) {
	if err := checkDay("day", day); err != nil {
		return nil, err
	}
	settled := slices.Clone(activities)
	for i := range settled {
		if err := settled[i].carry(day.number(), c); err != nil {
			return nil, &ActivityError{settled[i].ID, err}
		}
	}
	return settled, nil
}

// ActivityError says what is wrong with an activity.
type ActivityError struct {
	Activity rapport.ID
	Err      error
}

func (e *ActivityError) Error() string {
	return fmt.Sprintf("pipeline: activity %q: %v", e.Activity, e.Err)
}

// Unwrap returns what is wrong.
func (e *ActivityError) Unwrap() error { return e.Err }

// carry carries an activity over to the working day after a last one on which it was open.
func (a *Activity) carry(last int64, c *Calendar) error {
	if err := a.check(); err != nil {
		return err
	}
	if a.Done() {
		last = min(last, a.doneOn(c).number()-1)
	}
	due := a.Due.number()
	if due > last {
		return nil
	}
	to, err := c.workingDate(last, 1)
	if err != nil {
		return err
	}
	one := Carry{a.Due, to, int(c.workingDaysAfter(due, last)) + 1}
	carries := slices.Clone(a.Carries)
	if n := len(carries); n > 0 && carries[n-1].To == a.Due {
		carries[n-1].To, carries[n-1].Days = to, carries[n-1].Days+one.Days
	} else {
		carries = append(carries, one)
	}
	a.Due, a.Carries = to, carries
	return nil
}

func (a *Activity) check() error {
	if err := checkDay("due date", a.Due); err != nil {
		return err
	}
	if a.Done() && !inYears(a.DoneAt) {
		return &InputError{Name: "done at", Value: a.DoneAt.String(), Want: "a time of the years 1 to 9999"}
	}
	for _, c := range a.Carries {
		if !c.From.IsValid() || !c.To.IsValid() || c.Days < 1 || int64(c.Days) > c.To.number()-c.From.number() {
			return &InputError{Name: "carry", Value: fmt.Sprintf("%v to %v, %d days", c.From, c.To, c.Days), Want: "two dates, the later with at least as many days between"}
		}
	}
	return nil
}

// doneOn returns the day on which it was done.
func (a *Activity) doneOn(c *Calendar) Date { return dateOf(a.DoneAt.In(c.Location())) }

func checkDay(name string, d Date) error {
	if !d.IsValid() {
		return &InputError{Name: name, Value: d.String(), Want: "a date"}
	}
	return nil
}

// workingDate returns the n-th working day after a day, by its number, or before it.
func (c *Calendar) workingDate(day, n int64) (Date, error) {
	to, ok := day, true
	switch {
	case n == 0:
	case c == nil:
		to, ok = shiftDay(day, n)
	default:
		to, ok = c.workingDay(day, n)
	}
	if !ok {
		return Date{}, c.ended(numbered(day).utc(), fmt.Sprintf("%+d working days", n))
	}
	return numbered(to), nil
}

// workingDaysAfter counts the working days after a day, up to another and with it.
func (c *Calendar) workingDaysAfter(from, to int64) int64 {
	if c == nil {
		return to - from
	}
	return c.before(&c.days, to+1) - c.before(&c.days, from+1)
}
