package credit

import (
	"strconv"
	"time"

	"github.com/rapport-crm/rapport"
)

// Profile is what was agreed with one customer.
type Profile struct {
	Customer rapport.ID
	Parent   rapport.ID // the group that it belongs to; "" for none
	// Limit binds the customer's own exposure, not that of customers below it: those pass
	// it unseen, which a [Decision] on them says ([NoGroupLimit]) while there is no
	// GroupLimit. The zero Money: none of its own.
	Limit rapport.Money
	// GroupLimit binds the exposure of the customer and all below it together: on the
	// head of a group its limit, on a branch a sub-limit. The zero Money: none.
	GroupLimit rapport.Money
	TermsDays  int       // from invoice to due date; 0 is payment at once
	Review     time.Time // the last day before the profile is to be looked at again; zero: no review
	// Valid is when the profile may be used; the zero Interval is always.
	Valid   rapport.Interval
	Blocked string // code of the reason why nothing may be sold on account; "" if it may
	Grade   string // of a [GradeTable]; "" if not graded
}

// Validate returns nil, or an error for an id, a negative limit or negative terms.
func (p Profile) Validate() error {
	if err := p.Customer.Validate(); err != nil {
		return err
	}
	if p.Parent != "" {
		if err := p.Parent.Validate(); err != nil {
			return err
		}
	}
	if err := checkLimit("limit", p.Limit); err != nil {
		return err
	}
	if err := checkLimit("group limit", p.GroupLimit); err != nil {
		return err
	}
	if p.TermsDays < 0 {
		return &InputError{Name: "terms", Value: strconv.Itoa(p.TermsDays), Want: "days from 0"}
	}
	return checkUTF8("block", p.Blocked, "grade", p.Grade)
}

// MarshalJSON writes the profile with a kind and a format. It refuses what
// [Profile.Validate] refuses.
func (p Profile) MarshalJSON() ([]byte, error) {
	return write("profile", &p, profileFile(p))
}

// UnmarshalJSON reads what [Profile.MarshalJSON] wrote; it marshals to the same bytes.
// The error wraps [ErrFormat], or is that of [Profile.Validate]; after it p is unchanged.
func (p *Profile) UnmarshalJSON(text []byte) error {
	f, err := read[profileFile](text, "profile")
	if err != nil {
		return err
	}
	return keep(p, Profile(f))
}

type profileFile struct {
	Customer   rapport.ID       `json:"customer"`
	Parent     rapport.ID       `json:"parent"`
	Limit      rapport.Money    `json:"limit"`
	GroupLimit rapport.Money    `json:"group_limit"`
	TermsDays  int              `json:"terms_days"`
	Review     time.Time        `json:"review,omitzero"`
	Valid      rapport.Interval `json:"valid"`
	Blocked    string           `json:"blocked"`
	Grade      string           `json:"grade"`
}
