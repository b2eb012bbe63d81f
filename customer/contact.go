package customer

import (
	"time"

	"github.com/rapport-crm/rapport"
)

// Channel is a way that customer and company meet. It is an open set of codes:
// the constants are words that mean the same everywhere, and a host may use its
// own (kept as written), such as the name of one messaging service.
type Channel string

// The common channels.
const (
	ChannelPhone      Channel = "phone"
	ChannelEmail      Channel = "email"
	ChannelPost       Channel = "post"
	ChannelFax        Channel = "fax"
	ChannelMessaging  Channel = "messaging"
	ChannelWeb        Channel = "web"
	ChannelApp        Channel = "app"
	ChannelShop       Channel = "shop"
	ChannelCallCentre Channel = "call-centre"
	ChannelVisit      Channel = "visit"
	ChannelAgent      Channel = "agent"
)

// Usage says what a contact point or a name is for: an open set of codes, like
// [Channel].
type Usage string

// The common usages.
const (
	UsageHome     Usage = "home"
	UsageWork     Usage = "work"
	UsageMobile   Usage = "mobile"
	UsageBilling  Usage = "billing"
	UsageDelivery Usage = "delivery"
	UsageLegal    Usage = "legal"   // a name: as registered
	UsageTrading  Usage = "trading" // a name: as the public knows it
	UsageFormer   Usage = "former"  // a name: held in the past
	UsageAlias    Usage = "alias"   // a name: any other by which the party is found
)

// ContactPoint is a way to reach a customer.
type ContactPoint struct {
	Channel    Channel          `json:"channel"`              // required
	Value      string           `json:"value"`                // required, as given: "+86 20 5550 0123", "mei@example.com", one line of address
	Usage      Usage            `json:"usage,omitzero"`       // optional
	Verified   bool             `json:"verified,omitzero"`    // somebody was reached there, or a code came back
	Preferred  bool             `json:"preferred,omitzero"`   // the one to use; at most one of a channel at any instant
	Valid      rapport.Interval `json:"valid,omitzero"`       // an open side: since ever, until further notice
	VerifiedAt time.Time        `json:"verified_at,omitzero"` // when it was verified; only if Verified, zero: not known
	VerifiedBy string           `json:"verified_by,omitzero"` // how it was verified, a code such as "call-back"; only if Verified
}

// Name is a further name of a customer, in one piece as it is written in its own
// script and order, and in parts where the parts are known.
type Name struct {
	Usage      Usage            `json:"usage,omitzero"`  // optional
	Text       string           `json:"text"`            // required: the whole name
	Family     string           `json:"family,omitzero"` // optional, persons
	Given      string           `json:"given,omitzero"`  // optional, persons
	Valid      rapport.Interval `json:"valid,omitzero"`
	Verified   bool             `json:"verified,omitzero"`    // seen in a document or a register
	VerifiedAt time.Time        `json:"verified_at,omitzero"` // when it was verified; only if Verified, zero: not known
	VerifiedBy string           `json:"verified_by,omitzero"` // how it was verified, a code such as "passport"; only if Verified
}
