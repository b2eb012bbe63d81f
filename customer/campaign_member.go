package customer

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"time"

	"github.com/rapport-crm/rapport"
)

// FileCampaignMember is under what a [CampaignMember] is kept: with the customer and
// with the campaign.
const FileCampaignMember FileKind = "campaign-member"

// CampaignArm is the part a customer has in a campaign.
type CampaignArm string

// The arms. Control shows what would have happened without the campaign.
const (
	ArmTreatment CampaignArm = "treatment" // to be contacted
	ArmControl   CampaignArm = "control"   // not to be contacted
)

// ResponseType says how a customer reacted to a contact.
type ResponseType string

// The types of response. Those from interested on are answers of the customer.
const (
	ResponseBounced    ResponseType = "bounced" // never reached the customer
	ResponseOpened     ResponseType = "opened"  // was seen or read
	ResponseInterested ResponseType = "interested"
	ResponseDeclined   ResponseType = "declined"
	ResponseOptedOut   ResponseType = "opted-out" // wants no more: the host withdraws the consent
)

// answers reports whether the customer did something.
func (t ResponseType) answers() bool {
	return t == ResponseInterested || t == ResponseDeclined || t == ResponseOptedOut
}

func (t ResponseType) isValid() bool {
	return t == ResponseBounced || t == ResponseOpened || t.answers()
}

// CampaignResponse is one reaction.
type CampaignResponse struct {
	At   time.Time    `json:"at"`
	Type ResponseType `json:"type"`
	Text string       `json:"text,omitzero"` // free text
}

// CampaignMember is a customer that was chosen for a campaign, and what happened.
type CampaignMember struct {
	ID         rapport.ID         `json:"id"` // see [CampaignMemberID]
	Campaign   rapport.ID         `json:"campaign"`
	Customer   rapport.ID         `json:"customer"`
	Arm        CampaignArm        `json:"arm"`
	Stratum    string             `json:"stratum,omitzero"` // within which it was drawn, "": among all
	Channel    Channel            `json:"channel"`          // of the campaign
	Assigned   time.Time          `json:"assigned"`         // when it was chosen, which for both arms starts the window
	Contacts   []time.Time        `json:"contacts,omitempty"`
	Responses  []CampaignResponse `json:"responses,omitempty"`
	RecordedAt time.Time          `json:"recorded_at"`
}

// CampaignMemberID returns the id of a customer's membership in a campaign: the same
// for the same two, so that choosing again writes no second one.
func CampaignMemberID(campaign, customer rapport.ID) rapport.ID {
	e := newEncoding("campaign-member")
	e.text(string(campaign))
	e.text(string(customer))
	sum := sha256.Sum256(e.bytes)
	return rapport.ID(hex.EncodeToString(sum[:16]))
}

// Filing implements [Filed]. The event time is that of the first contact or, without
// one, when the customer was chosen.
func (m CampaignMember) Filing() Filing {
	at := m.Assigned
	if len(m.Contacts) > 0 {
		at = m.Contacts[0]
	}
	return Filing{Kind: FileCampaignMember, ID: m.ID, Customer: m.Customer, With: m.Campaign, At: at.UTC(), RecordedAt: m.RecordedAt.UTC()}
}

// ContactChannel returns the channel of the campaign, "" for one that was not
// contacted.
func (m CampaignMember) ContactChannel() Channel {
	if len(m.Contacts) == 0 {
		return ""
	}
	return m.Channel
}

// Validate implements [Filed]: times do not go backwards, nobody responds before a
// contact, and the control group has neither contacts nor responses.
func (m CampaignMember) Validate() error {
	var k checker
	k.id(path{field: "id"}, m.ID)
	k.id(path{field: "campaign"}, m.Campaign)
	k.id(path{field: "customer"}, m.Customer)
	if m.Arm != ArmTreatment && m.Arm != ArmControl {
		k.report(path{field: "arm"}, enumReason(m.Arm == ""))
	}
	k.optional(path{field: "stratum"}, m.Stratum, MaxCodeLength)
	k.required(path{field: "channel"}, string(m.Channel), MaxCodeLength)
	k.instant(path{field: "assigned"}, m.Assigned, true)
	last := m.Assigned
	if m.Arm == ArmControl && len(m.Contacts) > 0 {
		k.report(path{field: "contacts"}, NotAllowed)
	}
	if entries(&k, "contacts", m.Contacts) {
		for i, at := range m.Contacts {
			k.instant(path{"contacts", i, ""}, at, true)
			if at.Before(last) {
				k.report(path{"contacts", i, ""}, OutOfRange)
			}
			last = at
		}
	}
	if len(m.Responses) > 0 && len(m.Contacts) == 0 {
		k.report(path{field: "responses"}, NotAllowed)
	} else if entries(&k, "responses", m.Responses) {
		for i, r := range m.Responses {
			k.instant(path{"responses", i, "at"}, r.At, true)
			if r.At.Before(m.Contacts[0]) || i > 0 && r.At.Before(m.Responses[i-1].At) {
				k.report(path{"responses", i, "at"}, OutOfRange)
			}
			if !r.Type.isValid() {
				k.report(path{"responses", i, "type"}, enumReason(r.Type == ""))
			}
			k.optional(path{"responses", i, "text"}, r.Text, MaxTextLength)
		}
	}
	k.instant(path{field: "recorded_at"}, m.RecordedAt, true)
	return k.err("campaign member", string(m.ID))
}

// WithContact returns the member after a contact. The error is a
// [*ValidationError].
func (m CampaignMember) WithContact(at, recordedAt time.Time) (CampaignMember, error) {
	m.Contacts = append(slices.Clone(m.Contacts), at)
	return m.recorded(recordedAt)
}

// WithResponse returns the member after a response. The error is a
// [*ValidationError].
func (m CampaignMember) WithResponse(r CampaignResponse, recordedAt time.Time) (CampaignMember, error) {
	m.Responses = append(slices.Clone(m.Responses), r)
	return m.recorded(recordedAt)
}

func (m CampaignMember) recorded(at time.Time) (CampaignMember, error) {
	m.RecordedAt = at
	if err := m.Validate(); err != nil {
		return CampaignMember{}, err
	}
	return m.normal(), nil
}

// answered reports whether the customer answered by an instant.
func (m *CampaignMember) answered(asOf time.Time) bool {
	return slices.ContainsFunc(m.Responses, func(r CampaignResponse) bool { return r.Type.answers() && !r.At.After(asOf) })
}

// contactsBy returns how many contacts there were by an instant.
func (m *CampaignMember) contactsBy(asOf time.Time) int {
	n := 0
	for _, at := range m.Contacts {
		if !at.After(asOf) {
			n++
		}
	}
	return n
}

// normal returns m with times in UTC and one form of what is absent.
func (m CampaignMember) normal() CampaignMember {
	m.Assigned, m.RecordedAt = m.Assigned.UTC(), m.RecordedAt.UTC()
	m.Contacts, m.Responses = cloneList(m.Contacts), cloneList(m.Responses)
	for i := range m.Contacts {
		m.Contacts[i] = m.Contacts[i].UTC()
	}
	for i := range m.Responses {
		m.Responses[i].At = m.Responses[i].At.UTC()
	}
	return m
}

type plainCampaignMember CampaignMember

type campaignMemberForm struct {
	Format int `json:"format"`
	*plainCampaignMember
}

// MarshalJSON writes every field in a versioned form. It refuses
// what [CampaignMember.Validate] does.
func (m CampaignMember) MarshalJSON() ([]byte, error) {
	if err := m.Validate(); err != nil {
		return nil, err
	}
	m = m.normal()
	return json.Marshal(campaignMemberForm{jsonFormat, (*plainCampaignMember)(&m)})
}

// UnmarshalJSON reads what [CampaignMember.MarshalJSON] writes and validates it. Null
// leaves m as it is; so does an error.
func (m *CampaignMember) UnmarshalJSON(text []byte) error {
	if isNull(text) {
		return nil
	}
	var read CampaignMember
	if err := decodeStrict("campaign member", text, &campaignMemberForm{plainCampaignMember: (*plainCampaignMember)(&read)}); err != nil {
		return err
	}
	if err := read.Validate(); err != nil {
		return err
	}
	*m = read.normal()
	return nil
}
