package rule

import (
	"fmt"
	"slices"

	"github.com/rapport-crm/rapport"
)

// Restore returns the engine that [Engine.Snapshot] wrote down, for the same rules,
// schema and options. Answers on consent are as they were; a host whose records changed
// in between says so with [Engine.ConsentChanged]. The error is an [*Error] with
// [ErrFormat], [ErrOtherRules] or [ErrSnapshot], or one of [NewEngine].
func Restore(set *Set, snapshot []byte, o *EngineOptions) (*Engine, error) {
	var f snapshotForm
	if err := decode(snapshot, &f); err != nil {
		return nil, err
	}
	if f.Customers == nil {
		return nil, &Error{Err: fmt.Errorf(`%w: no list "customers"`, ErrFormat)}
	}
	e, err := NewEngine(set, instant(f.Now), o)
	if err != nil {
		return nil, err
	}
	rules, err := e.fingerprint()
	if err != nil {
		return nil, err
	}
	if rules != f.Rules {
		return nil, &Error{Err: ErrOtherRules}
	}
	for i := range f.Customers {
		if err := e.restore(&f.Customers[i]); err != nil {
			return nil, &Error{Name: string(f.Customers[i].ID), Err: fmt.Errorf("%w: %w", ErrSnapshot, err)}
		}
	}
	return e, nil
}

func (e *Engine) restore(c *customerForm) error {
	facts, err := e.set.NewFacts(c.ID)
	if err != nil {
		return err
	}
	if e.customers[c.ID] != nil {
		return ErrName
	}
	r := &record{facts: facts, standing: make([]Truth, len(e.set.rules)), place: -1, wake: never}
	for _, a := range c.Attributes {
		v, err := decodeValue(e.set.schema.attributes[a.Name].Type, a.Value)
		if err != nil {
			return err
		}
		if err := facts.Set(a.Name, v); err != nil {
			return err
		}
	}
	for _, kind := range c.Events {
		if err := facts.restoreEvents(kind); err != nil {
			return err
		}
	}
	if len(c.Consents) != len(facts.permits) {
		return ErrOtherRules
	}
	for i, p := range c.Consents {
		facts.permits[i] = permit{p.Asked, p.Allowed, p.Reason, p.From, p.Until}
	}
	for _, s := range c.Stays {
		rule, ok := e.set.index[s.Segment]
		if !ok || r.stay(rule) >= 0 || s.Since > e.moment.now {
			return ErrUnknownSegment
		}
		r.stays = append(r.stays, stay{rule, s.Since})
		e.members[rule]++
	}
	for _, p := range c.Pins {
		rule, ok := e.set.index[p.Segment]
		if !ok || r.pinAt(rule, e.moment.now) != nil || p.Until <= e.moment.now {
			return ErrUnknownSegment
		}
		if !validName(p.By) || TextOf(p.Why).err != nil || p.At > p.Recorded || p.Recorded > e.moment.now {
			return ErrPinReason
		}
		r.pins = append(r.pins, pin{rule, p.In, p.By, p.Why, p.At, p.Recorded, p.Until})
	}
	e.customers[c.ID] = r
	for i := range e.dirty {
		e.dirty[i] = true
	}
	e.settle(r, Reason{Trigger: TriggerFacts}, true)
	if changes := e.taken(); len(changes) > 0 {
		return fmt.Errorf("%q %s %s", changes[0].Customer, changes[0].Kind, changes[0].Segment)
	}
	return nil
}

func (f *Facts) restoreEvents(form eventsForm) error {
	k, ok := f.set.kind[form.Kind]
	if !ok || f.events[k] != nil {
		return ErrUnknownEvent
	}
	for _, e := range form.Events {
		if err := e.ID.Validate(); err != nil {
			return err
		}
		switch {
		case e.Amount >= maxMinor || e.Amount <= -maxMinor:
			return ErrLimit
		case !reckoned(e.At):
			return ErrTime
		}
		f.events[k] = append(f.events[k], event{e.At, e.Amount, e.ID, e.Match})
	}
	ids := make(map[rapport.ID]bool, len(form.Events))
	for _, e := range form.Events {
		ids[e.ID] = true
	}
	switch {
	case len(form.Events) > MaxEvents:
		return ErrLimit
	case len(ids) < len(form.Events) || !slices.IsSortedFunc(f.events[k], inOrder):
		return ErrValue
	}
	if form.Folded == nil {
		return nil
	}
	if !f.set.kinds[k].ever || len(form.Folded) != len(f.set.kinds[k].selectors)+1 {
		return ErrOtherRules
	}
	if f.folded == nil {
		f.folded = make([][]total, len(f.set.kinds))
	}
	for _, t := range form.Folded {
		whole := total{t.Count, sum{t.High, t.Low}, t.Min, t.Max, t.First, t.Last}
		if !whole.possible() {
			return ErrValue
		}
		f.folded[k] = append(f.folded[k], whole)
	}
	return nil
}
