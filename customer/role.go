package customer

import (
	"fmt"
	"iter"
	"time"

	"github.com/rapport-crm/rapport"
)

// RoleType is a part that a party plays towards us. A party may play several at
// once.
type RoleType uint8

// The roles. Internal is a department or a colleague served like a customer;
// it is left out of revenue figures ([Customer.InRevenueBase]).
const (
	Prospect    RoleType = iota + 1 // showed interest, has not bought
	Consumer                        // an ordinary consumer
	Enterprise                      // a business that buys for itself
	Distributor                     // a channel distributor or agent, who sells on
	Partner                         // sells or delivers together with us
	Supplier                        // sells to us
	Internal                        // part of our own organisation
)

// ParseRoleType accepts the codes that [RoleType.String] returns; the error is a
// [*CodeError].
func ParseRoleType(text string) (RoleType, error) {
	for r := Prospect; r <= Internal; r++ {
		if r.String() == text {
			return r, nil
		}
	}
	return 0, &CodeError{Type: "role", Code: text}
}

// IsValid reports whether r is one of the roles; the zero value is not.
func (r RoleType) IsValid() bool { return r >= Prospect && r <= Internal }

// String returns the code of the role, such as "distributor", "" for the zero
// value.
func (r RoleType) String() string {
	switch r {
	case 0:
		return ""
	case Prospect:
		return "prospect"
	case Consumer:
		return "consumer"
	case Enterprise:
		return "enterprise"
	case Distributor:
		return "distributor"
	case Partner:
		return "partner"
	case Supplier:
		return "supplier"
	case Internal:
		return "internal"
	}
	return fmt.Sprintf("RoleType(%d)", uint8(r))
}

// MarshalText returns the code of the role, nothing for the zero value.
func (r RoleType) MarshalText() ([]byte, error) { return marshalCode("role", r, r == 0 || r.IsValid()) }

// UnmarshalText accepts what [RoleType.MarshalText] writes.
func (r *RoleType) UnmarshalText(text []byte) error { return unmarshalCode(r, text, ParseRoleType) }

// Role is a part played over a stretch of time. The same part may be played
// again later, but not twice at the same time.
type Role struct {
	Type  RoleType         `json:"type"`
	Valid rapport.Interval `json:"valid,omitzero"` // an open side: since ever, until further notice
}

// RoleError reports a change of roles that does not fit the roles held.
type RoleError struct {
	Customer rapport.ID
	Role     RoleType
	At       time.Time
	Reason   Reason // Overlap: held already; Missing: not held; OutOfRange: would end as it starts
}

// Error names the role, the customer, the instant and the reason.
func (e *RoleError) Error() string {
	return fmt.Sprintf("customer: role %s of %q at %s: %s", e.Role, e.Customer, e.At.Format(time.RFC3339), e.Reason)
}

// Holding passes on the customers that hold the role at the instant: the
// distributors of the first of May, whatever else they were.
func Holding(customers iter.Seq[Customer], role RoleType, at time.Time) iter.Seq[Customer] {
	return func(yield func(Customer) bool) {
		for c := range customers {
			if c.HasRole(role, at) && !yield(c) {
				return
			}
		}
	}
}
