package routing

import (
	"fmt"
	"slices"
	"time"

	"github.com/rapport-crm/rapport"
)

// OfferResult is what became of an [Offer].
type OfferResult string

// The results; the empty one stands for an offer that is still open.
const (
	OfferAccepted OfferResult = "accepted"
	OfferDeclined OfferResult = "declined"
	OfferExpired  OfferResult = "expired" // not answered before the deadline
)

// Offer asks an agent to take an item before a deadline.
type Offer struct {
	Agent     rapport.ID
	OfferedAt time.Time
	Deadline  time.Time   // the first instant at which it is too late
	Result    OfferResult // empty: open
	EndedAt   time.Time   // of an expired offer the deadline; the zero time while it is open
	Reason    string      // why it was declined, a code of the host
}

// PlacementState is where a [Placement] stands.
type PlacementState string

// The states; the last two are final.
const (
	PlacementOpen     PlacementState = ""         // nobody is asked at present
	PlacementOffered  PlacementState = "offered"  // the last offer is open
	PlacementAccepted PlacementState = "accepted" // by the agent of the last offer
	PlacementOverflow PlacementState = "overflow" // given up, for the host to escalate
)

// OverflowCause says why a placement was given up.
type OverflowCause string

// The causes.
const (
	OverflowRounds OverflowCause = "rounds" // as many offers as the rules allow
	OverflowWaited OverflowCause = "waited" // waited as long as the rules allow
	OverflowNobody OverflowCause = "nobody" // no agent is left who will ever do, see [Decision]
)

// Placement is an item on its way to somebody who accepts it: a plain value that a host
// stores. Placement{Item: item} is where it begins. Its functions return the placement
// that follows and leave this one, with its offers, as it is.
type Placement struct {
	Item    Item
	State   PlacementState
	Offers  []Offer       // all, the first one first; only the last may be open
	Cause   OverflowCause // of an overflow
	EndedAt time.Time     // when it was accepted or given up; else the zero time
}

// OfferRules say how long an offer stands and when to give up.
type OfferRules struct {
	Answer  time.Duration // time to answer, above 0
	Rounds  int           // offers at most, 1 to 1,000
	MaxWait time.Duration // since the item came; 0: no limit, else the item must say when it came
}

const maxRounds = 1000

// StateError reports a step that a placement cannot take where it stands.
type StateError struct {
	Item  rapport.ID
	Step  string // "offer", "accept", "decline" or "expire"
	State PlacementState
}

func (e *StateError) Error() string {
	state := e.State
	if state == PlacementOpen {
		state = "open"
	}
	return fmt.Sprintf("routing: item %q: cannot %s where it is %s", e.Item, e.Step, state)
}

// LateError reports an answer at or after the deadline of an offer.
type LateError struct {
	Item, Agent  rapport.ID
	At, Deadline time.Time
}

func (e *LateError) Error() string {
	return fmt.Sprintf("routing: item %q: the offer to %q ran out at %s, the answer came at %s",
		e.Item, e.Agent, e.Deadline.Format(time.RFC3339Nano), e.At.Format(time.RFC3339Nano))
}

// NotOfferedError reports an answer of somebody to whom the item is not offered.
type NotOfferedError struct {
	Item, Agent rapport.ID
	Offered     rapport.ID // to whom it is
}

func (e *NotOfferedError) Error() string {
	return fmt.Sprintf("routing: item %q is offered to %q, not to %q", e.Item, e.Offered, e.Agent)
}

func (r *OfferRules) check(item *Item) error {
	switch {
	case r.Answer <= 0:
		return &InputError{What: "offer rules", Field: "answer", Value: r.Answer.String(), Reason: "want a time above 0"}
	case r.MaxWait < 0:
		return &InputError{What: "offer rules", Field: "max wait", Value: r.MaxWait.String(), Reason: "want a time from 0"}
	case r.MaxWait > 0 && item.WaitingSince.IsZero():
		return &InputError{What: "item", ID: item.ID, Field: "waiting since", Value: "unset", Reason: "want the instant it came, as the rules limit the wait"}
	}
	return checkRange("offer rules", "", "rounds", r.Rounds, 1, maxRounds)
}

// Offer asks the next agent: the one whom the desk assigns when all who were asked
// before are left out. Where nobody may have the item now, the placement stays open and
// [Decision].Next says when to ask again; where the rules or the desk leave no hope, it
// goes to overflow, and the decision is empty unless the cause is [OverflowNobody].
//
// The errors: [*StateError] unless the placement is open, [*TimeError] for an instant
// before the end of the last offer, [*InputError] for rules or an item that make no sense.
func (r OfferRules) Offer(p Placement, desk *Desk, at time.Time) (Placement, Decision, error) {
	if err := p.check("offer", PlacementOpen, at); err != nil {
		return p, Decision{}, err
	}
	if err := r.check(&p.Item); err != nil {
		return p, Decision{}, err
	}
	since := p.Item.waitingSince(at)
	switch {
	case len(p.Offers) >= r.Rounds:
		return p.overflow(OverflowRounds, at), Decision{}, nil
	case r.MaxWait > 0 && at.Sub(since) >= r.MaxWait:
		return p.overflow(OverflowWaited, at), Decision{}, nil
	}
	item := p.Item
	item.Exclude = slices.Clone(item.Exclude)
	for _, offer := range p.Offers {
		item.Exclude = append(item.Exclude, offer.Agent)
	}
	decision, err := desk.Assign(item, at)
	if err != nil {
		return p, Decision{}, err
	}
	if limit := since.Add(r.MaxWait); r.MaxWait > 0 && (decision.Next.IsZero() || limit.Before(decision.Next)) {
		decision.Next = limit
	}
	switch {
	case decision.Assigned():
		p.Offers = append(slices.Clip(p.Offers), Offer{Agent: decision.Agent, OfferedAt: at, Deadline: at.Add(r.Answer)})
		p.State = PlacementOffered
	case decision.Hopeless:
		p = p.overflow(OverflowNobody, at)
	}
	return p, decision, nil
}

func (p Placement) overflow(cause OverflowCause, at time.Time) Placement {
	p.State, p.Cause, p.EndedAt = PlacementOverflow, cause, at
	return p
}

// check refuses a step from another state, and one before what happened last.
func (p *Placement) check(step string, wanted PlacementState, at time.Time) error {
	offered := len(p.Offers) > 0 && p.Offers[len(p.Offers)-1].Result == ""
	if p.State != wanted || offered != (wanted == PlacementOffered) {
		return &StateError{Item: p.Item.ID, Step: step, State: p.State}
	}
	if len(p.Offers) > 0 {
		last := p.Offers[len(p.Offers)-1]
		if before := latest(last.OfferedAt, last.EndedAt); at.Before(before) {
			return &TimeError{What: step, At: at, Before: before}
		}
	}
	return nil
}

func latest(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// Due returns the deadline of the open offer, at which the host should call
// [Placement.Expire]; the zero time if there is none.
func (p Placement) Due() time.Time {
	if p.State != PlacementOffered || len(p.Offers) == 0 {
		return time.Time{}
	}
	return p.Offers[len(p.Offers)-1].Deadline
}

// Accept ends the open offer and the placement. The errors: [*StateError] if no offer is
// open, [*NotOfferedError] if it is another agent's, [*LateError] from the deadline on,
// [*TimeError] before it was made.
func (p Placement) Accept(agent rapport.ID, at time.Time) (Placement, error) {
	next, err := p.answer("accept", agent, Offer{Result: OfferAccepted, EndedAt: at})
	if err == nil {
		next.State, next.EndedAt = PlacementAccepted, at
	}
	return next, err
}

// Decline ends the open offer, with a reason that is the host's; the next
// [OfferRules.Offer] leaves the agent out. The errors are those of [Placement.Accept].
func (p Placement) Decline(agent rapport.ID, reason string, at time.Time) (Placement, error) {
	return p.answer("decline", agent, Offer{Result: OfferDeclined, EndedAt: at, Reason: reason})
}

// Expire ends an open offer whose deadline has come, at its deadline however late it is
// called; before, the placement stays as it is. It is a [*StateError] if no offer is open.
func (p Placement) Expire(at time.Time) (Placement, error) {
	if err := p.check("expire", PlacementOffered, at); err != nil {
		return p, err
	}
	deadline := p.Due()
	if at.Before(deadline) {
		return p, nil
	}
	return p.end(Offer{Result: OfferExpired, EndedAt: deadline}), nil
}

func (p Placement) answer(step string, agent rapport.ID, answer Offer) (Placement, error) {
	if err := p.check(step, PlacementOffered, answer.EndedAt); err != nil {
		return p, err
	}
	offer := p.Offers[len(p.Offers)-1]
	switch {
	case offer.Agent != agent:
		return p, &NotOfferedError{Item: p.Item.ID, Agent: agent, Offered: offer.Agent}
	case !answer.EndedAt.Before(offer.Deadline):
		return p, &LateError{Item: p.Item.ID, Agent: agent, At: answer.EndedAt, Deadline: offer.Deadline}
	}
	return p.end(answer), nil
}

// end writes the end of the last offer into a copy of the list.
func (p Placement) end(answer Offer) Placement {
	p.Offers = slices.Clone(p.Offers)
	last := &p.Offers[len(p.Offers)-1]
	last.Result, last.EndedAt, last.Reason = answer.Result, answer.EndedAt, answer.Reason
	p.State = PlacementOpen
	return p
}
