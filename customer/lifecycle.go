package customer

import (
	"fmt"
	"slices"
	"time"

	"github.com/rapport-crm/rapport"
)

// Standing is where a customer stands at an instant. The zero value is a customer
// without a history.
type Standing struct {
	Stage   Stage     // 0: none yet
	Since   time.Time // event time of the entry into Stage
	Blocked bool      // no business with it, at any stage
}

// Lifecycle is the history of a customer's stages: an immutable value that starts
// with [NewLifecycle], grows by [Lifecycle.Move] and comes back from storage by
// [ReplayLifecycle]. Neither its event times nor its record times go backwards,
// so that what stood at an instant, as known at another, is a beginning of it.
type Lifecycle struct {
	customer rapport.ID
	changes  []LifecycleChange // valid, in sequence; shared and never written to
	now      Standing
}

// NewLifecycle returns the history of a customer that has none yet. The error is
// the [*rapport.IDError] of the customer.
func NewLifecycle(customer rapport.ID) (Lifecycle, error) {
	if err := customer.Validate(); err != nil {
		return Lifecycle{}, fmt.Errorf("customer: %w", err)
	}
	return Lifecycle{customer: customer}, nil
}

// ReplayLifecycle returns the history that the changes make, given in any order.
// Each is checked as in [Lifecycle.Move]; a sequence that does not run from 1
// without gaps, another customer's change or a stage that does not follow from the
// one before is a [*ReplayError].
func ReplayLifecycle(customer rapport.ID, changes []LifecycleChange) (Lifecycle, error) {
	l, err := NewLifecycle(customer)
	if err != nil {
		return Lifecycle{}, err
	}
	sorted := slices.Clone(changes)
	slices.SortStableFunc(sorted, func(a, b LifecycleChange) int { return a.Sequence - b.Sequence })
	l.changes = make([]LifecycleChange, 0, len(sorted))
	seen := make(map[rapport.ID]bool, len(sorted))
	for i, c := range sorted {
		if c.Customer != customer || c.Sequence != i+1 || c.From != l.now.Stage {
			return Lifecycle{}, &ReplayError{Customer: customer, Change: c.ID, Of: c.Customer,
				Sequence: c.Sequence, WantSequence: i + 1, From: c.From, WantFrom: l.now.Stage}
		}
		if l, err = l.add(c, seen[c.ID]); err != nil {
			return Lifecycle{}, err
		}
		seen[c.ID] = true
	}
	return l, nil
}

// Customer returns whose history it is.
func (l Lifecycle) Customer() rapport.ID { return l.customer }

// Changes returns the entries in sequence; the slice is the caller's, the evidence
// in it is shared and not to be written to.
func (l Lifecycle) Changes() []LifecycleChange { return slices.Clone(l.changes) }

// Now returns the standing after the last change.
func (l Lifecycle) Now() Standing { return l.now }

// Move returns the history with one more change, and that change. The caller sets
// its ID, To, Reason, At and RecordedAt, and what else is known; Customer, From and
// Sequence are filled in. To block or unblock, To may be left 0.
//
// The error is an [*IllegalMoveError] for a move that is not in [LifecycleMoves], a
// [*BackwardsError] for a time before that of the last change, a [*ReplayError] for
// an id that the history has already, or a [*ValidationError].
func (l Lifecycle) Move(change LifecycleChange) (Lifecycle, LifecycleChange, error) {
	change.Customer, change.From, change.Sequence = l.customer, l.now.Stage, len(l.changes)+1
	if change.To == 0 && (change.Reason == LifecycleBlocked || change.Reason == LifecycleUnblocked) {
		change.To = l.now.Stage
	}
	change.Evidence = slices.Clone(change.Evidence)
	l.changes = slices.Clip(l.changes) // others may hold the same beginning
	twice := slices.ContainsFunc(l.changes, func(other LifecycleChange) bool { return other.ID == change.ID })
	moved, err := l.add(change, twice)
	if err != nil {
		return Lifecycle{}, LifecycleChange{}, err
	}
	return moved, moved.changes[len(moved.changes)-1], nil
}

// add appends a change whose customer, stage before and sequence fit; twice says that
// the history has its id already.
func (l Lifecycle) add(c LifecycleChange, twice bool) (Lifecycle, error) {
	c.settle()
	if err := c.check().err("lifecycle change", string(c.ID)); err != nil {
		return Lifecycle{}, err
	}
	if !legalMove(c.From, c.To, c.Reason) ||
		c.Reason == LifecycleBlocked && l.now.Blocked || c.Reason == LifecycleUnblocked && !l.now.Blocked {
		return Lifecycle{}, illegalMove(l.customer, c.From, c.To, c.Reason)
	}
	if n := len(l.changes); n > 0 {
		last := &l.changes[n-1]
		if err := forwards("lifecycle change", c.ID, "at", c.At, last.At); err != nil {
			return Lifecycle{}, err
		}
		if err := forwards("lifecycle change", c.ID, "recorded_at", c.RecordedAt, last.RecordedAt); err != nil {
			return Lifecycle{}, err
		}
	}
	if twice {
		return Lifecycle{}, &ReplayError{Customer: l.customer, Change: c.ID, Of: c.Customer, Twice: true,
			Sequence: c.Sequence, WantSequence: c.Sequence, From: c.From, WantFrom: c.From}
	}
	l.changes = append(l.changes, c)
	l.now = l.now.after(&c)
	return l, nil
}

// after returns the standing once c has happened.
func (s Standing) after(c *LifecycleChange) Standing {
	switch c.Reason {
	case LifecycleBlocked:
		s.Blocked = true
	case LifecycleUnblocked:
		s.Blocked = false
	default:
		s.Stage, s.Since = c.To, c.At
	}
	return s
}

// AsOf returns where the customer stood at event, by what was recorded up to known:
// both instants are included.
func (l Lifecycle) AsOf(event, known time.Time) Standing {
	n := l.reached(event, known)
	if n == len(l.changes) {
		return l.now
	}
	var s Standing
	for i := range l.changes[:n] {
		s = s.after(&l.changes[i])
	}
	return s
}

// reached counts the changes that had happened by event and were recorded by known.
func (l Lifecycle) reached(event, known time.Time) int {
	n := len(l.changes)
	for n > 0 && (l.changes[n-1].At.After(event) || l.changes[n-1].RecordedAt.After(known)) {
		n--
	}
	return n
}

// ReplayError reports a change that does not continue the history.
type ReplayError struct {
	Customer, Change, Of   rapport.ID // whose history, which change, and whose that is
	Sequence, WantSequence int
	From, WantFrom         Stage
	Twice                  bool // the id is in the history already
}

// Error says what does not fit.
func (e *ReplayError) Error() string {
	switch {
	case e.Twice:
		return fmt.Sprintf("customer: lifecycle of %q has a change %q already", e.Customer, e.Change)
	case e.Of != e.Customer:
		return fmt.Sprintf("customer: lifecycle of %q: change %q is one of %q", e.Customer, e.Change, e.Of)
	case e.Sequence != e.WantSequence:
		return fmt.Sprintf("customer: lifecycle of %q: change %q has sequence %d, want %d", e.Customer, e.Change, e.Sequence, e.WantSequence)
	}
	return fmt.Sprintf("customer: lifecycle of %q: change %q is from %s, want %s", e.Customer, e.Change, stageWord(e.From), stageWord(e.WantFrom))
}

// BackwardsError reports a date that goes backwards.
type BackwardsError struct {
	Subject string     // what is dated, such as "lifecycle change"
	ID      rapport.ID // which one
	Field   string     // in JSON spelling, such as "recorded_at"
	Time    time.Time  // as given
	Last    time.Time  // the time that it must not be before
}

// Error names both times.
func (e *BackwardsError) Error() string {
	return fmt.Sprintf("customer: %s %q goes backwards: %s %s is before %s",
		e.Subject, e.ID, e.Field, e.Time.Format(time.RFC3339Nano), e.Last.Format(time.RFC3339Nano))
}

// forwards returns nil or a [*BackwardsError].
func forwards(subject string, id rapport.ID, field string, t, last time.Time) error {
	if t.Before(last) {
		return &BackwardsError{Subject: subject, ID: id, Field: field, Time: t, Last: last}
	}
	return nil
}
