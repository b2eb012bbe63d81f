package process

import "github.com/rapport-crm/rapport/pipeline"

// Complaint is a complaint in any trade, from the customer's own words to an answer that
// satisfies. A regulator waits 14 to 21 days for a reply (rules for insurers in the United
// States); the limit is the shorter and does not stop for anybody. The other limits are
// defaults without a source.
func Complaint() pipeline.Definition {
	return finished(pipeline.Definition{
		ID: "complaint", Version: 1, Initial: "received",
		Stages: []pipeline.Stage{
			{
				ID: "received", Leave: pipeline.Gate{Fields: []string{"verbatim", "origin"}},
				Limits: []pipeline.Limit{{ID: "acknowledge", Within: span("1wd"), Warn: 75}},
			},
			{
				ID: "investigation", Leave: pipeline.Gate{Fields: []string{"finding", "category"}},
				Limits: []pipeline.Limit{{ID: "investigate", Within: span("5wd"), Warn: 75}},
			},
			{ID: "proposal", Label: "Proposal to the customer", Leave: pipeline.Gate{Fields: []string{"remedy"}}},
			{ID: "waiting_customer", Label: "Waiting for the customer", Kind: pipeline.OnHold},
			won("satisfied", "Settled, the customer is satisfied"),
			lost("unsatisfied", "Closed, the customer is not satisfied"),
			lost("withdrawn", "Withdrawn"),
		},
		Transitions: []pipeline.Transition{
			{Trigger: "acknowledge", From: at("received"), To: "investigation", Effects: []string{"confirm_receipt"}},
			{Trigger: "escalate", From: at("investigation", "proposal"), Internal: true, Effects: []string{"call_next_level"}},
			{
				Trigger: "propose", From: at("investigation"), To: "proposal",
				Gate: pipeline.Gate{Approvals: []pipeline.Approval{{Name: "remedy", Roles: []string{"service_manager"}, Quorum: 1, FourEyes: true}}},
			},
			{Trigger: "wait", Label: "Wait for the customer", From: at("investigation", "proposal"), To: "waiting_customer", Reasons: "waiting"},
			{Trigger: "resume", From: at("waiting_customer"), Resume: true},
			{Trigger: "settle", From: at("proposal"), To: "satisfied"},
			{Trigger: "object", Label: "The customer objects", From: at("proposal"), To: "investigation", Back: true, Reasons: "objection"},
			{Trigger: "close", From: at("proposal"), To: "unsatisfied", Reasons: "unsatisfied", Roles: []string{"service_manager"}},
			{Trigger: "withdraw", To: "withdrawn", Reasons: "withdrawal"},
			{Trigger: "reopen", From: at("satisfied", "unsatisfied"), To: "investigation", Reasons: "objection", Gate: pipeline.Gate{Guards: []string{"reopen_window"}}},
		},
		Fields: []pipeline.Field{
			personal(text("verbatim", "In the words of the customer")), oneOf("origin", "Who complains", "customer", "regulator", "lawyer"),
			text("finding", "What was found"), oneOf("category", "Category", "product", "service", "billing", "staff", "delivery"), text("remedy", "What is offered"),
		},
		Reasons: []pipeline.ReasonList{
			{Name: "waiting", Reasons: []pipeline.Reason{{ID: "documents"}, {ID: "answer"}, other()}},
			{Name: "objection", Reasons: []pipeline.Reason{{ID: "remedy_refused"}, {ID: "new_facts"}, {ID: "happened_again"}, other()}},
			{Name: "unsatisfied", Reasons: []pipeline.Reason{{ID: "not_justified"}, {ID: "no_agreement"}, other()}},
			{Name: "withdrawal", Reasons: []pipeline.Reason{{ID: "withdrawn_by_customer"}, {ID: "duplicate"}, other()}},
		},
		Roles:  []string{"service_manager"},
		Limits: []pipeline.Limit{{ID: "reply", Within: span("14d"), Warn: 75, Total: true}},
	})
}

func complaint() Template {
	return Template{
		Trade:      "service",
		About:      "A complaint in the customer's own words; won when the customer is satisfied.",
		Definition: Complaint(),
		KPIs: []KPI{
			share("satisfied", "Settled to satisfaction", "complaints settled to satisfaction", "complaints closed and not withdrawn", Higher, tradeUsage,
				Which{Now: at("satisfied")}, Which{Now: at("satisfied", "unsatisfied")}),
			share("reopened", "Recurrence", "complaints opened again", "complaints closed at some time", Lower, tradeUsage, Which{Reopened: true}, Which{Closed: true}),
			figure("in_time", "Answered in time", "complaints answered within their limit", "complaints answered", "%", Higher, quotient, tradeUsage),
		},
		Segments: []Segment{{ID: "regulator", Rule: "origin is regulator"}, {ID: "customer", Rule: "all others"}},
	}
}
