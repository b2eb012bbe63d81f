package process

import (
	"fmt"

	"github.com/rapport-crm/rapport/pipeline"
)

// Membership is a customer's membership in a programme with five tiers, of a bank or a
// broker. Each month a review fires and reads the average balance: a higher tier is earned
// at once, a tier is guaranteed for 12 months, then a balance that is too low puts it at
// risk, and after 3 months of grace the member goes down to the tier that the balance
// earns. Limits fire the reviews; [Ladder] holds the numbers, which are those of a
// published programme.
func Membership() pipeline.Definition {
	const tiers = 5 // those of DefaultLadder
	// A review names the day of the next, which therefore lies ahead: so they go on.
	review := []pipeline.Limit{{ID: "review", Field: "next_review", Within: span("0d"), Trigger: "review"}}
	balance := pipeline.Gate{Fields: []string{"average_balance"}, Deadlines: []pipeline.Deadline{{Field: "next_review"}}, Guards: []string{"balance_in_currency"}}
	d := pipeline.Definition{
		ID: "membership", Version: 1, Label: "Membership with tiers", Initial: "prospect",
		Stages: []pipeline.Stage{
			{ID: "prospect", Leave: pipeline.Gate{Fields: []string{"identity_checked_on", "consent"}}},
			{ID: "member", Initial: "enrolled"},
			{ID: "enrolled", Label: "Member without a tier", Within: "member", Limits: review},
		},
		Fields: []pipeline.Field{
			date("identity_checked_on", "Identity checked on"), text("consent", "Consent to the terms, and its date"), money("average_balance", "Average balance of three months"),
			date("next_review", "Day of the next review"),
			text("next_programme", "Programme that takes over"),
		},
		Reasons: []pipeline.ReasonList{
			{Name: "departure", Reasons: []pipeline.Reason{{ID: "balance_gone"}, {ID: "account_closed"}, {ID: "moved"}, {ID: "service"}, other()}},
			{Name: "refusal", Reasons: []pipeline.Reason{{ID: "identity"}, {ID: "no_interest"}, {ID: "not_eligible"}, other()}},
		},
	}
	next := pipeline.Gate{Fields: []string{"consent"}, Deadlines: []pipeline.Deadline{{Field: "next_review"}}}
	d.Transitions = []pipeline.Transition{
		{Trigger: "enrol", From: at("prospect"), To: "enrolled", Gate: next, Effects: []string{"issue_card"}},
		{Trigger: "refuse", From: at("prospect"), To: "refused", Reasons: "refusal"},
	}
	steps := []pipeline.StageID{tier(0)}
	for step := 1; step <= tiers; step++ {
		held, risk := tier(step), tier(step)+"_at_risk"
		steps = append(steps, held)
		d.Stages = append(d.Stages,
			pipeline.Stage{ID: held, Label: fmt.Sprintf("Tier %d", step), Within: "member", OnEnter: []string{"grant_benefits"}, Limits: review},
			pipeline.Stage{ID: risk, Label: fmt.Sprintf("Tier %d, at risk", step), Within: "member", OnEnter: []string{"warn_member"}, Limits: review})
	}
	for step := range steps {
		held := tier(step)
		risk := held + "_at_risk"
		if above := steps[step+1:]; len(above) > 0 {
			from := at(held)
			if step > 0 {
				from = at(held, risk)
			}
			d.Transitions = append(d.Transitions, pipeline.Transition{
				Trigger: "review", From: from, Among: above, Choose: "tier_earned", When: []string{"tier_earned_above"}, Gate: balance,
			})
		}
		if step == 0 {
			d.Transitions = append(d.Transitions, pipeline.Transition{Trigger: "review", From: at(held), Internal: true, Gate: balance})
			continue
		}
		d.Transitions = append(d.Transitions,
			pipeline.Transition{Trigger: "review", From: at(held), Internal: true, When: []string{"tier_held"}, Gate: balance},
			pipeline.Transition{Trigger: "review", From: at(held), Internal: true, When: []string{"tier_guaranteed"}, Gate: balance},
			pipeline.Transition{Trigger: "review", From: at(held), To: risk, Gate: balance},
			pipeline.Transition{Trigger: "review", From: at(risk), To: held, When: []string{"tier_held"}, Gate: balance},
			pipeline.Transition{
				Trigger: "review", From: at(risk), Among: steps[:step], Choose: "tier_earned", When: []string{"grace_over"}, Gate: balance, Effects: []string{"withdraw_benefits"},
			},
			pipeline.Transition{Trigger: "review", From: at(risk), Internal: true, Gate: balance})
	}
	d.Transitions = append(d.Transitions,
		pipeline.Transition{Trigger: "transfer", Label: "To another programme", From: at("member"), To: "transferred", Gate: pipeline.Gate{Fields: []string{"next_programme"}}},
		pipeline.Transition{Trigger: "leave", From: at("member"), To: "left", Reasons: "departure"},
		pipeline.Transition{Trigger: "reactivate", From: at("left"), To: "enrolled", Gate: next, Effects: []string{"issue_card"}})
	d.Stages = append(d.Stages, won("transferred", "Taken over by another programme"), lost("left", "Left"), lost("refused", "Not enrolled"))
	return finished(d)
}

func membership() Template {
	const programme = "a published programme of a bank"
	return Template{
		Trade:      "banking and securities",
		About:      "A customer's membership from enrolment through its tiers; it stays open as long as the customer is a member.",
		Definition: Membership(),
		KPIs: []KPI{
			share("enrolment", "Enrolment", "prospects enrolled", "prospects", Higher, tradeUsage, Which{Reached: at("enrolled")}, Which{}),
			share("attrition", "Attrition", "members who left and did not come back", "members", Lower, tradeUsage, Which{Now: at("left")}, Which{Reached: at("enrolled")}),
			share("reactivation", "Reactivation", "members who came back", "members who left at some time", Higher, tradeUsage, Which{Reopened: true}, Which{Reached: at("left")}),
			figure("saved", "Saved from risk", "tiers at risk that were kept or exceeded", "tiers at risk whose grace is over", "%", Higher, quotient, programme),
			figure("tier_mix", "Tier mix", "members of the tier", "members", "%", Neither, quotient, tradeUsage),
			figure("up_down", "Moves up and down", "reviews that led from one tier to another", "reviews in the first", "%", Neither, "a matrix of tiers, each row adding up to 1", programme),
			figure("share_of_wallet", "Share of wallet", "balances with us", "balances of the members anywhere", "%", Higher, quotient, tradeUsage),
		},
		Segments: []Segment{{ID: "dormant_large", Rule: "high balance, no activity in 180 days"}, {ID: "hidden_gem", Rule: "low balance, fees among the highest hundredth"}, {ID: "ordinary", Rule: "all others"}},
	}
}
