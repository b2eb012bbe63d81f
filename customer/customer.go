package customer

import (
	"errors"
	"slices"
	"time"

	"github.com/rapport-crm/rapport"
)

// Draft is what a host states about a customer: plain fields, checked by [New].
// Only ID, Kind and RecordedAt are required, so a visitor who left nothing but a
// phone number can be kept. The order of the lists is kept.
type Draft struct {
	ID          rapport.ID
	Kind        Kind
	Name        string // the name to show; free text
	OtherNames  []Name
	Identifiers []Identifier
	Contacts    []ContactPoint
	Addresses   []Address
	Roles       []Role
	Attributes  []Attribute
	Preferences []Preference
	Owners      []Ownership
	Visibility  Visibility // who on our side and at partners may see the record; zero: [VisibleCompany]
	EndUser     bool       // uses what we deliver: a customer in the narrow sense
	Since       time.Time  // event time: when the relation began; zero: not known
	RecordedAt  time.Time  // record time of this state of the record
}

// Customer is a party we deal with: an immutable value made by [New] or
// [Restore]. The zero value is "no customer". Methods that change something
// return a changed copy; lists that methods return belong to the caller.
type Customer struct {
	draft   Draft // valid, with times normalised; its lists are never written to
	version int64
}

// New returns the customer that the draft describes, or a [*ValidationError] that
// lists every problem. The draft's lists are copied. The version is 0: not stored
// yet.
//
// Besides the limits of single fields: no identifier twice, no role twice at the
// same time, no contact point (channel, value, usage) twice at the same time, and
// no two preferred contact points of a channel at the same time.
func New(draft Draft) (Customer, error) {
	draft = draft.clone()
	if err := draft.check(); err != nil {
		return Customer{}, err
	}
	return Customer{draft: draft}, nil
}

// Restore returns a customer as a store kept it: the draft is checked as in
// [New], and version must be at least 1.
func Restore(draft Draft, version int64) (Customer, error) {
	c, err := New(draft)
	if version < 1 {
		invalid, ok := errors.AsType[*ValidationError](err)
		if !ok {
			invalid = &ValidationError{Subject: "customer", Name: string(draft.ID)}
		}
		invalid.Problems = append(invalid.Problems, Problem{Field: "version", Reason: OutOfRange})
		return Customer{}, invalid
	}
	if err != nil {
		return Customer{}, err
	}
	c.version = version
	return c, nil
}

// Draft returns the fields as a draft of its own; New(c.Draft()) equals c but for
// the version. It is the way to change what no With method does: change the draft, and
// [Restore] it with c.Version(), which a store asks for, or New if c is not stored yet.
func (c Customer) Draft() Draft { return c.draft.clone() }

// IsZero reports whether c is the zero value, "no customer".
func (c Customer) IsZero() bool { return c.draft.ID == "" }

// ID returns the id.
func (c Customer) ID() rapport.ID { return c.draft.ID }

// Kind returns the kind of party.
func (c Customer) Kind() Kind { return c.draft.Kind }

// Name returns the name to show, "" if none is known.
func (c Customer) Name() string { return c.draft.Name }

// OtherNames returns the further names.
func (c Customer) OtherNames() []Name { return slices.Clone(c.draft.OtherNames) }

// Identifiers returns the keys by which others know the customer.
func (c Customer) Identifiers() []Identifier { return slices.Clone(c.draft.Identifiers) }

// Contacts returns the contact points, past and future ones included.
func (c Customer) Contacts() []ContactPoint { return slices.Clone(c.draft.Contacts) }

// Addresses returns the addresses, past and future ones included.
func (c Customer) Addresses() []Address { return slices.Clone(c.draft.Addresses) }

// Attributes returns what is known or supposed, past and future values included.
func (c Customer) Attributes() []Attribute { return slices.Clone(c.draft.Attributes) }

// Preferences returns likes and dislikes, past ones included.
func (c Customer) Preferences() []Preference { return slices.Clone(c.draft.Preferences) }

// Owners returns who on our side owned, owns or will own the relation.
func (c Customer) Owners() []Ownership { return slices.Clone(c.draft.Owners) }

// Visibility returns who may see the record; [CanSee] decides by it.
func (c Customer) Visibility() Visibility { return c.draft.Visibility }

// Roles returns the roles, past and future ones included.
func (c Customer) Roles() []Role { return slices.Clone(c.draft.Roles) }

// EndUser reports whether the party uses what we deliver (a customer in the
// narrow sense); a distributor that only sells on does not.
func (c Customer) EndUser() bool { return c.draft.EndUser }

// Since returns when the relation began, the zero time if that is not known.
func (c Customer) Since() time.Time { return c.draft.Since }

// RecordedAt returns when this state of the record was written down.
func (c Customer) RecordedAt() time.Time { return c.draft.RecordedAt }

// Version returns how many times the record was stored, 0 for a new one. A store
// compares it to refuse a write based on an old state.
func (c Customer) Version() int64 { return c.version }

// RolesAt returns the roles held at the instant, in the order of the constants.
func (c Customer) RolesAt(at time.Time) []RoleType {
	var held []RoleType
	for _, r := range c.draft.Roles {
		if r.Valid.Contains(at) {
			held = append(held, r.Type)
		}
	}
	slices.Sort(held)
	return held
}

// HasRole reports whether the role is held at the instant.
func (c Customer) HasRole(role RoleType, at time.Time) bool {
	for _, r := range c.draft.Roles {
		if r.Type == role && r.Valid.Contains(at) {
			return true
		}
	}
	return false
}

// InRevenueBase reports whether the party counts in revenue figures at the
// instant: everybody but those who hold the role [Internal] then.
func (c Customer) InRevenueBase(at time.Time) bool { return !c.HasRole(Internal, at) }

// HasIdentifier reports whether the customer has this identifier, compared by
// [Identifier.Key].
func (c Customer) HasIdentifier(id Identifier) bool {
	key := id.Key()
	return slices.ContainsFunc(c.draft.Identifiers, func(held Identifier) bool { return held.Key() == key })
}

// ContactAt returns the contact point to use for a channel at an instant: the
// preferred one, else the first verified one, else the first; false if none is
// valid then.
func (c Customer) ContactAt(channel Channel, at time.Time) (ContactPoint, bool) {
	var best ContactPoint
	found := false
	for _, p := range c.draft.Contacts {
		if p.Channel != channel || !p.Valid.Contains(at) {
			continue
		}
		if p.Preferred {
			return p, true
		}
		if !found || p.Verified && !best.Verified {
			best, found = p, true
		}
	}
	return best, found
}

// Equal reports whether both are the same in every field, the version included.
func (c Customer) Equal(other Customer) bool {
	a, b := &c.draft, &other.draft
	return c.version == other.version && a.ID == b.ID && a.Kind == b.Kind && a.Name == b.Name &&
		a.EndUser == b.EndUser && a.Since.Equal(b.Since) && a.RecordedAt.Equal(b.RecordedAt) &&
		slices.Equal(a.OtherNames, b.OtherNames) && slices.Equal(a.Identifiers, b.Identifiers) &&
		slices.Equal(a.Contacts, b.Contacts) && slices.Equal(a.Addresses, b.Addresses) &&
		slices.Equal(a.Roles, b.Roles) && slices.Equal(a.Attributes, b.Attributes) &&
		slices.Equal(a.Preferences, b.Preferences) && slices.Equal(a.Owners, b.Owners) &&
		a.Visibility == b.Visibility
}

// clone returns a draft whose lists are its own; an empty list becomes nil, so
// that equal customers have equal fields.
func (d Draft) clone() Draft {
	d.OtherNames = cloneList(d.OtherNames)
	d.Identifiers = cloneList(d.Identifiers)
	d.Contacts = cloneList(d.Contacts)
	d.Addresses = cloneList(d.Addresses)
	d.Roles = cloneList(d.Roles)
	d.Attributes = cloneList(d.Attributes)
	d.Preferences = cloneList(d.Preferences)
	d.Owners = cloneList(d.Owners)
	return d
}

func cloneList[T any](list []T) []T {
	if len(list) == 0 {
		return nil
	}
	return slices.Clone(list)
}
