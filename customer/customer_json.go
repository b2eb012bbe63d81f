package customer

import (
	"encoding/json"
	"time"

	"github.com/rapport-crm/rapport"
)

// customerFormat is the version of the JSON form of a customer. Format 2 added the
// normal form of identifiers, how names and contact points were verified, addresses,
// attributes, preferences, owners and the visibility.
const customerFormat = 2

// The id is a plain string in this form, so that a wrong one is reported with all
// other problems.
type customerJSON struct {
	Format      int            `json:"format"`
	ID          string         `json:"id"`
	Version     int64          `json:"version,omitzero"`
	Kind        Kind           `json:"kind"`
	Name        string         `json:"name,omitzero"`
	OtherNames  []Name         `json:"other_names,omitempty"`
	Identifiers []Identifier   `json:"identifiers,omitempty"`
	Contacts    []ContactPoint `json:"contacts,omitempty"`
	Addresses   []Address      `json:"addresses,omitempty"`
	Roles       []Role         `json:"roles,omitempty"`
	Attributes  []Attribute    `json:"attributes,omitempty"`
	Preferences []Preference   `json:"preferences,omitempty"`
	Owners      []Ownership    `json:"owners,omitempty"`
	Visibility  Visibility     `json:"visibility,omitzero"`
	EndUser     bool           `json:"end_user,omitzero"`
	Since       time.Time      `json:"since,omitzero"`
	RecordedAt  time.Time      `json:"recorded_at"`
}

// MarshalJSON writes every field, the version included, in a versioned form; null
// for the zero value. Equal customers give the same bytes.
func (c Customer) MarshalJSON() ([]byte, error) {
	if c.IsZero() {
		return []byte("null"), nil
	}
	d := &c.draft
	return json.Marshal(customerJSON{
		Format: customerFormat, ID: string(d.ID), Version: c.version, Kind: d.Kind, Name: d.Name,
		OtherNames: d.OtherNames, Identifiers: d.Identifiers, Contacts: d.Contacts, Addresses: d.Addresses,
		Roles: d.Roles, Attributes: d.Attributes, Preferences: d.Preferences, Owners: d.Owners,
		Visibility: d.Visibility, EndUser: d.EndUser, Since: d.Since, RecordedAt: d.RecordedAt,
	})
}

// UnmarshalJSON reads what [Customer.MarshalJSON] writes, and format 1 of earlier
// versions, and checks it as [New] does. Null leaves c as it is; so does an error,
// which is a [*ValidationError], a [*FormatError] or one about the JSON itself.
func (c *Customer) UnmarshalJSON(text []byte) error {
	if isNull(text) {
		return nil
	}
	format, err := formatOf("customer", text)
	if err != nil {
		return err
	}
	var draft Draft
	var version int64
	if format == 1 {
		var form customerJSON1
		err = decodeForm("customer", text, &form)
		draft, version = form.draft(), form.Version
	} else {
		var form customerJSON
		err = decodeForm("customer", text, &form)
		draft, version = form.draft(), form.Version
	}
	if err != nil {
		return err
	}
	var read Customer
	if version == 0 {
		read, err = New(draft)
	} else {
		read, err = Restore(draft, version)
	}
	if err != nil {
		return err
	}
	*c = read
	return nil
}

func (form *customerJSON) draft() Draft {
	return Draft{
		ID: rapport.ID(form.ID), Kind: form.Kind, Name: form.Name,
		OtherNames: form.OtherNames, Identifiers: form.Identifiers, Contacts: form.Contacts, Addresses: form.Addresses,
		Roles: form.Roles, Attributes: form.Attributes, Preferences: form.Preferences, Owners: form.Owners,
		Visibility: form.Visibility, EndUser: form.EndUser, Since: form.Since, RecordedAt: form.RecordedAt,
	}
}
