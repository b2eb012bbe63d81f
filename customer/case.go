package customer

import (
	"encoding/json"
	"math"
	"slices"
	"time"

	"github.com/rapport-crm/rapport"
)

// FileCase is under what a [Case] is kept.
const FileCase FileKind = "case"

// CaseType says what sort of case it is.
type CaseType string

// The types of case.
const (
	CaseRequest   CaseType = "request"   // the customer wants a service, an answer or a repair
	CaseComplaint CaseType = "complaint" // the customer is not content with us
)

// Severity says how grave a case is.
type Severity string

// The severities, the lightest first.
const (
	SeverityLow      Severity = "low"
	SeverityNormal   Severity = "normal"
	SeverityHigh     Severity = "high"
	SeverityCritical Severity = "critical"
)

// rank orders severities, 0 for one that is not stated.
func (s Severity) rank() int {
	return 1 + slices.Index([]Severity{SeverityLow, SeverityNormal, SeverityHigh, SeverityCritical}, s)
}

// Rating is a satisfaction with its scale: {4, 1, 5} is four points on a scale from
// one to five. The zero Rating is none.
type Rating struct {
	Points  float64 `json:"points"`
	Lowest  float64 `json:"lowest"`
	Highest float64 `json:"highest"`
}

// Index returns the rating on a scale from 0 to 100, false if there is none.
func (r Rating) Index() (float64, bool) {
	if !(r.Highest > r.Lowest) {
		return 0, false
	}
	return 100 * (r.Points - r.Lowest) / (r.Highest - r.Lowest), true
}

// CaseRound is a stretch in which a case was worked on, from its opening or
// reopening on. A round that was closed but not resolved was given up.
type CaseRound struct {
	Opened   time.Time `json:"opened"`
	Resolved time.Time `json:"resolved,omitzero"` // a solution was given
	Closed   time.Time `json:"closed,omitzero"`   // nothing more is to be done
}

// settled returns when the round was resolved or, without a solution, closed; the
// zero time if it is open.
func (r *CaseRound) settled() time.Time {
	if r.Resolved.IsZero() {
		return r.Closed
	}
	return r.Resolved
}

// Case is a service request or a complaint. It holds the stage and the times that a
// process gave it and has no rules on which stage follows which: a service-case
// process moves it, and [Case.Enter] writes down each move.
type Case struct {
	ID            rapport.ID    `json:"id"`
	Customer      rapport.ID    `json:"customer"`
	Type          CaseType      `json:"type"`
	Category      string        `json:"category"` // the host's code: what it is about
	Severity      Severity      `json:"severity,omitzero"`
	Product       string        `json:"product,omitzero"`
	Channel       Channel       `json:"channel,omitzero"` // over which it came
	Branch        string        `json:"branch,omitzero"`
	Owner         string        `json:"owner,omitzero"` // who works on it
	Topic         string        `json:"topic,omitzero"` // free text
	Stage         string        `json:"stage,omitzero"` // of the process that moves it
	StageSince    time.Time     `json:"stage_since,omitzero"`
	Rounds        []CaseRound   `json:"rounds"` // at least one; times never go backwards
	FirstResponse time.Time     `json:"first_response,omitzero"`
	Contacts      int           `json:"contacts,omitzero"`     // contacts that the customer needed for it; 0: not counted
	Follows       rapport.ID    `json:"follows,omitzero"`      // the earlier case that came back, see [Recurrence]
	Resolution    string        `json:"resolution,omitzero"`   // the host's code: how it was resolved
	Compensation  rapport.Money `json:"compensation,omitzero"` // given to the customer, above 0; zero: none
	Satisfaction  Rating        `json:"satisfaction,omitzero"` // after it; zero: not asked
	RecordedAt    time.Time     `json:"recorded_at"`
}

// Filing implements [Filed]. The event time is that of the first opening.
func (c Case) Filing() Filing {
	return Filing{Kind: FileCase, ID: c.ID, Customer: c.Customer, With: c.Follows, At: c.Opened().UTC(), RecordedAt: c.RecordedAt.UTC()}
}

// ContactChannel returns the channel over which the case came.
func (c Case) ContactChannel() Channel { return c.Channel }

// Opened returns when the case was first opened.
func (c Case) Opened() time.Time {
	if len(c.Rounds) == 0 {
		return time.Time{}
	}
	return c.Rounds[0].Opened
}

// Settled returns when the case was last resolved or, without a solution, closed;
// false if it is open.
func (c Case) Settled() (time.Time, bool) {
	if len(c.Rounds) == 0 {
		return time.Time{}, false
	}
	at := c.Rounds[len(c.Rounds)-1].settled()
	return at, !at.IsZero()
}

// Validate implements [Filed]. Times that go backwards are out of range.
func (c Case) Validate() error {
	var k checker
	k.id(path{field: "id"}, c.ID)
	k.id(path{field: "customer"}, c.Customer)
	if c.Type != CaseRequest && c.Type != CaseComplaint {
		k.report(path{field: "type"}, enumReason(c.Type == ""))
	}
	k.required(path{field: "category"}, c.Category, MaxCodeLength)
	switch c.Severity {
	case "", SeverityLow, SeverityNormal, SeverityHigh, SeverityCritical:
	default:
		k.report(path{field: "severity"}, Unknown)
	}
	k.optional(path{field: "product"}, c.Product, MaxCodeLength)
	k.optional(path{field: "channel"}, string(c.Channel), MaxCodeLength)
	k.optional(path{field: "branch"}, c.Branch, MaxCodeLength)
	k.optional(path{field: "owner"}, c.Owner, MaxCodeLength)
	k.optional(path{field: "topic"}, c.Topic, MaxTextLength)
	k.optional(path{field: "stage"}, c.Stage, MaxCodeLength)
	c.checkTimes(&k)
	if c.Contacts < 0 {
		k.report(path{field: "contacts"}, OutOfRange)
	}
	if c.Follows != "" {
		k.id(path{field: "follows"}, c.Follows)
		if c.Follows == c.ID {
			k.report(path{field: "follows"}, NotAllowed)
		}
	}
	k.optional(path{field: "resolution"}, c.Resolution, MaxCodeLength)
	k.spent("compensation", c.Compensation)
	if r := c.Satisfaction; r != (Rating{}) && !(r.Highest > r.Lowest && r.Points >= r.Lowest && r.Points <= r.Highest && !math.IsInf(r.Highest-r.Lowest, 0)) {
		k.report(path{field: "satisfaction"}, OutOfRange)
	}
	k.instant(path{field: "recorded_at"}, c.RecordedAt, true)
	return k.err("case", string(c.ID))
}

// spent checks an amount of which zero means none.
func (c *checker) spent(field string, m rapport.Money) {
	if !m.IsZero() && c.money(field, m) && m.Sign() < 0 {
		c.report(path{field: field}, WrongSign)
	}
}

func (c *Case) checkTimes(k *checker) {
	k.instant(path{field: "stage_since"}, c.StageSince, c.Stage != "")
	if len(c.Rounds) == 0 {
		k.report(path{field: "rounds"}, Missing)
	}
	if entries(k, "rounds", c.Rounds) {
		var last time.Time
		for i, r := range c.Rounds {
			for _, step := range []struct {
				field    string
				at       time.Time
				required bool
			}{{"opened", r.Opened, true}, {"resolved", r.Resolved, false}, {"closed", r.Closed, false}} {
				p := path{"rounds", i, step.field}
				k.instant(p, step.at, step.required)
				if !step.at.IsZero() && step.at.Before(last) {
					k.report(p, OutOfRange)
				}
				if !step.at.IsZero() {
					last = step.at
				}
			}
			if i < len(c.Rounds)-1 && r.settled().IsZero() {
				k.report(path{"rounds", i, "resolved"}, Missing)
			}
		}
	}
	for _, step := range []struct {
		field string
		at    time.Time
	}{{"stage_since", c.StageSince}, {"first_response", c.FirstResponse}} {
		if !step.at.IsZero() && step.at.Before(c.Opened()) {
			k.report(path{field: step.field}, OutOfRange)
		}
	}
	k.instant(path{field: "first_response"}, c.FirstResponse, false)
}

// normal returns c with times in UTC and one form of what is absent.
func (c Case) normal() Case {
	c.StageSince, c.FirstResponse, c.RecordedAt = c.StageSince.UTC(), c.FirstResponse.UTC(), c.RecordedAt.UTC()
	c.Rounds = slices.Clone(c.Rounds)
	for i, r := range c.Rounds {
		c.Rounds[i] = CaseRound{r.Opened.UTC(), r.Resolved.UTC(), r.Closed.UTC()}
	}
	c.Compensation = known(c.Compensation)
	return c
}

// known returns an amount, the zero Money for one of nothing.
func known(m rapport.Money) rapport.Money {
	if m.IsZero() {
		return rapport.Money{}
	}
	return m
}

type plainCase Case

type caseForm struct {
	Format int `json:"format"`
	*plainCase
}

// MarshalJSON writes every field in a versioned form. It refuses
// what [Case.Validate] does.
func (c Case) MarshalJSON() ([]byte, error) {
	if err := c.Validate(); err != nil {
		return nil, err
	}
	c = c.normal()
	return json.Marshal(caseForm{jsonFormat, (*plainCase)(&c)})
}

// UnmarshalJSON reads what [Case.MarshalJSON] writes and validates it. Null leaves c
// as it is; so does an error.
func (c *Case) UnmarshalJSON(text []byte) error {
	if isNull(text) {
		return nil
	}
	var read Case
	if err := decodeStrict("case", text, &caseForm{plainCase: (*plainCase)(&read)}); err != nil {
		return err
	}
	if err := read.Validate(); err != nil {
		return err
	}
	*c = read.normal()
	return nil
}
