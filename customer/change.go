package customer

import (
	"slices"
	"time"

	"github.com/rapport-crm/rapport"
)

// WithRole returns c with the role held from since on, until further notice; a
// zero since means since ever. The error is a [*RoleError] with reason Overlap if
// c holds the role at any instant from since on, a [*rapport.IntervalError] for a
// since outside the years 1 to 9999, or a [*ValidationError].
func (c Customer) WithRole(role RoleType, since time.Time) (Customer, error) {
	valid, err := rapport.NewInterval(since, time.Time{})
	if err != nil {
		return Customer{}, err
	}
	for _, r := range c.draft.Roles {
		if r.Type == role && r.Valid.Overlaps(valid) {
			return Customer{}, &RoleError{Customer: c.draft.ID, Role: role, At: since, Reason: Overlap}
		}
	}
	return c.changed(func(d *Draft) { d.Roles = append(d.Roles, Role{Type: role, Valid: valid}) })
}

// EndRole returns c with the role that is held just before the instant ending
// there; the role keeps its place in history. The error is a [*RoleError] with
// reason Missing if the role is not held then, or OutOfRange for a zero instant; or
// as in [Customer.WithRole] for an instant out of range.
func (c Customer) EndRole(role RoleType, at time.Time) (Customer, error) {
	if at.IsZero() {
		return Customer{}, &RoleError{Customer: c.draft.ID, Role: role, At: at, Reason: OutOfRange}
	}
	for i, r := range c.draft.Roles {
		start := r.Valid.Start()
		if r.Type != role || !r.Valid.Contains(at.Add(-1)) {
			continue
		}
		valid, err := rapport.NewInterval(start, at)
		if err != nil {
			return Customer{}, err
		}
		return c.changed(func(d *Draft) { d.Roles[i].Valid = valid })
	}
	return Customer{}, &RoleError{Customer: c.draft.ID, Role: role, At: at, Reason: Missing}
}

// WithIdentifier returns c known by one more identifier. The error is a
// [*ValidationError], with reason Duplicate if c has it already.
func (c Customer) WithIdentifier(id Identifier) (Customer, error) {
	return c.changed(func(d *Draft) { d.Identifiers = append(d.Identifiers, id) })
}

// WithoutIdentifier returns c no longer known by the identifier, compared by
// [Identifier.Key]; c itself if it was not.
func (c Customer) WithoutIdentifier(id Identifier) Customer {
	if !c.HasIdentifier(id) {
		return c
	}
	key := id.Key()
	c.draft.Identifiers = cloneList(slices.DeleteFunc(c.Identifiers(), func(held Identifier) bool { return held.Key() == key }))
	return c
}

// WithContact returns c with one more contact point. The error is a
// [*ValidationError].
func (c Customer) WithContact(point ContactPoint) (Customer, error) {
	return c.changed(func(d *Draft) { d.Contacts = append(d.Contacts, point) })
}

// WithName returns c under a new name to show; "" for none. The old one is not
// kept: add it to the draft's OtherNames if it should be. The error is a
// [*ValidationError].
func (c Customer) WithName(name string) (Customer, error) {
	return c.changed(func(d *Draft) { d.Name = name })
}

// WithRecordedAt returns c with the record time of a changed state. The error is
// a [*ValidationError].
func (c Customer) WithRecordedAt(at time.Time) (Customer, error) {
	return c.changed(func(d *Draft) { d.RecordedAt = at })
}

// changed returns c after a change of its draft, checked as a whole. The version
// stays: it counts stored states, and the store raises it.
func (c Customer) changed(change func(*Draft)) (Customer, error) {
	draft := c.Draft()
	change(&draft)
	next, err := New(draft)
	if err != nil {
		return Customer{}, err
	}
	next.version = c.version
	return next, nil
}
