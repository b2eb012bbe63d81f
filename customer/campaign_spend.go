package customer

import (
	"slices"
	"time"

	"github.com/rapport-crm/rapport"
)

// StageSpend is what a campaign spent on a customer, with the stage of the relation
// at the first contact: a row for the comparison of investment and profit by stage.
type StageSpend struct {
	Customer    rapport.ID // "": the fixed cost of a campaign that reached nobody
	Stage       string     // "" if it is not known
	Acquisition rapport.Money
	Retention   rapport.Money // what was spent to keep or to regain
}

// Spending returns what the campaign spent on each customer that it contacted by an
// instant: its contacts, and its part of the fixed cost by their number. The rows
// are ordered by customer and add up to the cost of the campaign exactly. StageOf
// says in which stage a customer was at an instant; nil leaves the stages out.
//
// The error is a [*ValidationError] for the campaign or a member, or that of an
// amount.
func (c Campaign) Spending(members []CampaignMember, stageOf func(customer rapport.ID, at time.Time) string, asOf time.Time) ([]StageSpend, error) {
	r := CampaignResult{Campaign: c.ID, AsOf: asOf}
	if err := c.Validate(); err != nil {
		return nil, err
	}
	if err := c.outcomes(&r, members, nil); err != nil {
		return nil, err
	}
	reached := slices.DeleteFunc(r.Members, func(m MemberOutcome) bool { return m.Contacts == 0 })
	if len(reached) == 0 {
		if c.Fixed.IsZero() {
			return nil, nil
		}
		return []StageSpend{c.spend("", "", c.Fixed)}, nil
	}
	first := make(map[rapport.ID]time.Time, len(members))
	for _, m := range members {
		if len(m.Contacts) > 0 {
			first[m.Customer] = m.Contacts[0]
		}
	}
	weights := make([]int64, len(reached))
	for i, m := range reached {
		weights[i] = int64(m.Contacts)
	}
	fixed := make([]rapport.Money, len(reached))
	if !c.Fixed.IsZero() {
		var err error
		if fixed, err = c.Fixed.Allocate(weights...); err != nil {
			return nil, err
		}
	}
	rows := make([]StageSpend, len(reached))
	for i, m := range reached {
		amount, err := fixed[i].Add(m.Spend)
		if err != nil {
			return nil, err
		}
		stage := ""
		if stageOf != nil {
			stage = stageOf(m.Customer, first[m.Customer])
		}
		rows[i] = c.spend(m.Customer, stage, amount)
	}
	return rows, nil
}

// spend books an amount by the aim of the campaign.
func (c *Campaign) spend(customer rapport.ID, stage string, amount rapport.Money) StageSpend {
	if c.Aim == AimAcquisition {
		return StageSpend{Customer: customer, Stage: stage, Acquisition: amount}
	}
	return StageSpend{Customer: customer, Stage: stage, Retention: amount}
}
