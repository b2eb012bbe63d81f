package customer

import "slices"

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
	if entries(&c, "roles", d.Roles) {
		d.checkRoles(&c)
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
	for i, n := range d.OtherNames {
		c.optional(path{list, i, "usage"}, string(n.Usage), MaxCodeLength)
		c.required(path{list, i, "text"}, n.Text, MaxTextLength)
		c.optional(path{list, i, "family"}, n.Family, MaxTextLength)
		c.optional(path{list, i, "given"}, n.Given, MaxTextLength)
		c.interval(path{list, i, "valid"}, n.Valid)
	}
}

func (d *Draft) checkIdentifiers(c *checker) {
	const list = "identifiers"
	for i, id := range d.Identifiers {
		c.required(path{list, i, "system"}, id.System, MaxCodeLength)
		c.required(path{list, i, "type"}, id.Type, MaxCodeLength)
		c.required(path{list, i, "value"}, id.Value, MaxCodeLength)
		if slices.Contains(d.Identifiers[:i], id) {
			c.report(path{list, i, ""}, Duplicate)
		}
	}
}

func (d *Draft) checkContacts(c *checker) {
	const list = "contacts"
	for i, p := range d.Contacts {
		c.required(path{list, i, "channel"}, string(p.Channel), MaxCodeLength)
		c.required(path{list, i, "value"}, p.Value, MaxTextLength)
		c.optional(path{list, i, "usage"}, string(p.Usage), MaxCodeLength)
		c.interval(path{list, i, "valid"}, p.Valid)
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
