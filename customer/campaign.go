package customer

import (
	"encoding/json"
	"slices"
	"time"

	"github.com/rapport-crm/rapport"
)

// FileCampaign is under what a [Campaign] is kept; it belongs to no customer.
const FileCampaign FileKind = "campaign"

// CampaignAim says what a campaign is to do, which decides how its cost is booked.
type CampaignAim string

// The aims.
const (
	AimAcquisition CampaignAim = "acquisition" // win customers that never bought
	AimRetention   CampaignAim = "retention"   // keep or develop customers
	AimWinBack     CampaignAim = "win-back"    // regain lost ones
)

// Campaign is an offer made to an audience over a channel in a period. Who was
// chosen, contacted and what they did is kept with each [CampaignMember].
type Campaign struct {
	ID         rapport.ID       `json:"id"`
	Name       string           `json:"name,omitzero"`
	Aim        CampaignAim      `json:"aim"`
	Audience   Audience         `json:"audience,omitzero"`
	Offer      string           `json:"offer,omitzero"` // the host's code, or free text
	Channel    Channel          `json:"channel"`
	Purpose    Purpose          `json:"purpose"`              // for which consent is asked
	Branch     string           `json:"branch,omitzero"`      // "": the whole group
	Period     rapport.Interval `json:"period"`               // with a start; members are chosen in it
	Window     time.Duration    `json:"window_ns"`            // above 0: how long after a contact, or after being chosen, a purchase counts
	Fixed      rapport.Money    `json:"fixed,omitzero"`       // cost whatever the number of contacts, whole minor units
	PerContact rapport.Money    `json:"per_contact,omitzero"` // cost of one contact
	Control    float64          `json:"control,omitzero"`     // share of the audience that is not contacted, 0 ≤ share < 1
	Seed       uint64           `json:"seed,omitzero"`        // of the split
	RecordedAt time.Time        `json:"recorded_at"`
}

// Filing implements [Filed]. The event time is the start of the period.
func (c Campaign) Filing() Filing {
	return Filing{Kind: FileCampaign, ID: c.ID, At: c.Period.Start(), RecordedAt: c.RecordedAt.UTC()}
}

// Validate implements [Filed].
func (c Campaign) Validate() error {
	var k checker
	k.id(path{field: "id"}, c.ID)
	k.optional(path{field: "name"}, c.Name, MaxTextLength)
	switch c.Aim {
	case AimAcquisition, AimRetention, AimWinBack:
	default:
		k.report(path{field: "aim"}, enumReason(c.Aim == ""))
	}
	c.Audience.check(&k)
	k.optional(path{field: "offer"}, c.Offer, MaxTextLength)
	k.required(path{field: "channel"}, string(c.Channel), MaxCodeLength)
	k.required(path{field: "purpose"}, string(c.Purpose), MaxCodeLength)
	k.optional(path{field: "branch"}, c.Branch, MaxCodeLength)
	if c.Period.Start().IsZero() {
		k.report(path{field: "period"}, Missing)
	}
	k.interval(path{field: "period"}, c.Period)
	if c.Window <= 0 {
		k.report(path{field: "window_ns"}, OutOfRange)
	}
	k.spent("fixed", c.Fixed)
	if _, err := c.Fixed.Minor(); err != nil && !c.Fixed.IsZero() {
		k.report(path{field: "fixed"}, TooPrecise)
	}
	k.spent("per_contact", c.PerContact)
	if _, err := c.Fixed.Add(c.PerContact); err != nil {
		k.report(path{field: "per_contact"}, NotAllowed) // another currency than fixed
	}
	if !(c.Control >= 0 && c.Control < 1) {
		k.report(path{field: "control"}, OutOfRange)
	}
	k.instant(path{field: "recorded_at"}, c.RecordedAt, true)
	return k.err("campaign", string(c.ID))
}

// normal returns c with times in UTC and one form of what is absent.
func (c Campaign) normal() Campaign {
	c.RecordedAt = c.RecordedAt.UTC()
	c.Fixed, c.PerContact = known(c.Fixed), known(c.PerContact)
	a := &c.Audience
	a.Kinds, a.Roles, a.Stages, a.Except = cloneList(a.Kinds), cloneList(a.Roles), cloneList(a.Stages), cloneList(a.Except)
	a.Attributes, a.Amounts = cloneList(a.Attributes), cloneList(a.Amounts)
	for i := range a.Attributes {
		a.Attributes[i].OneOf = slices.Clone(a.Attributes[i].OneOf)
	}
	return c
}

// cost returns what the campaign cost with a number of contacts.
func (c *Campaign) cost(contacts int) (rapport.Money, error) {
	variable, err := times(c.PerContact, contacts)
	if err != nil {
		return rapport.Money{}, err
	}
	return c.Fixed.Add(variable)
}

type plainCampaign Campaign

type campaignForm struct {
	Format int `json:"format"`
	*plainCampaign
}

// MarshalJSON writes every field in a versioned form. It refuses
// what [Campaign.Validate] does.
func (c Campaign) MarshalJSON() ([]byte, error) {
	if err := c.Validate(); err != nil {
		return nil, err
	}
	c = c.normal()
	return json.Marshal(campaignForm{jsonFormat, (*plainCampaign)(&c)})
}

// UnmarshalJSON reads what [Campaign.MarshalJSON] writes and validates it. Null
// leaves c as it is; so does an error.
func (c *Campaign) UnmarshalJSON(text []byte) error {
	if isNull(text) {
		return nil
	}
	var read Campaign
	if err := decodeStrict("campaign", text, &campaignForm{plainCampaign: (*plainCampaign)(&read)}); err != nil {
		return err
	}
	if err := read.Validate(); err != nil {
		return err
	}
	*c = read.normal()
	return nil
}
