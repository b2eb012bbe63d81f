package customer

import (
	"time"

	"github.com/rapport-crm/rapport"
)

// Snapshot is what held of a customer at one instant: plain lists that belong to the
// caller. It is for reading; what is changed and stored is the [Customer].
type Snapshot struct {
	At          time.Time
	ID          rapport.ID
	Kind        Kind
	Name        string // the former name that was in use then, where that is known; else the name to show
	Names       []Name
	Contacts    []ContactPoint
	Addresses   []Address
	Roles       []Role
	Attributes  []Attribute
	Preferences []Preference
	Owners      []Ownership
}

// AsOf returns what held of c at an instant: the entries of each list whose period
// contains it, in the order of the list. A name of the usage [UsageFormer] with an end
// is the name of its period.
//
// It says what is known now of that instant. What was known at an earlier time is in
// the versions of the record that a store keeps.
func (c Customer) AsOf(at time.Time) Snapshot {
	d := &c.draft
	s := Snapshot{
		At: at.UTC(), ID: d.ID, Kind: d.Kind, Name: d.Name,
		Names:       held(d.OtherNames, at, func(n *Name) rapport.Interval { return n.Valid }),
		Contacts:    held(d.Contacts, at, func(p *ContactPoint) rapport.Interval { return p.Valid }),
		Addresses:   held(d.Addresses, at, func(a *Address) rapport.Interval { return a.Valid }),
		Roles:       held(d.Roles, at, func(r *Role) rapport.Interval { return r.Valid }),
		Attributes:  held(d.Attributes, at, func(a *Attribute) rapport.Interval { return a.Valid }),
		Preferences: held(d.Preferences, at, func(p *Preference) rapport.Interval { return p.Valid }),
		Owners:      held(d.Owners, at, func(o *Ownership) rapport.Interval { return o.Valid }),
	}
	for _, n := range s.Names {
		if n.Usage == UsageFormer && !n.Valid.End().IsZero() {
			s.Name = n.Text
			break
		}
	}
	return s
}

// held returns the entries whose period contains the instant.
func held[T any](list []T, at time.Time, valid func(*T) rapport.Interval) []T {
	var entries []T
	for i := range list {
		if valid(&list[i]).Contains(at) {
			entries = append(entries, list[i])
		}
	}
	return entries
}
