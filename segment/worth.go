package segment

import (
	"fmt"

	"github.com/rapport-crm/rapport"
)

// WorthPolicy says which customers are the right ones, which the wrong ones, and what is
// proposed for the wrong ones. A field that is zero means its default.
//
// Nothing here removes a customer. The hardest action is a proposal to part, which a
// person decides on, and nobody is proposed for it before the tenure at which a loss
// says something.
type WorthPolicy struct {
	// Right is the best share of the base by profit, Wrong the worst; 20/100 each.
	Right, Wrong Share
	// MinTenureDays is for how many days one must have been a customer to be found
	// wrong; 180, and with 1 all but those who came today can be. Winning a customer
	// costs before it pays.
	MinTenureDays int
	// MaxRaise is by how much prices could be raised, as a share of the revenue with
	// the customer; 0.10.
	MaxRaise float64
	// MaxSaving is what a low-cost service would save, as a share of the cost to serve
	// the customer, at most 1; 0.50.
	MaxSaving float64
}

// PolicyError reports a policy that makes no sense.
type PolicyError struct {
	Policy string // "worth" or "accounts"
	Field  string // in JSON's name
	Value  float64
	Reason string
}

// Error names the policy, the field and the number.
func (e *PolicyError) Error() string {
	return fmt.Sprintf("segment: %s: %s %v: %s", e.Policy, e.Field, e.Value, e.Reason)
}

// normal returns the policy with its defaults written out, or a [*PolicyError].
func (p WorthPolicy) normal() (WorthPolicy, error) {
	for _, share := range []*Share{&p.Right, &p.Wrong} {
		if *share == (Share{}) {
			*share = Percent(20)
		}
		if _, err := share.Of(0); err != nil {
			return p, err
		}
	}
	if p.MinTenureDays < 0 {
		return p, &PolicyError{"worth", "min_tenure_days", float64(p.MinTenureDays), "negative"}
	}
	if p.MinTenureDays == 0 {
		p.MinTenureDays = 180
	}
	for _, f := range []struct {
		name     string
		value    *float64
		standard float64
	}{{"max_raise", &p.MaxRaise, 0.10}, {"max_saving", &p.MaxSaving, 0.50}} {
		if *f.value == 0 {
			*f.value = f.standard
		}
		if !(*f.value > 0 && *f.value <= 1) {
			return p, &PolicyError{"worth", f.name, *f.value, "not from 0 to 1"}
		}
	}
	return p, nil
}

// Standing is what is known of a customer who is to be judged. The three amounts are of
// the same period and in the same unit, at most [MaxValue] in size.
type Standing struct {
	ID          rapport.ID
	Profit      float64 // after the cost to serve
	Revenue     float64 // at least 0; 0: not known
	ServiceCost float64 // what it cost to serve the customer, at least 0; 0: not known
	TenureDays  int     // days since the first purchase, at least 0
	// Protected is a code for why the host holds the customer: a contract, an open
	// complaint, a role beyond the figures. Who is protected is never found wrong.
	Protected string
}

// WorthVerdict says what a customer is found to be: a stable code.
type WorthVerdict string

// The verdicts.
const (
	WorthRight     WorthVerdict = "right"
	WorthWrong     WorthVerdict = "wrong"
	WorthUndecided WorthVerdict = "undecided" // would be wrong, but not to be judged yet
	WorthNeither   WorthVerdict = "neither"
)

// WorthReason says why: a stable code.
type WorthReason string

// The reasons of verdicts.
const (
	ReasonTopShare    WorthReason = "top_share"    // a gain, in the best share
	ReasonBottomShare WorthReason = "bottom_share" // a loss, in the worst share
	ReasonBetween     WorthReason = "between"      // in neither share, or without gain or loss
	ReasonShortTenure WorthReason = "short_tenure"
	ReasonProtected   WorthReason = "protected"
)

// The reasons of actions against a loss.
const (
	ReasonRaiseCovers   WorthReason = "raise_covers_loss"
	ReasonSavingCovers  WorthReason = "saving_covers_loss"
	ReasonNeitherCovers WorthReason = "neither_covers_loss"
	ReasonNoFigures     WorthReason = "no_figures" // neither revenue nor cost is known: the mildest action
)

// WorthAction is what is proposed: a stable code.
type WorthAction string

// The actions.
const (
	ActionRetain         WorthAction = "retain_and_raise" // for the right
	ActionKeep           WorthAction = "keep"             // for those who are neither
	ActionWait           WorthAction = "wait"             // for the undecided
	ActionReprice        WorthAction = "reprice"
	ActionLowCostService WorthAction = "low_cost_service"
	ActionExitProposal   WorthAction = "exit_proposal" // for a person to decide
)

// Judgement is what was found of a customer, and why.
type Judgement struct {
	ID      rapport.ID
	Verdict WorthVerdict
	Action  WorthAction
	Reasons []WorthReason // of the verdict, then of the action
	Rank    int           // by profit, 1 for the greatest
	Profit  float64
}

// remedy finds the mildest action that would make up for a loss.
func (p *WorthPolicy) remedy(s *Standing) (WorthAction, WorthReason) {
	loss := -s.Profit
	switch {
	case loss <= p.MaxRaise*s.Revenue:
		return ActionReprice, ReasonRaiseCovers
	case loss <= p.MaxSaving*s.ServiceCost:
		return ActionLowCostService, ReasonSavingCovers
	case s.Revenue == 0 && s.ServiceCost == 0:
		return ActionReprice, ReasonNoFigures
	}
	return ActionExitProposal, ReasonNeitherCovers
}
