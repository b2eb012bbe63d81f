package customer

import (
	"encoding/json"
	"slices"
	"time"

	"github.com/rapport-crm/rapport"
)

// FileMembership is the kind of record of a [Membership].
const FileMembership FileKind = "membership"

// MembershipStatus says whether a membership gives benefits.
type MembershipStatus string

// The statuses.
const (
	MembershipActive MembershipStatus = "active"
	MembershipPaused MembershipStatus = "paused" // by the member or by us; points are kept
	MembershipEnded  MembershipStatus = "ended"  // a member that comes back becomes active again
)

// Membership is that of one customer in one programme. Its status and card are those
// of its changes; its points are kept in a [PointsLedger] of entries that name it.
// Benefits hold in all branches: Branch only says where the member joined.
type Membership struct {
	ID         rapport.ID         `json:"id"`
	Customer   rapport.ID         `json:"customer"`
	Programme  string             `json:"programme"`       // the host's code, up to 128 bytes
	Number     string             `json:"number"`          // of the member in the programme, up to 128 bytes
	Branch     string             `json:"branch,omitzero"` // where it joined, up to 128 bytes
	Changes    []MembershipChange `json:"changes"`         // at least the joining; none before the one before it
	RecordedAt time.Time          `json:"recorded_at"`     // record time of this state
}

// MembershipChange is a dated change of the status or of the card.
type MembershipChange struct {
	At         time.Time        `json:"at"`             // event time
	RecordedAt time.Time        `json:"recorded_at"`    // record time
	Status     MembershipStatus `json:"status"`         // from then on
	Card       string           `json:"card,omitzero"`  // in force from then on, up to 128 bytes; "": none
	Cause      string           `json:"cause,omitzero"` // the host's code
	Actor      string           `json:"actor,omitzero"` // who changed it, up to 128 bytes
}

// Joined returns when the membership began; zero without changes.
func (m *Membership) Joined() time.Time {
	if len(m.Changes) == 0 {
		return time.Time{}
	}
	return m.Changes[0].At
}

// AsOf returns the change in force at event, by what was recorded up to known: status
// and card. It is false before the member joined.
func (m *Membership) AsOf(event, known time.Time) (MembershipChange, bool) {
	for _, c := range slices.Backward(m.Changes) {
		if !c.At.After(event) && !c.RecordedAt.After(known) {
			return c, true
		}
	}
	return MembershipChange{}, false
}

// With returns the membership with one more change. The error is a
// [*ValidationError]: OutOfRange for a change whose event or record time is before
// the last, Duplicate for one that changes neither status nor card.
func (m Membership) With(change MembershipChange) (Membership, error) {
	m.Changes = append(slices.Clip(m.Changes), change)
	m.RecordedAt = change.RecordedAt
	m.settle()
	if err := m.Validate(); err != nil {
		return Membership{}, err
	}
	return m, nil
}

// Filing files the membership under its customer, at the time of joining.
func (m Membership) Filing() Filing {
	return Filing{Kind: FileMembership, ID: m.ID, Customer: m.Customer, At: m.Joined().UTC(), RecordedAt: m.RecordedAt.UTC()}
}

// Validate returns nil or a [*ValidationError]; see [Membership.With].
func (m Membership) Validate() error {
	var c checker
	c.id(path{field: "id"}, m.ID)
	c.id(path{field: "customer"}, m.Customer)
	c.required(path{field: "programme"}, m.Programme, MaxCodeLength)
	c.required(path{field: "number"}, m.Number, MaxCodeLength)
	c.optional(path{field: "branch"}, m.Branch, MaxCodeLength)
	if len(m.Changes) == 0 {
		c.report(path{field: "changes"}, Missing)
	}
	if entries(&c, "changes", m.Changes) {
		for i := range m.Changes {
			m.checkChange(&c, i)
		}
	}
	c.instant(path{field: "recorded_at"}, m.RecordedAt, true)
	return c.err("membership", string(m.ID))
}

func (m *Membership) checkChange(c *checker, i int) {
	change := &m.Changes[i]
	c.instant(path{"changes", i, "at"}, change.At, true)
	c.instant(path{"changes", i, "recorded_at"}, change.RecordedAt, true)
	switch change.Status {
	case MembershipActive:
	case MembershipPaused, MembershipEnded:
		if i == 0 { // nobody joins paused
			c.report(path{"changes", i, "status"}, NotAllowed)
		}
	default:
		c.report(path{"changes", i, "status"}, enumReason(change.Status == ""))
	}
	c.optional(path{"changes", i, "card"}, change.Card, MaxCodeLength)
	c.optional(path{"changes", i, "cause"}, change.Cause, MaxCodeLength)
	c.optional(path{"changes", i, "actor"}, change.Actor, MaxCodeLength)
	if i == 0 {
		return
	}
	before := &m.Changes[i-1]
	if change.At.Before(before.At) {
		c.report(path{"changes", i, "at"}, OutOfRange)
	}
	if change.RecordedAt.Before(before.RecordedAt) {
		c.report(path{"changes", i, "recorded_at"}, OutOfRange)
	}
	if change.Status == before.Status && change.Card == before.Card {
		c.report(path{"changes", i, ""}, Duplicate)
	}
}

// settle puts the times into UTC, in a copy of the list.
func (m *Membership) settle() {
	settleTimes(&m.RecordedAt)
	m.Changes = slices.Clone(m.Changes)
	for i := range m.Changes {
		settleTimes(&m.Changes[i].At, &m.Changes[i].RecordedAt)
	}
}

type plainMembership Membership

type membershipForm struct {
	Format int `json:"format"`
	*plainMembership
}

// MarshalJSON writes every field in a versioned form, times in UTC. It refuses
// what [Membership.Validate] does.
func (m Membership) MarshalJSON() ([]byte, error) {
	if err := m.Validate(); err != nil {
		return nil, err
	}
	m.settle()
	return json.Marshal(membershipForm{jsonFormat, (*plainMembership)(&m)})
}

// UnmarshalJSON reads what [Membership.MarshalJSON] writes and validates it. Null
// leaves m as it is; so does an error.
func (m *Membership) UnmarshalJSON(text []byte) error {
	var read Membership
	return readFiled("membership", text, m, &read, &membershipForm{plainMembership: (*plainMembership)(&read)})
}

// VisitFrequency returns visits per customer: 10 800 visits of 2 000 customers in a
// year are 5.4. Visits of all branches count; N is the number of customers, those
// without a visit included. Without customers there is no value. The error is a
// [*RulesError] for a number below 0, or visits without customers.
func VisitFrequency(visits, customers int) (rapport.Ratio, error) {
	switch {
	case visits < 0:
		return rapport.Ratio{}, &RulesError{Field: "visits", Value: float64(visits), Want: "0 or more"}
	case customers < 0 || customers == 0 && visits > 0:
		return rapport.Ratio{}, &RulesError{Field: "customers", Value: float64(customers), Want: "0 or more, and some where there are visits"}
	}
	return rapport.Ratio{Num: float64(visits), Den: float64(customers), N: customers}, nil
}
