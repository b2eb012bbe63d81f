package customer

import (
	"slices"
	"time"

	"github.com/rapport-crm/rapport"
)

// Audience says whom a campaign is for: all conditions that are set must hold, and
// any entry of a list will do. The zero Audience is everybody. It is deliberately
// small; a rule that needs more is the host's, by name in Rule.
type Audience struct {
	Rule       string           `json:"rule,omitzero"` // a rule that the host evaluates, see [AudienceCheck]
	Kinds      []Kind           `json:"kinds,omitempty"`
	Roles      []RoleType       `json:"roles,omitempty"`  // held at the instant
	Stages     []Stage          `json:"stages,omitempty"` // of the lifecycle
	Attributes []AudienceValues `json:"attributes,omitempty"`
	Amounts    []AudienceAmount `json:"amounts,omitempty"`
	Except     []rapport.ID     `json:"except,omitempty"` // left out in any case
}

// AudienceValues is the condition that an attribute has one of some values.
type AudienceValues struct {
	Name  string   `json:"name"`
	OneOf []string `json:"one_of"`
}

// AudienceAmount is the condition that an amount, such as the revenue of the last
// year, lies in a half-open range: AtLeast ≤ amount < Below. At least one end is set.
type AudienceAmount struct {
	Name    string         `json:"name"`
	AtLeast *rapport.Money `json:"at_least,omitempty"`
	Below   *rapport.Money `json:"below,omitempty"`
}

// AudienceSubject is a customer with what the host knows of it besides. What a
// condition asks for and is not there makes the condition fail.
type AudienceSubject struct {
	Customer   Customer
	Stage      Stage // of its lifecycle; 0: not known
	Attributes map[string]string
	Amounts    map[string]rapport.Money
}

// LeftOutReason says why a customer is not among those who are contacted: a stable code.
type LeftOutReason string

// The codes. The detail that goes with one is stated.
const (
	LeftKind       LeftOutReason = "kind"
	LeftRole       LeftOutReason = "role"
	LeftStage      LeftOutReason = "stage"
	LeftAttribute  LeftOutReason = "attribute" // the name of the attribute
	LeftAmount     LeftOutReason = "amount"    // the name of the amount
	LeftCurrency   LeftOutReason = "currency"  // the name of the amount, which is in another currency
	LeftRule       LeftOutReason = "rule"      // the name of the rule
	LeftExcept     LeftOutReason = "except"
	LeftNotAllowed LeftOutReason = "not-allowed" // the reason that consent gave
	LeftNoContact  LeftOutReason = "no-contact"  // the channel, over which it cannot be reached
)

// AudienceCheck evaluates a rule of the host for a subject at an instant.
type AudienceCheck func(rule string, subject AudienceSubject, at time.Time) (bool, error)

// check reports what is wrong with an audience.
func (a *Audience) check(c *checker) {
	c.optional(path{field: "audience.rule"}, a.Rule, MaxCodeLength)
	if entries(c, "audience.kinds", a.Kinds) {
		for i, kind := range a.Kinds {
			if !kind.IsValid() {
				c.report(path{"audience.kinds", i, ""}, enumReason(kind == 0))
			}
		}
	}
	if entries(c, "audience.roles", a.Roles) {
		for i, role := range a.Roles {
			if !role.IsValid() {
				c.report(path{"audience.roles", i, ""}, enumReason(role == 0))
			}
		}
	}
	if entries(c, "audience.stages", a.Stages) {
		for i, stage := range a.Stages {
			if !stage.IsValid() {
				c.report(path{"audience.stages", i, ""}, enumReason(stage == 0))
			}
		}
	}
	if entries(c, "audience.attributes", a.Attributes) {
		for i, attribute := range a.Attributes {
			c.required(path{"audience.attributes", i, "name"}, attribute.Name, MaxCodeLength)
			p := path{"audience.attributes", i, "one_of"}
			switch {
			case len(attribute.OneOf) == 0:
				c.report(p, Missing)
			case len(attribute.OneOf) > MaxEntries:
				c.report(p, TooMany)
			}
			for _, value := range attribute.OneOf {
				if reason := textReason(value, MaxTextLength); reason != "" {
					c.report(p, reason)
					break
				}
			}
		}
	}
	if entries(c, "audience.amounts", a.Amounts) {
		for i := range a.Amounts {
			a.Amounts[i].check(c, i)
		}
	}
	if entries(c, "audience.except", a.Except) {
		for i, id := range a.Except {
			c.id(path{"audience.except", i, ""}, id)
		}
	}
}

func (a *AudienceAmount) check(c *checker, i int) {
	c.required(path{"audience.amounts", i, "name"}, a.Name, MaxCodeLength)
	if a.AtLeast == nil && a.Below == nil {
		c.report(path{"audience.amounts", i, "at_least"}, Missing)
	}
	for _, end := range []struct {
		field  string
		amount *rapport.Money
	}{{"at_least", a.AtLeast}, {"below", a.Below}} {
		if end.amount != nil {
			c.money(path{"audience.amounts", i, end.field}.String(), *end.amount)
		}
	}
	if a.AtLeast != nil && a.Below != nil {
		// A range that holds nothing, or in two currencies.
		if order, err := a.AtLeast.Cmp(*a.Below); err != nil || order >= 0 {
			c.report(path{"audience.amounts", i, "below"}, OutOfRange)
		}
	}
}

// Includes reports whether the audience includes a subject at an instant; if not,
// which condition failed first, with its detail. Rules of the host are asked last,
// through check; without one, nobody passes such a rule. The error is that of check.
func (a Audience) Includes(s AudienceSubject, at time.Time, check AudienceCheck) (in bool, why LeftOutReason, detail string, err error) {
	switch {
	case slices.Contains(a.Except, s.Customer.ID()):
		return false, LeftExcept, "", nil
	case len(a.Kinds) > 0 && !slices.Contains(a.Kinds, s.Customer.Kind()):
		return false, LeftKind, "", nil
	case len(a.Roles) > 0 && !slices.ContainsFunc(a.Roles, func(role RoleType) bool { return s.Customer.HasRole(role, at) }):
		return false, LeftRole, "", nil
	case len(a.Stages) > 0 && !slices.Contains(a.Stages, s.Stage):
		return false, LeftStage, "", nil
	}
	for _, want := range a.Attributes {
		if value, ok := s.Attributes[want.Name]; !ok || !slices.Contains(want.OneOf, value) {
			return false, LeftAttribute, want.Name, nil
		}
	}
	for _, want := range a.Amounts {
		amount, ok := s.Amounts[want.Name]
		if !ok {
			return false, LeftAmount, want.Name, nil
		}
		if why := want.excludes(amount); why != "" {
			return false, why, want.Name, nil
		}
	}
	if a.Rule == "" {
		return true, "", "", nil
	}
	if check != nil {
		if in, err = check(a.Rule, s, at); err != nil || in {
			return in && err == nil, "", "", err
		}
	}
	return false, LeftRule, a.Rule, nil
}

// excludes says why an amount is outside the range, "" if it is inside.
func (a *AudienceAmount) excludes(amount rapport.Money) LeftOutReason {
	if a.AtLeast != nil {
		if order, err := amount.Cmp(*a.AtLeast); err != nil {
			return LeftCurrency
		} else if order < 0 {
			return LeftAmount
		}
	}
	if a.Below != nil {
		if order, err := amount.Cmp(*a.Below); err != nil {
			return LeftCurrency
		} else if order >= 0 {
			return LeftAmount
		}
	}
	return ""
}
