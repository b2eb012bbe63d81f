package credit

import (
	"fmt"
	"time"

	"github.com/rapport-crm/rapport"
)

// LimitChange is the wish to give a customer another limit.
type LimitChange struct {
	Customer rapport.ID
	Group    bool          // the group limit, not the customer's own
	Limit    rapport.Money // names its currency; the zero Money takes the limit away
	By       string
	At       time.Time
	Reason   string
	Force    bool // also below what is already owed; the reason says why
}

// LimitRecord is a limit that was changed: the record to keep.
type LimitRecord struct {
	LimitChange
	Before   rapport.Money // the limit that it replaces
	Exposure rapport.Money // at the change, in the currency of the new limit or the old
}

// BelowExposureError reports a new limit that is below what is already owed.
type BelowExposureError struct {
	Customer        rapport.ID
	Limit, Exposure rapport.Money
}

func (e *BelowExposureError) Error() string {
	return fmt.Sprintf("credit: customer %q: new limit %v is below the exposure of %v: lower the exposure or force it with a reason", e.Customer, e.Limit, e.Exposure)
}

// ChangeLimit checks a new limit and returns the profile with it and the record; the
// book stays as it is. A limit below the exposure is a [*BelowExposureError] unless it
// is forced. Other errors: wraps [ErrUnknownCustomer]; an [*InputError] for a negative
// limit, nobody or no time, or a force without reason; that of a conversion.
func (b *Book) ChangeLimit(c LimitChange) (Profile, LimitRecord, error) {
	row, ok := b.rows[c.Customer]
	if !ok {
		return Profile{}, LimitRecord{}, fmt.Errorf("credit: %q: %w", c.Customer, ErrUnknownCustomer)
	}
	profile, exposed := b.accounts[row].Profile, b.own[row]
	limit := &profile.Limit
	if c.Group {
		limit, exposed = &profile.GroupLimit, b.below[row]
	}
	r := LimitRecord{LimitChange: c, Before: *limit}
	currency := c.Limit.Currency()
	if currency == 0 {
		currency = r.Before.Currency()
	}
	if currency != 0 {
		var err error
		if r.Exposure, err = b.in(exposed, currency); err != nil {
			return Profile{}, LimitRecord{}, err
		}
	}
	if err := r.Validate(); err != nil {
		return Profile{}, LimitRecord{}, err
	}
	*limit = c.Limit
	return profile, r, nil
}

// Validate returns nil, or the error with which [Book.ChangeLimit] refuses the change.
func (r LimitRecord) Validate() error {
	if err := r.Customer.Validate(); err != nil {
		return err
	}
	if err := checkLimit("limit", r.Limit); err != nil {
		return err
	}
	if err := checkTexts("author of the limit", r.By); err != nil {
		return err
	}
	if err := checkUTF8("reason of the limit", r.Reason); err != nil {
		return err
	}
	if r.At.IsZero() {
		return &InputError{Name: "date of the limit", Want: "a time"}
	}
	if r.Force {
		return checkTexts("reason to force a limit", r.Reason)
	}
	if r.Limit.Currency() == 0 {
		return nil
	}
	below, err := r.Limit.Cmp(r.Exposure)
	if err != nil {
		return err
	}
	if below < 0 {
		return &BelowExposureError{r.Customer, r.Limit, r.Exposure}
	}
	return nil
}

// MarshalJSON writes the record with a kind and a format. It refuses what
// [LimitRecord.Validate] refuses.
func (r LimitRecord) MarshalJSON() ([]byte, error) {
	return write("limit", &r, limitFile{r.Customer, r.Group, r.Limit, r.By, r.At, r.Reason, r.Force, r.Before, r.Exposure})
}

// UnmarshalJSON reads what [LimitRecord.MarshalJSON] wrote; it marshals to the same
// bytes. The error wraps [ErrFormat], or is that of [LimitRecord.Validate]; after it r
// is unchanged.
func (r *LimitRecord) UnmarshalJSON(text []byte) error {
	f, err := read[limitFile](text, "limit")
	if err != nil {
		return err
	}
	return keep(r, LimitRecord{LimitChange{f.Customer, f.Group, f.Limit, f.By, f.At, f.Reason, f.Force}, f.Before, f.Exposure})
}

type limitFile struct {
	Customer rapport.ID    `json:"customer"`
	Group    bool          `json:"group"`
	Limit    rapport.Money `json:"limit"`
	By       string        `json:"by"`
	At       time.Time     `json:"at"`
	Reason   string        `json:"reason"`
	Force    bool          `json:"force"`
	Before   rapport.Money `json:"before"`
	Exposure rapport.Money `json:"exposure"`
}
