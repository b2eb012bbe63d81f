package customer

import (
	"errors"

	"github.com/rapport-crm/rapport"
)

// What a [*WinBackError] can wrap.
var (
	// ErrWinBackRange: a number outside its range, or an amount without a currency.
	ErrWinBackRange = errors.New("is not in its range")
	// ErrWinBackTwice: a customer comes twice.
	ErrWinBackTwice = errors.New("comes twice")
)

// ErrNoPermission says that no function was passed in that says who may be contacted.
var ErrNoPermission = errors.New("customer: no function says who may be contacted")

// AssignWinBack gives a customer its arm: control with the probability control, 0 to
// 1. It depends on the seed, the campaign and the customer alone, so customers
// may come in any order, at any time and twice. So does [Campaign.Select] without strata,
// by a draw of its own: the arms of the two have nothing to do with each other. The error is a [*WinBackError] with
// [ErrWinBackRange] or the [*rapport.IDError] of one of the ids.
func AssignWinBack(seed uint64, campaign, customer rapport.ID, control float64) (CampaignArm, error) {
	if !isShare(control) {
		return "", &WinBackError{Customer: customer, Field: "control", Err: ErrWinBackRange}
	}
	if err := campaign.Validate(); err != nil {
		return "", &WinBackError{Customer: customer, Field: "campaign", Err: err}
	}
	if err := customer.Validate(); err != nil {
		return "", &WinBackError{Customer: customer, Field: "customer", Err: err}
	}
	if (&Campaign{ID: campaign, Seed: seed}).draw("customer", string(customer)) < control {
		return ArmControl, nil
	}
	return ArmTreatment, nil
}
