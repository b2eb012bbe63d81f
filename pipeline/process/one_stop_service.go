package process

import "github.com/rapport-crm/rapport/pipeline"

// OneStopService is the order of a large account in telecommunications, taken at one
// place: acceptance, resources, fee, contract, charging, dispatch, completion. After it
// the account is in service; faults, warnings and complaints are records of their own,
// see [FaultReport], [ServiceWarning] and [Complaint].
//
// The steps are those of order handling in the industry's process map (eTOM): check
// feasibility, decompose, activate, test, accept. In the words of its order interface
// (TMF622) the record is acknowledged in acceptance, inProgress up to completion, held on
// hold, completed, cancelled, rejected or failed. The warning at 75 % of a limit is usage
// (jeopardy management); the limits themselves are defaults without a source.
func OneStopService() pipeline.Definition {
	step := func(id, within string) []pipeline.Limit {
		return []pipeline.Limit{{ID: id, Within: span(within), Warn: 75}}
	}
	d := pipeline.Definition{
		ID: "one_stop_service", Version: 1, Label: "One-stop business order", Initial: "acceptance",
		Stages: []pipeline.Stage{
			{ID: "in_progress", Initial: "acceptance"},
			{ID: "acceptance", Limits: step("acceptance", "4h working"), Leave: pipeline.Gate{Fields: []string{"site", "bandwidth", "contact", "requested_date"}}},
			{ID: "resource", Label: "Resource confirmation", Limits: step("resource", "16h working")},
			{ID: "survey", Label: "Survey of the site", Limits: step("survey", "5wd"), Leave: pipeline.Gate{Fields: []string{"survey_result"}, Parts: []string{"survey"}}},
			{ID: "fee", Label: "Fee confirmation", Limits: step("fee", "8h working"), Leave: pipeline.Gate{Fields: []string{"quote", "committed_date"}}},
			{ID: "contract", Limits: step("contract", "10wd"), Leave: pipeline.Gate{Fields: []string{"contract_number", "contract_signed_on"}}},
			{ID: "charging", Limits: step("charging", "4h working"), Leave: pipeline.Gate{Fields: []string{"account", "first_bill"}}},
			{ID: "dispatch", Label: "Resource dispatch", Limits: step("dispatch", "5wd"), OnEnter: []string{"issue_work_order"}, Leave: pipeline.Gate{Parts: []string{"installation"}}},
			{
				ID: "completion", Label: "Test and acceptance", Limits: step("completion", "2wd"),
				Leave: pipeline.Gate{Fields: []string{"test_sheet"}, Checklists: []string{"handover"}, Blocking: pipeline.SeverityMedium},
			},
			{ID: "on_hold", Label: "Held or waiting for the customer", Kind: pipeline.OnHold, Category: pipeline.CategoryOmitted},
			won("in_service", "In service"),
			lost("rejected", "Rejected"),
			lost("cancelled", "Cancelled by the customer"),
			lost("failed", "Failed in delivery"),
		},
		Transitions: []pipeline.Transition{
			{Trigger: "accept", From: at("acceptance"), To: "resource"},
			{Trigger: "order_survey", From: at("resource"), To: "survey"},
			{Trigger: "confirm_resource", Label: "Feasible", From: at("resource", "survey"), To: "fee", Roles: []string{"network"}, Gate: pipeline.Gate{Fields: []string{"resource_reservation"}}},
			{Trigger: "confirm_fee", From: at("fee"), To: "contract", Gate: pipeline.Gate{Approvals: []pipeline.Approval{{Name: "fee", Roles: []string{"finance"}, Quorum: 1, FourEyes: true}}}},
			{Trigger: "sign", Label: "Contract signed", From: at("contract"), To: "charging"},
			{Trigger: "charge", Label: "Charging set up", From: at("charging"), To: "dispatch", Roles: []string{"finance"}},
			{Trigger: "dispatched", Label: "Resources in place", From: at("dispatch"), To: "completion"},
			{Trigger: "complete", Label: "Customer accepts", From: at("completion"), To: "in_service", Effects: []string{"open_after_service"}},
			{Trigger: "requote", Label: "Back to the fee", From: at("contract"), To: "fee", Back: true, Reasons: "back"},
			{Trigger: "redispatch", Label: "Back to dispatch", From: at("completion"), To: "dispatch", Back: true, Reasons: "fallout"},
			{Trigger: "hold", From: at("in_progress"), To: "on_hold", Reasons: "hold"},
			{Trigger: "resume", From: at("on_hold"), Resume: true},
			{Trigger: "reject", From: at("acceptance", "resource", "survey", "fee", "contract"), To: "rejected", Reasons: "rejection"},
			{Trigger: "fail", From: at("dispatch", "completion"), To: "failed", Reasons: "fallout"},
			{Trigger: "cancel", To: "cancelled", Reasons: "withdrawal"},
		},
		Fields: []pipeline.Field{
			text("site", "Address of the site"), number("bandwidth", "Bandwidth in Mbit/s"), personal(text("contact", "Contact at the customer")),
			date("requested_date", "Date that the customer asked for"), date("committed_date", "Date that was promised"),
			text("resource_reservation", "Number of the reserved resources"), oneOf("survey_result", "Result of the survey", "feasible", "with_works"),
			money("quote", "Fee as quoted"), text("contract_number", "Number of the contract"), date("contract_signed_on", "Contract signed on"),
			text("account", "Account that is charged"), date("first_bill", "Date of the first bill"), text("test_sheet", "Number of the test sheet"),
		},
		Reasons: []pipeline.ReasonList{
			{Name: "rejection", Reasons: []pipeline.Reason{{ID: "no_resource"}, {ID: "credit"}, {ID: "regulator"}, other()}},
			{Name: "withdrawal", Reasons: []pipeline.Reason{{ID: "price"}, {ID: "too_late"}, {ID: "customer_withdrew"}, other()}},
			{Name: "back", Reasons: []pipeline.Reason{{ID: "terms_changed"}, {ID: "quantity_changed"}, other()}},
			{Name: "fallout", Reasons: []pipeline.Reason{{ID: "test_failed"}, {ID: "equipment"}, {ID: "no_access"}, other()}},
			{Name: "hold", Reasons: []pipeline.Reason{{ID: "customer_not_ready"}, {ID: "permission_pending"}, {ID: "resource_pending"}, other()}},
		},
		Roles:      []string{"network", "finance"},
		Checklists: []pipeline.Checklist{{ID: "handover", Items: []pipeline.Item{{ID: "line_test"}, {ID: "customer_accepts"}, {ID: "first_bill_announced"}}}},
		Parts:      []pipeline.Part{{Name: "survey", Process: "work_order"}, {Name: "installation", Process: "work_order"}},
		Limits:     []pipeline.Limit{{ID: "committed_date", Field: "committed_date", Within: span("0d")}},
	}
	for i := range d.Stages {
		if s := &d.Stages[i]; s.Kind == pipeline.Open && s.ID != "in_progress" {
			s.Within, s.Category = "in_progress", pipeline.CategoryCommit
		}
	}
	return finished(d)
}

func oneStopService() Template {
	const eTOM = "order handling of eTOM"
	return Template{
		Trade:      "telecommunications",
		About:      "The order of a large account; won when it is in service.",
		Definition: OneStopService(),
		KPIs: []KPI{
			share("right_first_time", "Right first time", "orders in service without a hold-up in delivery", "orders in service", Higher, eTOM,
				Which{Unfired: []pipeline.TriggerID{"redispatch", "requote"}}, Which{Now: at("in_service")}),
			share("fallout", "Fallout rate", "orders sent back from completion or failed", "orders that came to dispatch", Lower, eTOM,
				Which{Fired: []pipeline.TriggerID{"redispatch", "fail"}}, Which{Reached: at("dispatch")}),
			share("activation", "Orders activated", "orders in service", "orders closed", Higher, eTOM,
				Which{Now: at("in_service")}, Which{Now: at("in_service", "rejected", "cancelled", "failed")}),
			figure("order_to_activate", "Order to activation", "working time from acceptance to service", "orders in service", "h", Lower, "mean of the times", eTOM),
			figure("on_time", "On time", "orders in service by the committed date", "orders in service", "%", Higher, quotient, eTOM),
		},
		Segments: []Segment{
			{ID: "top_20_percent", Rule: "the fifth of the accounts with the most revenue"},
			{ID: "others", Rule: "all others"},
		},
		Units: []string{"line", "Mbit/s"},
	}
}
