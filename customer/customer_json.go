package customer

import (
	"encoding/json"
	"time"

	"github.com/rapport-crm/rapport"
)

// The ids are plain strings in these forms, so that a wrong one is reported with
// all other problems.
type customerJSON struct {
	Format      int              `json:"format"`
	ID          string           `json:"id"`
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
	Usage  Usage            `json:"usage,omitzero"`
	Text   string           `json:"text"`
	Family string           `json:"family,omitzero"`
	Given  string           `json:"given,omitzero"`
	Valid  rapport.Interval `json:"valid,omitzero"`
}

type identifierJSON struct {
	System string `json:"system"`
	Type   string `json:"type"`
	Value  string `json:"value"`
}

type contactJSON struct {
	Channel   Channel          `json:"channel"`
	Value     string           `json:"value"`
	Usage     Usage            `json:"usage,omitzero"`
	Verified  bool             `json:"verified,omitzero"`
	Preferred bool             `json:"preferred,omitzero"`
	Valid     rapport.Interval `json:"valid,omitzero"`
}

type roleJSON struct {
	Type  RoleType         `json:"type"`
	Valid rapport.Interval `json:"valid,omitzero"`
}

// MarshalJSON writes every field, the version included, in a versioned form; null
// for the zero value. Equal customers give the same bytes.
func (c Customer) MarshalJSON() ([]byte, error) {
	if c.IsZero() {
		return []byte("null"), nil
	}
	d := &c.draft
	form := customerJSON{
		Format: jsonFormat, ID: string(d.ID), Version: c.version, Kind: d.Kind, Name: d.Name,
		EndUser: d.EndUser, Since: d.Since, RecordedAt: d.RecordedAt,
	}
	for _, n := range d.OtherNames {
		form.OtherNames = append(form.OtherNames, nameJSON(n))
	}
	for _, id := range d.Identifiers {
		form.Identifiers = append(form.Identifiers, identifierJSON(id))
	}
	for _, p := range d.Contacts {
		form.Contacts = append(form.Contacts, contactJSON(p))
	}
	for _, r := range d.Roles {
		form.Roles = append(form.Roles, roleJSON(r))
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
	var read Customer
	var err error
	if form.Version == 0 {
		read, err = New(form.draft())
	} else {
		read, err = Restore(form.draft(), form.Version)
	}
	if err != nil {
		return err
	}
	*c = read
	return nil
}

func (form *customerJSON) draft() Draft {
	d := Draft{
		ID: rapport.ID(form.ID), Kind: form.Kind, Name: form.Name,
		EndUser: form.EndUser, Since: form.Since, RecordedAt: form.RecordedAt,
	}
	for _, n := range form.OtherNames {
		d.OtherNames = append(d.OtherNames, Name(n))
	}
	for _, id := range form.Identifiers {
		d.Identifiers = append(d.Identifiers, Identifier(id))
	}
	for _, p := range form.Contacts {
		d.Contacts = append(d.Contacts, ContactPoint(p))
	}
	for _, r := range form.Roles {
		d.Roles = append(d.Roles, Role(r))
	}
	return d
}
