package process

import "github.com/rapport-crm/rapport/pipeline"

// ApplianceRepair is the repair of an appliance at the customer's, from the report to the
// call that asks how it went. Waiting for a part stops the clock that the customer's
// promise runs on, and not the total one. A part on order is a record of its own, see
// [PartOrder]. The same trouble within the repeat window opens the case again.
//
// Dispatch is confirmed within 1 hour if the visit is due within 8 (4 hours if within 8
// to 24, 8 hours if within 24 to 48): published rules of a platform for field service. The other limits are
// defaults without a source.
func ApplianceRepair() pipeline.Definition {
	return finished(pipeline.Definition{
		ID: "appliance_repair", Version: 1, Initial: "reported",
		Stages: []pipeline.Stage{
			{ID: "active", Initial: "reported"},
			{
				ID: "reported", Within: "active", Leave: pipeline.Gate{Fields: []string{"serial_number", "symptom", "address"}},
				Limits: []pipeline.Limit{{ID: "triage", Within: span("2h working"), Warn: 75}},
			},
			{ID: "triaged", Within: "active", Leave: pipeline.Gate{Fields: []string{"purchase_date", "warranty", "visit_at"}}},
			{ID: "scheduled", Within: "active", Limits: []pipeline.Limit{{ID: "confirm_dispatch", Within: span("1h"), Warn: 75, Trigger: "reassign"}}},
			{ID: "dispatched", Within: "active", Limits: []pipeline.Limit{{ID: "arrive", Field: "visit_at", Within: span("0min")}}},
			{ID: "on_site", Label: "On site", Within: "active", Leave: pipeline.Gate{Fields: []string{"fault_code"}}},
			{ID: "diagnosed", Within: "active"},
			{ID: "estimate", Label: "Estimate with the customer", Within: "active", Pauses: true},
			{ID: "waiting_part", Label: "Waiting for a part", Within: "active", Pauses: true, OnEnter: []string{"order_part"}},
			{ID: "rescheduled", Label: "Second visit agreed", Within: "active", Limits: []pipeline.Limit{{ID: "second_visit", Field: "visit_at", Within: span("0min")}}},
			{ID: "repaired", Within: "active", Leave: pipeline.Gate{Fields: []string{"test_result"}}},
			{ID: "tested", Within: "active", Leave: pipeline.Gate{Fields: []string{"customer_signature", "cost"}}},
			{ID: "completed", Label: "Done, to be followed up", Within: "active", Pauses: true, Limits: []pipeline.Limit{{ID: "follow_up", Within: span("5d"), Total: true, Trigger: "close"}}},
			won("closed", "Closed"),
			lost("declined", "Estimate declined"),
			lost("no_fault", "No fault found"),
			lost("exchanged", "Beyond repair or exchanged"),
			lost("cancelled", "Cancelled"),
		},
		Transitions: []pipeline.Transition{
			{Trigger: "triage", From: at("reported"), To: "triaged"},
			{Trigger: "schedule", From: at("triaged"), To: "scheduled"},
			{Trigger: "dispatch", From: at("scheduled"), To: "dispatched", Gate: pipeline.Gate{Fields: []string{"technician"}}},
			{Trigger: "reassign", Label: "Give to another technician", From: at("scheduled", "dispatched"), To: "scheduled", Effects: []string{"assign_next_technician"}},
			{Trigger: "arrive", From: at("dispatched", "rescheduled"), To: "on_site"},
			{Trigger: "diagnose", From: at("on_site"), To: "diagnosed"},
			{Trigger: "go_on", Label: "Warranty: repair; else estimate", From: at("diagnosed"), To: "repaired", When: []string{"under_warranty"}},
			{Trigger: "go_on", Label: "Warranty: repair; else estimate", From: at("diagnosed"), To: "estimate", Gate: pipeline.Gate{Fields: []string{"estimate"}}},
			{Trigger: "accept_estimate", From: at("estimate"), To: "repaired"},
			{Trigger: "order_part", From: at("diagnosed", "estimate"), To: "waiting_part", Gate: pipeline.Gate{Fields: []string{"part_number", "part_quantity"}}},
			{Trigger: "reschedule", Label: "The part is here", From: at("waiting_part"), To: "rescheduled", Gate: pipeline.Gate{Fields: []string{"visit_at"}, Parts: []string{"part"}}},
			{Trigger: "fit_part", From: at("on_site"), To: "repaired", Gate: pipeline.Gate{Parts: []string{"part"}}},
			{Trigger: "test", From: at("repaired"), To: "tested"},
			{Trigger: "rework", Label: "The test failed", From: at("repaired", "tested"), To: "diagnosed", Back: true, Reasons: "rework"},
			{Trigger: "complete", Label: "The customer has signed", From: at("tested"), To: "completed"},
			{Trigger: "follow_up", Label: "Followed up", From: at("completed"), To: "closed", Gate: pipeline.Gate{Fields: []string{"satisfaction"}}},
			{Trigger: "close", Label: "Close without an answer", From: at("completed"), To: "closed"},
			{Trigger: "repeat", Label: "The same trouble again", From: at("completed", "closed"), To: "triaged", Reasons: "repeat", Gate: pipeline.Gate{Guards: []string{"repeat_window"}}},
			{Trigger: "decline", From: at("estimate"), To: "declined", Reasons: "decline"},
			{Trigger: "no_fault", Label: "No fault found", From: at("triaged", "diagnosed"), To: "no_fault", Reasons: "no_fault"},
			{Trigger: "exchange", From: at("diagnosed", "estimate", "waiting_part"), To: "exchanged", Reasons: "exchange"},
			{Trigger: "cancel", From: at("active"), To: "cancelled", Reasons: "cancellation"},
		},
		Fields: []pipeline.Field{
			text("serial_number", "Serial number"), text("symptom", "What the customer sees"), personal(text("address", "Address of the visit")),
			date("purchase_date", "Bought on"), oneOf("warranty", "Under warranty", "yes", "no"), instant("visit_at", "Visit agreed for"), text("technician", "Who goes"),
			text("fault_code", "Code of the fault"), money("estimate", "Estimate"), text("part_number", "Number of the part"), number("part_quantity", "Pieces of the part"),
			text("test_result", "Result of the test"), personal(text("customer_signature", "Signed by")), money("cost", "Cost of the case"),
			number("satisfaction", "Satisfaction from 1 to 5"),
		},
		Reasons: []pipeline.ReasonList{
			{Name: "decline", Reasons: []pipeline.Reason{{ID: "too_expensive"}, {ID: "buys_new"}, other()}},
			{Name: "no_fault", Reasons: []pipeline.Reason{{ID: "explained"}, {ID: "installation"}, {ID: "not_reproduced"}, other()}},
			{Name: "exchange", Reasons: []pipeline.Reason{{ID: "beyond_repair"}, {ID: "part_discontinued"}, {ID: "goodwill"}, other()}},
			{Name: "cancellation", Reasons: []pipeline.Reason{{ID: "withdrawn"}, {ID: "no_access"}, {ID: "duplicate"}, other()}},
			{Name: "rework", Reasons: []pipeline.Reason{{ID: "still_faulty"}, {ID: "wrong_part"}, other()}},
			{Name: "repeat", Reasons: []pipeline.Reason{{ID: "same_fault"}, {ID: "follow_on_fault"}, other()}},
		},
		Parts:  []pipeline.Part{{Name: "part", Process: "part_order"}},
		Limits: []pipeline.Limit{{ID: "repair", Within: span("5wd"), Warn: 75}, {ID: "repair_total", Within: span("30d"), Warn: 75, Total: true}},
	})
}

func applianceRepair() Template {
	const vendors = "vendors' reports on field service"
	done := at("completed")
	return Template{
		Trade:      "home appliances",
		About:      "The repair of an appliance; won when it works and the customer has signed.",
		Definition: ApplianceRepair(),
		KPIs: []KPI{
			share("first_time_fix", "First-time fix", "repairs completed in one visit and not repeated", "repairs completed at some time", Higher, vendors+": 70-85 %, the best above 85 %",
				Which{Avoided: at("waiting_part", "rescheduled"), Unfired: []pipeline.TriggerID{"repeat", "rework"}}, Which{Reached: done}),
			share("repeat_visits", "Repeat visits", "repairs repeated within the window", "repairs completed at some time", Lower, vendors+": within 30 days",
				Which{Fired: []pipeline.TriggerID{"repeat"}}, Which{Reached: done}),
			share("declined", "Estimates declined", "estimates declined", "estimates given", Lower, tradeUsage, Which{Reached: at("declined")}, Which{Reached: at("estimate")}),
			figure("part_fill", "Part fill rate", "parts taken from stock at once", "parts asked for", "%", Higher, quotient, vendors),
			figure("part_turn", "Turn of parts", "parts used in a year", "parts in stock on average", "1", Higher, quotient, vendors+": about 6 a year"),
			figure("utilisation", "Utilisation", "hours at customers", "hours on duty", "%", Neither, quotient, vendors+": about 75 %"),
			figure("csat", "Satisfaction", "answers of 4 and 5", "answers", "%", Higher, quotient, vendors+": 90 % or more"),
			figure("unit_cost", "Cost of a case", "cost of all cases", "cases closed", "money", Lower, quotient, tradeUsage),
		},
		Segments: []Segment{{ID: "warranty", Rule: "warranty is yes"}, {ID: "paying", Rule: "warranty is no"}},
		Units:    []string{"piece"},
	}
}
