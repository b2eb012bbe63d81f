package rule

import (
	"slices"
	"time"

	"github.com/rapport-crm/rapport"
)

// Change says that a customer entered or left a segment.
type Change struct {
	Customer rapport.ID
	Segment  string
	Kind     ChangeKind
	At       time.Time // the instant from which on it holds, in UTC
	Reason   Reason
}

// ChangeKind is what happened: a stable code.
type ChangeKind string

// The kinds of change.
const (
	Entered ChangeKind = "entered"
	Left    ChangeKind = "left"
)

// Reason says why a customer entered or left.
type Reason struct {
	Code    ReasonCode
	Trigger Trigger // what set it off
	Name    string  // of the attribute or the kind of event that changed
	Truth   Truth   // of the rule then; for BecauseRemoved it has none
	Pin     *Pin    // that decided; nil if none did
	// Tests are those that decided, with what they saw then, where the rule did and
	// [EngineOptions.Explain] asks for them; see [Explanation.Reasons].
	Tests []Explanation
}

// ReasonCode says what decided: a stable code.
type ReasonCode string

// The codes.
const (
	BecauseRule    ReasonCode = "rule"    // the rule holds, or does not hold any more and the least stay is over
	BecausePin     ReasonCode = "pin"     // somebody pinned the customer in or out
	BecauseRemoved ReasonCode = "removed" // the customer was removed
)

// Trigger says what set a change off: a stable code.
type Trigger string

// The triggers.
const (
	TriggerFacts     Trigger = "facts"     // all facts were put
	TriggerAttribute Trigger = "attribute" // one was set or cleared
	TriggerEvent     Trigger = "event"     // one was put or removed
	TriggerConsent   Trigger = "consent"   // the host said that consent changed
	TriggerClock     Trigger = "clock"     // time went by: a window, a date, a pin, a least stay or consent
	TriggerPin       Trigger = "pin"       // the customer was pinned
	TriggerUnpin     Trigger = "unpin"     // a pin was taken off
	TriggerRemoved   Trigger = "removed"   // the customer was removed
)

// settle evaluates the rules that are marked for a customer, and those that refer to
// them where something changed. If all is set, every rule that the clock has a part in
// is among them, so that the timer can be set anew; otherwise it can only come earlier,
// which costs no more than looking once in vain.
func (e *Engine) settle(r *record, why Reason, all bool) {
	now, wake := e.moment.now, r.wake
	if all {
		wake = never
	}
	for i := range r.facts.permits {
		if p := &r.facts.permits[i]; p.asked && p.until > now {
			wake = min(wake, p.until)
		}
	}
	for _, i := range e.set.order {
		if e.dirty[i] {
			e.dirty[i] = false
			wake = min(wake, e.decide(r, i, why))
		}
	}
	e.timers.set(r, wake)
}

// decide evaluates one rule and returns when to look at it again.
func (e *Engine) decide(r *record, i int, why Reason) int64 {
	now := e.moment.now
	truth, next := e.set.parts[i].foreseen(r.facts, e.moment, r.standing)
	why.Code, why.Truth = BecauseRule, truth
	at := r.stay(i)
	member, standing := truth == True, truth
	if pin := r.pinAt(i, now); pin != nil {
		public := pin.public(e, r)
		why.Code, why.Pin = BecausePin, &public
		member, standing = pin.in, truthOf(pin.in)
		next = min(next, pin.until)
	} else if dwell := e.set.rules[i].Dwell; !member && at >= 0 && dwell > 0 && e.set.mayHold(i, r.facts, now) {
		// The least stay is not over: the member is held.
		if end := For(dwell).end(e.set.schema.calendar, r.stays[at].since); end > now {
			member, standing = true, True
			next = min(next, end)
		}
	}
	switch {
	case member && at < 0:
		r.stays = append(r.stays, stay{i, now})
		e.members[i]++
		e.emit(r, i, Entered, e.explained(r, i, why))
	case !member && at >= 0:
		r.stays = slices.Delete(r.stays, at, at+1)
		e.members[i]--
		e.emit(r, i, Left, e.explained(r, i, why))
	}
	if r.standing[i] != standing {
		r.standing[i] = standing
		for _, user := range e.set.byRule[i] {
			e.dirty[user] = true
		}
	}
	return next
}

// explained adds the tests that decided.
func (e *Engine) explained(r *record, i int, why Reason) Reason {
	if e.explain && why.Code == BecauseRule {
		x := e.set.parts[i].explain(r.facts, e.moment, r.standing, "")
		why.Tests = x.Reasons()
	}
	return why
}

func (e *Engine) emit(r *record, i int, kind ChangeKind, why Reason) {
	e.changes = append(e.changes, Change{Customer: r.facts.id, Segment: e.set.rules[i].Name, Kind: kind, At: e.Now(), Reason: why})
}

// taken hands over the changes since the last time, as a list of their own.
func (e *Engine) taken() []Change {
	if len(e.changes) == 0 {
		return nil
	}
	changes := slices.Clone(e.changes)
	clear(e.changes)
	e.changes = e.changes[:0]
	if cap(e.changes) > 1024 {
		e.changes = nil // it was a long time that went by
	}
	return changes
}

// stay returns the place of a segment among those that the customer belongs to; -1:
// it does not.
func (r *record) stay(i int) int {
	return slices.IndexFunc(r.stays, func(s stay) bool { return s.rule == i })
}

// Advance lets time go by up to an instant. What changes by the clock alone happens
// on the way at its own instant, in the order of time, then of the ids of customers;
// so it makes no difference to where one stops. The error is a [*BackwardsError], or an
// [*Error] with [ErrTime]; after it nothing has changed.
func (e *Engine) Advance(to time.Time) ([]Change, error) {
	end, err := nanos(to)
	if err != nil {
		return nil, &Error{Name: "to", Err: err}
	}
	if end < e.moment.now {
		return nil, &BackwardsError{e.Now(), to}
	}
	for len(e.timers) > 0 && e.timers[0].wake <= end {
		r := e.timers[0]
		e.moment.move(r.wake)
		e.fire(r)
	}
	e.moment.move(end)
	return e.taken(), nil
}

// fire looks at all that the clock may have changed for a customer.
func (e *Engine) fire(r *record) {
	e.ask(r, false)
	for k := range r.facts.events {
		r.facts.drop(k, e.moment, e.settled)
	}
	for i, timed := range e.set.timed {
		e.dirty[i] = e.dirty[i] || timed
	}
	for _, s := range r.stays {
		e.dirty[s.rule] = e.dirty[s.rule] || e.set.rules[s.rule].Dwell > 0
	}
	for _, p := range r.pins {
		e.dirty[p.rule] = true
	}
	e.settle(r, Reason{Trigger: TriggerClock}, true)
}
