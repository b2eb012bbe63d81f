package rule

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/rapport-crm/rapport"
)

// What a [*PinError] can wrap besides.
var (
	// ErrPinReason: a pin without a reason or without a name of who set it.
	ErrPinReason = errors.New("a pin needs a reason, and who set it")
	// ErrPinTime: a pin that was decided in the future, or is over already.
	ErrPinTime = errors.New("a pin is decided by now and ends after now")
)

// Pin puts a customer into a segment, or keeps it out, whatever the rule says.
type Pin struct {
	Customer rapport.ID
	Segment  string
	In       bool      // false: out
	By       string    // who decided, 1 to 128 bytes
	Why      string    // the reason, 1 to 4096 bytes
	At       time.Time // when it was decided, not after now; zero: now
	Recorded time.Time // when the engine took it: set by the engine
	Until    time.Time // the first instant at which it no longer holds; zero: until it is taken off
}

// PinError reports a pin that cannot be set or taken off.
type PinError struct {
	Customer rapport.ID
	Segment  string
	Err      error
}

// Error names customer and segment.
func (e *PinError) Error() string {
	return fmt.Sprintf("rule: pin of customer %q, segment %q: %v", e.Customer, e.Segment, e.Err)
}

// Unwrap returns the reason.
func (e *PinError) Unwrap() error { return e.Err }

// pin is what is kept of one.
type pin struct {
	rule                int
	in                  bool
	by, why             string
	at, recorded, until int64
}

func (p *pin) public(e *Engine, r *record) Pin {
	public := Pin{
		Customer: r.facts.id, Segment: e.set.rules[p.rule].Name, In: p.in, By: p.by, Why: p.why,
		At: instant(p.at), Recorded: instant(p.recorded),
	}
	if p.until != never {
		public.Until = instant(p.until)
	}
	return public
}

// pinAt returns the pin of a segment that holds at an instant; nil if there is none.
// One that is over is dropped.
func (r *record) pinAt(rule int, now int64) *pin {
	for k := range r.pins {
		if r.pins[k].rule == rule {
			if r.pins[k].until <= now {
				r.pins = slices.Delete(r.pins, k, k+1)
				return nil
			}
			return &r.pins[k]
		}
	}
	return nil
}

// Pin pins a customer to a segment, in or out, in place of what pin there was. Segments
// that refer to this one follow. The error is a [*PinError] with [ErrUnknownCustomer],
// [ErrUnknownSegment], [ErrPinReason], [ErrPinTime] or [ErrTime].
func (e *Engine) Pin(p Pin) ([]Change, error) {
	r, rule, err := e.find(p.Customer, p.Segment)
	if err != nil {
		return nil, err
	}
	now := e.moment.now
	kept := pin{rule: rule, in: p.In, by: p.By, why: p.Why, at: now, recorded: now, until: never}
	if !validName(p.By) || TextOf(p.Why).err != nil {
		err = ErrPinReason
	}
	if err == nil && !p.At.IsZero() {
		kept.at, err = nanos(p.At)
	}
	if err == nil && !p.Until.IsZero() {
		kept.until, err = nanos(p.Until)
	}
	if err == nil && (kept.at > now || kept.until <= now) {
		err = ErrPinTime
	}
	if err != nil {
		return nil, &PinError{p.Customer, p.Segment, err}
	}
	r.unpin(rule)
	r.pins = append(r.pins, kept)
	e.dirty[rule] = true
	e.settle(r, Reason{Trigger: TriggerPin}, false)
	return e.taken(), nil
}

// Unpin takes a pin off: the rule decides again, and a least stay counts from when the
// customer entered. Without a pin nothing happens. The error is a [*PinError] with
// [ErrUnknownCustomer] or [ErrUnknownSegment].
func (e *Engine) Unpin(customer rapport.ID, segment string) ([]Change, error) {
	r, rule, err := e.find(customer, segment)
	if err != nil {
		return nil, err
	}
	r.unpin(rule)
	e.dirty[rule] = true
	e.settle(r, Reason{Trigger: TriggerUnpin}, false)
	return e.taken(), nil
}

func (r *record) unpin(rule int) {
	r.pins = slices.DeleteFunc(r.pins, func(p pin) bool { return p.rule == rule })
}

func (e *Engine) find(customer rapport.ID, segment string) (*record, int, error) {
	r := e.customers[customer]
	if r == nil {
		return nil, 0, &PinError{customer, segment, ErrUnknownCustomer}
	}
	rule, ok := e.set.index[segment]
	if !ok {
		return nil, 0, &PinError{customer, segment, ErrUnknownSegment}
	}
	return r, rule, nil
}
