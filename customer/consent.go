package customer

import (
	"cmp"
	"encoding/json"
	"time"

	"github.com/rapport-crm/rapport"
)

// FileConsent is the kind of a [Consent].
const FileConsent FileKind = "consent"

// Consent states one thing about the ground for using a subject's data: that it
// was given, denied or withdrawn at an instant, for a purpose and a channel. It
// is never changed: who withdraws adds a further record, and what holds at an
// instant follows from all of them ([ConsentLedger]).
//
// A record is of one ground ([Basis]), not only of consent in the narrow sense: a
// contract that data are needed for is recorded alike. A refusal names the ground
// it speaks against, BasisConsent if the subject was asked for consent.
type Consent struct {
	ID           rapport.ID    `json:"id"`                // required
	Subject      rapport.ID    `json:"subject"`           // required: the customer
	Jurisdiction Jurisdiction  `json:"jurisdiction"`      // required: under which law it was given or refused
	Purpose      Purpose       `json:"purpose"`           // required; AnyPurpose for refusals only
	Channel      Channel       `json:"channel"`           // required; AnyChannel for all of them, and for purposes without one
	Basis        Basis         `json:"basis"`             // required
	Status       ConsentStatus `json:"status"`            // required
	At           time.Time     `json:"at"`                // event time: when it was given, denied or withdrawn
	GivenAt      time.Time     `json:"given_at,omitzero"` // withdrawn only: when what ends here was given, if no record of its own says so
	Expires      time.Time     `json:"expires,omitzero"`  // of a grant: the first instant at which it no longer holds
	Notice       string        `json:"notice,omitzero"`   // version of the notice that the subject saw
	Evidence     string        `json:"evidence,omitzero"` // names the one proof: a form, a log entry, a recording
	Separate     bool          `json:"separate,omitzero"` // asked for on its own, explicitly (PIPL 23, 25, 26, 29, 39; GDPR 9(2)(a))
	Guardian     Guardian      `json:"guardian,omitzero"` // who spoke for a child
	Source       string        `json:"source,omitzero"`   // the system or desk that took it
	RecordedAt   time.Time     `json:"recorded_at"`       // record time
}

// Guardian is who gave or refused a consent for a child (GDPR 8, PIPL 31). The zero
// value: the subject spoke.
type Guardian struct {
	Name     string `json:"name"`              // required if there is a guardian: name or key
	Relation string `json:"relation,omitzero"` // such as "mother"
	Evidence string `json:"evidence,omitzero"` // how the responsibility was verified (GDPR 8(2))
}

// IsZero reports whether there is no guardian.
func (g Guardian) IsZero() bool { return g == Guardian{} }

// Filing returns under what the consent is kept.
func (c Consent) Filing() Filing {
	return Filing{Kind: FileConsent, ID: c.ID, Customer: c.Subject, At: c.At, RecordedAt: c.RecordedAt}
}

// Validate returns nil or a [*ValidationError] that lists every problem.
func (c Consent) Validate() error { return c.check() }

// check normalises the times and returns all problems as one error.
func (c *Consent) check() error {
	var k checker
	k.id(path{field: "id"}, c.ID)
	k.id(path{field: "subject"}, c.Subject)
	k.required(path{field: "jurisdiction"}, string(c.Jurisdiction), MaxCodeLength)
	k.required(path{field: "purpose"}, string(c.Purpose), MaxCodeLength)
	if c.Purpose == AnyPurpose && c.grants() {
		k.report(path{field: "purpose"}, NotAllowed)
	}
	k.required(path{field: "channel"}, string(c.Channel), MaxCodeLength)
	k.required(path{field: "basis"}, string(c.Basis), MaxCodeLength)
	if !c.Status.IsValid() {
		k.report(path{field: "status"}, enumReason(c.Status == ""))
	}
	c.At = k.instant(path{field: "at"}, c.At, true)
	c.GivenAt = k.instant(path{field: "given_at"}, c.GivenAt, false)
	c.Expires = k.instant(path{field: "expires"}, c.Expires, false)
	c.checkOrder(&k)
	k.optional(path{field: "notice"}, c.Notice, MaxCodeLength)
	k.optional(path{field: "evidence"}, c.Evidence, MaxTextLength)
	if !c.Guardian.IsZero() {
		k.required(path{field: "guardian.name"}, c.Guardian.Name, MaxTextLength)
		k.optional(path{field: "guardian.relation"}, c.Guardian.Relation, MaxCodeLength)
		k.optional(path{field: "guardian.evidence"}, c.Guardian.Evidence, MaxTextLength)
	}
	k.optional(path{field: "source"}, c.Source, MaxCodeLength)
	c.RecordedAt = k.instant(path{field: "recorded_at"}, c.RecordedAt, true)
	return k.err("consent", string(c.ID))
}

// checkOrder reports times that are out of place or go backwards.
func (c *Consent) checkOrder(k *checker) {
	if !c.GivenAt.IsZero() {
		switch {
		case c.Status != ConsentWithdrawn:
			k.report(path{field: "given_at"}, NotAllowed)
		case c.GivenAt.After(c.At):
			k.report(path{field: "given_at"}, OutOfRange)
		}
	}
	if !c.Expires.IsZero() {
		switch {
		case !c.grants():
			k.report(path{field: "expires"}, NotAllowed)
		case !c.Expires.After(c.grantedAt()):
			k.report(path{field: "expires"}, OutOfRange)
		}
	}
}

// grants reports whether the record says that something was given: by its status,
// or before the withdrawal that it records.
func (c *Consent) grants() bool {
	return c.Status == ConsentGiven || c.Status == ConsentWithdrawn && !c.GivenAt.IsZero()
}

// grantedAt returns when what the record grants was given.
func (c *Consent) grantedAt() time.Time {
	if c.Status == ConsentWithdrawn {
		return c.GivenAt
	}
	return c.At
}

// covers reports whether the record speaks about a purpose over a channel.
func (c *Consent) covers(purpose Purpose, channel Channel) bool {
	return (c.Purpose == purpose || c.Purpose == AnyPurpose) && (c.Channel == channel || c.Channel == AnyChannel)
}

// compareConsents orders the records of a ledger: by subject, then by event time,
// record time and id.
func compareConsents(a, b Consent) int {
	return cmp.Or(cmp.Compare(a.Subject, b.Subject), a.At.Compare(b.At), a.RecordedAt.Compare(b.RecordedAt), cmp.Compare(a.ID, b.ID))
}

// spoken orders records of one event time, whoever's they are: by record time, then
// by term, one that ends sooner counting as the later word, then by id.
func (c *Consent) spoken(d *Consent) int {
	if order := c.RecordedAt.Compare(d.RecordedAt); order != 0 {
		return order
	}
	if c.Expires != d.Expires {
		if d.Expires.IsZero() || !c.Expires.IsZero() && c.Expires.Before(d.Expires) {
			return 1
		}
		return -1
	}
	return cmp.Compare(c.ID, d.ID)
}

// plainConsent is a Consent that writes its fields one by one.
type plainConsent Consent

type consentForm struct {
	Format int `json:"format"`
	*plainConsent
}

// MarshalJSON writes the record in a versioned form, times in UTC. Equal records
// give the same bytes. It refuses what [Consent.Validate] refuses.
func (c Consent) MarshalJSON() ([]byte, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	return json.Marshal(consentForm{jsonFormat, (*plainConsent)(&c)})
}

// UnmarshalJSON reads what [Consent.MarshalJSON] writes and checks it. Null leaves
// c as it is; so does an error, which is a [*ValidationError], a [*FormatError] or
// one about the JSON itself.
func (c *Consent) UnmarshalJSON(text []byte) error {
	if isNull(text) {
		return nil
	}
	var read Consent
	if err := decodeStrict("consent", text, &consentForm{plainConsent: (*plainConsent)(&read)}); err != nil {
		return err
	}
	if err := read.check(); err != nil {
		return err
	}
	*c = read
	return nil
}
