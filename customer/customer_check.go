package customer

import (
	"slices"
	"time"
)

// check normalises the times of the draft and returns all problems as one error.
func (d *Draft) check() error {
	var c checker
	c.id(path{field: "id"}, d.ID)
	if !d.Kind.IsValid() {
		c.report(path{field: "kind"}, enumReason(d.Kind == 0))
	}
	c.optional(path{field: "name"}, d.Name, MaxTextLength)
	if entries(&c, "other_names", d.OtherNames) {
		d.checkNames(&c)
	}
	if entries(&c, "identifiers", d.Identifiers) {
		d.checkIdentifiers(&c)
	}
	if entries(&c, "contacts", d.Contacts) {
		d.checkContacts(&c)
	}
	if entries(&c, "addresses", d.Addresses) {
		d.checkAddresses(&c)
	}
	if entries(&c, "roles", d.Roles) {
		d.checkRoles(&c)
	}
	if entries(&c, "attributes", d.Attributes) {
		d.checkAttributes(&c)
	}
	if entries(&c, "preferences", d.Preferences) {
		d.checkPreferences(&c)
	}
	if entries(&c, "owners", d.Owners) {
		d.checkOwners(&c)
	}
	if d.Visibility != 0 && !d.Visibility.IsValid() {
		c.report(path{field: "visibility"}, Unknown)
	}
	d.Since = c.instant(path{field: "since"}, d.Since, false)
	d.RecordedAt = c.instant(path{field: "recorded_at"}, d.RecordedAt, true)
	return c.err("customer", string(d.ID))
}

// entries reports whether the list is short enough to look at its entries.
func entries[T any](c *checker, field string, list []T) bool {
	if len(list) > MaxEntries {
		c.report(path{field: field}, TooMany)
		return false
	}
	return true
}

func enumReason(zero bool) Reason {
	if zero {
		return Missing
	}
	return Unknown
}

func (d *Draft) checkNames(c *checker) {
	const list = "other_names"
	for i := range d.OtherNames {
		n := &d.OtherNames[i]
		c.optional(path{list, i, "usage"}, string(n.Usage), MaxCodeLength)
		c.required(path{list, i, "text"}, n.Text, MaxTextLength)
		c.optional(path{list, i, "family"}, n.Family, MaxTextLength)
		c.optional(path{list, i, "given"}, n.Given, MaxTextLength)
		c.interval(path{list, i, "valid"}, n.Valid)
		n.VerifiedAt = c.verification(list, i, n.Verified, n.VerifiedAt, n.VerifiedBy)
	}
}

func (d *Draft) checkIdentifiers(c *checker) {
	const list = "identifiers"
	for i, id := range d.Identifiers {
		c.required(path{list, i, "system"}, id.System, MaxCodeLength)
		c.required(path{list, i, "type"}, id.Type, MaxCodeLength)
		c.required(path{list, i, "value"}, id.Value, MaxCodeLength)
		c.optional(path{list, i, "normal"}, id.Normal, MaxCodeLength)
		key := id.Key()
		if slices.ContainsFunc(d.Identifiers[:i], func(earlier Identifier) bool { return earlier.Key() == key }) {
			c.report(path{list, i, ""}, Duplicate)
		}
	}
}

func (d *Draft) checkContacts(c *checker) {
	const list = "contacts"
	for i := range d.Contacts {
		p := &d.Contacts[i]
		c.required(path{list, i, "channel"}, string(p.Channel), MaxCodeLength)
		c.required(path{list, i, "value"}, p.Value, MaxTextLength)
		c.optional(path{list, i, "usage"}, string(p.Usage), MaxCodeLength)
		c.interval(path{list, i, "valid"}, p.Valid)
		p.VerifiedAt = c.verification(list, i, p.Verified, p.VerifiedAt, p.VerifiedBy)
		duplicate, rival := false, false
		for _, q := range d.Contacts[:i] {
			if q.Channel == p.Channel && q.Valid.Overlaps(p.Valid) {
				duplicate = duplicate || q.Value == p.Value && q.Usage == p.Usage
				rival = rival || q.Preferred && p.Preferred
			}
		}
		if duplicate {
			c.report(path{list, i, ""}, Duplicate)
		}
		if rival {
			c.report(path{list, i, "preferred"}, Overlap)
		}
	}
}

// verification checks when and how an entry was verified, which only a verified one
// can say, and returns the time as the package keeps it.
func (c *checker) verification(list string, i int, verified bool, at time.Time, by string) time.Time {
	if !verified && !at.IsZero() {
		c.report(path{list, i, "verified_at"}, NotAllowed)
	}
	if !verified && by != "" {
		c.report(path{list, i, "verified_by"}, NotAllowed)
	}
	c.optional(path{list, i, "verified_by"}, by, MaxCodeLength)
	return c.instant(path{list, i, "verified_at"}, at, false)
}

func (d *Draft) checkRoles(c *checker) {
	const list = "roles"
	for i, r := range d.Roles {
		if !r.Type.IsValid() {
			c.report(path{list, i, "type"}, enumReason(r.Type == 0))
		}
		c.interval(path{list, i, "valid"}, r.Valid)
		if slices.ContainsFunc(d.Roles[:i], func(q Role) bool {
			return q.Type == r.Type && q.Valid.Overlaps(r.Valid)
		}) {
			c.report(path{list, i, "valid"}, Overlap)
		}
	}
}
