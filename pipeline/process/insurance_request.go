package process

import "github.com/rapport-crm/rapport/pipeline"

// InsuranceRequest is a call or message to an insurer: identified, sorted into one of seven
// classes, worked on, resolved, closed. Each class asks for its own data before it may be
// resolved. A claim that is reported becomes a record of its own, see [InsuranceClaim].
//
// The limit of a complaint is the shorter of the 14 to 21 days that regulators in the
// United States wait for a reply. The other limits are defaults without a source; the
// figures of the queue (80 % in 30 s, 3 % abandoned: one administrator's) are KPIs.
func InsuranceRequest() pipeline.Definition {
	class := func(id pipeline.StageID, within string, fields ...string) pipeline.Stage {
		return pipeline.Stage{
			ID: id, Within: "in_work", Leave: pipeline.Gate{Fields: fields},
			Limits: []pipeline.Limit{{ID: string(id), Within: span(within), Warn: 75}},
		}
	}
	classes := at("policy_query", "consultation", "policy_change", "claim_report", "application_consultation", "appointment", "complaint")
	return finished(pipeline.Definition{
		ID: "insurance_request", Version: 1, Label: "Request to an insurer", Initial: "received",
		Stages: []pipeline.Stage{
			{
				ID: "received", Leave: pipeline.Gate{Fields: []string{"channel", "identity_verified_by"}},
				Limits: []pipeline.Limit{{ID: "answer", Within: span("30s")}},
			},
			{ID: "identified", Limits: []pipeline.Limit{{ID: "classify", Within: span("10min")}}},
			{ID: "in_work", Initial: "policy_query", Leave: pipeline.Gate{Fields: []string{"answer"}}},
			class("policy_query", "1h working", "policy_number"),
			class("consultation", "4h working"),
			class("policy_change", "3wd", "policy_number", "signed_form"),
			class("claim_report", "24h", "policy_number", "date_of_loss", "cause", "documents", "claim_number"),
			class("application_consultation", "2wd", "product"),
			class("appointment", "8h working", "appointment_at"),
			class("complaint", "14d", "verbatim"),
			{ID: "waiting_customer", Label: "Waiting for the customer", Kind: pipeline.OnHold},
			{ID: "waiting_third_party", Label: "Waiting for a third party", Kind: pipeline.OnHold},
			{ID: "resolved", Limits: []pipeline.Limit{{ID: "close", Within: span("3d"), Trigger: "close"}}},
			won("closed", "Closed"),
			lost("dropped", "Dropped"),
		},
		Transitions: []pipeline.Transition{
			{Trigger: "identify", From: at("received"), To: "identified"},
			{Trigger: "classify", From: at("identified"), Among: classes},
			{Trigger: "reclassify", From: at("in_work"), Among: classes, Back: true, Reasons: "reclassification"},
			{Trigger: "wait_customer", Label: "Wait for the customer", From: at("in_work"), To: "waiting_customer", Reasons: "waiting"},
			{Trigger: "wait_third_party", Label: "Wait for a third party", From: at("in_work"), To: "waiting_third_party", Reasons: "waiting"},
			{Trigger: "resume", From: at("waiting_customer", "waiting_third_party"), Resume: true},
			{Trigger: "resolve", From: at("in_work"), To: "resolved"},
			{Trigger: "not_resolved", Label: "The customer says no", From: at("resolved"), Among: classes, Back: true, Reasons: "back"},
			{Trigger: "close", From: at("resolved"), To: "closed"},
			{Trigger: "reopen", From: at("closed"), Among: classes, Reasons: "back", Gate: pipeline.Gate{Guards: []string{"reopen_window"}}},
			{Trigger: "drop", To: "dropped", Reasons: "drop"},
		},
		Fields: []pipeline.Field{
			oneOf("channel", "Channel", "phone", "ivr", "outbound", "web", "mail", "visit"), text("identity_verified_by", "How the identity was verified"),
			text("policy_number", "Number of the policy"), text("signed_form", "Number of the signed form"), date("date_of_loss", "Date of the loss"),
			text("cause", "Cause of the loss"), text("documents", "Documents handed in"), text("claim_number", "Number of the claim"),
			text("product", "Product asked for"), instant("appointment_at", "Appointment"), personal(text("verbatim", "In the words of the customer")),
			text("answer", "What was answered or done"),
		},
		Reasons: []pipeline.ReasonList{
			{Name: "waiting", Reasons: []pipeline.Reason{{ID: "documents"}, {ID: "decision"}, {ID: "information"}, other()}},
			{Name: "reclassification", Reasons: []pipeline.Reason{{ID: "misunderstood"}, {ID: "more_to_it"}, other()}},
			{Name: "back", Reasons: []pipeline.Reason{{ID: "incomplete"}, {ID: "came_back"}, other()}},
			{Name: "drop", Reasons: []pipeline.Reason{{ID: "duplicate"}, {ID: "not_covered"}, {ID: "lapsed", Label: "Policy has lapsed"}, {ID: "withdrawn"}, {ID: "unreachable"}, other()}},
		},
	})
}

func insuranceRequest() Template {
	const administrator = "service levels of one insurance administrator"
	ends := at("closed", "dropped")
	return Template{
		Trade:      "insurance",
		About:      "A request of one of seven classes; won when it is closed with an answer.",
		Definition: InsuranceRequest(),
		KPIs: []KPI{
			share("first_contact", "First contact resolution", "requests closed without a wait and not opened again", "requests closed at some time with an answer", Higher, tradeUsage,
				Which{Unfired: []pipeline.TriggerID{"wait_customer", "wait_third_party", "not_resolved", "reopen"}}, Which{Reached: at("closed")}),
			share("reopened", "Reopened", "requests opened again", "requests closed at some time with an answer", Lower, tradeUsage, Which{Reopened: true}, Which{Reached: at("closed")}),
			share("complaints", "Complaint ratio", "requests that were complaints", "requests classified", Lower, tradeUsage,
				Which{Reached: at("complaint")}, Which{Fired: []pipeline.TriggerID{"classify"}}),
			share("dropped", "Dropped", "requests dropped", "requests closed", Lower, tradeUsage, Which{Now: at("dropped")}, Which{Now: ends}),
			figure("service_level", "Service level", "calls answered within 30 s", "calls offered", "%", Higher, quotient, administrator+": 80 %"),
			figure("asa", "Average speed of answer", "waits of the calls answered", "calls answered", "s", Lower, quotient, tradeUsage),
			figure("abandoned", "Abandoned", "calls abandoned while waiting", "calls offered", "%", Lower, quotient, administrator+": 3 %"),
			figure("handling_time", "Handling time", "talk, hold and wrap-up time", "calls answered", "s", Neither, quotient, tradeUsage),
		},
		Segments: []Segment{{ID: "insured", Rule: "has a policy in force"}, {ID: "prospect", Rule: "has none"}},
	}
}
