package customer

import (
	"encoding/json"
	"slices"
	"time"

	"github.com/rapport-crm/rapport"
)

// FileSelfService is under what a [SelfServiceChange] is kept.
const FileSelfService FileKind = "self-service-change"

// SelfServiceAction is what a customer can ask to change by itself.
type SelfServiceAction string

// The actions.
const (
	SelfSetName         SelfServiceAction = "set-name"
	SelfAddContact      SelfServiceAction = "add-contact"
	SelfEndContact      SelfServiceAction = "end-contact"
	SelfGiveConsent     SelfServiceAction = "give-consent"
	SelfWithdrawConsent SelfServiceAction = "withdraw-consent"
)

func (a SelfServiceAction) isValid() bool {
	switch a {
	case SelfSetName, SelfAddContact, SelfEndContact, SelfGiveConsent, SelfWithdrawConsent:
		return true
	}
	return false
}

// SelfServiceAnswer says what becomes of a change.
type SelfServiceAnswer string

// The answers.
const (
	SelfAllowed SelfServiceAnswer = "allowed"
	SelfVerify  SelfServiceAnswer = "verify" // allowed once the customer has proved who it is
	SelfRefused SelfServiceAnswer = "refused"
)

// SelfServiceRule answers one action, for all channels of contact or for one.
type SelfServiceRule struct {
	Action  SelfServiceAction `json:"action"`
	Channel Channel           `json:"channel,omitzero"` // of the contact point or the consent; "": any
	Answer  SelfServiceAnswer `json:"answer"`
}

// SelfServicePolicy says what customers may change by themselves. A rule for a
// channel goes before one for any; what no rule answers is refused, and consent for
// every channel gets the strictest answer of all rules. To withdraw
// consent must be as easy as to give it (GDPR, article 7(3); PIPL, article 15), so a
// policy may not answer a withdrawal more strictly than "allowed", and without a
// rule it is allowed.
type SelfServicePolicy struct {
	Rules []SelfServiceRule `json:"rules"`
}

// DefaultSelfService allows to end a contact point and to give or withdraw consent,
// and to change the name or add a contact point after verification.
func DefaultSelfService() SelfServicePolicy {
	return SelfServicePolicy{Rules: []SelfServiceRule{
		{SelfSetName, "", SelfVerify}, {SelfAddContact, "", SelfVerify}, {SelfEndContact, "", SelfAllowed}, {SelfGiveConsent, "", SelfAllowed},
	}}
}

// Validate returns nil or a [*ValidationError]; two rules for the same are a
// duplicate.
func (p SelfServicePolicy) Validate() error {
	var k checker
	if entries(&k, "rules", p.Rules) {
		for i, r := range p.Rules {
			if !r.Action.isValid() {
				k.report(path{"rules", i, "action"}, enumReason(r.Action == ""))
			}
			k.optional(path{"rules", i, "channel"}, string(r.Channel), MaxCodeLength)
			switch r.Answer {
			case SelfAllowed:
			case SelfVerify, SelfRefused:
				if r.Action == SelfWithdrawConsent {
					k.report(path{"rules", i, "answer"}, NotAllowed)
				}
			default:
				k.report(path{"rules", i, "answer"}, enumReason(r.Answer == ""))
			}
			if slices.ContainsFunc(p.Rules[:i], func(q SelfServiceRule) bool { return q.Action == r.Action && q.Channel == r.Channel }) {
				k.report(path{"rules", i, ""}, Duplicate)
			}
		}
	}
	return k.err("self-service policy", "")
}

// SelfServiceChange is a change that a customer asked for by itself.
type SelfServiceChange struct {
	ID         rapport.ID        `json:"id"`
	Customer   rapport.ID        `json:"customer"`
	Action     SelfServiceAction `json:"action"`
	Over       Channel           `json:"over"`              // where it was asked: web, app
	Name       string            `json:"name,omitzero"`     // the new name
	Channel    Channel           `json:"channel,omitzero"`  // of the contact point, or of the consent ("": every one)
	Value      string            `json:"value,omitzero"`    // of the contact point
	Usage      Usage             `json:"usage,omitzero"`    // of a new contact point
	Purpose    Purpose           `json:"purpose,omitzero"`  // of the consent
	Verified   bool              `json:"verified,omitzero"` // the customer proved who it is, and that it is reached at a new contact point
	Answer     SelfServiceAnswer `json:"answer,omitzero"`   // what became of it; "": not answered yet
	At         time.Time         `json:"at"`
	RecordedAt time.Time         `json:"recorded_at"`
}

// Filing implements [Filed].
func (s SelfServiceChange) Filing() Filing {
	return Filing{Kind: FileSelfService, ID: s.ID, Customer: s.Customer, At: s.At.UTC(), RecordedAt: s.RecordedAt.UTC()}
}

// ContactChannel returns over which channel the change was asked for.
func (s SelfServiceChange) ContactChannel() Channel { return s.Over }

// Validate implements [Filed]: an action has its own fields and no others.
func (s SelfServiceChange) Validate() error {
	var k checker
	k.id(path{field: "id"}, s.ID)
	k.id(path{field: "customer"}, s.Customer)
	if !s.Action.isValid() {
		k.report(path{field: "action"}, enumReason(s.Action == ""))
	}
	k.required(path{field: "over"}, string(s.Over), MaxCodeLength)
	contact := s.Action == SelfAddContact || s.Action == SelfEndContact
	consent := s.Action == SelfGiveConsent || s.Action == SelfWithdrawConsent
	for _, f := range []struct {
		field, text string
		limit       int
		used, must  bool
	}{
		{"name", s.Name, MaxTextLength, s.Action == SelfSetName, true},
		{"channel", string(s.Channel), MaxCodeLength, contact || consent, contact},
		{"value", s.Value, MaxTextLength, contact, true},
		{"usage", string(s.Usage), MaxCodeLength, s.Action == SelfAddContact, false},
		{"purpose", string(s.Purpose), MaxCodeLength, consent, true},
	} {
		switch {
		case !s.Action.isValid():
		case f.used && f.must:
			k.required(path{field: f.field}, f.text, f.limit)
		case f.used:
			k.optional(path{field: f.field}, f.text, f.limit)
		case f.text != "":
			k.report(path{field: f.field}, NotAllowed)
		}
	}
	switch s.Answer {
	case "", SelfAllowed, SelfVerify, SelfRefused:
	default:
		k.report(path{field: "answer"}, Unknown)
	}
	k.instant(path{field: "at"}, s.At, true)
	k.instant(path{field: "recorded_at"}, s.RecordedAt, true)
	return k.err("self-service change", string(s.ID))
}

type plainSelfService SelfServiceChange

type selfServiceForm struct {
	Format int `json:"format"`
	*plainSelfService
}

// MarshalJSON writes every field in a versioned form. It refuses
// what [SelfServiceChange.Validate] does.
func (s SelfServiceChange) MarshalJSON() ([]byte, error) {
	if err := s.Validate(); err != nil {
		return nil, err
	}
	s.At, s.RecordedAt = s.At.UTC(), s.RecordedAt.UTC()
	return json.Marshal(selfServiceForm{jsonFormat, (*plainSelfService)(&s)})
}

// UnmarshalJSON reads what [SelfServiceChange.MarshalJSON] writes and validates it.
// Null leaves s as it is; so does an error.
func (s *SelfServiceChange) UnmarshalJSON(text []byte) error {
	if isNull(text) {
		return nil
	}
	var read SelfServiceChange
	if err := decodeStrict("self-service change", text, &selfServiceForm{plainSelfService: (*plainSelfService)(&read)}); err != nil {
		return err
	}
	if err := read.Validate(); err != nil {
		return err
	}
	read.At, read.RecordedAt = read.At.UTC(), read.RecordedAt.UTC()
	*s = read
	return nil
}
