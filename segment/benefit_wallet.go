package segment

import (
	"fmt"
	"slices"
	"time"

	"github.com/rapport-crm/rapport"
)

// Credit is a benefit that a customer has earned for himself, whatever his level: a
// ticket after ten visits, a voucher after a complaint.
type Credit struct {
	ID       rapport.ID `json:"id"`
	Benefit  string     `json:"benefit"`        // code
	Branch   rapport.ID `json:"branch"`         // where it was earned; no limit on where it is redeemed
	At       time.Time  `json:"at"`             // when it was earned
	Until    time.Time  `json:"until,omitzero"` // it is lost at this instant; zero: never
	Quantity int        `json:"quantity"`       // redemptions that it is good for, at least 1
	Terms
}

// Redemption is one use of a benefit.
type Redemption struct {
	ID      rapport.ID    `json:"id"`
	Benefit string        `json:"benefit"` // code
	Branch  rapport.ID    `json:"branch"`
	At      time.Time     `json:"at"`
	Price   rapport.Money `json:"price,omitzero"` // of what was bought, where a discount is taken off

	Off    rapport.Money `json:"off,omitzero"`     // what was taken off the price; set by [Benefits.Redeem]
	Level  string        `json:"level,omitempty"`  // the level by which it was given; set by Redeem
	Credit rapport.ID    `json:"credit,omitempty"` // the credit that paid for it, if one did; set by Redeem
}

// Wallet is what a customer has earned and redeemed, in every branch: one for the
// whole network, or quotas would be given once a branch. The zero value is empty; each
// step returns a new one, and none changes the one it was given.
type Wallet struct {
	Credits     []Credit     `json:"credits"`
	Redemptions []Redemption `json:"redemptions"`
}

// WalletError reports a credit, a redemption or a wallet that makes no sense.
type WalletError struct {
	ID     rapport.ID // of the credit or redemption
	Field  string
	Value  string
	Reason string // for the reader of a log
	Err    error  // of the money or the id, if that is to blame
}

// Error names the entry, the field and the reason.
func (e *WalletError) Error() string {
	return fmt.Sprintf("segment: wallet: %q: %s %q: %s", e.ID, e.Field, e.Value, e.Reason)
}

// Unwrap returns the error of the money or the id, nil if neither is to blame.
func (e *WalletError) Unwrap() error { return e.Err }

// Earn puts a credit into a wallet. The error is a [*WalletError].
func (w Wallet) Earn(c Credit) (Wallet, error) {
	c.Branches = slices.Clone(c.Branches)
	c.At, c.Until = plain(c.At), plain(c.Until)
	if err := c.validate(); err != nil {
		return w, err
	}
	if slices.ContainsFunc(w.Credits, func(had Credit) bool { return had.ID == c.ID }) {
		return w, &WalletError{ID: c.ID, Field: "id", Value: string(c.ID), Reason: "a credit of this id is there already"}
	}
	w.Credits = append(slices.Clip(w.Credits), c)
	return w, nil
}

func (c *Credit) validate() error {
	if err := entryFault(c.ID, c.Benefit, c.Branch, c.At); err != nil {
		return err
	}
	fault := func(field string, value any, reason string) error {
		return &WalletError{ID: c.ID, Field: field, Value: fmt.Sprint(value), Reason: reason}
	}
	switch {
	case c.Quantity < 1 || c.Quantity > MaxQuota:
		return fault("quantity", c.Quantity, "out of range")
	case !c.Until.IsZero() && !c.Until.After(c.At):
		return fault("until", c.Until.Format(time.RFC3339), "not after it was earned")
	case !c.Until.IsZero() && dateFault("until", c.Until) != nil:
		return fault("until", c.Until.Format(time.RFC3339), "outside the years 2 to 9998")
	}
	if field, value, reason := c.Terms.fault(); reason != "" {
		return fault(field, value, reason)
	}
	return nil
}

// entryFault checks what credits and redemptions have in common.
func entryFault(id rapport.ID, benefit string, branch rapport.ID, at time.Time) error {
	fault := func(field, value, reason string, err error) error {
		return &WalletError{ID: id, Field: field, Value: value, Reason: reason, Err: err}
	}
	if err := id.Validate(); err != nil {
		return fault("id", string(id), err.Error(), err)
	}
	if err := branch.Validate(); err != nil {
		return fault("branch", string(branch), err.Error(), err)
	}
	if reason := nameReason(benefit); reason != "" {
		return fault("benefit", benefit, reason, nil)
	}
	if err := dateFault("at", at); err != nil {
		return fault("at", at.Format(time.RFC3339), "outside the years 2 to 9998", err)
	}
	return nil
}

// validate checks a wallet that came from outside.
func (w Wallet) validate() error {
	credits, left := make(map[rapport.ID]*Credit, len(w.Credits)), make(map[rapport.ID]int, len(w.Credits))
	for i := range w.Credits {
		c := &w.Credits[i]
		if err := c.validate(); err != nil {
			return err
		}
		if _, twice := left[c.ID]; twice {
			return &WalletError{ID: c.ID, Field: "id", Value: string(c.ID), Reason: "comes twice"}
		}
		credits[c.ID], left[c.ID] = c, c.Quantity
	}
	seen := make(map[rapport.ID]bool, len(w.Redemptions))
	for i := range w.Redemptions {
		r := &w.Redemptions[i]
		if err := entryFault(r.ID, r.Benefit, r.Branch, r.At); err != nil {
			return err
		}
		if seen[r.ID] {
			return &WalletError{ID: r.ID, Field: "id", Value: string(r.ID), Reason: "comes twice"}
		}
		seen[r.ID] = true
		if err := r.offFault(); err != nil {
			return err
		}
		if r.Credit == "" {
			continue
		}
		if left[r.Credit] == 0 {
			return &WalletError{ID: r.ID, Field: "credit", Value: string(r.Credit), Reason: "used more often than it is good for, or not there"}
		}
		left[r.Credit]--
		if reason := credits[r.Credit].refuses(r); reason != "" {
			return &WalletError{ID: r.ID, Field: "credit", Value: string(r.Credit), Reason: reason}
		}
	}
	return nil
}

// offFault says if more than the price was taken off, or in another currency.
func (r *Redemption) offFault() error {
	beyond, err := r.Off.Cmp(r.Price)
	if err == nil && r.Off.Sign() >= 0 && (beyond <= 0 || r.Off.IsZero()) {
		return nil
	}
	return &WalletError{ID: r.ID, Field: "off", Value: r.Off.String(), Reason: "not from nothing to the price", Err: err}
}

// refuses says why a credit cannot have paid for a redemption, "" if it can.
func (c *Credit) refuses(r *Redemption) string {
	switch {
	case c.Benefit != r.Benefit:
		return "is of another benefit"
	case r.At.Before(c.At) || !c.Until.IsZero() && !r.At.Before(c.Until):
		return "was not there then"
	case len(c.Branches) > 0 && !slices.Contains(c.Branches, r.Branch):
		return "is not good at this branch"
	}
	return ""
}
