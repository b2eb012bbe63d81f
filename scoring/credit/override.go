package credit

import (
	"fmt"
	"slices"
	"time"

	"github.com/rapport-crm/rapport"
)

// Override is the wish to let orders of a customer pass in spite of a hold.
type Override struct {
	ID rapport.ID
	// Holder is whose limit or profile holds, as in [Reason]; "" stands for the customer
	// of the decision. A hold by a customer and its group takes two overrides.
	Holder  rapport.ID
	By      string // who decides
	Role    string // in which role
	Reason  string
	At      time.Time
	Expires time.Time // the first instant at which it counts no more; after At
	// Ceiling is the highest exposure of the holder, order included, that it lets pass:
	// so one override cannot be used for ever more orders.
	Ceiling rapport.Money
}

// Validate returns nil, or an error for what is missing or contradicts itself.
func (o Override) Validate() error {
	if err := o.ID.Validate(); err != nil {
		return fmt.Errorf("credit: id of the override: %w", err)
	}
	if o.Holder != "" {
		if err := o.Holder.Validate(); err != nil {
			return fmt.Errorf("credit: holder of the override: %w", err)
		}
	}
	if err := checkTexts("author of the override", o.By, "role", o.Role, "reason of the override", o.Reason); err != nil {
		return err
	}
	switch {
	case o.At.IsZero() || !o.Expires.After(o.At):
		return &InputError{Name: "end of the override", Value: o.Expires.Format(time.RFC3339), Want: "an instant after " + o.At.Format(time.RFC3339)}
	case o.Ceiling.Sign() <= 0:
		return &InputError{Name: "ceiling", Value: o.Ceiling.String(), Want: "an exposure above zero"}
	}
	return nil
}

// RoleError reports an override in a role that may not give one.
type RoleError struct {
	By, Role string
	Allowed  []string
}

func (e *RoleError) Error() string {
	if len(e.Allowed) == 0 {
		return fmt.Sprintf("credit: %q may not override as %q: the policy has no Roles, so nobody may", e.By, e.Role)
	}
	return fmt.Sprintf("credit: %q may not override as %q: want one of %q", e.By, e.Role, e.Allowed)
}

// Approval is an override with the decision that it answers: the record to keep, and
// what a [Book] takes. It releases reasons of the same code and holder as those of the
// decision, for the same customer, from At until Expires and up to the ceiling; a new
// reason holds, and so does a block for another cause or a flag that was not yet there.
type Approval struct {
	Override Override
	Decision Decision
}

// Approve checks an override against the decision that it is to release. The caller
// vouches that By has the Role. The error is a [*RoleError], or an [*InputError] for an
// override that is incomplete, older than the decision, answers none of its reasons or
// has a ceiling below the exposure that it is to let pass.
func (p Policy) Approve(d Decision, o Override) (Approval, error) {
	if o.Holder == "" {
		o.Holder = d.Customer
	}
	a := Approval{o, d}
	a.Decision.Reasons, a.Decision.Unchecked = slices.Clone(d.Reasons), slices.Clone(d.Unchecked)
	if err := a.Validate(); err != nil {
		return Approval{}, err
	}
	if !slices.Contains(p.Roles, o.Role) {
		return Approval{}, &RoleError{o.By, o.Role, slices.Clone(p.Roles)}
	}
	return a, nil
}

// Validate returns nil, or an error as [Policy.Approve] gives, but for the role.
func (a Approval) Validate() error {
	o := a.Override
	if err := o.Validate(); err != nil {
		return err
	}
	if err := a.Decision.Customer.Validate(); err != nil {
		return err
	}
	if a.Decision.AsOf.IsZero() {
		return &InputError{Name: "date of the decision", Want: "a time"}
	}
	if o.At.Before(a.Decision.AsOf) {
		return &InputError{Name: "date of the override", Value: o.At.Format(time.RFC3339), Want: "one from the decision on, " + a.Decision.AsOf.Format(time.RFC3339)}
	}
	answers := false
	for _, r := range a.Decision.Reasons {
		if rank(r.Code) < 0 {
			return &InputError{Name: "reason", Value: fmt.Sprintf("%q", r.Code), Want: "one of the constants"}
		}
		if r.Holder != o.Holder {
			continue
		}
		answers = true
		over, err := r.Exposure.Cmp(o.Ceiling)
		if err != nil {
			return err
		}
		if over > 0 {
			return &InputError{Name: "ceiling", Value: o.Ceiling.String(), Want: "at least the exposure of " + r.Exposure.String()}
		}
	}
	if !answers {
		return &InputError{Name: "override", Value: fmt.Sprintf("for %q", o.Holder), Want: "a reason of that holder in the decision"}
	}
	return nil
}

// releases tells whether the approval lets a reason pass. An exposure of another
// currency than the ceiling is not covered.
func (a *Approval) releases(d *Decision, r *Reason, roles []string) bool {
	o := &a.Override
	if a.Decision.Customer != d.Customer || o.Holder != r.Holder || d.AsOf.Before(o.At) || !d.AsOf.Before(o.Expires) || !slices.Contains(roles, o.Role) {
		return false
	}
	answered := slices.ContainsFunc(a.Decision.Reasons, func(was Reason) bool { return was.covers(r) })
	over, err := r.Exposure.Cmp(o.Ceiling)
	return answered && err == nil && over <= 0
}

// covers tells whether who let the reason pass has seen what the other stands on: a
// block for something else or a further flag is news to them.
func (was *Reason) covers(r *Reason) bool {
	unseen := func(flag rapport.ID) bool { return !slices.Contains(was.Flags, flag) }
	return was.Code == r.Code && was.Holder == r.Holder && was.Text == r.Text && !slices.ContainsFunc(r.Flags, unseen)
}

// MarshalJSON writes the approval with a kind and a format. It refuses what
// [Approval.Validate] refuses.
func (a Approval) MarshalJSON() ([]byte, error) {
	f := approvalFile{Override: overrideFile(a.Override), Decision: decisionFile{
		Customer: a.Decision.Customer, AsOf: a.Decision.AsOf, Order: a.Decision.Order, Limit: a.Decision.Limit,
		Exposure: a.Decision.Exposure, Available: a.Decision.Available, RatesAt: a.Decision.RatesAt, AgedAt: a.Decision.AgedAt,
	}}
	for _, r := range a.Decision.Reasons {
		f.Decision.Reasons = append(f.Decision.Reasons, reasonFile(r))
	}
	for _, g := range a.Decision.Unchecked {
		f.Decision.Unchecked = append(f.Decision.Unchecked, gapFile(g))
	}
	return write("approval", &a, f)
}

// UnmarshalJSON reads what [Approval.MarshalJSON] wrote; it marshals to the same bytes.
// The error wraps [ErrFormat], or is that of [Approval.Validate]; after it a is
// unchanged.
func (a *Approval) UnmarshalJSON(text []byte) error {
	f, err := read[approvalFile](text, "approval")
	if err != nil {
		return err
	}
	got := Approval{Override: Override(f.Override), Decision: Decision{
		Customer: f.Decision.Customer, AsOf: f.Decision.AsOf, Order: f.Decision.Order, Limit: f.Decision.Limit,
		Exposure: f.Decision.Exposure, Available: f.Decision.Available, RatesAt: f.Decision.RatesAt, AgedAt: f.Decision.AgedAt,
	}}
	for _, r := range f.Decision.Reasons {
		got.Decision.Reasons = append(got.Decision.Reasons, Reason(r))
	}
	for _, g := range f.Decision.Unchecked {
		got.Decision.Unchecked = append(got.Decision.Unchecked, Gap(g))
	}
	return keep(a, got)
}

type approvalFile struct {
	Override overrideFile `json:"override"`
	Decision decisionFile `json:"decision"`
}

type overrideFile struct {
	ID      rapport.ID    `json:"id"`
	Holder  rapport.ID    `json:"holder"`
	By      string        `json:"by"`
	Role    string        `json:"role"`
	Reason  string        `json:"reason"`
	At      time.Time     `json:"at"`
	Expires time.Time     `json:"expires"`
	Ceiling rapport.Money `json:"ceiling"`
}

type decisionFile struct {
	Customer  rapport.ID    `json:"customer"`
	AsOf      time.Time     `json:"as_of"`
	Order     rapport.Money `json:"order"`
	Limit     rapport.Money `json:"limit"`
	Exposure  rapport.Money `json:"exposure"`
	Available rapport.Money `json:"available"`
	Reasons   []reasonFile  `json:"reasons"`
	RatesAt   time.Time     `json:"rates_at,omitzero"`
	AgedAt    time.Time     `json:"aged_at,omitzero"`
	Unchecked []gapFile     `json:"unchecked,omitempty"`
}

type gapFile struct {
	Code   ReasonCode `json:"code"`
	Holder rapport.ID `json:"holder"`
}

type reasonFile struct {
	Code     ReasonCode    `json:"code"`
	Holder   rapport.ID    `json:"holder"`
	Exposure rapport.Money `json:"exposure"`
	Limit    rapport.Money `json:"limit"`
	Amount   rapport.Money `json:"amount"`
	Days     int           `json:"days"`
	Text     string        `json:"text,omitempty"`
	Flags    []rapport.ID  `json:"flags,omitempty"`
	Released rapport.ID    `json:"released"`
}
