package identity

import (
	"slices"
	"time"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/customer"
)

// entries is what a union asks of the entries of a list. All but same may be nil.
type entries[T any] struct {
	same  func(a, b *T) bool         // only one of them can be, at a time
	valid func(*T) *rapport.Interval // nil: entries without a period
	agree func(a, b *T) bool         // of two that are the same: both say so
	fold  func(into, other *T)       // takes over what a worse source that agrees adds
	adopt func(entry *T, s *Source)  // writes down what went without saying in the source

	rival func(earlier []T, later *T) bool // claims what the ones before it leave no room for
	yield func(*T)                         // gives that claim up
}

func names() entries[customer.Name] {
	return entries[customer.Name]{
		same: func(a, b *customer.Name) bool {
			return a.Usage == b.Usage && a.Text == b.Text && a.Family == b.Family && a.Given == b.Given
		},
		valid: func(n *customer.Name) *rapport.Interval { return &n.Valid },
		fold: func(into, other *customer.Name) {
			if !into.Verified {
				into.Verified, into.VerifiedAt, into.VerifiedBy = other.Verified, other.VerifiedAt, other.VerifiedBy
			}
		},
	}
}

func identifiers() entries[customer.Identifier] {
	return entries[customer.Identifier]{
		same: func(a, b *customer.Identifier) bool { return a.Key() == b.Key() },
	}
}

func contacts() entries[customer.ContactPoint] {
	return entries[customer.ContactPoint]{
		same: func(a, b *customer.ContactPoint) bool {
			return a.Channel == b.Channel && a.Value == b.Value && a.Usage == b.Usage
		},
		valid: func(p *customer.ContactPoint) *rapport.Interval { return &p.Valid },
		fold: func(into, other *customer.ContactPoint) {
			if !into.Verified {
				into.Verified, into.VerifiedAt, into.VerifiedBy = other.Verified, other.VerifiedAt, other.VerifiedBy
			}
		},
		rival: func(earlier []customer.ContactPoint, later *customer.ContactPoint) bool {
			return later.Preferred && slices.ContainsFunc(earlier, func(p customer.ContactPoint) bool {
				return p.Preferred && p.Channel == later.Channel && p.Valid.Overlaps(later.Valid)
			})
		},
		yield: func(p *customer.ContactPoint) { p.Preferred = false },
	}
}

func addresses() entries[customer.Address] {
	place := func(a customer.Address) customer.Address {
		a.Verified, a.VerifiedAt, a.VerifiedBy, a.Preferred, a.Valid = false, time.Time{}, "", false, rapport.Interval{}
		return a
	}
	return entries[customer.Address]{
		same:  func(a, b *customer.Address) bool { return place(*a) == place(*b) },
		valid: func(a *customer.Address) *rapport.Interval { return &a.Valid },
		fold: func(into, other *customer.Address) {
			if !into.Verified {
				into.Verified, into.VerifiedAt, into.VerifiedBy = other.Verified, other.VerifiedAt, other.VerifiedBy
			}
		},
		rival: func(earlier []customer.Address, later *customer.Address) bool {
			return later.Preferred && slices.ContainsFunc(earlier, func(a customer.Address) bool {
				return a.Preferred && a.Usage == later.Usage && a.Valid.Overlaps(later.Valid)
			})
		},
		yield: func(a *customer.Address) { a.Preferred = false },
	}
}

func roles() entries[customer.Role] {
	return entries[customer.Role]{
		same:  func(a, b *customer.Role) bool { return a.Type == b.Type },
		valid: func(r *customer.Role) *rapport.Interval { return &r.Valid },
	}
}

// In a source's record, an entry without a source or a record time has those of the
// record; among entries of others it must say so.
func attributes() entries[customer.Attribute] {
	return entries[customer.Attribute]{
		same: func(a, b *customer.Attribute) bool {
			return a.Name == b.Name && a.Value == b.Value && a.Source == b.Source
		},
		valid: func(a *customer.Attribute) *rapport.Interval { return &a.Valid },
		fold: func(into, other *customer.Attribute) {
			into.Sensitive = into.Sensitive || other.Sensitive
			if into.Basis == "" {
				into.Basis = other.Basis
			}
		},
		adopt: func(a *customer.Attribute, s *Source) { attribute(&a.Source, &a.RecordedAt, s) },
	}
}

func preferences() entries[customer.Preference] {
	return entries[customer.Preference]{
		same: func(a, b *customer.Preference) bool {
			return a.Topic == b.Topic && a.Choice == b.Choice && a.Source == b.Source
		},
		valid: func(p *customer.Preference) *rapport.Interval { return &p.Valid },
		agree: func(a, b *customer.Preference) bool { return a.Dislike == b.Dislike },
		adopt: func(p *customer.Preference, s *Source) { attribute(&p.Source, &p.RecordedAt, s) },
	}
}

func owners() entries[customer.Ownership] {
	return entries[customer.Ownership]{
		same:  func(a, b *customer.Ownership) bool { return a.Owner == b.Owner && a.Role == b.Role },
		valid: func(o *customer.Ownership) *rapport.Interval { return &o.Valid },
		adopt: func(o *customer.Ownership, s *Source) { // its source is a reason and no system: it stays
			if o.RecordedAt.IsZero() {
				o.RecordedAt = s.Record.RecordedAt()
			}
		},
		rival: overshared,
		yield: func(o *customer.Ownership) { o.Share = 0 },
	}
}

// attribute fills in who says something and when it was written down.
func attribute(by *string, recorded *time.Time, s *Source) {
	if *by == "" {
		*by = s.System
	}
	if recorded.IsZero() {
		*recorded = s.Record.RecordedAt()
	}
}

// overshared reports whether the share of the later ownership and those of the earlier
// ones of the role come to more than all of the credit at some instant, by more than what
// rounding adds to a sum. The sum changes only where an ownership starts.
func overshared(earlier []customer.Ownership, later *customer.Ownership) bool {
	if later.Share == 0 {
		return false
	}
	const slack = 5e-10 // half of what package customer allows
	starts := []time.Time{later.Valid.Start()}
	for i := range earlier {
		if start := earlier[i].Valid.Start(); later.Valid.Contains(start) {
			starts = append(starts, start)
		}
	}
	return slices.ContainsFunc(starts, func(at time.Time) bool {
		sum := later.Share
		for i := range earlier {
			if o := &earlier[i]; o.Role == later.Role && o.Valid.Contains(at) {
				sum += o.Share
			}
		}
		return sum > 1+slack
	})
}
