package customer

import (
	"cmp"
	"fmt"
	"slices"
	"time"
)

// CreditRule says who gets the credit for what happens with a customer. The zero rule
// gives it to the owners in force at the instant of the event, whenever it is written
// down: a sale made before a handover stays with the one who made it.
type CreditRule struct {
	// Role is the role whose owners get credit; "" means OwnerAccountManager.
	Role OwnerRole
	// Carry is for how long after a change the owner before still has a part; 0: none.
	Carry time.Duration
	// Kept is the part, 0 to 1, that the owner before has during Carry.
	Kept float64
}

// Credit is the part of somebody in what happened.
type Credit struct {
	Owner string
	Share float64 // 0 < s ≤ 1
}

// CreditRuleError reports a rule that makes no sense.
type CreditRuleError struct {
	Rule CreditRule
}

// Error names the numbers of the rule.
func (e *CreditRuleError) Error() string {
	return fmt.Sprintf("customer: credit rule keeps %g for %s, want 0 to 1 and no negative time", e.Rule.Kept, e.Rule.Carry)
}

// Credit returns who gets the credit for an event at an instant, by share from the
// largest on, then by owner. Owners whose share is not stated divide evenly what the
// stated shares leave; where all are stated and sum to less than 1, the rest is
// nobody's. Without an owner in the role nobody gets any. The error is a
// [*CreditRuleError].
//
// With Carry, an owner that began less than Carry before gives Kept of its share to
// those whose ownership in the role ended when its own began, in proportion to their
// shares then.
func (r CreditRule) Credit(c Customer, at time.Time) ([]Credit, error) {
	if !(r.Kept >= 0 && r.Kept <= 1) || r.Carry < 0 {
		return nil, &CreditRuleError{Rule: r}
	}
	if r.Role == "" {
		r.Role = OwnerAccountManager
	}
	total := make(map[string]float64)
	for _, part := range r.parts(c, at) {
		began := part.owner.Valid.Start()
		before := r.before(c, began, at)
		kept := r.Kept
		if len(before) == 0 {
			kept = 0
		}
		total[part.owner.Owner] += part.share * (1 - kept)
		sum := 0.0
		for _, b := range before {
			sum += b.share
		}
		for _, b := range before {
			total[b.owner.Owner] += part.share * kept * b.share / sum
		}
	}
	credits := make([]Credit, 0, len(total))
	for owner, share := range total {
		if share > 0 {
			credits = append(credits, Credit{Owner: owner, Share: min(share, 1)})
		}
	}
	slices.SortFunc(credits, func(a, b Credit) int {
		return cmp.Or(cmp.Compare(b.Share, a.Share), cmp.Compare(a.Owner, b.Owner))
	})
	return credits, nil
}

type part struct {
	owner Ownership
	share float64
}

// parts returns the owners in the role at an instant with their shares, none of 0.
func (r CreditRule) parts(c Customer, at time.Time) []part {
	var parts []part
	stated, open := 0.0, 0
	for _, o := range c.draft.Owners {
		if o.Role != r.Role || !o.Valid.Contains(at) {
			continue
		}
		parts = append(parts, part{o, o.Share})
		if stated += o.Share; o.Share == 0 {
			open++
		}
	}
	for i := range parts {
		if parts[i].share == 0 {
			parts[i].share = max(0, 1-stated) / float64(open)
		}
	}
	return slices.DeleteFunc(parts, func(p part) bool { return p.share == 0 })
}

// before returns those whose ownership ended when one began, if that is less than Carry
// ago.
func (r CreditRule) before(c Customer, began, at time.Time) []part {
	if began.IsZero() || r.Carry == 0 || at.Sub(began) >= r.Carry {
		return nil
	}
	return slices.DeleteFunc(r.parts(c, began.Add(-1)), func(p part) bool { return !p.owner.Valid.End().Equal(began) })
}
