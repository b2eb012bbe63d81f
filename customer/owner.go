package customer

import (
	"slices"
	"time"

	"github.com/rapport-crm/rapport"
)

// OwnerRole says as what somebody owns the relation to a customer: an open set of
// codes, like [Channel].
type OwnerRole string

// The common roles of owners.
const (
	OwnerAccountManager OwnerRole = "account-manager" // answers for the whole relation
	OwnerSales          OwnerRole = "sales"
	OwnerService        OwnerRole = "service"
	OwnerBackup         OwnerRole = "backup"
)

// Ownership says who on our side, or at a partner, owns the relation to a customer
// over a stretch of time. A change ends one and begins another: nobody is forgotten.
type Ownership struct {
	Owner      string           `json:"owner"`                // required: who, the key of a user or an agent
	Role       OwnerRole        `json:"role"`                 // required
	Team       string           `json:"team,omitzero"`        // of the owner, a code
	Branch     string           `json:"branch,omitzero"`      // of the owner, a code
	Partner    rapport.ID       `json:"partner,omitzero"`     // the partner that the owner belongs to; "": our own
	Share      float64          `json:"share,omitzero"`       // 0 < s ≤ 1 of the credit of the role; 0: not stated
	Valid      rapport.Interval `json:"valid,omitzero"`       // event time; an open side: since ever, until further notice
	Source     string           `json:"source,omitzero"`      // why, a code such as "handover"
	RecordedAt time.Time        `json:"recorded_at,omitzero"` // record time; zero: that of the customer
}

// OwnersAt returns who owned the relation at an instant, in the order of the list.
func (c Customer) OwnersAt(at time.Time) []Ownership {
	return held(c.draft.Owners, at, func(o *Ownership) rapport.Interval { return o.Valid })
}

// OwnedBy reports whether somebody owned the relation at an instant, in any role.
func (c Customer) OwnedBy(owner string, at time.Time) bool {
	return slices.ContainsFunc(c.draft.Owners, func(o Ownership) bool { return o.Owner == owner && o.Valid.Contains(at) })
}

// WithOwner returns c with one more ownership. The error is a [*ValidationError], with
// reason Overlap if the owner has the role already at some instant of it.
func (c Customer) WithOwner(o Ownership) (Customer, error) {
	return c.changed(func(d *Draft) { d.Owners = append(d.Owners, o) })
}

func (d *Draft) checkOwners(c *checker) {
	const list = "owners"
	type post struct {
		owner string
		role  OwnerRole
	}
	seen := make(map[post][]rapport.Interval, len(d.Owners))
	shares := make(map[OwnerRole][]stake)
	var roles []OwnerRole // in the order of the list
	for i := range d.Owners {
		o := &d.Owners[i]
		c.required(path{list, i, "owner"}, o.Owner, MaxCodeLength)
		c.required(path{list, i, "role"}, string(o.Role), MaxCodeLength)
		c.optional(path{list, i, "team"}, o.Team, MaxCodeLength)
		c.optional(path{list, i, "branch"}, o.Branch, MaxCodeLength)
		if o.Partner != "" {
			c.id(path{list, i, "partner"}, o.Partner)
		}
		o.Share = c.share(path{list, i, "share"}, o.Share)
		c.interval(path{list, i, "valid"}, o.Valid)
		c.optional(path{list, i, "source"}, o.Source, MaxCodeLength)
		o.RecordedAt = c.instant(path{list, i, "recorded_at"}, o.RecordedAt, false)
		key := post{o.Owner, o.Role}
		c.apart(path{list, i, "valid"}, Overlap, seen[key], o.Valid)
		seen[key] = append(seen[key], o.Valid)
		shares[o.Role] = append(shares[o.Role], stake{o.Share, o.Valid})
		if len(shares[o.Role]) == 1 {
			roles = append(roles, o.Role)
		}
	}
	for _, role := range roles {
		if at, sum := peak(shares[role]); sum > 1+shareSlack {
			c.report(path{list, d.lastOwner(role, at), "share"}, OutOfRange)
		}
	}
}

// lastOwner returns the place of the last ownership of a role in force at an instant.
func (d *Draft) lastOwner(role OwnerRole, at time.Time) int {
	for i, o := range slices.Backward(d.Owners) {
		if o.Role == role && o.Share > 0 && o.Valid.Contains(at) {
			return i
		}
	}
	return 0
}
