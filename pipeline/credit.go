package pipeline

import (
	"fmt"
	"slices"
	"strings"

	"github.com/rapport-crm/rapport"
)

// CreditHold says why a customer gets no more on credit.
type CreditHold struct {
	Reason   string // [OverLimit], or the host's own such as "review_overdue"
	Limit    rapport.Money
	Exposure rapport.Money // what the customer would owe, the new amount included
	Over     rapport.Money // Exposure - Limit; negative if there is another reason
}

// OverLimit is the reason of a hold for an exposure that is above the limit.
const OverLimit = "over_limit"

// LimitCredit returns the hold on a customer whose exposures, such as receivables, open
// orders and the new amount, add up to more than the limit; nil if they do not. The errors
// are an [*InputError] for a limit in no currency, and those of [rapport.Money.Add].
func LimitCredit(limit rapport.Money, exposures ...rapport.Money) (*CreditHold, error) {
	if limit.Currency() == 0 || limit.Sign() < 0 {
		return nil, &InputError{Name: "credit limit", Value: limit.String(), Want: "an amount that is not negative"}
	}
	exposure, err := rapport.Sum(exposures...)
	if err != nil {
		return nil, err
	}
	over, err := exposure.Sub(limit)
	if err != nil || over.Sign() <= 0 {
		return nil, err
	}
	return &CreditHold{OverLimit, limit, exposure, over}, nil
}

// CreditError says that a customer is on hold, and why an override will not do: a
// [*RoleError] or an [*InputError]; nil if there was none.
type CreditError struct {
	Customer rapport.ID
	Amount   rapport.Money
	Hold     CreditHold
	Roles    []string // that may override
	Override error
}

func (e *CreditError) Error() string {
	text := fmt.Sprintf("pipeline: customer %q is on credit hold (%s): limit %v, exposure %v, over by %v", e.Customer, e.Hold.Reason, e.Hold.Limit, e.Hold.Exposure, e.Hold.Over)
	if e.Override != nil {
		text += "; the override: " + inner(e.Override)
	}
	return text
}

// Unwrap returns why the override will not do.
func (e *CreditError) Unwrap() error { return e.Override }

// FieldCreditOverride is the field with which a credit hold is overridden. A definition
// that allows it declares it as a text field.
const FieldCreditOverride = "credit_override"

// CreditOverride returns what FieldCreditOverride is set to: in which role, and why.
func CreditOverride(role, reason string) Value {
	return Text(strings.TrimSpace(role) + ": " + strings.TrimSpace(reason))
}

// CreditGuard returns a guard that refuses while the customer is on hold, with a
// [*CreditError]. check is asked with the customer and amount of the record and returns nil
// for no hold; an error of its own refuses too, as no answer is no credit.
//
// Whoever has one of the roles may override a hold: by setting FieldCreditOverride, in the
// Data of the very request that the guard checks, to a [CreditOverride] with that role and
// a reason that is not the one of an earlier override. The entry of the move then tells
// who, in which role, when and why. Without roles nobody may.
func CreditGuard(check func(customer rapport.ID, amount rapport.Money) (*CreditHold, error), roles ...string) Guard {
	roles = slices.Clone(roles)
	return func(c Check) error {
		customer := rapport.ID(c.Value(FieldCustomer).String())
		amount, ok := c.Value(FieldAmount).Money()
		var missing []string
		if customer == "" {
			missing = append(missing, FieldCustomer)
		}
		if !ok {
			missing = append(missing, FieldAmount)
		}
		if missing != nil {
			return &MissingDataError{missing}
		}
		hold, err := check(customer, amount)
		if err != nil || hold == nil {
			return err
		}
		e := &CreditError{Customer: customer, Amount: amount, Hold: *hold, Roles: slices.Clone(roles)}
		override := c.Data[FieldCreditOverride]
		if override.Empty() {
			return e
		}
		if e.Override = checkOverride(override, roles, &c); e.Override != nil {
			return e
		}
		return nil
	}
}

// checkOverride says why an override will not do.
func checkOverride(override Value, roles []string, c *Check) error {
	role, reason, _ := strings.Cut(override.String(), ":")
	switch {
	case c.By == "":
		return &InputError{Name: "by", Want: "the one who overrides"}
	case !slices.Contains(roles, role) || !slices.Contains(c.Roles, role):
		return &RoleError{c.By, c.Roles, roles}
	case strings.TrimSpace(reason) == "":
		return &InputError{Name: "override", Value: override.String(), Want: "a role and a reason"}
	case c.Record != nil && c.Record.Value(FieldCreditOverride) == override:
		return &InputError{Name: "override", Value: override.String(), Want: "a new one: this was given before"}
	}
	return nil
}
