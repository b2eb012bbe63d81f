package sqlite

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/store"
)

// documentFormat is the version of the form of a stored customer. A later version
// reads the earlier ones.
const documentFormat = 1

// document is a customer as it is stored: names of its own, so that what is on
// disk does not change when a Go field is renamed.
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

func periodOf(i rapport.Interval) documentPeriod {
	return documentPeriod{Start: i.Start(), End: i.End()}
}

func (p documentPeriod) interval() (rapport.Interval, error) {
	return rapport.NewInterval(p.Start, p.End)
}

// marshalCustomer returns the document of a customer.
func marshalCustomer(c customer.Customer) (string, error) {
	d := c.Draft()
	doc := document{
		Format: documentFormat, ID: d.ID, Kind: d.Kind, Name: d.Name,
		EndUser: d.EndUser, Since: d.Since, RecordedAt: d.RecordedAt,
	}
	for _, n := range d.OtherNames {
		doc.OtherNames = append(doc.OtherNames, documentName{n.Usage, n.Text, n.Family, n.Given, periodOf(n.Valid)})
	}
	for _, i := range d.Identifiers {
		doc.Identifiers = append(doc.Identifiers, documentIdentifier{i.System, i.Type, i.Value})
	}
	for _, p := range d.Contacts {
		doc.Contacts = append(doc.Contacts, documentContact{p.Channel, p.Value, p.Usage, p.Verified, p.Preferred, periodOf(p.Valid)})
	}
	for _, r := range d.Roles {
		doc.Roles = append(doc.Roles, documentRole{r.Type, periodOf(r.Valid)})
	}
	text, err := json.Marshal(doc)
	if err != nil {
		return "", fmt.Errorf("store: customer %q: %w", d.ID, err)
	}
	return string(text), nil
}

// unmarshalCustomer is the way back; its errors wrap [store.ErrCorrupt].
func unmarshalCustomer(version int64, text string) (customer.Customer, error) {
	var doc document
	if err := json.Unmarshal([]byte(text), &doc); err != nil {
		return customer.Customer{}, corrupt("customer", err)
	}
	if doc.Format != documentFormat {
		return customer.Customer{}, fmt.Errorf("%w: customer %q has format %d, this program knows %d",
			store.ErrCorrupt, doc.ID, doc.Format, documentFormat)
	}
	draft, err := doc.draft()
	if err != nil {
		return customer.Customer{}, corrupt("customer", err)
	}
	c, err := customer.Restore(draft, version)
	return c, corrupt("customer", err)
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
