package credit

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/rapport-crm/rapport"
)

// ReasonCode says why an order is held: a stable code.
type ReasonCode string

// The reasons, in the order in which a [Decision] lists them.
const (
	OverLimit      ReasonCode = "over_limit"       // the customer's own exposure is above its limit
	OverGroupLimit ReasonCode = "over_group_limit" // that of a group it belongs to is above the group's
	NoLimit        ReasonCode = "no_limit"         // neither the customer nor a group above has a limit
	Blocked        ReasonCode = "blocked"          // the customer or a group above is blocked
	NotValid       ReasonCode = "not_valid"        // the profile is not valid at the date
	ReviewExpired  ReasonCode = "review_expired"   // the review is late by more than the grace
	Overdue        ReasonCode = "overdue"          // too much is overdue for too long
	RiskFlags      ReasonCode = "risk_flags"       // too many active flags
)

// NoGroupLimit is the code of a [Gap]: a group above the customer has a Limit and no
// GroupLimit. Its Limit binds the head of the group alone, and orders of the members
// pass it unseen. It never holds an order.
const NoGroupLimit ReasonCode = "no_group_limit"

// Gap is something that could not be judged, and so did not hold an order.
type Gap struct {
	Code ReasonCode // Overdue or NoGroupLimit
	// Holder is of whom it is not known: the customer, or the head of the group that lacks
	// a limit.
	Holder rapport.ID
}

// Reason is one reason for a hold, with its figures.
type Reason struct {
	Code ReasonCode
	// Holder is whose limit or profile it is: the customer, or a group above it.
	Holder   rapport.ID
	Exposure rapport.Money // of the holder, with the order: for a group that of all in it
	Limit    rapport.Money // of OverLimit and OverGroupLimit
	// Amount is by how much the exposure is over the limit, or how much is overdue.
	Amount rapport.Money
	Days   int          // how long it is overdue, or the review late
	Text   string       // the code with which the profile is blocked
	Flags  []rapport.ID // the active flags, in byte order
	// Released is the id of the override that lets it pass; "" if none does.
	Released rapport.ID
}

// Decision is the answer to one order.
type Decision struct {
	Customer rapport.ID
	AsOf     time.Time
	Order    rapport.Money // as it was asked for
	// Limit is the customer's own, the zero Money if it has none.
	Limit rapport.Money
	// Exposure is the customer's own with the order, in the currency of Limit or, without
	// one, in its own.
	Exposure rapport.Money
	// Available is what may be sold before a limit binds, without the order and negative
	// where one is passed already: the least of limit − exposure over the customer's own
	// limit and those of the groups above, in the currency of Exposure. The zero Money
	// if there is no limit.
	Available rapport.Money
	Reasons   []Reason // from the customer upwards within each code
	// RatesAt is the date of the rates by which amounts of other currencies were
	// converted; the zero time if none had to be.
	RatesAt time.Time
	// AgedAt is the date of the ageing by which overdue invoices were judged; the zero
	// time if there is none.
	AgedAt time.Time
	// Unchecked lists what could not be judged: groups without a limit of the group
	// ([NoGroupLimit]), from the customer upwards, and [Overdue] without an ageing.
	Unchecked []Gap
}

// Held reports whether there is a reason that no override releases.
func (d Decision) Held() bool {
	return slices.ContainsFunc(d.Reasons, func(r Reason) bool { return r.Released == "" })
}

// Err returns nil, or a [*HoldError] if the order is held.
func (d Decision) Err() error {
	if d.Held() {
		return &HoldError{d}
	}
	return nil
}

// HoldError reports an order that is held.
type HoldError struct {
	Decision Decision
}

func (e *HoldError) Error() string {
	var text strings.Builder
	fmt.Fprintf(&text, "credit: customer %q is on hold for %v", e.Decision.Customer, e.Decision.Order)
	before := ": "
	for _, r := range e.Decision.Reasons {
		if r.Released != "" {
			continue
		}
		text.WriteString(before + string(r.Code))
		before = ", "
		if r.Holder != e.Decision.Customer {
			fmt.Fprintf(&text, " of %q", r.Holder)
		}
		if r.Amount.Sign() > 0 {
			fmt.Fprintf(&text, " %v", r.Amount)
		}
		if r.Days > 0 {
			fmt.Fprintf(&text, " by %d days", r.Days)
		}
	}
	return text.String()
}
