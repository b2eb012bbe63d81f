package customer

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/rapport-crm/rapport"
)

type customerJSON struct {
	Format      int              `json:"format"`
	ID          rapport.ID       `json:"id"`
	Version     int64            `json:"version,omitzero"`
	Kind        Kind             `json:"kind"`
	Name        string           `json:"name,omitzero"`
	OtherNames  []nameJSON       `json:"other_names,omitempty"`
	Identifiers []identifierJSON `json:"identifiers,omitempty"`
	Contacts    []contactJSON    `json:"contacts,omitempty"`
	Roles       []roleJSON       `json:"roles,omitempty"`
	EndUser     bool             `json:"end_user,omitzero"`
	Since       time.Time        `json:"since,omitzero"`
	RecordedAt  time.Time        `json:"recorded_at"`
}

type nameJSON struct {
	Usage  Usage      `json:"usage,omitzero"`
	Text   string     `json:"text"`
	Family string     `json:"family,omitzero"`
	Given  string     `json:"given,omitzero"`
	Valid  periodJSON `json:"valid,omitzero"`
}

type identifierJSON struct {
	System string `json:"system"`
	Type   string `json:"type"`
	Value  string `json:"value"`
}

type contactJSON struct {
	Channel   Channel    `json:"channel"`
	Value     string     `json:"value"`
	Usage     Usage      `json:"usage,omitzero"`
	Verified  bool       `json:"verified,omitzero"`
	Preferred bool       `json:"preferred,omitzero"`
	Valid     periodJSON `json:"valid,omitzero"`
}

type roleJSON struct {
	Type  RoleType   `json:"type"`
	Valid periodJSON `json:"valid,omitzero"`
}

// MarshalJSON writes every field, the version included, in a versioned form; null
// for the zero value. Equal customers give the same bytes.
func (c Customer) MarshalJSON() ([]byte, error) {
	if c.IsZero() {
		return []byte("null"), nil
	}
	d := &c.draft
	form := customerJSON{
		Format: jsonFormat, ID: d.ID, Version: c.version, Kind: d.Kind, Name: d.Name,
		EndUser: d.EndUser, Since: d.Since, RecordedAt: d.RecordedAt,
	}
	for _, n := range d.OtherNames {
		form.OtherNames = append(form.OtherNames, nameJSON{
			Usage: n.Usage, Text: n.Text, Family: n.Family, Given: n.Given, Valid: periodOf(n.Valid)})
	}
	for _, id := range d.Identifiers {
		form.Identifiers = append(form.Identifiers, identifierJSON(id))
	}
	for _, p := range d.Contacts {
		form.Contacts = append(form.Contacts, contactJSON{
			Channel: p.Channel, Value: p.Value, Usage: p.Usage,
			Verified: p.Verified, Preferred: p.Preferred, Valid: periodOf(p.Valid)})
	}
	for _, r := range d.Roles {
		form.Roles = append(form.Roles, roleJSON{Type: r.Type, Valid: periodOf(r.Valid)})
	}
	return json.Marshal(form)
}

// UnmarshalJSON reads what [Customer.MarshalJSON] writes and checks it as [New]
// does. Null leaves c as it is; so does an error, which is a
// [*ValidationError], a [*FormatError] or one about the JSON itself.
func (c *Customer) UnmarshalJSON(text []byte) error {
	if isNull(text) {
		return nil
	}
	var form customerJSON
	if err := decodeStrict("customer", text, &form); err != nil {
		return err
	}
	draft, err := form.draft()
	if err != nil {
		return err
	}
	var read Customer
	if form.Version == 0 {
		read, err = New(draft)
	} else {
		read, err = Restore(draft, form.Version)
	}
	if err != nil {
		return err
	}
	*c = read
	return nil
}

func (form *customerJSON) draft() (Draft, error) {
	d := Draft{
		ID: form.ID, Kind: form.Kind, Name: form.Name,
		EndUser: form.EndUser, Since: form.Since, RecordedAt: form.RecordedAt,
	}
	for i, n := range form.OtherNames {
		valid, err := n.Valid.interval()
		if err != nil {
			return Draft{}, fmt.Errorf("customer: other_names[%d].valid: %w", i, err)
		}
		d.OtherNames = append(d.OtherNames, Name{
			Usage: n.Usage, Text: n.Text, Family: n.Family, Given: n.Given, Valid: valid})
	}
	for _, id := range form.Identifiers {
		d.Identifiers = append(d.Identifiers, Identifier(id))
	}
	for i, p := range form.Contacts {
		valid, err := p.Valid.interval()
		if err != nil {
			return Draft{}, fmt.Errorf("customer: contacts[%d].valid: %w", i, err)
		}
		d.Contacts = append(d.Contacts, ContactPoint{
			Channel: p.Channel, Value: p.Value, Usage: p.Usage,
			Verified: p.Verified, Preferred: p.Preferred, Valid: valid})
	}
	for i, r := range form.Roles {
		valid, err := r.Valid.interval()
		if err != nil {
			return Draft{}, fmt.Errorf("customer: roles[%d].valid: %w", i, err)
		}
		d.Roles = append(d.Roles, Role{Type: r.Type, Valid: valid})
	}
	return d, nil
}
