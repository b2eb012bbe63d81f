package process

import "github.com/rapport-crm/rapport/pipeline"

// WorkOrder is one errand of a technician: the sub-process of an order or of a fault. The
// limits are defaults without a source.
func WorkOrder() pipeline.Definition {
	return finished(pipeline.Definition{
		ID: "work_order", Version: 1, Initial: "issued",
		Stages: []pipeline.Stage{
			{ID: "issued", Limits: []pipeline.Limit{{ID: "accept", Within: span("4h working"), Warn: 75, Trigger: "reassign"}}},
			{ID: "accepted", Limits: []pipeline.Limit{{ID: "start", Field: "planned_date", Within: span("0d")}}},
			{ID: "in_work", Label: "In work", Leave: pipeline.Gate{Fields: []string{"report"}, Checklists: []string{"site_work"}}},
			{ID: "on_hold", Label: "Waiting for access or material", Kind: pipeline.OnHold},
			won("done", "Done"),
			lost("failed", "Could not be done"),
			lost("cancelled", "Cancelled"),
		},
		Transitions: []pipeline.Transition{
			{Trigger: "accept", From: at("issued"), To: "accepted", Gate: pipeline.Gate{Fields: []string{"technician", "planned_date"}}},
			{Trigger: "reassign", Label: "Give to another technician", From: at("issued", "accepted"), To: "issued", Effects: []string{"assign_next_technician"}},
			{Trigger: "start", From: at("accepted"), To: "in_work"},
			{Trigger: "hold", From: at("accepted", "in_work"), To: "on_hold", Reasons: "hold"},
			{Trigger: "resume", From: at("on_hold"), Resume: true},
			{Trigger: "finish", From: at("in_work"), To: "done"},
			{Trigger: "fail", From: at("in_work"), To: "failed", Reasons: "failure"},
			{Trigger: "cancel", To: "cancelled", Reasons: "cancellation"},
		},
		Fields: []pipeline.Field{text("technician", "Who goes"), date("planned_date", "Day of the work"), text("report", "What was found and done")},
		Reasons: []pipeline.ReasonList{
			{Name: "hold", Reasons: []pipeline.Reason{{ID: "no_access"}, {ID: "material"}, other()}},
			{Name: "failure", Reasons: []pipeline.Reason{{ID: "not_feasible"}, {ID: "refused_by_customer"}, other()}},
			{Name: "cancellation", Reasons: []pipeline.Reason{{ID: "order_withdrawn"}, {ID: "duplicate"}, other()}},
		},
		Checklists: []pipeline.Checklist{{ID: "site_work", Items: []pipeline.Item{{ID: "safety"}, {ID: "work_done"}, {ID: "site_cleared"}, {ID: "photos", Optional: true}}}},
	})
}

func workOrder() Template {
	return Template{
		Trade:      "field work",
		About:      "One errand of a technician; won when it is done.",
		Definition: WorkOrder(),
		KPIs: []KPI{
			share("done_rate", "Done", "work orders done", "work orders closed", Higher, tradeUsage,
				Which{Now: at("done")}, Which{Now: at("done", "failed", "cancelled")}),
			share("reassigned", "Re-assigned", "work orders given to another technician", "work orders issued", Lower, tradeUsage,
				Which{Fired: []pipeline.TriggerID{"reassign"}}, Which{}),
			figure("utilisation", "Utilisation", "hours on work orders", "hours on duty", "%", Neither, quotient, "about 75 % (vendors' reports on field service)"),
		},
	}
}
