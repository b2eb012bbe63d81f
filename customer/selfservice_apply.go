package customer

import (
	"slices"
	"time"

	"github.com/rapport-crm/rapport"
)

// Apply answers a change and, if it is allowed, makes it: it returns the customer
// afterwards and the change with its answer, which the host keeps. A consent given
// or withdrawn leaves the customer as it is: the host records it as such.
//
// An answer other than allowed is no error. The error is a [*ValidationError]: for
// the policy or the change, for a change of another customer (NotAllowed), for a
// contact point to end that is not in use (Missing), or for what the customer would
// be afterwards, such as one with a contact point twice (Duplicate).
func (p SelfServicePolicy) Apply(c Customer, change SelfServiceChange) (Customer, SelfServiceChange, error) {
	if err := p.Validate(); err != nil {
		return Customer{}, SelfServiceChange{}, err
	}
	if err := change.Validate(); err != nil {
		return Customer{}, SelfServiceChange{}, err
	}
	if change.Customer != c.ID() {
		return Customer{}, SelfServiceChange{}, change.refusal("customer", NotAllowed)
	}
	if change.Answer = p.answer(&change); change.Answer != SelfAllowed {
		return c, change, nil
	}
	next, err := change.make(c)
	if err != nil {
		return Customer{}, SelfServiceChange{}, err
	}
	return next, change, nil
}

// answer returns what the policy says to a change: for a consent over every channel
// the strictest answer that it has for any.
func (p *SelfServicePolicy) answer(change *SelfServiceChange) SelfServiceAnswer {
	answer := p.rule(change.Action, change.Channel)
	if change.Channel == "" || change.Channel == AnyChannel {
		for _, r := range p.Rules {
			if r.Action == change.Action && r.Answer.strictness() > answer.strictness() {
				answer = r.Answer
			}
		}
	}
	if answer == SelfVerify && change.Verified {
		return SelfAllowed
	}
	return answer
}

// rule returns the answer to an action for one channel.
func (p *SelfServicePolicy) rule(action SelfServiceAction, channel Channel) SelfServiceAnswer {
	answer := SelfRefused
	if action == SelfWithdrawConsent {
		answer = SelfAllowed
	}
	for _, of := range []Channel{"", channel} {
		for _, r := range p.Rules {
			if r.Action == action && r.Channel == of {
				answer = r.Answer
			}
		}
	}
	return answer
}

// strictness orders answers, the most willing first.
func (a SelfServiceAnswer) strictness() int {
	return slices.Index([]SelfServiceAnswer{SelfAllowed, SelfVerify, SelfRefused}, a)
}

// make returns the customer after a change that is allowed.
func (s *SelfServiceChange) make(c Customer) (Customer, error) {
	switch s.Action {
	case SelfSetName:
		return c.changed(func(d *Draft) { d.Name, d.RecordedAt = s.Name, s.RecordedAt })
	case SelfAddContact:
		valid, err := rapport.NewInterval(s.At, time.Time{})
		if err != nil {
			return Customer{}, err
		}
		point := ContactPoint{Channel: s.Channel, Value: s.Value, Usage: s.Usage, Verified: s.Verified, Valid: valid}
		return c.changed(func(d *Draft) { d.Contacts, d.RecordedAt = append(d.Contacts, point), s.RecordedAt })
	case SelfEndContact:
		for i, point := range c.draft.Contacts {
			if point.Channel != s.Channel || point.Value != s.Value || !point.Valid.Contains(s.At) {
				continue
			}
			valid, err := rapport.NewInterval(point.Valid.Start(), s.At)
			if err != nil { // it begins at that very instant
				return Customer{}, s.refusal("at", OutOfRange)
			}
			return c.changed(func(d *Draft) { d.Contacts[i].Valid, d.RecordedAt = valid, s.RecordedAt })
		}
		return Customer{}, s.refusal("value", Missing)
	}
	return c, nil
}

func (s *SelfServiceChange) refusal(field string, reason Reason) error {
	return &ValidationError{Subject: "self-service change", Name: string(s.ID), Problems: []Problem{{field, reason}}}
}
