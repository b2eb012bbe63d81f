package customer

import (
	"time"

	"github.com/rapport-crm/rapport"
)

// Address is a place of a customer: in parts where they are known, as one text where
// that is all there is, or both. Parts are kept as written, in their own script; the
// standard form is the business of package identity.
type Address struct {
	Country    string           `json:"country,omitzero"`     // ISO 3166-1 alpha-2 in capitals: "CN"
	Region     string           `json:"region,omitzero"`      // province, state
	City       string           `json:"city,omitzero"`        //
	District   string           `json:"district,omitzero"`    // part of a city
	Street     string           `json:"street,omitzero"`      // without the number
	Number     string           `json:"number,omitzero"`      // of the house: "12a", "88弄7号"
	Unit       string           `json:"unit,omitzero"`        // building, floor, flat
	Postcode   string           `json:"postcode,omitzero"`    //
	Text       string           `json:"text,omitzero"`        // the whole address in one line
	Usage      Usage            `json:"usage,omitzero"`       // optional
	Verified   bool             `json:"verified,omitzero"`    // something arrived there, or somebody was there
	VerifiedAt time.Time        `json:"verified_at,omitzero"` // only if Verified; zero: not known
	VerifiedBy string           `json:"verified_by,omitzero"` // how, a code such as "delivery"; only if Verified
	Preferred  bool             `json:"preferred,omitzero"`   // the one to use; at most one of a usage at any instant
	Valid      rapport.Interval `json:"valid,omitzero"`       // an open side: since ever, until further notice
}

// place returns the address without what is said about it, to compare places.
func (a Address) place() Address {
	a.Verified, a.VerifiedAt, a.VerifiedBy, a.Preferred, a.Valid = false, time.Time{}, "", false, rapport.Interval{}
	return a
}

// AddressAt returns the address to use for a usage at an instant: the preferred one,
// else the first verified one, else the first; false if none is valid then. With the
// usage "" any address will do, and a preferred one of any usage comes first.
func (c Customer) AddressAt(usage Usage, at time.Time) (Address, bool) {
	var best Address
	found := false
	for _, a := range c.draft.Addresses {
		if usage != "" && a.Usage != usage || !a.Valid.Contains(at) {
			continue
		}
		if a.Preferred {
			return a, true
		}
		if !found || a.Verified && !best.Verified {
			best, found = a, true
		}
	}
	return best, found
}

func (d *Draft) checkAddresses(c *checker) {
	const list = "addresses"
	for i := range d.Addresses {
		a := &d.Addresses[i]
		if a.Country != "" && !isCountry(a.Country) {
			c.report(path{list, i, "country"}, Malformed)
		}
		c.optional(path{list, i, "region"}, a.Region, MaxTextLength)
		c.optional(path{list, i, "city"}, a.City, MaxTextLength)
		c.optional(path{list, i, "district"}, a.District, MaxTextLength)
		c.optional(path{list, i, "street"}, a.Street, MaxTextLength)
		c.optional(path{list, i, "number"}, a.Number, MaxCodeLength)
		c.optional(path{list, i, "unit"}, a.Unit, MaxTextLength)
		c.optional(path{list, i, "postcode"}, a.Postcode, MaxCodeLength)
		c.optional(path{list, i, "text"}, a.Text, MaxTextLength)
		c.optional(path{list, i, "usage"}, string(a.Usage), MaxCodeLength)
		place := a.place()
		if place == (Address{Usage: a.Usage}) {
			c.report(path{list, i, "text"}, Missing)
		}
		c.interval(path{list, i, "valid"}, a.Valid)
		a.VerifiedAt = c.verification(list, i, a.Verified, a.VerifiedAt, a.VerifiedBy)
		duplicate, rival := false, false
		for _, b := range d.Addresses[:i] {
			if b.Usage == a.Usage && b.Valid.Overlaps(a.Valid) {
				duplicate = duplicate || b.place() == place
				rival = rival || b.Preferred && a.Preferred
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
