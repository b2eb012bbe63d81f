package credit

import (
	"slices"
	"strconv"

	"github.com/rapport-crm/rapport"
)

// Policy says when a customer is on hold beside being over a limit, and who may
// release it. Its fields mean what they say: OverdueDays 0 holds from the first day on.
type Policy struct {
	// OverdueDays and OverdueAbove: a hold if more than OverdueAbove is overdue by more
	// than OverdueDays. The zero Money is any amount above nothing.
	OverdueDays  int
	OverdueAbove rapport.Money
	// ReviewGrace is how many days a review may be late.
	ReviewGrace int
	// Flags is how many active risk flags hold; 0: they do not.
	Flags int
	// Roles may release a hold. Without roles nobody may.
	Roles []string
}

// DefaultPolicy holds for anything overdue by more than 30 days, for an expired review
// and for two active risk flags, and lets nobody release.
func DefaultPolicy() Policy { return Policy{OverdueDays: 30, Flags: 2} }

// Validate returns nil, or an [*InputError] for a negative number or an empty role.
func (p Policy) Validate() error {
	for _, n := range []struct {
		name  string
		value int
	}{{"overdue days", p.OverdueDays}, {"grace of reviews", p.ReviewGrace}, {"flags", p.Flags}} {
		if n.value < 0 {
			return &InputError{Name: n.name, Value: strconv.Itoa(n.value), Want: "a number from 0"}
		}
	}
	if slices.Contains(p.Roles, "") {
		return &InputError{Name: "role", Want: "a name"}
	}
	for _, role := range p.Roles {
		if err := checkUTF8("role", role); err != nil {
			return err
		}
	}
	return checkLimit("overdue amount", p.OverdueAbove)
}

// MarshalJSON writes the policy with a kind and a format. It refuses what
// [Policy.Validate] refuses.
func (p Policy) MarshalJSON() ([]byte, error) {
	return write("policy", &p, policyFile(p))
}

// UnmarshalJSON reads what [Policy.MarshalJSON] wrote; it marshals to the same bytes.
// The error wraps [ErrFormat], or is that of [Policy.Validate]; after it p is unchanged.
func (p *Policy) UnmarshalJSON(text []byte) error {
	f, err := read[policyFile](text, "policy")
	if err != nil {
		return err
	}
	return keep(p, Policy(f))
}

type policyFile struct {
	OverdueDays  int           `json:"overdue_days"`
	OverdueAbove rapport.Money `json:"overdue_above"`
	ReviewGrace  int           `json:"review_grace"`
	Flags        int           `json:"flags"`
	Roles        []string      `json:"roles"`
}
