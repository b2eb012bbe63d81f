package process

import "github.com/rapport-crm/rapport/pipeline"

// InsuranceClaim is a claim from the notice of loss to payment or denial.
//
// Acknowledgement is due 10 working days after the notice (rules of Alaska and Arizona;
// California allows 15 calendar days) and a decision 40 days after the proof of loss
// (California), assessment within 24 hours and payment 24 hours after the invoice (service
// levels of one administrator). A host sets those of its own regulator. Who signs a
// settlement is a default without a source.
func InsuranceClaim() pipeline.Definition {
	return finished(pipeline.Definition{
		ID: "insurance_claim", Version: 1, Initial: "notice",
		Stages: []pipeline.Stage{
			{ID: "active", Initial: "notice"},
			{
				ID: "notice", Label: "Notice of loss", Within: "active",
				Leave:  pipeline.Gate{Fields: []string{"policy_number", "date_of_loss", "cause"}},
				Limits: []pipeline.Limit{{ID: "acknowledge", Within: span("10wd"), Warn: 75, Total: true}},
			},
			{
				ID: "acknowledged", Within: "active", Leave: pipeline.Gate{Fields: []string{"coverage"}},
				Limits: []pipeline.Limit{{ID: "assess", Within: span("24h"), Warn: 75}},
			},
			{
				ID: "investigation", Within: "active",
				Leave:  pipeline.Gate{Fields: []string{"documents", "loss_amount"}, Checklists: []string{"proof"}, Blocking: pipeline.SeverityHigh},
				Limits: []pipeline.Limit{{ID: "decide", Within: span("40d"), Warn: 75}},
			},
			{ID: "decision", Within: "active"},
			{
				ID: "approved", Label: "Approved, to be paid", Within: "active", Leave: pipeline.Gate{Fields: []string{"payment_reference"}},
				Limits: []pipeline.Limit{{ID: "pay", Within: span("24h"), Warn: 75}},
			},
			{ID: "waiting_documents", Label: "Waiting for documents", Kind: pipeline.OnHold},
			won("paid", "Paid"),
			lost("denied", "Denied"),
			lost("withdrawn", "Withdrawn"),
		},
		Transitions: []pipeline.Transition{
			{Trigger: "acknowledge", From: at("notice"), To: "acknowledged", Effects: []string{"confirm_receipt"}},
			{Trigger: "investigate", From: at("acknowledged"), To: "investigation"},
			{Trigger: "wait_documents", Label: "Wait for documents", From: at("acknowledged", "investigation"), To: "waiting_documents", Reasons: "waiting", Effects: []string{"ask_for_documents"}},
			{Trigger: "resume", From: at("waiting_documents"), Resume: true},
			{Trigger: "decide", Label: "Submit for decision", From: at("investigation"), To: "decision"},
			{
				Trigger: "approve", From: at("decision"), To: "approved", Roles: []string{"claims_manager"},
				Gate: pipeline.Gate{Fields: []string{"settlement"}, Approvals: []pipeline.Approval{{Name: "settlement", Roles: []string{"adjuster", "claims_manager"}, Quorum: 2}}},
			},
			{Trigger: "pay", From: at("approved"), To: "paid", Roles: []string{"finance"}},
			{Trigger: "return", Label: "Back to the investigation", From: at("decision", "approved"), To: "investigation", Back: true, Reasons: "return"},
			{Trigger: "deny", From: at("decision"), To: "denied", Reasons: "denial", Roles: []string{"claims_manager"}, Effects: []string{"explain_denial"}},
			{Trigger: "withdraw", To: "withdrawn", Reasons: "withdrawal"},
			{Trigger: "appeal", From: at("denied"), To: "investigation", Reasons: "return", Gate: pipeline.Gate{Fields: []string{"appeal_grounds"}}},
		},
		Fields: []pipeline.Field{
			text("policy_number", "Number of the policy"), date("date_of_loss", "Date of the loss"), text("cause", "Cause of the loss"),
			oneOf("coverage", "Coverage", "covered", "partly", "to_be_examined"), text("documents", "Documents handed in"), money("loss_amount", "Loss as proven"),
			money("settlement", "Settlement"), text("payment_reference", "Reference of the payment"), text("appeal_grounds", "Grounds of the appeal"),
		},
		Reasons: []pipeline.ReasonList{
			{Name: "waiting", Reasons: []pipeline.Reason{{ID: "customer"}, {ID: "police"}, {ID: "doctor"}, {ID: "expert"}, other()}},
			{Name: "return", Reasons: []pipeline.Reason{{ID: "new_facts"}, {ID: "amount_disputed"}, {ID: "incomplete"}, other()}},
			{Name: "denial", Reasons: []pipeline.Reason{{ID: "not_covered"}, {ID: "lapsed", Label: "Policy has lapsed"}, {ID: "excluded"}, {ID: "fraud"}, other()}},
			{Name: "withdrawal", Reasons: []pipeline.Reason{{ID: "withdrawn"}, {ID: "duplicate"}, {ID: "below_deductible"}, other()}},
		},
		Roles:      []string{"adjuster", "claims_manager", "finance"},
		Checklists: []pipeline.Checklist{{ID: "proof", Items: []pipeline.Item{{ID: "proof_of_loss"}, {ID: "cause_verified"}, {ID: "estimate"}, {ID: "police_report", Optional: true}}}},
	})
}

func insuranceClaim() Template {
	ends := at("paid", "denied", "withdrawn")
	return Template{
		Trade:      "insurance",
		About:      "A claim under a policy; won when it is paid.",
		Definition: InsuranceClaim(),
		KPIs: []KPI{
			share("paid", "Claims paid", "claims paid", "claims decided", Neither, tradeUsage, Which{Now: at("paid")}, Which{Now: at("paid", "denied")}),
			share("appealed", "Denials appealed", "denied claims that were appealed", "claims denied at some time", Lower, tradeUsage,
				Which{Fired: []pipeline.TriggerID{"appeal"}}, Which{Reached: at("denied")}),
			share("withdrawn", "Withdrawn", "claims withdrawn", "claims closed", Neither, tradeUsage, Which{Now: at("withdrawn")}, Which{Now: ends}),
			figure("decided_in_time", "Decided in time", "claims decided within the limit", "claims decided", "%", Higher, quotient, "40 days in California"),
			figure("loss_ratio", "Loss ratio", "settlements and expenses of claims", "premium earned", "%", Lower, quotient, tradeUsage),
		},
		Segments: []Segment{{ID: "small", Rule: "loss below the bound for simplified handling"}, {ID: "large", Rule: "all others"}},
	}
}
