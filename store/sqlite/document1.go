package sqlite

import (
	"encoding/json"
	"time"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/customer"
)

// document is a customer as schema 1 and 2 stored it. It is read, no longer written, and
// never changes.
type document struct {
	Format      int                  `json:"format"`
	ID          rapport.ID           `json:"id"`
	Kind        customer.Kind        `json:"kind"`
	Name        string               `json:"name,omitzero"`
	OtherNames  []documentName       `json:"other_names,omitempty"`
	Identifiers []documentIdentifier `json:"identifiers,omitempty"`
	Contacts    []documentContact    `json:"contacts,omitempty"`
	Roles       []documentRole       `json:"roles,omitempty"`
	EndUser     bool                 `json:"end_user,omitzero"`
	Since       time.Time            `json:"since,omitzero"`
	RecordedAt  time.Time            `json:"recorded_at"`
}

type documentName struct {
	Usage  customer.Usage `json:"usage,omitzero"`
	Text   string         `json:"text"`
	Family string         `json:"family,omitzero"`
	Given  string         `json:"given,omitzero"`
	Valid  documentPeriod `json:"valid,omitzero"`
}

type documentIdentifier struct {
	System string `json:"system"`
	Type   string `json:"type"`
	Value  string `json:"value"`
}

type documentContact struct {
	Channel   customer.Channel `json:"channel"`
	Value     string           `json:"value"`
	Usage     customer.Usage   `json:"usage,omitzero"`
	Verified  bool             `json:"verified,omitzero"`
	Preferred bool             `json:"preferred,omitzero"`
	Valid     documentPeriod   `json:"valid,omitzero"`
}

type documentRole struct {
	Type  customer.RoleType `json:"type"`
	Valid documentPeriod    `json:"valid,omitzero"`
}

// documentPeriod is a half-open interval; what is absent is open.
type documentPeriod struct {
	Start time.Time `json:"start,omitzero"`
	End   time.Time `json:"end,omitzero"`
}

func (p documentPeriod) interval() (rapport.Interval, error) {
	return rapport.NewInterval(p.Start, p.End)
}

// document1 returns the customer of a document of the format 1.
func document1(version int64, text string) (customer.Customer, error) {
	var doc document
	if err := json.Unmarshal([]byte(text), &doc); err != nil {
		return customer.Customer{}, err
	}
	draft, err := doc.draft()
	if err != nil {
		return customer.Customer{}, err
	}
	return customer.Restore(draft, version)
}

func (doc document) draft() (customer.Draft, error) {
	d := customer.Draft{
		ID: doc.ID, Kind: doc.Kind, Name: doc.Name,
		EndUser: doc.EndUser, Since: doc.Since, RecordedAt: doc.RecordedAt,
	}
	for _, n := range doc.OtherNames {
		valid, err := n.Valid.interval()
		if err != nil {
			return d, err
		}
		d.OtherNames = append(d.OtherNames, customer.Name{Usage: n.Usage, Text: n.Text, Family: n.Family, Given: n.Given, Valid: valid})
	}
	for _, i := range doc.Identifiers {
		d.Identifiers = append(d.Identifiers, customer.Identifier{System: i.System, Type: i.Type, Value: i.Value})
	}
	for _, p := range doc.Contacts {
		valid, err := p.Valid.interval()
		if err != nil {
			return d, err
		}
		d.Contacts = append(d.Contacts, customer.ContactPoint{
			Channel: p.Channel, Value: p.Value, Usage: p.Usage, Verified: p.Verified, Preferred: p.Preferred, Valid: valid,
		})
	}
	for _, r := range doc.Roles {
		valid, err := r.Valid.interval()
		if err != nil {
			return d, err
		}
		d.Roles = append(d.Roles, customer.Role{Type: r.Type, Valid: valid})
	}
	return d, nil
}
