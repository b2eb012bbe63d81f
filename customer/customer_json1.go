package customer

import (
	"time"

	"github.com/rapport-crm/rapport"
)

// customerJSON1 is format 1, which is read and no longer written. It never changes.
type customerJSON1 struct {
	Format      int               `json:"format"`
	ID          string            `json:"id"`
	Version     int64             `json:"version"`
	Kind        Kind              `json:"kind"`
	Name        string            `json:"name"`
	OtherNames  []nameJSON1       `json:"other_names"`
	Identifiers []identifierJSON1 `json:"identifiers"`
	Contacts    []contactJSON1    `json:"contacts"`
	Roles       []roleJSON1       `json:"roles"`
	EndUser     bool              `json:"end_user"`
	Since       time.Time         `json:"since"`
	RecordedAt  time.Time         `json:"recorded_at"`
}

type nameJSON1 struct {
	Usage  Usage            `json:"usage"`
	Text   string           `json:"text"`
	Family string           `json:"family"`
	Given  string           `json:"given"`
	Valid  rapport.Interval `json:"valid"`
}

type identifierJSON1 struct {
	System string `json:"system"`
	Type   string `json:"type"`
	Value  string `json:"value"`
}

type contactJSON1 struct {
	Channel   Channel          `json:"channel"`
	Value     string           `json:"value"`
	Usage     Usage            `json:"usage"`
	Verified  bool             `json:"verified"`
	Preferred bool             `json:"preferred"`
	Valid     rapport.Interval `json:"valid"`
}

type roleJSON1 struct {
	Type  RoleType         `json:"type"`
	Valid rapport.Interval `json:"valid"`
}

func (form *customerJSON1) draft() Draft {
	d := Draft{
		ID: rapport.ID(form.ID), Kind: form.Kind, Name: form.Name,
		EndUser: form.EndUser, Since: form.Since, RecordedAt: form.RecordedAt,
	}
	for _, n := range form.OtherNames {
		d.OtherNames = append(d.OtherNames, Name{Usage: n.Usage, Text: n.Text, Family: n.Family, Given: n.Given, Valid: n.Valid})
	}
	for _, id := range form.Identifiers {
		d.Identifiers = append(d.Identifiers, Identifier{System: id.System, Type: id.Type, Value: id.Value})
	}
	for _, p := range form.Contacts {
		d.Contacts = append(d.Contacts, ContactPoint{
			Channel: p.Channel, Value: p.Value, Usage: p.Usage, Verified: p.Verified, Preferred: p.Preferred, Valid: p.Valid,
		})
	}
	for _, r := range form.Roles {
		d.Roles = append(d.Roles, Role(r))
	}
	return d
}
