package process

import "github.com/rapport-crm/rapport/pipeline"

// InsuranceRenewal is the renewal of a policy. Its dates count back from the expiry: open
// 90 days before, notified 60, contacted 30 days before. After the expiry a grace period
// runs, 30 days as a default without a source, in which the policy is reinstated or
// lapses. The dates are usage of the trade; laws on notice differ.
func InsuranceRenewal() pipeline.Definition {
	on := func(id, within string, trigger pipeline.TriggerID) pipeline.Limit {
		return pipeline.Limit{ID: id, Field: "expiry", Within: span(within), Trigger: trigger}
	}
	// Whatever has been done until then, the policy expires.
	expire := on("expire", "0d", "expire")
	policy := pipeline.Gate{Fields: []string{"expiry", "policy_number"}}
	inForce := pipeline.Gate{
		Fields:    []string{"premium", "payment_mandate"},
		Deadlines: []pipeline.Deadline{{Field: "expiry"}},
	}
	inGrace := pipeline.Gate{
		Fields:    []string{"premium", "payment_mandate"},
		Deadlines: []pipeline.Deadline{{Field: "expiry", Offset: span("30d")}},
	}
	return finished(pipeline.Definition{
		ID: "insurance_renewal", Version: 1, Initial: "upcoming",
		Stages: []pipeline.Stage{
			{ID: "before_expiry", Initial: "upcoming"},
			{ID: "upcoming", Within: "before_expiry", Category: pipeline.CategoryPipeline, Enter: policy, Limits: []pipeline.Limit{on("notify", "-60d", "notify"), expire}},
			{ID: "notified", Within: "before_expiry", Category: pipeline.CategoryPipeline, Limits: []pipeline.Limit{on("contact", "-30d", ""), expire}},
			{ID: "contacted", Within: "before_expiry", Category: pipeline.CategoryBestCase, Limits: []pipeline.Limit{on("quote", "-14d", ""), expire}},
			{ID: "quoted", Within: "before_expiry", Category: pipeline.CategoryCommit, Limits: []pipeline.Limit{expire}},
			{ID: "grace", Label: "Grace period", Category: pipeline.CategoryPipeline, Limits: []pipeline.Limit{on("lapse", "30d", "lapse")}},
			won("renewed", "Renewed"),
			won("reinstated", "Reinstated in the grace period"),
			lost("lapsed", "Lapsed"),
			lost("moved", "Moved to another insurer"),
			lost("cancelled", "Cancelled, the risk is gone"),
		},
		Transitions: []pipeline.Transition{
			{Trigger: "notify", From: at("upcoming"), To: "notified", Effects: []string{"send_renewal_notice"}},
			{Trigger: "contact", From: at("notified"), To: "contacted"},
			{Trigger: "quote", From: at("contacted"), To: "quoted", Gate: pipeline.Gate{Fields: []string{"risk_changes", "premium"}}},
			{Trigger: "requote", From: at("quoted"), To: "contacted", Back: true, Reasons: "requote"},
			{Trigger: "renew", From: at("quoted"), To: "renewed", Gate: inForce},
			{Trigger: "expire", From: at("before_expiry"), To: "grace", Effects: []string{"send_grace_notice"}},
			{Trigger: "reinstate", From: at("grace"), To: "reinstated", Gate: inGrace},
			{Trigger: "lapse", From: at("grace"), To: "lapsed", Reasons: "loss"},
			{Trigger: "move", To: "moved", Reasons: "loss"},
			{Trigger: "cancel", To: "cancelled", Reasons: "risk_gone"},
		},
		Fields: []pipeline.Field{
			text("policy_number", "Number of the policy"), date("expiry", "Expiry of the policy"), text("risk_changes", "Changes of the risk, or none"),
			money("premium", "Premium of the next term"), text("payment_mandate", "Payment mandate"),
		},
		Reasons: []pipeline.ReasonList{
			{Name: "loss", Reasons: []pipeline.Reason{{ID: "price"}, {ID: "service"}, {ID: "claim_handling"}, {ID: "no_answer"}, other()}},
			{Name: "risk_gone", Reasons: []pipeline.Reason{{ID: "sold"}, {ID: "scrapped"}, {ID: "deceased"}, other()}},
			{Name: "requote", Reasons: []pipeline.Reason{{ID: "risk_changed"}, {ID: "price_negotiated"}, other()}},
		},
	})
}

func insuranceRenewal() Template {
	ends := at("renewed", "reinstated", "lapsed", "moved", "cancelled")
	kept := at("renewed", "reinstated")
	return Template{
		Trade:      "insurance",
		About:      "A policy that comes up for renewal; won when the next term is agreed.",
		Definition: InsuranceRenewal(),
		KPIs: []KPI{
			share("retention", "Retention by count", "policies renewed or reinstated", "policies that came up and are closed", Higher, tradeUsage, Which{Now: kept}, Which{Now: ends}),
			share("retention_at_risk", "Retention, risks gone left out", "policies renewed or reinstated", "policies closed whose risk goes on", Higher, tradeUsage,
				Which{Now: kept}, Which{Now: at("renewed", "reinstated", "lapsed", "moved")}),
			share("lapse", "Lapse rate", "policies lapsed", "policies that came up and are closed", Lower, tradeUsage, Which{Now: at("lapsed")}, Which{Now: ends}),
			share("save", "Save rate", "policies reinstated", "policies that came into the grace period and are closed", Higher, tradeUsage,
				Which{Now: at("reinstated")}, Which{Reached: at("grace"), Now: ends}),
			figure("retention_premium", "Retention by premium", "premium renewed", "premium that came up", "%", Higher, quotient, tradeUsage),
		},
		Segments: []Segment{{ID: "with_claim", Rule: "had a claim in the term"}, {ID: "without_claim", Rule: "had none"}},
	}
}
