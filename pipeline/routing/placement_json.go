package routing

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/rapport-crm/rapport"
)

type skillFile struct {
	Name  string `json:"name"`
	Level int    `json:"level"`
}

type itemFile struct {
	ID           rapport.ID   `json:"id"`
	Skills       []skillFile  `json:"skills,omitempty"`
	Language     string       `json:"language,omitempty"`
	Territory    Territory    `json:"territory,omitempty"`
	Tier         string       `json:"tier,omitempty"`
	Priority     int          `json:"priority,omitempty"`
	Owner        rapport.ID   `json:"owner,omitempty"`
	LastAgent    rapport.ID   `json:"last_agent,omitempty"`
	Exclude      []rapport.ID `json:"exclude,omitempty"`
	WaitingSince instant      `json:"waiting_since,omitempty"`
}

type offerFile struct {
	Agent     rapport.ID  `json:"agent"`
	OfferedAt time.Time   `json:"offered_at"`
	Deadline  time.Time   `json:"deadline"`
	Result    OfferResult `json:"result,omitempty"`
	EndedAt   instant     `json:"ended_at,omitempty"`
	Reason    string      `json:"reason,omitempty"`
}

type placementFile struct {
	header
	Item    itemFile       `json:"item"`
	State   PlacementState `json:"state,omitempty"`
	Offers  []offerFile    `json:"offers,omitempty"`
	Cause   OverflowCause  `json:"cause,omitempty"`
	EndedAt instant        `json:"ended_at,omitempty"`
}

// Validate returns nil, or an [*InputError] or [*TimeError] for a placement that the
// functions of this package cannot have made.
func (p Placement) Validate() error {
	wrong := func(field, value, reason string) error {
		return &InputError{What: "placement", ID: p.Item.ID, Field: field, Value: value, Reason: reason}
	}
	if err := p.Item.check(); err != nil {
		return err
	}
	last := OfferResult("none")
	var before time.Time
	for i, offer := range p.Offers {
		if err := checkID("placement", p.Item.ID, "agent", offer.Agent); err != nil {
			return err
		}
		open := offer.Result == ""
		switch last = offer.Result; {
		case offer.OfferedAt.Before(before):
			return &TimeError{What: "offer", At: offer.OfferedAt, Before: before}
		case !offer.Deadline.After(offer.OfferedAt):
			return wrong("deadline", offer.Deadline.Format(time.RFC3339Nano), "want an instant after the offer")
		case !open && offer.EndedAt.Before(offer.OfferedAt):
			return &TimeError{What: "end of offer", At: offer.EndedAt, Before: offer.OfferedAt}
		case open && !offer.EndedAt.IsZero():
			return wrong("ended at", offer.EndedAt.Format(time.RFC3339Nano), "want nothing for an open offer")
		case !open && offer.Result != OfferAccepted && offer.Result != OfferDeclined && offer.Result != OfferExpired:
			return wrong("result", string(offer.Result), "want accepted, declined or expired")
		case i < len(p.Offers)-1 && (open || offer.Result == OfferAccepted):
			return wrong("result", string(offer.Result), "want declined or expired for an offer that another follows")
		}
		before = offer.EndedAt
	}
	final := p.State == PlacementAccepted || p.State == PlacementOverflow
	switch {
	case p.State != PlacementOpen && p.State != PlacementOffered && !final:
		return wrong("state", string(p.State), "want offered, accepted, overflow or nothing")
	case (p.State == PlacementOffered) != (last == ""), (p.State == PlacementAccepted) != (last == OfferAccepted):
		return wrong("state", string(p.State), fmt.Sprintf("does not follow from the last offer, %q", last))
	case (p.State == PlacementOverflow) != (p.Cause == OverflowRounds || p.Cause == OverflowWaited || p.Cause == OverflowNobody),
		p.State != PlacementOverflow && p.Cause != "":
		return wrong("cause", string(p.Cause), "want rounds, waited or nobody for an overflow, else nothing")
	case final == p.EndedAt.IsZero():
		return wrong("ended at", p.EndedAt.Format(time.RFC3339Nano), "want an instant for a final state, else nothing")
	case final && p.EndedAt.Before(before):
		return &TimeError{What: "end of placement", At: p.EndedAt, Before: before}
	}
	return nil
}

// MarshalJSON writes the placement with a kind and a version, times in UTC. It refuses
// what [Placement.Validate] refuses.
func (p Placement) MarshalJSON() ([]byte, error) {
	if err := p.Validate(); err != nil {
		return nil, err
	}
	i := &p.Item
	file := placementFile{header: headerOf("placement"), State: p.State, Cause: p.Cause, EndedAt: instantOf(p.EndedAt),
		Item: itemFile{ID: i.ID, Language: i.Language, Territory: i.Territory, Tier: i.Tier, Priority: i.Priority,
			Owner: i.Owner, LastAgent: i.LastAgent, Exclude: i.Exclude, WaitingSince: instantOf(i.WaitingSince)}}
	for _, skill := range i.Skills {
		file.Item.Skills = append(file.Item.Skills, skillFile(skill))
	}
	for _, o := range p.Offers {
		file.Offers = append(file.Offers, offerFile{Agent: o.Agent, OfferedAt: o.OfferedAt.Round(0).UTC(), Deadline: o.Deadline.Round(0).UTC(),
			Result: o.Result, EndedAt: instantOf(o.EndedAt), Reason: o.Reason})
	}
	return json.Marshal(file)
}

// UnmarshalJSON reads what [Placement.MarshalJSON] wrote, which marshals to the same bytes.
// The error wraps [ErrFormat] or is one of [Placement.Validate]; p is then unchanged.
func (p *Placement) UnmarshalJSON(text []byte) error {
	var file placementFile
	if err := read(text, "placement", &file); err != nil {
		return err
	}
	i := &file.Item
	got := Placement{State: file.State, Cause: file.Cause, EndedAt: timeOf(file.EndedAt),
		Item: Item{ID: i.ID, Language: i.Language, Territory: i.Territory, Tier: i.Tier, Priority: i.Priority,
			Owner: i.Owner, LastAgent: i.LastAgent, Exclude: i.Exclude, WaitingSince: timeOf(i.WaitingSince)}}
	for _, skill := range i.Skills {
		got.Item.Skills = append(got.Item.Skills, Skill(skill))
	}
	for _, o := range file.Offers {
		got.Offers = append(got.Offers, Offer{Agent: o.Agent, OfferedAt: o.OfferedAt.UTC(), Deadline: o.Deadline.UTC(),
			Result: o.Result, EndedAt: timeOf(o.EndedAt), Reason: o.Reason})
	}
	if err := got.Validate(); err != nil {
		return err
	}
	*p = got
	return nil
}
