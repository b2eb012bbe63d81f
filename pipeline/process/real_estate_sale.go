package process

import "github.com/rapport-crm/rapport/pipeline"

// RealEstateSale is the sale of a home or an area from the first visit, call or web form.
// Whoever does not buy is never deleted but goes to the nurture pool with the reason, and a
// new interest opens the same record again, in its next cycle, with all its past.
//
// First answer within 5 minutes, given up after 48 hours, chased every 24 hours,
// unresponsive after 3 tries in 7 days, nurtured if the purchase is more than 6 months
// off: published rules of a portal for homes; a vendor of software calls 1 to 3 months hot
// and nurtures at 3 to 12. How long a deposit holds is a default without a source.
func RealEstateSale() pipeline.Definition {
	limit := func(id, within string, trigger pipeline.TriggerID) pipeline.Limit {
		return pipeline.Limit{ID: id, Within: span(within), Trigger: trigger}
	}
	interest := pipeline.Gate{Fields: []string{"purchase_budget", "wanted", "months_to_purchase"}}
	// The day of the first call is today or ahead: one of an earlier cycle will not do.
	today := pipeline.Gate{Deadlines: []pipeline.Deadline{{Field: "first_tried_on"}}}
	return finished(pipeline.Definition{
		ID: "real_estate_sale", Version: 1, Initial: "new",
		Stages: []pipeline.Stage{
			{ID: "active", Initial: "new"},
			{
				ID: "new", Within: "active", Category: pipeline.CategoryPipeline,
				Enter:  pipeline.Gate{Fields: []string{"source"}},
				Leave:  pipeline.Gate{Fields: []string{"contact", "consent"}},
				Limits: []pipeline.Limit{limit("first_answer", "5min", ""), limit("give_up", "48h", "park")},
			},
			{
				ID: "contacted", Within: "active", Category: pipeline.CategoryPipeline,
				Limits: []pipeline.Limit{limit("chase", "24h", "chase"), {ID: "unresponsive", Field: "first_tried_on", Within: span("7d"), Trigger: "no_response"}},
			},
			{ID: "engaged", Within: "active", Category: pipeline.CategoryPipeline, Leave: pipeline.Gate{Fields: []string{"visit_at"}}},
			{ID: "visit", Label: "Visit of the property", Within: "active", Category: pipeline.CategoryBestCase},
			{
				ID: "reserved", Label: "Reserved with a deposit", Within: "active", Category: pipeline.CategoryCommit,
				Enter:  pipeline.Gate{Fields: []string{"unit", "deposit"}},
				Limits: []pipeline.Limit{{ID: "reservation", Field: "reserved_until", Within: span("0d"), Trigger: "release"}},
			},
			{
				ID: "contract", Within: "active", Category: pipeline.CategoryCommit,
				Enter: pipeline.Gate{Fields: []string{"contract_number", "financing"}},
			},
			won("closed", "Closed"),
			lost("nurture", "Nurture pool"),
			lost("bought_elsewhere", "Bought elsewhere"),
			lost("spam", "Spam or duplicate"),
		},
		Transitions: []pipeline.Transition{
			{Trigger: "contact", From: at("new"), To: "contacted", Gate: today},
			{Trigger: "chase", From: at("contacted"), To: "contacted", Effects: []string{"call_again"}},
			{Trigger: "engage", Label: "Interest is real", From: at("contacted"), To: "nurture", When: []string{"buys_later"}, Reasons: "not_now", Gate: interest, Effects: []string{"plan_nurture"}},
			{Trigger: "engage", Label: "Interest is real", From: at("contacted"), To: "engaged", Gate: interest},
			{
				Trigger: "no_response", Label: "Unresponsive", From: at("contacted"), To: "nurture", Reasons: "not_now",
				Gate: pipeline.Gate{Guards: []string{"attempts_made"}}, Effects: []string{"plan_nurture"},
			},
			{Trigger: "visit", From: at("engaged"), To: "visit"},
			{Trigger: "visit_again", From: at("visit"), Internal: true},
			{Trigger: "reserve", From: at("visit"), To: "reserved", Gate: pipeline.Gate{Deadlines: []pipeline.Deadline{{Field: "reserved_until"}}}},
			{Trigger: "release", Label: "The reservation ends", From: at("reserved"), To: "visit", Back: true, Reasons: "release", Effects: []string{"release_unit"}},
			{Trigger: "sign", Label: "Contract signed", From: at("reserved"), To: "contract", Gate: pipeline.Gate{Deadlines: []pipeline.Deadline{{Field: "reserved_until"}}}},
			{Trigger: "close", Label: "Paid and handed over", From: at("contract"), To: "closed", Gate: pipeline.Gate{Fields: []string{pipeline.FieldAmount}}},
			{Trigger: "park", Label: "To the nurture pool", From: at("active"), To: "nurture", Reasons: "not_now", Effects: []string{"plan_nurture"}},
			{Trigger: "lose", Label: "Has bought elsewhere", From: at("active"), To: "bought_elsewhere", Reasons: "loss"},
			{Trigger: "discard", From: at("new", "contacted"), To: "spam", Reasons: "discard"},
			{Trigger: "re_engage", Label: "Interested again", From: at("nurture", "bought_elsewhere"), To: "contacted", Gate: today},
		},
		Fields: []pipeline.Field{
			oneOf("source", "Source", "visit", "call", "web"), personal(text("contact", "Phone or mail")), text("consent", "Consent to be contacted, and how"),
			money("purchase_budget", "Budget"), text("wanted", "Area or unit that is wanted"), number("months_to_purchase", "Months until the purchase"),
			number("attempts", "Calls in vain since the last answer"), date("first_tried_on", "First called on, in this cycle"), instant("visit_at", "Visit agreed for"), text("unit", "Unit reserved"), money("deposit", "Deposit"),
			date("reserved_until", "Reserved until"), text("contract_number", "Number of the contract"), oneOf("financing", "Financing", "cash", "mortgage_approved"),
		},
		Reasons: []pipeline.ReasonList{
			{Name: "not_now", Reasons: []pipeline.Reason{{ID: "price"}, {ID: "area"}, {ID: "finance"}, {ID: "timing"}, {ID: "no_contact"}, other()}},
			{Name: "loss", Reasons: []pipeline.Reason{{ID: "price"}, {ID: "area"}, {ID: "finance"}, {ID: "service"}, other()}},
			{Name: "release", Reasons: []pipeline.Reason{{ID: "not_paid"}, {ID: "finance_refused"}, {ID: "changed_mind"}, {ID: "timed_out"}, other()}},
			{Name: "discard", Reasons: []pipeline.Reason{{ID: "spam"}, {ID: "duplicate"}, {ID: "wrong_number"}}},
		},
	})
}

func realEstateSale() Template {
	return Template{
		Trade:      "real estate",
		About:      "Somebody's interest in a home or an area; won when it is sold, nurtured and never deleted if it is not.",
		Definition: RealEstateSale(),
		KPIs: []KPI{
			share("visit_to_deposit", "Visit to deposit", "buyers with a deposit", "buyers who visited", Higher, tradeUsage, Which{Reached: at("reserved")}, Which{Reached: at("visit")}),
			share("nurtured", "Nurtured", "interested who went to the nurture pool", "interested who are no spam", Neither, tradeUsage, Which{Reached: at("nurture")}, Which{Avoided: at("spam")}),
			share("re_engagement", "Re-engagement yield", "buyers who bought after they were nurtured", "interested who were nurtured", Higher, tradeUsage,
				Which{Now: at("closed")}, Which{Reached: at("nurture")}),
			share("re_engaged", "Re-engaged", "nurtured who came back", "interested who were nurtured", Higher, tradeUsage, Which{Reopened: true}, Which{Reached: at("nurture")}),
			figure("by_source", "Sales by source", "sales of the source", "interested of the source", "%", Higher, quotient, tradeUsage),
			figure("days_to_deposit", "Days to the deposit", "days from the first contact to the deposit", "deposits", "d", Lower, "median", tradeUsage),
		},
		Segments: []Segment{
			{ID: "hot", Rule: "months_to_purchase up to 3"}, {ID: "nurture", Rule: "months_to_purchase above 3, up to 12"}, {ID: "later", Rule: "above 12, or not known"},
		},
		Units: []string{"m2", "piece"},
	}
}
