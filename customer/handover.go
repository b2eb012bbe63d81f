package customer

import (
	"iter"
	"time"

	"github.com/rapport-crm/rapport"
)

// Handover says who takes over somebody's book of customers, and from when.
type Handover struct {
	From       string     // the owner who hands over
	To         string     // the owner who takes over
	Role       OwnerRole  // the role that is handed over; "": all of them
	Team       string     // of To; "": that of the ownership handed over
	Branch     string     // of To; "": that of the ownership handed over
	Partner    rapport.ID // the partner that To belongs to; "": our own
	At         time.Time  // event time: from then on To owns
	RecordedAt time.Time  // record time of the changed customers
	Source     string     // why, a code; "": "handover"
}

// HandoverPlan is what a handover makes of a book: to be written in one transaction, so
// that no customer stays behind unseen.
type HandoverPlan struct {
	Changed []Customer        // with the new owner and their versions unchanged, in the order of the book
	Refused []HandoverRefusal // not handed over, in the order of the book
	Others  int               // customers that From does not own at At or later
}

// HandoverRefusal is a customer that cannot be handed over.
type HandoverRefusal struct {
	Customer rapport.ID
	Err      error // a [*ValidationError] about the customer as it would be
}

// PlanHandover plans the handover of a book: every ownership of From in force at the
// instant of the handover ends there, and one of To with the same role and share begins;
// those of From that would begin later become To's. Customers that From does not own
// then are passed over, so all customers may be given, and a plan made again after it
// was written changes nothing. A book with several heirs is handed over in parts.
//
// A customer is refused if To owns it in the same role then, if its record is younger
// than the handover's record time (reason OutOfRange for recorded_at), or if it has no
// room for one more owner. The others are planned all the same; whether a plan with
// refusals is carried out is up to the host.
//
// The error is a [*ValidationError] about the handover itself, or about a customer that
// comes twice (reason Duplicate).
func PlanHandover(book iter.Seq[Customer], h Handover) (HandoverPlan, error) {
	h, err := h.checked()
	if err != nil {
		return HandoverPlan{}, err
	}
	var plan HandoverPlan
	seen := make(map[rapport.ID]bool)
	for c := range book {
		if seen[c.ID()] {
			return HandoverPlan{}, &ValidationError{
				Subject: "handover", Name: string(c.ID()), Problems: []Problem{{Field: "book", Reason: Duplicate}},
			}
		}
		seen[c.ID()] = true
		changed, owned, err := h.apply(c)
		switch {
		case !owned:
			plan.Others++
		case err != nil:
			plan.Refused = append(plan.Refused, HandoverRefusal{Customer: c.ID(), Err: err})
		default:
			plan.Changed = append(plan.Changed, changed)
		}
	}
	return plan, nil
}

func (h Handover) checked() (Handover, error) {
	var c checker
	c.required(path{field: "from"}, h.From, MaxCodeLength)
	c.required(path{field: "to"}, h.To, MaxCodeLength)
	if h.From == h.To && h.To != "" {
		c.report(path{field: "to"}, NotAllowed)
	}
	c.optional(path{field: "role"}, string(h.Role), MaxCodeLength)
	c.optional(path{field: "team"}, h.Team, MaxCodeLength)
	c.optional(path{field: "branch"}, h.Branch, MaxCodeLength)
	if h.Partner != "" {
		c.id(path{field: "partner"}, h.Partner)
	}
	h.At = c.instant(path{field: "at"}, h.At, true)
	h.RecordedAt = c.instant(path{field: "recorded_at"}, h.RecordedAt, true)
	c.optional(path{field: "source"}, h.Source, MaxCodeLength)
	if h.Source == "" {
		h.Source = "handover"
	}
	return h, c.err("handover", h.From)
}

// apply returns the customer after the handover; owned is false if From has nothing to
// hand over there.
func (h Handover) apply(c Customer) (changed Customer, owned bool, err error) {
	var owners []Ownership
	for _, o := range c.draft.Owners {
		ends := o.Valid.End()
		if o.Owner != h.From || h.Role != "" && o.Role != h.Role || !ends.IsZero() && !ends.After(h.At) {
			owners = append(owners, o)
			continue
		}
		owned = true
		start := o.Valid.Start()
		if start.Before(h.At) { // an open start is before everything
			before := o
			if before.Valid, err = rapport.NewInterval(start, h.At); err != nil {
				return Customer{}, true, err
			}
			owners = append(owners, before)
			start = h.At
		}
		after := h.successor(o)
		if after.Valid, err = rapport.NewInterval(start, ends); err != nil {
			return Customer{}, true, err
		}
		owners = append(owners, after)
	}
	if !owned {
		return Customer{}, false, nil
	}
	if c.draft.RecordedAt.After(h.RecordedAt) {
		return Customer{}, true, &ValidationError{
			Subject: "customer", Name: string(c.draft.ID), Problems: []Problem{{Field: "recorded_at", Reason: OutOfRange}},
		}
	}
	changed, err = c.changed(func(d *Draft) { d.Owners, d.RecordedAt = owners, h.RecordedAt })
	return changed, true, err
}

// successor returns what follows an ownership, but for the time it holds.
func (h Handover) successor(o Ownership) Ownership {
	o.Owner, o.Partner, o.Source, o.RecordedAt = h.To, h.Partner, h.Source, h.RecordedAt
	if h.Team != "" {
		o.Team = h.Team
	}
	if h.Branch != "" {
		o.Branch = h.Branch
	}
	return o
}
