package customer

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/rapport-crm/rapport"
)

// FileProspect is the kind of record of a [ProspectRecord].
const FileProspect FileKind = "prospect"

// ProspectRecord keeps somebody who visited, phoned or browsed and did not buy: how
// we met, when we were in contact, until when the record may be kept, and the sale
// once there is one. The source of the first touch stays for ever.
type ProspectRecord struct {
	ID       rapport.ID        `json:"id"`
	Customer rapport.ID        `json:"customer,omitzero"` // the party, once it has a record; required once sold
	Source   string            `json:"source"`            // of the first touch: the host's code, such as "fair"
	Channel  Channel           `json:"channel,omitzero"`  // of the first touch
	Campaign rapport.ID        `json:"campaign,omitzero"` // that brought the first touch
	Contacts []ProspectContact `json:"contacts,omitzero"` // after the first touch, none before the one before it
	// KeepUntil is the first instant at which an open record may not be kept any more,
	// by Basis: nothing is kept without a ground and an end, so both are required.
	KeepUntil  time.Time     `json:"keep_until"`
	Basis      Basis         `json:"basis"`            // on what ground it may be kept
	Consent    rapport.ID    `json:"consent,omitzero"` // the record of consent, if that is the basis
	Sale       *ProspectSale `json:"sale,omitempty"`   // the first; nil: none
	Actor      string        `json:"actor,omitzero"`   // who wrote it down, up to 128 bytes
	At         time.Time     `json:"at"`               // event time: the first touch
	RecordedAt time.Time     `json:"recorded_at"`      // record time
}

// ProspectContact is an instant at which a prospect and we were in contact.
type ProspectContact struct {
	At      time.Time `json:"at"`
	Channel Channel   `json:"channel,omitzero"`
}

// ProspectSale is the first sale to a prospect: the transaction by its system and
// its key there.
type ProspectSale struct {
	At          time.Time `json:"at"`
	System      string    `json:"system"`
	Transaction string    `json:"transaction"`
}

// ProspectSoldError reports a second first sale.
type ProspectSoldError struct {
	Prospect rapport.ID
	Sale     ProspectSale // the earlier one
}

// Error names the prospect and the sale.
func (e *ProspectSoldError) Error() string {
	return fmt.Sprintf("customer: prospect %q has a first sale already: %s/%s at %s",
		e.Prospect, e.Sale.System, e.Sale.Transaction, e.Sale.At.Format(time.RFC3339))
}

// Filing files the record under its party, with the campaign of its first touch.
func (p ProspectRecord) Filing() Filing {
	return Filing{Kind: FileProspect, ID: p.ID, Customer: p.Customer, With: p.Campaign, At: p.At.UTC(), RecordedAt: p.RecordedAt.UTC()}
}

// Validate returns nil or a [*ValidationError]. A contact before the one before it or
// before the first touch, and a sale or an end of keeping before the first touch, are
// OutOfRange.
func (p ProspectRecord) Validate() error {
	var c checker
	c.id(path{field: "id"}, p.ID)
	if p.Customer != "" || p.Sale != nil {
		c.id(path{field: "customer"}, p.Customer)
	}
	c.required(path{field: "source"}, p.Source, MaxCodeLength)
	c.optional(path{field: "channel"}, string(p.Channel), MaxCodeLength)
	if p.Campaign != "" {
		c.id(path{field: "campaign"}, p.Campaign)
	}
	if entries(&c, "contacts", p.Contacts) {
		last := p.At
		for i, contact := range p.Contacts {
			c.instant(path{"contacts", i, "at"}, contact.At, true)
			if contact.At.Before(last) {
				c.report(path{"contacts", i, "at"}, OutOfRange)
			}
			last = contact.At
			c.optional(path{"contacts", i, "channel"}, string(contact.Channel), MaxCodeLength)
		}
	}
	c.instant(path{field: "keep_until"}, p.KeepUntil, true)
	if !p.KeepUntil.IsZero() && p.KeepUntil.Before(p.At) {
		c.report(path{field: "keep_until"}, OutOfRange)
	}
	c.required(path{field: "basis"}, string(p.Basis), MaxCodeLength)
	if p.Consent != "" {
		c.id(path{field: "consent"}, p.Consent)
	}
	if s := p.Sale; s != nil {
		c.instant(path{field: "sale.at"}, s.At, true)
		if s.At.Before(p.At) {
			c.report(path{field: "sale.at"}, OutOfRange)
		}
		c.required(path{field: "sale.system"}, s.System, MaxCodeLength)
		c.required(path{field: "sale.transaction"}, s.Transaction, MaxCodeLength)
	}
	c.optional(path{field: "actor"}, p.Actor, MaxCodeLength)
	c.instant(path{field: "at"}, p.At, true)
	c.instant(path{field: "recorded_at"}, p.RecordedAt, true)
	return c.err("prospect", string(p.ID))
}

// WithContact returns the record with one more contact, written down at recordedAt.
// The error is a [*ValidationError], OutOfRange for one before the last.
func (p ProspectRecord) WithContact(contact ProspectContact, recordedAt time.Time) (ProspectRecord, error) {
	p.Contacts = append(slices.Clip(p.Contacts), contact)
	p.RecordedAt = recordedAt
	return p.checked()
}

// KeptUntil returns the record with another end of keeping, such as that of a renewed
// consent. The error is a [*ValidationError].
func (p ProspectRecord) KeptUntil(until, recordedAt time.Time) (ProspectRecord, error) {
	p.KeepUntil, p.RecordedAt = until, recordedAt
	return p.checked()
}

// Sold returns the record linked to the first sale to the party; the source of the
// first touch stays. The error is a [*ProspectSoldError] or a [*ValidationError].
func (p ProspectRecord) Sold(customer rapport.ID, sale ProspectSale, recordedAt time.Time) (ProspectRecord, error) {
	if p.Sale != nil {
		return ProspectRecord{}, &ProspectSoldError{Prospect: p.ID, Sale: *p.Sale}
	}
	p.Customer, p.Sale, p.RecordedAt = customer, &sale, recordedAt
	return p.checked()
}

func (p ProspectRecord) checked() (ProspectRecord, error) {
	p.settle()
	if err := p.Validate(); err != nil {
		return ProspectRecord{}, err
	}
	return p, nil
}

// settle puts the times into UTC, in copies of the list and of the sale.
func (p *ProspectRecord) settle() {
	settleTimes(&p.KeepUntil, &p.At, &p.RecordedAt)
	p.Contacts = slices.Clone(p.Contacts)
	for i := range p.Contacts {
		settleTimes(&p.Contacts[i].At)
	}
	if p.Sale != nil {
		sale := *p.Sale
		settleTimes(&sale.At)
		p.Sale = &sale
	}
}

type plainProspect ProspectRecord

type prospectForm struct {
	Format int `json:"format"`
	*plainProspect
}

// MarshalJSON writes every field in a versioned form, times in UTC. It refuses
// what [ProspectRecord.Validate] does.
func (p ProspectRecord) MarshalJSON() ([]byte, error) {
	if err := p.Validate(); err != nil {
		return nil, err
	}
	p.settle()
	return json.Marshal(prospectForm{jsonFormat, (*plainProspect)(&p)})
}

// UnmarshalJSON reads what [ProspectRecord.MarshalJSON] writes and validates it. Null
// leaves p as it is; so does an error.
func (p *ProspectRecord) UnmarshalJSON(text []byte) error {
	var read ProspectRecord
	return readFiled("prospect", text, p, &read, &prospectForm{plainProspect: (*plainProspect)(&read)})
}
