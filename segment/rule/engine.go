package rule

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/rapport-crm/rapport"
)

// What the methods of an [Engine] can return besides.
var (
	// ErrUnknownCustomer: the engine has no such customer.
	ErrUnknownCustomer = errors.New("no such customer")
	// ErrSettled: the event is not among those still held one by one.
	ErrSettled = errors.New("event may have been added up with others that settled")
)

// Engine holds the facts of customers, and which segments they belong to. It takes
// changes one by one, evaluates the rules that a change concerns and no others, and
// says who entered and who left a segment: each entry and each exit exactly once, with
// the instant as of which it holds.
//
// Time is what the host says with [Engine.Advance]: until then the engine is as of
// [Engine.Now], and so are all changes. What lies in the past is taken into account as
// of now, as if it had just become known; entries and exits are never dated back.
//
// A change costs the evaluation of the rules that depend on it, and the logarithm of
// the number of customers for the timer of this one. Memory is the facts that rules
// read: an event that no window will look at again is forgotten.
//
// An Engine is not safe for concurrent use. Engines of the same set are independent,
// so customers may be split over several.
type Engine struct {
	set       *Set
	consult   Consult
	settled   time.Duration
	explain   bool
	moment    *Moment
	customers map[rapport.ID]*record
	timers    timers
	members   []int  // by rule
	dirty     []bool // by rule, while a customer is settled
	changes   []Change
}

// EngineOptions are the options of [NewEngine]; nil or the zero value means the
// defaults.
type EngineOptions struct {
	// Consult answers for consent. Nil: consent is as the facts that are put say,
	// see [Facts.Consult].
	Consult Consult
	// Settled is the age from which on an event is not corrected any more. Events that
	// a rule counts since ever may then be added up and forgotten one by one; to take
	// back one that was is [ErrSettled], and if it is put again it counts twice. Zero:
	// never, all of them are held.
	Settled time.Duration
	// Explain asks for the tests that decided, in [Reason.Tests]. They cost a few
	// microseconds for each change, and none where nothing changes.
	Explain bool
}

// record is what an engine has of a customer.
type record struct {
	facts    *Facts
	standing []Truth // to the segments: True for members, else what the rule says; False if pinned out
	stays    []stay  // the segments it belongs to
	pins     []pin
	wake     int64 // when the clock may change something; never: it is in no timer
	place    int   // among the timers
}

type stay struct {
	rule  int
	since int64
}

// NewEngine returns an engine without customers as of an instant. The error is an
// [*Error] for the options or with [ErrTime].
func NewEngine(set *Set, at time.Time, o *EngineOptions) (*Engine, error) {
	if o == nil {
		o = &EngineOptions{}
	}
	if set == nil || set.schema == nil {
		return nil, &Error{Err: ErrNotMade}
	}
	if o.Settled < 0 || o.Settled > maxLength {
		return nil, &Error{Name: o.Settled.String(), Err: ErrWindow}
	}
	moment, err := set.At(at)
	if err != nil {
		return nil, err
	}
	return &Engine{
		set: set, consult: o.Consult, settled: o.Settled, explain: o.Explain, moment: moment, customers: make(map[rapport.ID]*record),
		members: make([]int, len(set.rules)), dirty: make([]bool, len(set.rules)),
	}, nil
}

// Now returns the instant that the engine is as of, in UTC.
func (e *Engine) Now() time.Time { return instant(e.moment.now) }

// Len returns the number of customers.
func (e *Engine) Len() int { return len(e.customers) }

// Put adds a customer with its facts, or replaces all facts of one; pins stay. The
// facts are copied. All rules are evaluated. The error is [ErrOtherSet].
func (e *Engine) Put(f *Facts) ([]Change, error) {
	if f == nil || f.set != e.set {
		return nil, ErrOtherSet
	}
	r := e.customers[f.id]
	if r == nil {
		r = &record{standing: make([]Truth, len(e.set.rules)), place: -1, wake: never}
		e.customers[f.id] = r
	}
	r.facts = f.clone()
	if e.consult != nil {
		e.ask(r, true)
	}
	for k := range r.facts.events {
		r.facts.drop(k, e.moment, e.settled)
	}
	for i := range e.dirty {
		e.dirty[i] = true
	}
	e.settle(r, Reason{Trigger: TriggerFacts}, true)
	return e.taken(), nil
}

// change applies a change to the facts of a customer; the rules that read what changed
// are evaluated.
func (e *Engine) change(customer rapport.ID, why Reason, apply func(f *Facts) (rules []int, err error)) ([]Change, error) {
	r := e.customers[customer]
	if r == nil {
		return nil, &FactError{Customer: customer, Name: why.Name, Err: ErrUnknownCustomer}
	}
	rules, err := apply(r.facts)
	if err != nil || len(rules) == 0 {
		return nil, err
	}
	for _, i := range rules {
		e.dirty[i] = true
	}
	e.settle(r, why, false)
	return e.taken(), nil
}

// Set sets an attribute of a customer. The error is that of [Facts.Set], or a
// [*FactError] with [ErrUnknownCustomer].
func (e *Engine) Set(customer rapport.ID, name string, value Value) ([]Change, error) {
	return e.change(customer, Reason{Trigger: TriggerAttribute, Name: name}, func(f *Facts) ([]int, error) {
		if _, err := e.set.checkValue(name, value); err != nil {
			return nil, &FactError{customer, name, err}
		}
		if !f.put(name, value) {
			return nil, nil
		}
		return e.set.slots[name].rules, nil
	})
}

// Clear makes an attribute of a customer unknown. The error is that of [Facts.Clear],
// or a [*FactError] with [ErrUnknownCustomer].
func (e *Engine) Clear(customer rapport.ID, name string) ([]Change, error) {
	return e.change(customer, Reason{Trigger: TriggerAttribute, Name: name}, func(f *Facts) ([]int, error) {
		if err := f.Clear(name); err != nil {
			return nil, err
		}
		return e.set.slots[name].rules, nil
	})
}

// PutEvent adds an event of a customer or corrects it, see [Facts.PutEvent]. It may be
// late, or in the future. The error is that of Facts.PutEvent, or a [*FactError] with
// [ErrUnknownCustomer].
func (e *Engine) PutEvent(customer rapport.ID, event Event) ([]Change, error) {
	return e.change(customer, Reason{Trigger: TriggerEvent, Name: event.Kind}, func(f *Facts) ([]int, error) {
		changed, err := f.putEvent(event)
		if !changed {
			return nil, err
		}
		k := e.set.kind[event.Kind]
		f.drop(k, e.moment, e.settled)
		return e.set.kinds[k].rules, nil
	})
}

// RemoveEvent takes an event of a customer back; one that is not held is no error.
// The error is a [*FactError] with [ErrUnknownEvent] for the kind, [ErrSettled] or
// [ErrUnknownCustomer].
func (e *Engine) RemoveEvent(customer rapport.ID, kind string, id rapport.ID) ([]Change, error) {
	return e.change(customer, Reason{Trigger: TriggerEvent, Name: kind}, func(f *Facts) ([]int, error) {
		removed, err := f.removeEvent(kind, id)
		if err != nil {
			return nil, err
		}
		k, read := e.set.kind[kind]
		switch {
		case removed:
			return e.set.kinds[k].rules, nil
		case read && f.folded != nil && f.folded[k] != nil:
			return nil, &FactError{customer, kind, ErrSettled}
		}
		return nil, nil
	})
}

// ConsentChanged asks [EngineOptions.Consult] anew for a customer. Consent that runs
// out by itself needs no call, as far as its [Permission] says when. The error is a
// [*FactError] with [ErrUnknownCustomer].
func (e *Engine) ConsentChanged(customer rapport.ID) ([]Change, error) {
	r := e.customers[customer]
	if r == nil {
		return nil, &FactError{Customer: customer, Name: "consent", Err: ErrUnknownCustomer}
	}
	if e.consult != nil {
		e.ask(r, true)
	}
	e.settle(r, Reason{Trigger: TriggerConsent}, false)
	return e.taken(), nil
}

// ask renews the answers on consent, all or those that ran out, and marks the rules
// that read them.
func (e *Engine) ask(r *record, all bool) {
	now := e.moment.now
	for i := range r.facts.permits {
		had := &r.facts.permits[i]
		if !all && (!had.asked || had.until > now) {
			continue
		}
		if e.consult != nil {
			*had = e.set.ask(e.consult, r.facts.id, i, now)
		}
		for _, rule := range e.set.byConsent[i] {
			e.dirty[rule] = true
		}
	}
}

// Remove forgets a customer. It leaves all its segments. The error is a [*FactError]
// with [ErrUnknownCustomer].
func (e *Engine) Remove(customer rapport.ID) ([]Change, error) {
	r := e.customers[customer]
	if r == nil {
		return nil, &FactError{Customer: customer, Name: "id", Err: ErrUnknownCustomer}
	}
	for _, i := range e.set.order {
		if at := r.stay(i); at >= 0 {
			e.members[i]--
			e.emit(r, i, Left, Reason{Code: BecauseRemoved, Trigger: TriggerRemoved})
		}
	}
	e.timers.set(r, never)
	delete(e.customers, customer)
	return e.taken(), nil
}

// Members returns the customers that belong to a segment, in the order of their ids. It
// goes through all customers. The error is an [*Error] with [ErrUnknownSegment].
func (e *Engine) Members(segment string) ([]rapport.ID, error) {
	i, ok := e.set.index[segment]
	if !ok {
		return nil, &Error{Rule: segment, Err: ErrUnknownSegment}
	}
	ids := make([]rapport.ID, 0, e.members[i])
	for id, r := range e.customers {
		if r.stay(i) >= 0 {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids, nil
}

// Count returns how many customers belong to a segment. The error is an [*Error] with
// [ErrUnknownSegment].
func (e *Engine) Count(segment string) (int, error) {
	i, ok := e.set.index[segment]
	if !ok {
		return 0, &Error{Rule: segment, Err: ErrUnknownSegment}
	}
	return e.members[i], nil
}

// BackwardsError reports a clock that was to go back.
type BackwardsError struct {
	Now, To time.Time
}

// Error names both times.
func (e *BackwardsError) Error() string {
	return fmt.Sprintf("rule: the engine is as of %s and cannot go back to %s", e.Now.Format(time.RFC3339Nano), e.To.Format(time.RFC3339Nano))
}
