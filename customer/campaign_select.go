package customer

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/rapport-crm/rapport"
)

// CampaignPermit answers whether a customer may be contacted for a purpose over a
// channel at an instant, and why not as a stable code: the consent decision.
type CampaignPermit func(customer rapport.ID, purpose Purpose, channel Channel, at time.Time) (allowed bool, reason string)

// SelectOptions says how the members of a campaign are chosen. The zero value, and
// nil, ask no rule of the host and draw each customer by itself.
type SelectOptions struct {
	Check AudienceCheck // evaluates the rule that the audience names
	// Stratum, if set, names the group within which a customer is drawn, such as its
	// tier: each group then gives its share to the control, up to one customer.
	Stratum   func(AudienceSubject) string
	Reachable bool // leave out who has no contact point for the channel
}

// LeftOut is a customer that is not a member of a campaign, and why.
type LeftOut struct {
	Customer rapport.ID
	Why      LeftOutReason
	Detail   string // goes with Why, see [LeftOutReason]
}

// CampaignSelection says who is a member of a campaign and who is not, each ordered
// by customer.
type CampaignSelection struct {
	Members []CampaignMember
	LeftOut []LeftOut
}

// Select chooses the members of a campaign among subjects, at an instant within its
// period: whom the audience includes and who may be contacted. Consent is asked
// before the draw, for both arms, so that they differ in nothing but the contact.
//
// The draw goes by a hash of seed, campaign and customer. Without strata each
// customer is drawn by itself: who else is in the audience, or in which order, makes
// no difference, and the shares are exact in expectation. With strata the customers
// of each with the smallest hashes make the control, as many as its share of them
// rounded up or down, by a draw that is exact in expectation too.
//
// The error is a [*ValidationError] for the campaign, for an instant outside its
// period, a missing allowed, or a customer that comes twice; or that of the host's
// rule.
func (c Campaign) Select(subjects iter.Seq[AudienceSubject], at time.Time, allowed CampaignPermit, o *SelectOptions) (CampaignSelection, error) {
	if err := c.Validate(); err != nil {
		return CampaignSelection{}, err
	}
	if o == nil {
		o = &SelectOptions{}
	}
	var k checker
	at = k.instant(path{field: "at"}, at, true)
	if !c.Period.Contains(at) {
		k.report(path{field: "at"}, OutOfRange)
	}
	if allowed == nil {
		k.report(path{field: "allowed"}, Missing)
	}
	if err := k.err("campaign", string(c.ID)); err != nil {
		return CampaignSelection{}, err
	}
	var s CampaignSelection
	seen := make(map[rapport.ID]bool)
	for subject := range subjects {
		id := subject.Customer.ID()
		reason := Duplicate
		if id == "" {
			reason = Missing
		}
		if seen[id] || id == "" {
			return CampaignSelection{}, &ValidationError{Subject: "campaign", Name: string(c.ID), Problems: []Problem{{"subjects " + string(id), reason}}}
		}
		seen[id] = true
		why, detail, err := c.leaves(subject, at, allowed, o)
		if err != nil {
			return CampaignSelection{}, err
		}
		if why != "" {
			s.LeftOut = append(s.LeftOut, LeftOut{id, why, detail})
			continue
		}
		m := CampaignMember{
			ID: CampaignMemberID(c.ID, id), Campaign: c.ID, Customer: id, Arm: ArmTreatment,
			Channel: c.Channel, Assigned: at, RecordedAt: at,
		}
		if o.Stratum != nil {
			m.Stratum = o.Stratum(subject)
		} else if c.draw("customer", string(id)) < c.Control {
			m.Arm = ArmControl
		}
		if err := m.Validate(); err != nil {
			return CampaignSelection{}, err
		}
		s.Members = append(s.Members, m)
	}
	if o.Stratum != nil {
		c.splitStrata(s.Members)
	}
	slices.SortFunc(s.Members, func(a, b CampaignMember) int { return strings.Compare(string(a.Customer), string(b.Customer)) })
	slices.SortFunc(s.LeftOut, func(a, b LeftOut) int { return strings.Compare(string(a.Customer), string(b.Customer)) })
	return s, nil
}

// leaves says why a subject is left out, "" if it is not.
func (c *Campaign) leaves(s AudienceSubject, at time.Time, allowed CampaignPermit, o *SelectOptions) (LeftOutReason, string, error) {
	in, why, detail, err := c.Audience.Includes(s, at, o.Check)
	if err != nil || !in {
		return why, detail, err
	}
	if o.Reachable {
		if _, ok := s.Customer.ContactAt(c.Channel, at); !ok {
			return LeftNoContact, string(c.Channel), nil
		}
	}
	if ok, reason := allowed(s.Customer.ID(), c.Purpose, c.Channel, at); !ok {
		return LeftNotAllowed, reason, nil
	}
	return "", "", nil
}

// draw returns a number 0 ≤ u < 1 that depends on the seed, the campaign and a name,
// the same everywhere: the first 53 bits of a SHA-256.
func (c *Campaign) draw(of, name string) float64 {
	e := newEncoding("campaign-draw")
	e.number(int64(c.Seed))
	e.text(string(c.ID))
	e.text(of)
	e.text(name)
	sum := sha256.Sum256(e.bytes)
	return float64(binary.BigEndian.Uint64(sum[:8])>>11) / (1 << 53)
}

// splitStrata draws the control of each stratum.
func (c *Campaign) splitStrata(members []CampaignMember) {
	type lot struct {
		member *CampaignMember
		u      float64
	}
	strata := make(map[string][]lot)
	for i := range members {
		m := &members[i]
		strata[m.Stratum] = append(strata[m.Stratum], lot{m, c.draw("customer", string(m.Customer))})
	}
	for name, lots := range strata {
		slices.SortFunc(lots, func(a, b lot) int {
			return cmp.Or(cmp.Compare(a.u, b.u), strings.Compare(string(a.member.Customer), string(b.member.Customer)))
		})
		// The whole part of the share, and one more with the chance of its fraction.
		control := int(c.Control*float64(len(lots)) + c.draw("stratum", name))
		for _, l := range lots[:min(control, len(lots))] {
			l.member.Arm = ArmControl
		}
	}
}

// PermitBy asks a ledger of consents, under the law that applies to each customer.
// The reason of a refusal is a [ConsentReason]. Without a law nobody may be contacted.
func PermitBy(consents ConsentLedger, law func(customer rapport.ID) Jurisdiction) CampaignPermit {
	if law == nil {
		law = func(rapport.ID) Jurisdiction { return "" }
	}
	return func(customer rapport.ID, purpose Purpose, channel Channel, at time.Time) (bool, string) {
		d := consents.Allowed(customer, purpose, channel, at, law(customer))
		return d.Allowed, string(d.Reason)
	}
}
